"""The official OpenAI SDK through the gateway: openai_flows.py BASE_URL KEY MODEL

Prints one JSON object: what each flow saw. Asserts nothing: the Rust side does.
"""
import json
import sys

import openai

base, key, model = sys.argv[1:4]
client = openai.OpenAI(base_url=base + "/v1", api_key=key, max_retries=0, timeout=20)
ask = [{"role": "user", "content": "Please answer in one sentence. kestrel-prompt-7c1f"}]
tool = {"type": "object", "properties": {"query": {"type": "string"}}, "required": ["query"]}
tools = [{"type": "function", "function": {"name": "search_tickets", "description": "Finds tickets", "parameters": tool}}]
use_tool = [{"role": "user", "content": "Please use the tool. kestrel-prompt-7c1f"}]
seen = {}


def flow(name):
    def run(function):
        try:
            seen[name] = function()
        except Exception as error:  # what the SDK raised is the result
            seen[name] = {"raised": type(error).__name__, "text": str(error)[:300]}
    return run


@flow("plain")
def _():
    raw = client.chat.completions.with_raw_response.create(model=model, messages=ask, max_tokens=60)
    answer = raw.parse()
    return {"text": answer.choices[0].message.content, "usage": answer.usage.model_dump(),
            "finish": answer.choices[0].finish_reason, "headers": dict(raw.headers)}


@flow("stream")
def _():
    text, usage, chunks = "", None, 0
    for chunk in client.chat.completions.create(model=model, messages=ask, max_tokens=60, stream=True):
        chunks += 1
        usage = chunk.usage or usage
        for choice in chunk.choices:
            text += choice.delta.content or ""
    return {"text": text, "usage": usage, "chunks": chunks}


@flow("stream_with_usage")
def _():
    usage, empty = None, 0
    for chunk in client.chat.completions.create(model=model, messages=ask, max_tokens=60, stream=True,
                                                stream_options={"include_usage": True}):
        usage = chunk.usage.model_dump() if chunk.usage else usage
        empty += not chunk.choices
    return {"usage": usage, "empty": empty}


tool_model = sys.argv[4] if len(sys.argv) > 4 else model


@flow("tools")
def _():
    answer = client.chat.completions.create(model=tool_model, messages=use_tool, tools=tools)
    call = answer.choices[0].message.tool_calls[0]
    return {"name": call.function.name, "arguments": json.loads(call.function.arguments),
            "finish": answer.choices[0].finish_reason}


@flow("tools_stream")
def _():
    name, arguments = "", ""
    for chunk in client.chat.completions.create(model=tool_model, messages=use_tool, tools=tools, stream=True):
        for choice in chunk.choices:
            for call in choice.delta.tool_calls or []:
                name += (call.function.name or "") if call.function else ""
                arguments += (call.function.arguments or "") if call.function else ""
    return {"name": name, "arguments": json.loads(arguments)}


@flow("responses")
def _():
    answer = client.responses.create(model=model, input="Please answer. kestrel-prompt-7c1f")
    return {"text": answer.output_text, "input": answer.usage.input_tokens, "output": answer.usage.output_tokens}


@flow("responses_stream")
def _():
    text, kinds, final = "", [], None
    with client.responses.stream(model=model, input="Please answer. kestrel-prompt-7c1f") as stream:
        for event in stream:
            kinds.append(event.type)
            if event.type == "response.output_text.delta":
                text += event.delta
        final = stream.get_final_response()
    return {"text": text, "first": kinds[0], "last": kinds[-1], "final": final.output_text}


@flow("embeddings")
def _():
    answer = client.embeddings.create(model=model, input=["one", "two"], encoding_format="float")
    return {"dimensions": len(answer.data[0].embedding), "input": answer.usage.prompt_tokens}


@flow("models")
def _():
    return {"ids": [one.id for one in client.models.list()]}


@flow("unknown_model")
def _():
    try:
        client.chat.completions.create(model="nobody/knows", messages=ask)
    except openai.BadRequestError as error:
        return {"status": error.status_code, "code": error.code, "text": error.body["message"]}


@flow("unknown_key")
def _():
    try:
        openai.OpenAI(base_url=base + "/v1", api_key="cs_" + "0" * 48, max_retries=0).models.list()
    except openai.AuthenticationError as error:
        return {"status": error.status_code, "code": error.code}


print(json.dumps(seen))
