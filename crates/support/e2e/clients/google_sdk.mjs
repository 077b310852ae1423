// The official Google SDK: GOOGLE_GEMINI_BASE_URL, GEMINI_API_KEY.
import { ANSWER, ASK, DONE, USE_TOOL, flow, load, refuses, same } from './flows.mjs';

const { GoogleGenAI } = await load('@google/genai');
const client = new GoogleGenAI({ apiKey: process.env.GEMINI_API_KEY });
const parameters = { type: 'OBJECT', properties: { query: { type: 'STRING' } }, required: ['query'] };
const tools = [{ functionDeclarations: [{ name: 'search_tickets', parameters }] }];

await flow('generate', async () => {
  const answer = await client.models.generateContent({ model: 'standard', contents: ASK });
  same([answer.text, answer.usageMetadata.totalTokenCount], [ANSWER, 18]);
});

await flow('generate stream', async () => {
  let text = '';
  for await (const chunk of await client.models.generateContentStream({ model: 'standard', contents: ASK })) {
    text += chunk.text ?? '';
  }
  same(text, ANSWER);
});

await flow('tools', async () => {
  const contents = [{ role: 'user', parts: [{ text: USE_TOOL }] }];
  const first = await client.models.generateContent({ model: 'agent', contents, config: { tools } });
  const call = first.functionCalls[0];
  same(call.args, { query: 'open tickets' });
  const functionResponse = { name: call.name, response: { output: 'none' } };
  contents.push(first.candidates[0].content, { role: 'user', parts: [{ functionResponse }] });
  same((await client.models.generateContent({ model: 'agent', contents, config: { tools } })).text, DONE);
});

await flow('count tokens', async () => {
  same((await client.models.countTokens({ model: 'standard', contents: ASK })).totalTokens, 11);
});

// What is thrown depends on whether the error came by itself.
await flow('broken stream', () =>
  refuses(async () => {
    const stream = await client.models.generateContentStream({ model: 'broken', contents: ASK });
    for await (const _chunk of stream);
  }, 'UNAVAILABLE|Incomplete JSON'));

await flow('refusal', () =>
  refuses(() => client.models.generateContent({ model: 'nobody/knows', contents: ASK }), 'CS-0205'));
