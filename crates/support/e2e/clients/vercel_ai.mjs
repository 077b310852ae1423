// Vercel's `ai` over all three dialects: OPENAI_BASE_URL, ANTHROPIC_BASE_URL (here with /v1), and the keys.
import { ANSWER, ASK, DONE, USE_TOOL, flow, load, refuses, same } from './flows.mjs';

const { generateText, jsonSchema, stepCountIs, streamText, tool } = await load('ai');
const { openai } = await load('@ai-sdk/openai');
const { anthropic } = await load('@ai-sdk/anthropic');
const { createGoogleGenerativeAI } = await load('@ai-sdk/google');
const google = createGoogleGenerativeAI({ baseURL: process.env.GOOGLE_BASE_URL });

const query = { type: 'object', properties: { query: { type: 'string' } }, required: ['query'] };
const search_tickets = tool({
  description: 'Finds tickets', inputSchema: jsonSchema(query), execute: async () => 'none',
});
const makers = { 'openai responses': openai, 'openai chat': openai.chat, anthropic, google };

for (const [name, make] of Object.entries(makers)) {
  await flow(name, async () => {
    const answer = await generateText({ model: make('standard'), prompt: ASK, maxRetries: 0 });
    same([answer.text, answer.usage.totalTokens], [ANSWER, 18]);
  });

  await flow(`${name} stream`, async () => {
    same(await streamText({ model: make('standard'), prompt: ASK, maxRetries: 0 }).text, ANSWER);
  });

  await flow(`${name} tools`, async () => {
    const answer = await generateText({
      model: make('agent'), prompt: USE_TOOL, maxRetries: 0, tools: { search_tickets }, stopWhen: stepCountIs(3),
    });
    same(answer.text, DONE);
  });

  await flow(`${name} refusal`, () =>
    refuses(() => generateText({ model: make('nobody/knows'), prompt: ASK, maxRetries: 0 }), 'CS-0205'));
}
