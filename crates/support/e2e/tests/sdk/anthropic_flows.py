"""The official Anthropic SDK through the gateway: anthropic_flows.py BASE_URL KEY MODEL TOOL_MODEL

Prints one JSON object: what each flow saw. Asserts nothing: the Rust side does.
"""
import json
import sys

import anthropic

base, key, model, tool_model = sys.argv[1:5]
client = anthropic.Anthropic(base_url=base, api_key=key, max_retries=0, timeout=20)
ask = [{"role": "user", "content": "Please answer in one sentence. kestrel-prompt-7c1f"}]
schema = {"type": "object", "properties": {"query": {"type": "string"}}, "required": ["query"]}
tools = [{"name": "search_tickets", "description": "Finds tickets", "input_schema": schema}]
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
    raw = client.messages.with_raw_response.create(model=model, messages=ask, max_tokens=60)
    answer = raw.parse()
    return {"text": answer.content[0].text, "input": answer.usage.input_tokens, "output": answer.usage.output_tokens,
            "stop": answer.stop_reason, "headers": dict(raw.headers)}


@flow("stream")
def _():
    with client.messages.stream(model=model, messages=ask, max_tokens=60) as stream:
        text = "".join(stream.text_stream)
        final = stream.get_final_message()
    return {"text": text, "output": final.usage.output_tokens, "stop": final.stop_reason}


@flow("tools")
def _():
    answer = client.messages.create(model=tool_model, messages=use_tool, tools=tools, max_tokens=60)
    call = next(block for block in answer.content if block.type == "tool_use")
    return {"name": call.name, "input": call.input, "stop": answer.stop_reason}


@flow("tools_stream")
def _():
    with client.messages.stream(model=tool_model, messages=use_tool, tools=tools, max_tokens=60) as stream:
        final = stream.get_final_message()
    call = next(block for block in final.content if block.type == "tool_use")
    return {"name": call.name, "input": call.input}


@flow("count_tokens")
def _():
    return {"input": client.messages.count_tokens(model=model, messages=ask).input_tokens}


@flow("unknown_model")
def _():
    try:
        client.messages.create(model="nobody/knows", messages=ask, max_tokens=5)
    except anthropic.BadRequestError as error:
        return {"status": error.status_code, "code": error.body["error"].get("code"), "type": error.body["error"]["type"]}


@flow("unknown_key")
def _():
    try:
        anthropic.Anthropic(base_url=base, api_key="cs_" + "0" * 48, max_retries=0).messages.create(
            model=model, messages=ask, max_tokens=5)
    except anthropic.AuthenticationError as error:
        return {"status": error.status_code, "code": error.body["error"].get("code")}


print(json.dumps(seen))
