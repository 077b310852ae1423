"""litellm over all three dialects: OPENAI_BASE_URL, ANTHROPIC_BASE_URL, GEMINI_API_BASE and the keys."""
import litellm
from flows import ANSWER, ASK, flow, raises, same

ask = [{"role": "user", "content": ASK}]
parameters = {"type": "object", "properties": {"query": {"type": "string"}}, "required": ["query"]}
tools = [{"type": "function", "function": {"name": "search_tickets", "parameters": parameters}}]

for name in ["openai", "anthropic", "gemini"]:
    @flow(name)
    def _():
        answer = litellm.completion(model=f"{name}/standard", messages=ask, max_tokens=60)
        same((answer.choices[0].message.content, answer.usage.total_tokens), (ANSWER, 18))

    @flow(f"{name} stream")
    def _():
        stream = litellm.completion(model=f"{name}/standard", messages=ask, max_tokens=60, stream=True)
        same("".join(chunk.choices[0].delta.content or "" for chunk in stream), ANSWER)

    @flow(f"{name} tools")
    def _():
        answer = litellm.completion(model=f"{name}/agent", messages=ask, max_tokens=60, tools=tools)
        same(answer.choices[0].message.tool_calls[0].function.name, "search_tickets")

    @flow(f"{name} refusal")
    def _():
        refused = lambda: litellm.completion(model=f"{name}/nobody", messages=ask, max_tokens=60, num_retries=0)
        raises(litellm.BadRequestError, refused, "is not available to the workflow")
