"""What the scripts of all Python clients share: a flow is run, and told in one line of JSON.

Addresses and keys come from the environment, by the names that the pages in docs/how-to give.
"""
import asyncio
import inspect
import json

LOOP = asyncio.new_event_loop()  # one for all flows: clients keep connections of theirs in it

ANSWER = "The quick brown fox jumps over it."
DONE = "The tool turn is complete."
ASK = "Please answer in one sentence."
USE_TOOL = "Please use the tool."


def flow(name):
    def run(function):
        try:
            result = function()
            if inspect.iscoroutine(result):
                LOOP.run_until_complete(result)
            told = {"flow": name, "ok": True}
        except Exception as error:  # what the client raised is the result
            told = {"flow": name, "ok": False, "detail": f"{type(error).__name__}: {error}"[:600]}
        print(json.dumps(told), flush=True)
    return run


def same(seen, wanted):
    if seen != wanted:
        raise AssertionError(f"{seen!r} and not {wanted!r}")


def raises(kinds, call, *marks):
    """The call is refused: with this error, whose text holds each of the marks."""
    try:
        call()
    except kinds as error:
        for mark in marks:
            if mark not in str(error):
                raise AssertionError(f"{mark!r} is not in {error}")
        return
    raise AssertionError("it was not refused")
