"""openai-agents: OPENAI_BASE_URL, OPENAI_API_KEY, OPENAI_AGENTS_DISABLE_TRACING."""
from agents import Agent, Runner, function_tool, set_default_openai_api
from flows import ANSWER, ASK, DONE, USE_TOOL, flow, same


@function_tool
def search_tickets(query: str) -> str:
    """Finds tickets."""
    return f"none for {query}"


plain = Agent(name="Plain", instructions="Be brief.", model="standard")
tooled = Agent(name="Tooled", instructions="Be brief.", model="agent", tools=[search_tickets])


@flow("responses")
async def _():
    same((await Runner.run(plain, ASK)).final_output, ANSWER)


@flow("responses tools")
async def _():
    same((await Runner.run(tooled, USE_TOOL)).final_output, DONE)


@flow("responses stream")
async def _():
    result = Runner.run_streamed(tooled, USE_TOOL)
    async for _event in result.stream_events():
        pass
    same(result.final_output, DONE)


@flow("chat tools")
async def _():
    set_default_openai_api("chat_completions")
    same((await Runner.run(tooled, USE_TOOL)).final_output, DONE)
