// The official Anthropic SDK: ANTHROPIC_BASE_URL, ANTHROPIC_API_KEY.
import { ANSWER, ASK, DONE, USE_TOOL, flow, load, refuses, same } from './flows.mjs';

const { default: Anthropic } = await load('@anthropic-ai/sdk');
const client = new Anthropic({ maxRetries: 0, timeout: 20000 });
const ask = [{ role: 'user', content: ASK }];
const input_schema = { type: 'object', properties: { query: { type: 'string' } }, required: ['query'] };
const tools = [{ name: 'search_tickets', input_schema }];

await flow('messages', async () => {
  const answer = await client.messages.create({ model: 'standard', max_tokens: 60, messages: ask });
  same([answer.content[0].text, answer.usage.output_tokens], [ANSWER, 7]);
});

await flow('messages stream', async () => {
  same(await client.messages.stream({ model: 'standard', max_tokens: 60, messages: ask }).finalText(), ANSWER);
});

await flow('tools', async () => {
  const turns = [{ role: 'user', content: USE_TOOL }];
  const first = await client.messages.create({ model: 'agent', max_tokens: 60, messages: turns, tools });
  const call = first.content[0];
  same(call.input, { query: 'open tickets' });
  const result = { type: 'tool_result', tool_use_id: call.id, content: 'none' };
  turns.push({ role: 'assistant', content: first.content }, { role: 'user', content: [result] });
  const second = await client.messages.create({ model: 'agent', max_tokens: 60, messages: turns, tools });
  same(second.content[0].text, DONE);
});

await flow('count tokens', async () => {
  same((await client.messages.countTokens({ model: 'standard', messages: ask })).input_tokens, 11);
});

await flow('models', async () => {
  same((await client.models.list()).data.some((model) => model.id === 'standard'), true);
});

await flow('refusal', () =>
  refuses(() => client.messages.create({ model: 'nobody/knows', max_tokens: 60, messages: ask }), 'CS-0205'));
