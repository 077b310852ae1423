"""langgraph, with the chat models of LangChain: OPENAI_BASE_URL, OPENAI_API_KEY, ANTHROPIC_BASE_URL, ANTHROPIC_API_KEY."""
from flows import ANSWER, ASK, DONE, USE_TOOL, flow, same
from langchain_anthropic import ChatAnthropic
from langchain_core.tools import tool
from langchain_openai import ChatOpenAI
from langgraph.graph import START, MessagesState, StateGraph
from langgraph.prebuilt import ToolNode, tools_condition


@tool
def search_tickets(query: str) -> str:
    """Finds tickets."""
    return f"none for {query}"


def graph(model):
    bound = model.bind_tools([search_tickets])
    steps = StateGraph(MessagesState)
    steps.add_node("model", lambda state: {"messages": [bound.invoke(state["messages"])]})
    steps.add_node("tools", ToolNode([search_tickets]))
    steps.add_edge(START, "model")
    steps.add_conditional_edges("model", tools_condition)
    steps.add_edge("tools", "model")
    return steps.compile()


for name, make in [("openai", ChatOpenAI), ("anthropic", ChatAnthropic)]:
    @flow(f"{name} graph")
    def _():
        end = graph(make(model="agent", max_retries=0)).invoke({"messages": [("user", USE_TOOL)]})
        same((end["messages"][-1].text, len(end["messages"])), (DONE, 4))

    @flow(f"{name} stream")
    def _():
        pieces = make(model="standard", max_retries=0).stream(ASK)
        same("".join(piece.text for piece in pieces), ANSWER)
