"""What can be known about a process: whether it lives, since when, and with what environment."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from coffee_daemon.system.clocks import boot_id

if TYPE_CHECKING:
    import psutil

#: Seconds by which two readings of one process's start may differ.
START_TOLERANCE = 2.0
#: The largest process number that any of the three systems gives.
_LARGEST_PID = 2**32 - 1


@dataclass(frozen=True, kw_only=True)
class ProcessFacts:
    """One look at a process."""

    pid: int
    #: None when it cannot be told. A zombie is dead.
    alive: bool | None
    #: Linux: seconds since boot, which no clock change moves. Elsewhere: the wall clock's.
    start: float | None = None
    #: The user's number; None where it is not known.
    user: int | None = None


@dataclass(frozen=True, kw_only=True)
class Identity:
    """What tells one process from every other, earlier or later, that has the same number."""

    pid: int
    start: float
    boot_id: str

    @classmethod
    def own(cls) -> Identity:
        """This process's."""
        facts = process_facts(os.getpid())
        return cls(pid=facts.pid, start=facts.start or 0.0, boot_id=boot_id())

    def lives(self) -> bool | None:
        """Whether that very process is alive now; None when it cannot be told."""
        if self.boot_id != boot_id():
            return False
        facts = process_facts(self.pid)
        if not facts.alive:
            return facts.alive
        if facts.start is None:
            return None
        return abs(facts.start - self.start) <= START_TOLERANCE


def process_facts(pid: int) -> ProcessFacts:
    """Look at a process; never raises.

    Linux reads /proc, the others ask psutil (not run here).
    """
    if not 0 < pid <= _LARGEST_PID:
        return ProcessFacts(pid=pid, alive=False)
    if sys.platform == "linux":
        return _from_proc(pid)
    return _from_psutil(pid)


def environment_of(pid: int) -> dict[str, str] | None:
    """The environment with which a process was started; None when it may not be read."""
    if sys.platform != "linux":
        return _psutil_environment(pid)
    try:
        raw = Path(f"/proc/{pid}/environ").read_bytes()
    except OSError:
        return None
    pairs = (part.partition(b"=") for part in raw.split(b"\0") if b"=" in part)
    return {os.fsdecode(name): os.fsdecode(value) for name, _, value in pairs}


def stat_fields(pid: int) -> list[str]:
    """The fields of /proc/PID/stat from the state on (Linux).

    The name before them may hold blanks and brackets: proc(5). Field 3 of the manual is 0 here.

    Raises:
        OSError: There is no such process, or it may not be seen.
    """
    text = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    return text.rpartition(")")[2].split()


@cache
def clock_ticks() -> int:
    """How many of the kernel's ticks make a second (Linux)."""
    return _setting("SC_CLK_TCK")


@cache
def page_bytes() -> int:
    """How large a page of memory is (Linux)."""
    return _setting("SC_PAGE_SIZE")


def _setting(name: str) -> int:
    if sys.platform == "win32":
        raise NotImplementedError
    return os.sysconf(name)


def _from_proc(pid: int) -> ProcessFacts:
    try:
        fields = stat_fields(pid)
        user = Path(f"/proc/{pid}").stat().st_uid
    except (FileNotFoundError, ProcessLookupError):
        # Where other users' processes are hidden they look gone, and none of those is ours.
        return ProcessFacts(pid=pid, alive=False if Path("/proc/self").exists() else None)
    except OSError:
        return ProcessFacts(pid=pid, alive=None)
    start = int(fields[19]) / clock_ticks()
    return ProcessFacts(pid=pid, alive=fields[0] not in "ZXx", start=start, user=user)


def _from_psutil(pid: int) -> ProcessFacts:
    import psutil  # noqa: PLC0415 - three times the price of a bare start

    try:
        process = psutil.Process(pid)
        alive = process.status() != psutil.STATUS_ZOMBIE
        return ProcessFacts(
            pid=pid, alive=alive, start=process.create_time(), user=_user_of(process)
        )
    except psutil.NoSuchProcess:
        return ProcessFacts(pid=pid, alive=False)
    except psutil.Error:
        return ProcessFacts(pid=pid, alive=None)


def _user_of(process: psutil.Process) -> int | None:
    if sys.platform == "win32":
        return None
    return process.uids().real


def _psutil_environment(pid: int) -> dict[str, str] | None:
    import psutil  # noqa: PLC0415 - three times the price of a bare start

    try:
        return psutil.Process(pid).environ()
    except (psutil.Error, OSError):
        return None
