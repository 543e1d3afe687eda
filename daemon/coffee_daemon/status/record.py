"""What the daemon writes about itself at each heartbeat."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from coffee_daemon.status import plain
from coffee_daemon.status.state import DaemonState
from coffee_daemon.system import Identity, read_small

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path


class Damage(Enum):
    """Why there is no status record."""

    MISSING = "missing"  # never written
    BROKEN = "broken"  # written by something else than a daemon
    UNREADABLE = "unreadable"  # a link, a folder, somebody else's


@dataclass(frozen=True, kw_only=True)
class StatusRecord:
    """The content of `daemon_status.json`."""

    name: str
    #: What it does, in a `DaemonState`'s word; `stopped` after an orderly end.
    state: str
    #: Why, where the state alone does not say it.
    reason: str = ""
    pid: int
    #: As `ProcessFacts.start`.
    process_start: float
    boot_id: str
    #: Random; the daemon's environment holds it as COFFEE_START_NONCE if `spawned`.
    nonce: str
    #: Started by a ProcessManager, not by hand in the foreground.
    spawned: bool
    started_at: datetime
    last_updated: datetime
    #: The host's monotonic clock at `last_updated`.
    monotonic: float
    #: The clock that goes on asleep, at the daemon's start and at `last_updated`.
    boot_started: float
    boot: float
    #: Seconds between two updates.
    heartbeat: float
    current_task: str | None = None
    task_number: int | None = None
    task_started_at: datetime | None = None
    #: Where the running turn's prompt and output lie.
    turn_folder: str | None = None
    last_output_at: datetime | None = None
    progress: str = ""
    open_questions: int = 0
    held_tasks: int = 0
    #: When a resting, paused or limited daemon goes on.
    until: datetime | None = None
    #: Until then it is at one task alone, or until that has ended; as one person wanted.
    focus_until: datetime | None = None
    focus_task: int | None = None
    focus_by: str = ""
    missing: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    #: The roadmap's file.
    roadmap: str | None = None
    #: Percent of one core and megabytes, of the daemon's whole tree.
    cpu_percent: float = 0.0
    memory_mb: float = 0.0

    @property
    def identity(self) -> Identity:
        """What proves that a process is the one that wrote this."""
        return Identity(pid=self.pid, start=self.process_start, boot_id=self.boot_id)

    @property
    def ended(self) -> bool:
        """Whether its daemon said goodbye."""
        return self.state == DaemonState.STOPPED


def read_record(path: Path) -> StatusRecord | Damage:
    """Read the status record, or tell why there is none; never raises."""
    try:
        raw = read_small(path)
    except OSError:
        return Damage.UNREADABLE
    if raw is None:
        return Damage.MISSING
    try:
        record = plain.load(StatusRecord, raw)
        DaemonState(record.state)
    except ValueError:
        return Damage.BROKEN
    return record
