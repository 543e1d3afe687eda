"""Settings of the daemon's side: frozen nouns, read once at the door."""

from __future__ import annotations

from coffee_daemon.config.loading import load_config, remember_project
from coffee_daemon.config.nouns import (
    DEFAULT_NAME,
    AgentSettings,
    Config,
    Integrate,
    Isolation,
    Limits,
    WorkingHours,
)
from coffee_daemon.config.reading import read_settings

__all__ = [
    "DEFAULT_NAME",
    "AgentSettings",
    "Config",
    "Integrate",
    "Isolation",
    "Limits",
    "WorkingHours",
    "load_config",
    "read_settings",
    "remember_project",
]
