"""The kinds of agents that the stories are played with.

A new kind is a class with what `Kind` asks for and a line in `KINDS`, or in a module of your own
that COFFEE_TEST_KIND names.
"""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Protocol

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
    from collections.abc import Iterator, Mapping
    from contextlib import AbstractContextManager

    import pytest

COMMAND_AGENT = Path(__file__).with_name("command_agent.py")
MCP_AGENT = Path(__file__).with_name("mcp_agent.py")


@dataclass(frozen=True, kw_only=True)
class Ready:
    """An agent that knows its script, as the daemon is told of it."""

    settings: AgentSettings
    #: What the daemon's own environment holds besides, such as the address of a model's endpoint.
    #: Name them in `settings.environment` where the agent shall see them.
    environment: Mapping[str, str] = field(default_factory=dict)


class Kind(Protocol):
    """One kind of agent, made to follow a script."""

    @property
    def name(self) -> str:
        """What it is called in the names of the tests."""
        ...

    @property
    def can(self) -> frozenset[type[Step]]:
        """The steps it can do; a story that needs others is not played with it."""
        ...

    @property
    def marks(self) -> tuple[pytest.MarkDecorator, ...]:
        """Marks of its tests, such as `real_agent`."""
        ...

    @property
    def missing(self) -> str:
        """Why it cannot be tried here, such as a program that is not installed; else empty."""
        ...

    def ready(self, place: Path, script: Script) -> AbstractContextManager[Ready]:
        """Teach it a script, for as long as the context lasts.

        Args:
            place: An empty folder of its own.
            script: What it does, turn by turn.
        """
        ...

    def prompts(self, place: Path) -> list[str]:
        """What the agent was given in each of its turns so far."""
        ...


@dataclass(frozen=True)
class CommandKind:
    """A plain program that asks with `coffee ask`, or another that asks in its own way."""

    name: str = "command"
    program: Path = COMMAND_AGENT
    marks: tuple[pytest.MarkDecorator, ...] = ()
    missing: str = ""
    can: ClassVar[frozenset[type[Step]]] = frozenset(
        {Say, Ask, AskOn, Report, Need, Insist, Flood, Work, Crash, Limit, End}
    )

    @contextmanager
    def ready(self, place: Path, script: Script) -> Iterator[Ready]:
        """Lay the script beside it."""
        write_script(place / "script.json", script)
        command = (sys.executable, str(self.program), str(place))
        yield Ready(settings=AgentSettings(command=command))

    def prompts(self, place: Path) -> list[str]:
        """What came on its standard input."""
        return kept_prompts(place)


def guests(environment: Mapping[str, str]) -> tuple[Kind, ...]:
    """The kind that COFFEE_TEST_KIND names as `module:NAME`, so that anybody's agent may join."""
    named = environment.get("COFFEE_TEST_KIND", "")
    if not named:
        return ()
    module, _, name = named.partition(":")
    return (getattr(import_module(module), name),)


KINDS: tuple[Kind, ...] = (
    CommandKind(),
    CommandKind(name="mcp", program=MCP_AGENT),
    *guests(os.environ),
)
