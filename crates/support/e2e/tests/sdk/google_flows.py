"""The official Google SDK through the gateway: google_flows.py BASE_URL KEY MODEL TOOL_MODEL BROKEN_MODEL

Prints one JSON object: what each flow saw. Asserts nothing: the Rust side does.
"""
import json
import sys

from google import genai
from google.genai import errors, types

base, key, model, tool_model, broken_model = sys.argv[1:6]
options = types.HttpOptions(base_url=base, timeout=20000)
client = genai.Client(api_key=key, http_options=options)
ask = "Please answer in one sentence. kestrel-prompt-7c1f"
schema = {"type": "OBJECT", "properties": {"query": {"type": "STRING"}}, "required": ["query"]}
declared = types.FunctionDeclaration(name="search_tickets", description="Finds tickets", parameters=schema)
tools = types.GenerateContentConfig(tools=[types.Tool(function_declarations=[declared])])
use_tool = "Please use the tool. kestrel-prompt-7c1f"
seen = {}


def flow(name):
    def run(function):
        try:
            seen[name] = function()
        except Exception as error:  # what the SDK raised is the result
            seen[name] = {"raised": type(error).__name__, "text": str(error)[:300]}
    return run


def refused(call):
    try:
        call()
    except errors.APIError as error:
        return {"status": error.code, "word": error.status,
                "code": error.details["error"]["details"][0]["reason"]}


@flow("plain")
def _():
    config = types.GenerateContentConfig(max_output_tokens=60)
    answer = client.models.generate_content(model=model, contents=ask, config=config)
    usage = answer.usage_metadata
    return {"text": answer.text, "input": usage.prompt_token_count, "output": usage.candidates_token_count,
            "finish": answer.candidates[0].finish_reason.value, "headers": dict(answer.sdk_http_response.headers)}


@flow("stream")
def _():
    text, chunks, usage = "", 0, None
    for chunk in client.models.generate_content_stream(model=model, contents=ask):
        chunks += 1
        text += chunk.text or ""
        usage = chunk.usage_metadata or usage
    return {"text": text, "chunks": chunks, "output": usage.candidates_token_count}


@flow("tools")
def _():
    call = client.models.generate_content(model=tool_model, contents=use_tool, config=tools).function_calls[0]
    return {"name": call.name, "arguments": call.args}


@flow("tools_stream")
def _():
    calls = []
    for chunk in client.models.generate_content_stream(model=tool_model, contents=use_tool, config=tools):
        calls += chunk.function_calls or []
    return {"name": calls[0].name, "arguments": calls[0].args}


@flow("chat")
def _():
    chat = client.chats.create(model=model)
    first = chat.send_message(ask).text
    return {"first": first, "second": chat.send_message(ask).text, "turns": len(chat.get_history())}


@flow("count_tokens")
def _():
    return {"input": client.models.count_tokens(model=model, contents=ask).total_tokens}


@flow("models")
def _():
    return {"ids": [one.name for one in client.models.list()], "one": client.models.get(model=model).display_name}


@flow("broken_stream")
def _():
    text = ""
    try:
        for chunk in client.models.generate_content_stream(model=broken_model, contents=ask):
            text += chunk.text or ""
    except errors.APIError as error:
        return {"text": text, "status": error.code}
    return {"text": text}


@flow("unknown_model")
def _():
    return refused(lambda: client.models.generate_content(model="nobody/knows", contents=ask))


@flow("unknown_key")
def _():
    stranger = genai.Client(api_key="cs_" + "0" * 48, http_options=options)
    return refused(lambda: stranger.models.generate_content(model=model, contents=ask))


print(json.dumps(seen))
