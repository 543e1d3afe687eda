"""The environment of an agent's tree: what is on the list, and the marks of its turn."""

from __future__ import annotations

import os
import sys
import sysconfig
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from coffee_daemon.agents.protocol import Job
    from coffee_daemon.config import Config

#: What programs need to find their way, and nothing that opens a door.
_ALLOWED = frozenset(
    {"HOME", "USER", "LOGNAME", "SHELL", "LANG", "LANGUAGE", "TERM", "TZ", "TMPDIR", "TEMP", "TMP"}
    # What programs need on Windows.
    | {"SYSTEMROOT", "SYSTEMDRIVE", "WINDIR", "COMSPEC", "PATHEXT", "PROGRAMDATA", "PROGRAMFILES"}
    | {"APPDATA", "LOCALAPPDATA", "USERPROFILE"}
)

#: Never handed on, not even when a setting names them.
_OURS = ("SLACK_", "COFFEE_")


def agent_environment(config: Config, job: Job, base: Mapping[str, str]) -> dict[str, str]:
    """Pick from `base` what a turn's processes may see, and add the marks of the turn."""
    named = {name.upper() for name in config.agent.environment}
    kept = {name: value for name, value in base.items() if _allowed(name.upper(), named)}
    return {
        **kept,
        **_record(config),
        "PATH": _path(base),
        "COFFEE_HOME": str(config.home),
        "COFFEE_DAEMON": config.name,
        "COFFEE_TASK_ID": str(job.task.number),
        "COFFEE_TURN": job.turn.nonce,
    }


def _record(config: Config) -> dict[str, str]:
    """Where `coffee ask` finds the record, if that is no secret: a file's address holds none."""
    url = config.database_url or ""
    return {"COFFEE_DATABASE_URL": url} if url.startswith("sqlite") else {}


def _allowed(name: str, named: set[str]) -> bool:
    if name.startswith(_OURS) or name == "PATH":
        return False
    return name in _ALLOWED or name.startswith("LC_") or name in named


def _path(base: Mapping[str, str]) -> str:
    """The search path, with the folder of our own commands in front."""
    usual = next((value for name, value in base.items() if name.upper() == "PATH"), os.defpath)
    # Not resolved: a virtual environment's python is a link out of it.
    ours = [str(Path(sys.executable).parent), sysconfig.get_path("scripts")]
    return os.pathsep.join(dict.fromkeys([*ours, *usual.split(os.pathsep)]))
