// The official OpenAI SDK: OPENAI_BASE_URL, OPENAI_API_KEY.
import { ANSWER, ASK, DONE, USE_TOOL, flow, load, refuses, same } from './flows.mjs';

const { default: OpenAI } = await load('openai');
const client = new OpenAI({ maxRetries: 0, timeout: 20000 });
const ask = [{ role: 'user', content: ASK }];
const parameters = { type: 'object', properties: { query: { type: 'string' } }, required: ['query'] };
const tools = [{ type: 'function', function: { name: 'search_tickets', parameters } }];

await flow('chat', async () => {
  const answer = await client.chat.completions.create({ model: 'standard', messages: ask });
  same([answer.choices[0].message.content, answer.usage.total_tokens], [ANSWER, 18]);
});

await flow('chat stream', async () => {
  let text = '';
  for await (const chunk of await client.chat.completions.create({ model: 'standard', messages: ask, stream: true })) {
    text += chunk.choices.map((choice) => choice.delta.content ?? '').join('');
  }
  same(text, ANSWER);
});

await flow('chat tools', async () => {
  const turns = [{ role: 'user', content: USE_TOOL }];
  const first = await client.chat.completions.create({ model: 'agent', messages: turns, tools });
  const call = first.choices[0].message.tool_calls[0];
  same(JSON.parse(call.function.arguments), { query: 'open tickets' });
  turns.push(first.choices[0].message, { role: 'tool', tool_call_id: call.id, content: 'none' });
  const second = await client.chat.completions.create({ model: 'agent', messages: turns, tools });
  same(second.choices[0].message.content, DONE);
});

await flow('responses', async () => {
  same((await client.responses.create({ model: 'standard', input: ASK })).output_text, ANSWER);
});

await flow('responses stream', async () => {
  const final = await client.responses.stream({ model: 'standard', input: ASK }).finalResponse();
  same(final.output_text, ANSWER);
});

await flow('models', async () => {
  same((await client.models.list()).data.some((model) => model.id === 'standard'), true);
});

await flow('refusal', () =>
  refuses(() => client.chat.completions.create({ model: 'nobody/knows', messages: ask }), 'CS-0205'));
