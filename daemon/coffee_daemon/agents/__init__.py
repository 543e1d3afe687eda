"""The programs that do the coding, behind one protocol; one file per kind."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from coffee_daemon.agents.command import CommandAgent
from coffee_daemon.agents.prompt import compose
from coffee_daemon.agents.protocol import Agent, Desk, Job
from coffee_daemon.errors import BadConfig

if TYPE_CHECKING:
    from collections.abc import Mapping

    from coffee_daemon.config import Config

__all__ = ["Agent", "CommandAgent", "Desk", "Job", "agent_for", "compose"]


def agent_for(config: Config, environment: Mapping[str, str] | None = None) -> Agent | None:
    """Return the agent that the settings name; None when none is set.

    Args:
        config: The settings.
        environment: What the agent's own environment is picked from; ours unless given.

    Raises:
        BadConfig: There is no such kind of agent.
    """
    settings = config.agent
    if settings.kind != "command":
        raise BadConfig(
            f'[agent] kind is "{settings.kind}", which is not known.',
            hint='Set it to "command", and [agent] command to the program that does the coding.',
        )
    if not settings.command:
        return None
    return CommandAgent(config, os.environ if environment is None else environment)
