"""The official Anthropic SDK: ANTHROPIC_BASE_URL, ANTHROPIC_API_KEY."""
import anthropic
from flows import ANSWER, ASK, DONE, USE_TOOL, flow, raises, same

client = anthropic.Anthropic(max_retries=0, timeout=20)
ask = [{"role": "user", "content": ASK}]
schema = {"type": "object", "properties": {"query": {"type": "string"}}, "required": ["query"]}
tools = [{"name": "search_tickets", "input_schema": schema}]


@flow("messages")
def _():
    answer = client.messages.create(model="standard", max_tokens=60, messages=ask)
    same((answer.content[0].text, answer.usage.output_tokens), (ANSWER, 7))


@flow("messages stream")
def _():
    with client.messages.stream(model="standard", max_tokens=60, messages=ask) as stream:
        same("".join(stream.text_stream), ANSWER)


@flow("tools")
def _():
    turns = [{"role": "user", "content": USE_TOOL}]
    answer = client.messages.create(model="agent", max_tokens=60, messages=turns, tools=tools)
    call = answer.content[0]
    same(call.input, {"query": "open tickets"})
    turns += [{"role": "assistant", "content": answer.content},
              {"role": "user", "content": [{"type": "tool_result", "tool_use_id": call.id, "content": "none"}]}]
    answer = client.messages.create(model="agent", max_tokens=60, messages=turns, tools=tools)
    same(answer.content[0].text, DONE)


@flow("count tokens")
def _():
    same(client.messages.count_tokens(model="standard", messages=ask).input_tokens, 11)


@flow("models")
def _():
    same("standard" in [model.id for model in client.models.list()], True)


@flow("refusal")
def _():
    refused = lambda: client.messages.create(model="nobody/knows", max_tokens=60, messages=ask)
    raises(anthropic.BadRequestError, refused, "CS-0205")
