"""The SDK's example agent, made to follow a script.

acp_agent.py PLACE [none | load | resume]      PLACE holds script.json

The second word says how it goes on with an earlier conversation, if it can. Conversations lie in
PLACE/sessions; one that does not lie there is not known.
"""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

# Its own neighbours, wherever it is started from.
sys.path.insert(0, str(Path(__file__).parents[1]))

from acp import (
    PROTOCOL_VERSION,
    InitializeResponse,
    LoadSessionResponse,
    NewSessionResponse,
    PromptResponse,
    RequestError,
    run_agent,
    start_tool_call,
    text_block,
    update_tool_call,
    update_user_message,
)
from acp.schema import (
    AgentCapabilities,
    AllowedOutcome,
    Cost,
    PermissionOption,
    ResumeSessionResponse,
    SessionCapabilities,
    SessionResumeCapabilities,
    ToolCallUpdate,
    UsageUpdate,
)
from conformance.acp_example import ExampleAgent
from conformance.steps import (
    Ask,
    AskOn,
    Crash,
    End,
    Flood,
    Insist,
    Limit,
    Need,
    Report,
    Say,
    Work,
    next_turn,
    read_script,
)

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from acp.schema import ToolCallStatus as Status
    from conformance.steps import Step

PLACE = Path(sys.argv[1])
GOES_ON_BY = sys.argv[2] if len(sys.argv) > 2 else "none"

OPTIONS = [
    PermissionOption(option_id="yes", name="Allow once", kind="allow_once"),
    PermissionOption(option_id="always", name="Always allow", kind="allow_always"),
    PermissionOption(option_id="no", name="Reject", kind="reject_once"),
]
LINE = "x" * 1023 + "\n"


class ScriptedAgent(ExampleAgent):
    _session = ""

    async def initialize(self, *args: Any, **kwargs: Any) -> InitializeResponse:
        can = SessionCapabilities()
        if GOES_ON_BY == "resume":
            can = SessionCapabilities(resume=SessionResumeCapabilities())
        capabilities = AgentCapabilities(
            load_session=GOES_ON_BY == "load", session_capabilities=can
        )
        return InitializeResponse(
            protocol_version=PROTOCOL_VERSION, agent_capabilities=capabilities
        )

    async def new_session(self, cwd: str, *args: Any, **kwargs: Any) -> NewSessionResponse:
        session = uuid4().hex
        kept(session).parent.mkdir(exist_ok=True)
        kept(session).touch()
        return NewSessionResponse(session_id=session)

    async def load_session(
        self, cwd: str, session_id: str, *args: Any, **kwargs: Any
    ) -> LoadSessionResponse:
        known(session_id)
        for said in kept(session_id).read_text().splitlines():
            await self._conn.session_update(session_id, update_user_message(text_block(said)))
        await self.say(session_id, Say("What was said before."))
        return LoadSessionResponse()

    async def resume_session(
        self, session_id: str, *args: Any, **kwargs: Any
    ) -> ResumeSessionResponse:
        known(session_id)
        return ResumeSessionResponse()

    async def prompt(self, session_id: str, prompt: list[Any], **kwargs: Any) -> PromptResponse:
        number = next_turn(PLACE, "".join(block.text for block in prompt))
        remember(session_id, number)
        reason = ""
        for step in read_script(PLACE / "script.json")[number - 1]:
            reason = await self.verbs[type(step)](session_id, step)
            if reason:
                break
        await self._conn.session_update(session_id, spent(number))
        return PromptResponse.model_validate({"stopReason": reason or "end_turn"})

    async def say(self, session: str, step: Say) -> str:
        await self._send_agent_message(session, text_block(step.text + "\n"))
        return ""

    async def ask_on(self, session: str, step: Ask | AskOn) -> str:
        options = [part for option in step.options for part in ("--option", option)]
        await asyncio.to_thread(coffee, "ask", step.question, *options)
        return ""

    async def ask(self, session: str, step: Ask) -> str:
        await self.ask_on(session, step)
        return "end_turn"

    async def report(self, session: str, step: Report) -> str:
        await self._conn.session_update(
            session, start_tool_call(uuid4().hex, step.text, kind="think", status="in_progress")
        )
        return ""

    async def need(self, session: str, step: Need) -> str:
        call = uuid4().hex
        await self._conn.session_update(
            session, start_tool_call(call, step.tool, kind="execute", raw_input={"what": step.what})
        )
        told = ToolCallUpdate(tool_call_id=call, status="pending")
        outcome = (await self._conn.request_permission(session, told, OPTIONS)).outcome
        if not isinstance(outcome, AllowedOutcome):
            return "cancelled"
        done = outcome.option_id != "no"
        if done:
            leave("allowed")
        status: Status = "completed" if done else "failed"
        await self._conn.session_update(session, update_tool_call(call, status=status))
        return ""

    async def flood(self, session: str, step: Flood) -> str:
        for _ in range(step.size // len(LINE)):
            await self._send_agent_message(session, text_block(LINE))
        return ""

    async def work(self, session: str, step: Work) -> str:
        await asyncio.sleep(step.seconds)
        return ""

    async def crash(self, session: str, step: Crash) -> str:
        os.kill(os.getpid(), getattr(signal, "SIGKILL", signal.SIGTERM))
        return ""

    async def limit(self, session: str, step: Limit) -> str:
        words = f"Usage limit reached. It will reset in {step.seconds} seconds."
        raise RequestError.internal_error({"details": words})

    async def end(self, session: str, step: End) -> str:
        await self.say(session, Say(step.text))
        return "end_turn"

    @property
    def verbs(self) -> dict[type[Step], Callable[[str, Any], Awaitable[str]]]:
        """What each step does; it returns why the turn ends, if it does."""
        return {
            Say: self.say,
            Ask: self.ask,
            AskOn: self.ask_on,
            Report: self.report,
            Need: self.need,
            Insist: self.need,
            Flood: self.flood,
            Work: self.work,
            Crash: self.crash,
            Limit: self.limit,
            End: self.end,
        }


def kept(session: str) -> Path:
    """Where a conversation lies."""
    return PLACE / "sessions" / session


def remember(session: str, turn: int) -> None:
    with kept(session).open("a") as file:
        file.write(f"turn {turn}\n")


def leave(name: str) -> None:
    Path(name).touch()


def known(session: str) -> None:
    if not kept(session).exists():
        raise RequestError.resource_not_found(session)


def spent(turns: int) -> UsageUpdate:
    """What the whole conversation has cost: a quarter of a dollar for each turn."""
    cost = Cost(amount=turns / 4, currency="USD")
    return UsageUpdate(session_update="usage_update", used=1, size=2, cost=cost)


def coffee(*argv: str) -> None:
    # Standard output is the protocol's.
    subprocess.run(("coffee", *argv), check=True, stdout=sys.stderr)


#: What the protocol's class has and it has not is never asked of it.
AGENT: Any = ScriptedAgent

if __name__ == "__main__":
    sys.exit(asyncio.run(run_agent(AGENT(), use_unstable_protocol=True)))
