"""Process trees: who descends from whom, and how a whole tree is ended."""

from __future__ import annotations

import os
import signal
import sys
from contextlib import suppress
from pathlib import Path

from coffee_daemon.system.processes import stat_fields

#: prctl(2): orphaned descendants become our children instead of init's.
_PR_SET_CHILD_SUBREAPER = 36


def become_reaper() -> None:
    """Make sure that no descendant of this process can slip out of its tree.

    Linux: this process adopts orphaned descendants, so a double fork changes nothing.
    Windows: this process enters a job whose members all end when it ends (not run here).
    macOS has no such means; there the sweep by environment marker finds who slipped out.
    """
    if sys.platform == "linux":
        import ctypes  # noqa: PLC0415 - ten milliseconds that only a runner spends

        if ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0):
            number = ctypes.get_errno()
            raise OSError(number, os.strerror(number))
    elif sys.platform == "win32":
        from coffee_daemon.system.jobs import enter_job  # noqa: PLC0415 - Windows only

        enter_job()


def descendants(pid: int) -> list[int]:
    """Every living process below `pid`, children before grandchildren; zombies are left out."""
    if sys.platform != "linux":
        return _psutil_descendants(pid)
    children = _children_of_everyone()
    found: list[int] = []
    level = children.get(pid, [])
    while level:
        found += level
        level = [grandchild for child in level for grandchild in children.get(child, ())]
    return found


def terminate_tree(pid: int) -> list[int]:
    """Ask every process below `pid` to end; return whom. Windows cannot ask: nobody there."""
    return [] if os.name == "nt" else _signal_all(descendants(pid), signal.SIGTERM)


def kill_tree(pid: int) -> list[int]:
    """End every process below `pid` at once; return whom.

    Processes born meanwhile are missed: repeat until nobody is left.
    """
    return _signal_all(descendants(pid), getattr(signal, "SIGKILL", signal.SIGTERM))


def _signal_all(pids: list[int], number: int) -> list[int]:
    for pid in pids:
        with suppress(ProcessLookupError, PermissionError):
            os.kill(pid, number)
    return pids


def _children_of_everyone() -> dict[int, list[int]]:
    """From each living process to its living children, in one pass over /proc."""
    children: dict[int, list[int]] = {}
    for pid in all_pids():
        with suppress(OSError):
            fields = stat_fields(pid)
            # A zombie's children have been adopted already.
            if fields[0] not in "ZXx":
                children.setdefault(int(fields[1]), []).append(pid)
    return children


def all_pids() -> list[int]:
    """The numbers of all processes that may be seen (Linux)."""
    return [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit()]


def _psutil_descendants(pid: int) -> list[int]:
    import psutil  # noqa: PLC0415 - three times the price of a bare start

    try:
        return [child.pid for child in psutil.Process(pid).children(recursive=True)]
    except psutil.Error:
        return []
