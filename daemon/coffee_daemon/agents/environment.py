"""The environment of an agent's tree: what is on the list, and the marks of its turn."""

from __future__ import annotations

import os
import shutil
import sys
import sysconfig
from pathlib import Path
from typing import TYPE_CHECKING

from coffee_daemon.system import private_folder

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
        "PATH": search_path(config, base),
        "COFFEE_HOME": str(config.home),
        "COFFEE_DAEMON": config.name,
        "COFFEE_TASK_ID": str(job.task.number),
        "COFFEE_TURN": job.turn.nonce,
    }


def placed(program: str, project: Path) -> str:
    """Return a program's name as it can be looked for; `./agent.sh` lies in the project."""
    is_path = os.path.dirname(program) != ""  # noqa: PTH120 - Path forgets a leading ./
    return str(project / Path(program).expanduser()) if is_path else program


def _record(config: Config) -> dict[str, str]:
    """Where `coffee ask` finds the record, if that is no secret: a file's address holds none."""
    url = config.database_url or ""
    return {"COFFEE_DATABASE_URL": url} if url.startswith("sqlite") else {}


def _allowed(name: str, named: set[str]) -> bool:
    if name.startswith(_OURS) or name == "PATH":
        return False
    return name in _ALLOWED or name.startswith("LC_") or name in named


def search_path(config: Config, base: Mapping[str, str]) -> str:
    """Return the agent's search path: that of `base`, with `coffee` in front."""
    usual = next((value for name, value in base.items() if name.upper() == "PATH"), os.defpath)
    return os.pathsep.join(dict.fromkeys([str(_commands(config)), *usual.split(os.pathsep)]))


def _commands(config: Config) -> Path:
    """A folder with our own command and nothing else.

    Our virtual environment's folder also holds a `python`, and perhaps a `pytest`, that would hide
    the project's own. Where links cannot be made, as usual on Windows, it has to do all the same.
    """
    # Not resolved: a virtual environment's python is a link out of it.
    places = [str(Path(sys.executable).parent), sysconfig.get_path("scripts")]
    program = shutil.which("coffee", path=os.pathsep.join(places))
    if program is None:
        return Path(places[-1])
    folder = config.home / "bin"
    link = folder / Path(program).name
    try:
        private_folder(folder)
        if not (link.is_symlink() and link.readlink() == Path(program)):
            link.unlink(missing_ok=True)
            link.symlink_to(program)
    except OSError:
        return Path(program).parent
    return folder
