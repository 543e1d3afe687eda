"""The real Claude Code with a script for its model: every tool, rule and session is its own."""

from __future__ import annotations

import shlex
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import pytest
from conformance.kinds import Ready
from conformance.messages_api import Refusal, Reply, ToolUse, endpoint
from conformance.programs import find_program
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
    Script,
    Step,
    Work,
    kept_prompts,
    next_turn,
)

from coffee_daemon import AgentSettings

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable, Iterator, Mapping

#: The program's own switches for whatever goes to other places than its model, and a login that
#: is none. With a subscriber's login it tells when a limit ends.
SWITCHES = {
    "CLAUDE_CODE_OAUTH_TOKEN": "sk-ant-oat01-not-a-token",
    "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC": "1",
    "DISABLE_TELEMETRY": "1",
    "DISABLE_ERROR_REPORTING": "1",
    "CLAUDE_CODE_MAX_RETRIES": "1",
}
KILLER = Path(__file__).with_name("kill_agent.py")
CRASH = f"{shlex.quote(sys.executable)} {shlex.quote(str(KILLER))}"
#: What a person's refusal is told as: by the daemon, and by the program's adapter from npm.
_DENIALS = ("has denied this call", "User refused permission")
#: In each of the daemon's prompts, with another code each time.
_PROMPT_MARK = "that carry the code"

Then = "Callable[[Mapping[str, Any]], Reply | None]"


@dataclass
class ScriptedModel:
    """Does the steps of a script, one turn after the other."""

    place: Path
    script: Script
    _prompt: str = ""
    _steps: list[Step] = field(default_factory=list)
    #: What the last tool's result leads to; None goes on with the next step.
    _then: Callable[[Mapping[str, Any]], Reply | None] | None = None

    def reply(self, request: Mapping[str, Any], gone: threading.Event) -> Reply | Refusal:
        """Do the next steps, up to one that has to be answered."""
        prompt = [one for one in _texts(request) if _PROMPT_MARK in one][-1]
        if prompt != self._prompt:
            number = next_turn(self.place, prompt)
            self._prompt, self._steps, self._then = prompt, list(self.script[number - 1]), None
        then, self._then = self._then, None
        return (then and then(_tool_result(request))) or self._next(gone)

    def _next(self, gone: threading.Event) -> Reply | Refusal:
        said: list[str] = []
        while self._steps:
            step = self._steps.pop(0)
            if isinstance(step, Say):
                said.append(step.text)
            elif isinstance(step, Work):
                gone.wait(step.seconds)
            elif isinstance(step, Limit):
                return _limit(step)
            elif isinstance(step, End):
                return Reply(text="\n".join([*said, step.text]))
            else:
                return self._call(step, "\n".join(said))
        return Reply(text="\n".join(said) or "Nothing more to do.")

    def _call(self, step: Step, said: str) -> Reply:
        if isinstance(step, Ask | AskOn):
            self._then = _end("I have asked.") if isinstance(step, Ask) else None
            asked = {"question": step.question, "options": list(step.options)}
            return _reply(said, "mcp__coffee__ask_human", asked)
        if isinstance(step, Report):
            return _reply(said, "mcp__coffee__report_progress", {"text": step.text})
        if isinstance(step, Need):
            self._then = _decided
            return _reply(said, "Bash", {"command": "sh -c 'echo yes > allowed'"})
        if isinstance(step, Crash):
            return _reply(said, "Bash", {"command": CRASH})
        if isinstance(step, Flood):
            return _reply("x" * step.size, "mcp__coffee__list_open_questions", {})
        raise TypeError(step)


def _texts(request: Mapping[str, Any]) -> Iterator[str]:
    """All that the user said."""
    for message in request["messages"]:
        if message["role"] == "user":
            content = message["content"]
            blocks = [{"text": content}] if isinstance(content, str) else content
            yield from (block["text"] for block in blocks if "text" in block)


def _tool_result(request: Mapping[str, Any]) -> Mapping[str, Any]:
    blocks = [
        block
        for message in request["messages"]
        if message["role"] == "user" and not isinstance(message["content"], str)
        for block in message["content"]
    ]
    return next(one for one in reversed(blocks) if one["type"] == "tool_result")


def _decided(result: Mapping[str, Any]) -> Reply | None:
    """What comes of a call that needed leave."""
    if not result.get("is_error"):
        return None
    if any(words in str(result["content"]) for words in _DENIALS):
        return None
    return Reply(text="I wait for leave.")


def _end(words: str) -> Callable[[Mapping[str, Any]], Reply]:
    return lambda _: Reply(text=words)


def _reply(said: str, tool: str, arguments: Mapping[str, Any]) -> Reply:
    return Reply(text=said, tool=ToolUse(name=tool, arguments=arguments))


def _limit(step: Limit) -> Refusal:
    return Refusal(
        status=429,
        kind="rate_limit_error",
        message="This request would exceed your account's rate limit.",
        headers={
            "anthropic-ratelimit-unified-status": "rejected",
            "anthropic-ratelimit-unified-reset": str(int(time.time()) + step.seconds),
            "anthropic-ratelimit-unified-representative-claim": "five_hour",
        },
    )


@dataclass(frozen=True)
class ClaudeKind:
    """The program from npm."""

    name: str = "claude"
    marks: tuple[pytest.MarkDecorator, ...] = (pytest.mark.real_agent, pytest.mark.timeout(300))
    can: ClassVar[frozenset[type[Step]]] = frozenset(
        {Say, Ask, AskOn, Report, Need, Insist, Flood, Work, Crash, Limit, End}
    )

    @cached_property
    def program(self) -> str | None:
        """Where it is."""
        return find_program("claude")

    @property
    def missing(self) -> str:
        """Why it cannot be tried here."""
        return "" if self.program else "Claude Code is not installed"

    @contextmanager
    def ready(self, place: Path, script: Script) -> Iterator[Ready]:
        """Serve its model, and give it an empty home."""
        temporary = place / "tmp"
        temporary.mkdir()
        with endpoint(ScriptedModel(place, script)) as served:
            environment = {
                **SWITCHES,
                "HOME": str(place),
                "TMPDIR": str(temporary),
                "CLAUDE_CONFIG_DIR": str(place / "claude"),
                "ANTHROPIC_BASE_URL": served.url,
            }
            settings = AgentSettings(
                kind="claude",
                command=(self.program or "claude",),
                environment=tuple(environment),
                allowed_tools=(f"Bash({CRASH})",),
            )
            yield Ready(settings=settings, environment=environment)

    def prompts(self, place: Path) -> list[str]:
        """What its model was given."""
        return kept_prompts(place)
