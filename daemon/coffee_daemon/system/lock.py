"""A lock that the system lets go of when its holder dies."""

from __future__ import annotations

import os
import sys
import time
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from pathlib import Path

#: How often a waiting `acquire` tries again.
_TRY_SECONDS = 0.02


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
