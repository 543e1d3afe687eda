"""Agents that speak the Agent Client Protocol: the SDK's example, and Claude Code's adapter."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from conformance.claude_kind import ClaudeKind
from conformance.kinds import Ready
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
    write_script,
)

from coffee_daemon import AgentSettings

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pytest

_AGENT = Path(__file__).with_name("acp_agent.py")
#: A turn ends at once with a request that nobody has decided on, as the stories have it.
_NO_HOLD = timedelta(0)
_ALL: frozenset[type[Step]] = frozenset(
    {Say, Ask, AskOn, Report, Need, Insist, Flood, Work, Crash, Limit, End}
)


@dataclass(frozen=True, kw_only=True)
class AcpKind:
    """The Python SDK's example agent, made to follow a script."""

    name: str
    #: How it goes on with an earlier conversation: load, resume, or none where it cannot.
    goes_on_by: str
    can: ClassVar[frozenset[type[Step]]] = _ALL
    marks: tuple[pytest.MarkDecorator, ...] = ()
    missing: str = ""

    @contextmanager
    def ready(self, place: Path, script: Script) -> Iterator[Ready]:
        """Lay the script beside it."""
        write_script(place / "script.json", script)
        command = (sys.executable, str(_AGENT), str(place), self.goes_on_by)
        yield Ready(settings=AgentSettings(kind="acp", command=command, hold=_NO_HOLD))

    def prompts(self, place: Path) -> list[str]:
        """What it was given."""
        return kept_prompts(place)


@dataclass(frozen=True)
class ClaudeAcpKind(ClaudeKind):
    """The real Claude Code behind its adapter from npm, with a script for its model."""

    name: str = "claude-agent-acp"
    #: What the protocol has a part in; the rest is Claude Code's own, and tried with it alone.
    can: ClassVar[frozenset[type[Step]]] = frozenset({Ask, Need, Insist, Limit, End})

    @cached_property
    def program(self) -> str | None:
        """Where it is."""
        return find_program("claude-agent-acp")

    @property
    def missing(self) -> str:
        """Why it cannot be tried here."""
        return "" if self.program else "claude-agent-acp is not installed"

    @contextmanager
    def ready(self, place: Path, script: Script) -> Iterator[Ready]:
        """The same as Claude Code alone, over the protocol."""
        with super().ready(place, script) as claude:
            settings = AgentSettings(
                kind="acp",
                command=(self.program or "claude-agent-acp",),
                environment=claude.settings.environment,
                mode="acceptEdits",
                hold=_NO_HOLD,
            )
            yield Ready(settings=settings, environment=claude.environment)


ACP_KINDS = (
    AcpKind(name="acp", goes_on_by="load"),
    AcpKind(name="acp, resuming", goes_on_by="resume"),
    # It begins anew each time, with all that was said in its prompt.
    AcpKind(name="acp, forgetful", goes_on_by="none"),
    ClaudeAcpKind(),
)
