"""A lock that the system lets go of when its holder dies."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path
from typing import Self

#: How often a waiting `acquire` tries again.
_TRY_SECONDS = 0.02
_PROC_LOCKS = Path("/proc/locks")


class Lock:
    """An exclusive lock on a file, held for as long as its owner likes.

    The file is never deleted: with a new file two owners could each hold a lock of that name.
    Child processes do not inherit it. The Windows branch has not been run here.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._handle: int | None = None

    @property
    def held(self) -> bool:
        """Whether this object holds it."""
        return self._handle is not None

    def acquire(self, timeout: float = 0.0) -> bool:
        """Try for `timeout` seconds, at least once; tell whether it is ours now.

        Raises:
            OSError: The file cannot be opened.
        """
        deadline = time.monotonic() + timeout
        flags = os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0)
        handle = os.open(self._path, flags, 0o600)
        while not _try(handle):
            if time.monotonic() >= deadline:
                os.close(handle)
                return False
            time.sleep(_TRY_SECONDS)
        self._handle = handle
        return True

    def release(self) -> None:
        """Let go; fine when it is not held."""
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.release()


def lock_holders(path: Path) -> list[int]:
    """The numbers of the processes that hold a lock on that file, as far as the system tells.

    Looking takes no lock. Linux: /proc/locks, see proc_locks(5). Elsewhere nobody is found.
    """
    if sys.platform != "linux":
        return []
    try:
        inode = str(path.stat().st_ino)
        lines = _PROC_LOCKS.read_text(encoding="ascii").splitlines()
    except OSError:
        return []
    return [pid for pid in (_holder(line.split(), inode) for line in lines) if pid is not None]


def _holder(fields: list[str], inode: str) -> int | None:
    """Of a line such as `1: FLOCK ADVISORY WRITE 28954 fe:00:2270478 0 EOF`.

    The device is not compared: on some file systems it is another one than stat(2) tells. One that
    waits for a lock has an arrow in its second field.
    """
    if len(fields) < 6 or fields[1] != "FLOCK" or fields[5].rpartition(":")[2] != inode:
        return None
    # 0 or less: a process that cannot be seen from here.
    return int(fields[4]) if fields[4].isdigit() and fields[4] != "0" else None


def _try(handle: int) -> bool:
    try:
        _lock_now(handle)
    except OSError as error:
        # A refusal has its own two numbers; anything else is real trouble.
        if isinstance(error, (BlockingIOError, PermissionError)):
            return False
        os.close(handle)
        raise
    return True


def _lock_now(handle: int) -> None:
    if sys.platform == "win32":
        import msvcrt  # noqa: PLC0415 - only on Windows

        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
    else:
        import fcntl  # noqa: PLC0415 - not on Windows

        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
