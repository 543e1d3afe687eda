"""An agent that asks as a client of the Model Context Protocol, with its official SDK.

    mcp_agent.py PLACE      PLACE holds script.json

It starts `coffee mcp` for each turn, as such clients do. What has nothing to do with people it
does as the plain program does.
"""

from __future__ import annotations

import asyncio
import sys
from contextlib import AsyncExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

# Its own neighbours, wherever it is started from.
sys.path.insert(0, str(Path(__file__).parents[1]))

from conformance.command_agent import PLACE, VERBS, decided
from conformance.steps import Ask, AskOn, Need, Report, next_turn, read_script

if TYPE_CHECKING:
    from conformance.steps import Step
    from mcp import ClientSession


async def main() -> int:
    number = next_turn(PLACE, sys.stdin.read())
    steps = read_script(PLACE / "script.json")[number - 1]
    async with AsyncExitStack() as stack:
        session = None
        for step in steps:
            if session is None and isinstance(step, Ask | AskOn | Report | Need):
                session = await connected(stack)
            code = VERBS[type(step)](step) if session is None else await do(step, session)
            if code is not None:
                return code
    return 0


async def connected(stack: AsyncExitStack) -> ClientSession:
    """Start the server when it is first needed."""
    from mcp import ClientSession, StdioServerParameters, stdio_client  # noqa: PLC0415 - slow

    # Without the marks of the turn, as many clients start a server; it finds them by itself.
    server = StdioServerParameters(command="coffee", args=["mcp"])
    streams = await stack.enter_async_context(stdio_client(server))
    session = await stack.enter_async_context(ClientSession(*streams))
    await session.initialize()
    return session


async def do(step: Step, session: ClientSession) -> int | None:
    """Do one step; returns the exit code when the turn ends with it."""
    if isinstance(step, Report):
        await call(session, "report_progress", text=step.text)
        return None
    if isinstance(step, Ask | AskOn):
        await call(session, "ask_human", question=step.question, options=list(step.options))
        return 0 if isinstance(step, Ask) else None
    if isinstance(step, Need):
        return await need(step, session)
    return VERBS[type(step)](step)


async def need(step: Need, session: ClientSession) -> int | None:
    kept = PLACE / "asked"
    if not kept.exists():
        words = f"May I use {step.tool}: {step.what}?"
        told = await call(session, "ask_human", question=words, approve=True)
        kept.write_text(str(told["number"]))
        return 0
    told = await call(session, "get_answers", numbers=[int(kept.read_text())])
    [question] = told["questions"]
    decided([reply["option"] for reply in question["replies"]])
    return None


async def call(session: ClientSession, tool: str, **arguments: Any) -> dict[str, Any]:
    """Call a tool and return its data; a complaint of the server's ends the turn badly."""
    result = await session.call_tool(tool, arguments)
    if result.is_error:
        sys.exit(f"{tool}: {result.content}")
    return dict(result.structured_content or {})


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
