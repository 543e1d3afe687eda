"""Acts that people do at the machine without the database: a small file each, until it has them.

Starting and stopping must work without the database, and fast. What was done is left in the state
folder, and the record takes it in, in order and once.
"""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from coffee_daemon.status import plain
from coffee_daemon.system import private_folder, read_small, write_private

if TYPE_CHECKING:
    from pathlib import Path

    from coffee_daemon.config import Config

_ENDING = ".json"


@dataclass(frozen=True, kw_only=True)
class Act:
    """Who did what at the machine, and what came of it."""

    who_id: str
    who_name: str
    verb: str
    target: str
    outcome: str
    detail: str = ""
    at: datetime


def acts_folder(config: Config) -> Path:
    """Return where acts wait for the record; all daemons of a state folder share it."""
    return config.home / "acts"


def write_act(folder: Path, act: Act) -> None:
    """Leave an act for the record.

    Raises:
        BadConfig: The state folder cannot be used.
        OSError: It cannot be written.
    """
    private_folder(folder.parent)
    private_folder(folder)
    # Names are in the order of time.
    name = f"{time.time_ns():020}-{os.urandom(4).hex()}{_ENDING}"
    write_private(folder / name, plain.dump(act))


def waiting_acts(folder: Path) -> list[str]:
    """Return the names of what waits, in order."""
    try:
        names = os.listdir(folder)  # noqa: PTH208 - looked at often: no path objects
    except (FileNotFoundError, NotADirectoryError):
        return []
    return sorted(name for name in names if name.endswith(_ENDING) and name[0] != ".")


def read_act(path: Path) -> Act:
    """Return an act; one that cannot be read says so, for something was done."""
    try:
        raw = read_small(path)
        return plain.load(Act, raw or b"")
    except (OSError, ValueError) as error:
        return Act(
            who_id="unknown",
            who_name="unknown",
            verb="?",
            target="",
            outcome="cannot be read",
            detail=f"{path.name}: {type(error).__name__}",
            at=datetime.now(UTC),
        )
