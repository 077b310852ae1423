"""pydantic-ai over all three dialects: the variables of the three SDKs."""
from flows import ANSWER, ASK, DONE, USE_TOOL, flow, same
from pydantic_ai import Agent


def search_tickets(query: str) -> str:
    """Finds tickets."""
    return f"none for {query}"


def flows(prefix):
    plain = Agent(f"{prefix}:standard", instructions="Be brief.")
    tooled = Agent(f"{prefix}:agent", instructions="Be brief.", tools=[search_tickets])

    @flow(f"{prefix}")
    def _():
        same(plain.run_sync(ASK).output, ANSWER)

    @flow(f"{prefix} tools")
    def _():
        same(tooled.run_sync(USE_TOOL).output, DONE)

    @flow(f"{prefix} stream")
    async def _():
        async with plain.run_stream(ASK) as result:
            same(await result.get_output(), ANSWER)


for prefix in ["openai-chat", "openai-responses", "anthropic", "google"]:
    try:
        flows(prefix)
    except Exception as error:  # a model that can't even be made
        flow(prefix)(lambda error=error: same(error, None))
