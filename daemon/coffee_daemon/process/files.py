"""The files in the state folder by which processes find and tell each other."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from coffee_daemon.status import plain
from coffee_daemon.system import read_small, write_private

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from coffee_daemon.config import Config

_LARGEST_PID = 2**31 - 1


@dataclass(frozen=True, kw_only=True)
class StateFiles:
    """Where everything about one daemon's process lies."""

    folder: Path

    @classmethod
    def of(cls, config: Config) -> StateFiles:
        """Those of the configured daemon."""
        return cls(folder=config.state)

    @property
    def pid(self) -> Path:
        """The number alone."""
        return self.folder / "daemon.pid"

    @property
    def status(self) -> Path:
        """The status record."""
        return self.folder / "daemon_status.json"

    @property
    def lock(self) -> Path:
        """Held by the daemon for life; never deleted."""
        return self.folder / "daemon.lock"

    @property
    def control(self) -> Path:
        """Held by whoever starts or stops it, for as long as that takes; never deleted."""
        return self.folder / "control.lock"

    @property
    def stop(self) -> Path:
        """The request to stop."""
        return self.folder / "stop.request"

    @property
    def log(self) -> Path:
        """What the daemon prints."""
        return self.folder / "daemon.log"


@dataclass(frozen=True, kw_only=True)
class StopRequest:
    """The content of `stop.request`."""

    #: Of the daemon that is meant; any other takes no notice.
    nonce: str
    #: Who asked; empty where it is not known.
    who_id: str = ""
    who_name: str = ""
    #: Let the running turn end first.
    after_turn: bool = False
    at: datetime


def read_pid(path: Path) -> int | None:
    """The process number in a PID file; None when there is none that could be one."""
    try:
        raw = read_small(path, limit=100)
    except OSError:
        return None
    text = (raw or b"").strip()
    if not re.fullmatch(rb"[0-9]{1,10}", text):
        return None
    pid = int(text)
    return pid if 0 < pid <= _LARGEST_PID else None


def write_pid(path: Path, pid: int) -> None:
    """Write a PID file, whatever stood there; a folder is moved aside.

    Raises:
        OSError: It cannot be written.
    """
    write_private(path, f"{pid}\n", durable=False)


def read_stop_request(path: Path) -> StopRequest | None:
    """The request to stop; None when there is none that can be read."""
    try:
        raw = read_small(path)
        return None if raw is None else plain.load(StopRequest, raw)
    except (OSError, ValueError):
        return None


def write_stop_request(path: Path, request: StopRequest) -> None:
    """Leave a request to stop.

    Raises:
        OSError: It cannot be written.
    """
    # After a power loss there is no daemon left that it could be meant for.
    write_private(path, plain.dump(request), durable=False)
