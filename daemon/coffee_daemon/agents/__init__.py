"""The programs that do the coding, behind one protocol; one file per kind."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass, replace
from importlib.util import find_spec
from typing import TYPE_CHECKING

from coffee_daemon.agents.command import CommandAgent
from coffee_daemon.agents.driven import DrivenAgent
from coffee_daemon.agents.environment import placed, search_path
from coffee_daemon.agents.presets import settled
from coffee_daemon.agents.prompt import compose, handed_over, news
from coffee_daemon.agents.protocol import Agent, Desk, Job
from coffee_daemon.agents.trailers import trailers
from coffee_daemon.errors import BadConfig
from coffee_daemon.system import resolve_program

if TYPE_CHECKING:
    from collections.abc import Mapping

    from coffee_daemon.config import Config

__all__ = [
    "Agent",
    "CommandAgent",
    "Desk",
    "Job",
    "absent",
    "agent_for",
    "compose",
    "handed_over",
    "news",
    "trailers",
]


@dataclass(frozen=True, kw_only=True)
class _Spoken:
    """A kind of agent that a driver of ours talks to."""

    driver: str
    #: The module that the driver cannot do without, and the extra that brings it.
    module: str
    extra: str


_SPOKEN = {
    "acp": _Spoken(driver="coffee_daemon.agents.acp", module="acp", extra="acp"),
    "claude": _Spoken(driver="coffee_daemon.agents.claude", module="mcp", extra="mcp"),
}


def agent_for(config: Config, environment: Mapping[str, str] | None = None) -> Agent | None:
    """Return the agent that the settings name; None when none is set.

    Args:
        config: The settings.
        environment: What the agent's own environment is picked from; ours unless given.

    Raises:
        BadConfig: There is no such kind of agent or preset, or a package that it needs is missing.
    """
    settings = settled(config.agent)
    if settings.kind not in {"command", *_SPOKEN}:
        raise _unknown(settings.kind)
    if not settings.command:
        return None
    config = replace(config, agent=settings)
    base = os.environ if environment is None else environment
    name = settings.preset or settings.kind
    if settings.kind == "command":
        return CommandAgent(config, base, name=name)
    return DrivenAgent(name, _driver(settings.kind), config, settings, base)


def absent(config: Config, environment: Mapping[str, str] | None = None) -> str | None:
    """Say what keeps turns from beginning: no agent is set, or its program is not there.

    None when nothing does. The program may come later, so this is news and no error.
    """
    command = settled(config.agent).command
    if not command:
        return "an agent: set [agent] preset or command in config.toml"
    path = search_path(config, os.environ if environment is None else environment)
    if resolve_program(placed(command[0], config.project), path):
        return None
    return (
        f"the agent's program {command[0]!r}: install it, or give its full path in [agent] command"
    )


def _driver(kind: str) -> str:
    spoken = _SPOKEN[kind]
    # Only looked for: the daemon itself has no use for it.
    if find_spec(spoken.module) is None:
        raise BadConfig(
            f'An agent of the kind "{kind}" needs a package that is not installed here.',
            hint=f"Install it: {sys.executable} -m pip install 'coffee-developer[{spoken.extra}]'",
        )
    return spoken.driver


def _unknown(kind: str) -> BadConfig:
    names = ", ".join(f'"{one}"' for one in sorted({"command", *_SPOKEN}))
    return BadConfig(
        f'[agent] kind is "{kind}", which is not known.',
        hint=f"Set it to one of {names}; or set [agent] preset instead.",
    )
