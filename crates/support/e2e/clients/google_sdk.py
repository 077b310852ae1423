"""The official Google SDK: GOOGLE_GEMINI_BASE_URL, GEMINI_API_KEY."""
from flows import ANSWER, ASK, DONE, USE_TOOL, flow, raises, same
from google import genai
from google.genai import errors, types

client = genai.Client()


def search_tickets(query: str) -> str:
    """Finds tickets."""
    return f"none for {query}"


@flow("generate")
def _():
    answer = client.models.generate_content(model="standard", contents=ASK)
    same((answer.text, answer.usage_metadata.total_token_count), (ANSWER, 18))


@flow("generate stream")
def _():
    stream = client.models.generate_content_stream(model="standard", contents=ASK)
    same("".join(chunk.text or "" for chunk in stream), ANSWER)


@flow("tools")
def _():
    config = types.GenerateContentConfig(tools=[search_tickets])
    same(client.models.generate_content(model="agent", contents=USE_TOOL, config=config).text, DONE)


@flow("chat")
def _():
    chat = client.chats.create(model="standard")
    same((chat.send_message(ASK).text, chat.send_message(ASK).text), (ANSWER, ANSWER))


@flow("async")
async def _():
    answer = await client.aio.models.generate_content(model="standard", contents=ASK)
    same(answer.text, ANSWER)


@flow("count tokens")
def _():
    same(client.models.count_tokens(model="standard", contents=ASK).total_tokens, 11)


@flow("models")
def _():
    same("models/standard" in [model.name for model in client.models.list()], True)


@flow("refusal")
def _():
    refused = lambda: client.models.generate_content(model="nobody/knows", contents=ASK)
    raises(errors.ClientError, refused, "CS-0205")
