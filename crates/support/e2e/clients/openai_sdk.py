"""The official OpenAI SDK: OPENAI_BASE_URL, OPENAI_API_KEY."""
import json

import openai
from flows import ANSWER, ASK, DONE, USE_TOOL, flow, same

client = openai.OpenAI(max_retries=0, timeout=20)
ask = [{"role": "user", "content": ASK}]
parameters = {"type": "object", "properties": {"query": {"type": "string"}}, "required": ["query"]}
tools = [{"type": "function", "function": {"name": "search_tickets", "parameters": parameters}}]


@flow("chat")
def _():
    answer = client.chat.completions.create(model="standard", messages=ask)
    same((answer.choices[0].message.content, answer.usage.total_tokens), (ANSWER, 18))


@flow("chat stream")
def _():
    stream = client.chat.completions.create(model="standard", messages=ask, stream=True)
    same("".join(choice.delta.content or "" for chunk in stream for choice in chunk.choices), ANSWER)


@flow("chat tools")
def _():
    turns = [{"role": "user", "content": USE_TOOL}]
    message = client.chat.completions.create(model="agent", messages=turns, tools=tools).choices[0].message
    call = message.tool_calls[0]
    same(json.loads(call.function.arguments), {"query": "open tickets"})
    turns += [message, {"role": "tool", "tool_call_id": call.id, "content": "none"}]
    same(client.chat.completions.create(model="agent", messages=turns, tools=tools).choices[0].message.content, DONE)


@flow("responses")
def _():
    same(client.responses.create(model="standard", input=ASK).output_text, ANSWER)


@flow("responses stream")
def _():
    with client.responses.stream(model="standard", input=ASK) as stream:
        for _event in stream:
            pass
        same(stream.get_final_response().output_text, ANSWER)


@flow("embeddings")
def _():
    same(len(client.embeddings.create(model="standard", input=["one"], encoding_format="float").data[0].embedding), 3)


@flow("models")
def _():
    same("standard" in [model.id for model in client.models.list()], True)


@flow("refusal")
def _():
    try:
        client.chat.completions.create(model="nobody/knows", messages=ask)
    except openai.BadRequestError as error:
        return same(error.code, "CS-0205")
    raise AssertionError("it was not refused")
