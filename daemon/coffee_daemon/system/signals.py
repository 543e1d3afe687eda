"""Signals that reach the process that was meant, and waiting for its end."""

from __future__ import annotations

import os
import select
import signal
import sys
import time
from contextlib import suppress
from typing import Self

from coffee_daemon.system.processes import START_TOLERANCE, process_facts

_POLL_SECONDS = 0.02


class Handle:
    """Holds on to one process, so that its number cannot come to mean another one.

    Open it first, prove the process's identity then, and signal through it last. Linux uses a
    pidfd; elsewhere the number itself is all there is, and the proof right before must do.
    """

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self._pidfd = _open_pidfd(pid)

    def send(self, number: int) -> bool:
        """Send a signal; False when the process has gone.

        Raises:
            PermissionError: It belongs to somebody else.
        """
        try:
            if sys.platform == "linux" and self._pidfd is not None:
                signal.pidfd_send_signal(self._pidfd, number)
            else:
                os.kill(self.pid, number)
        except ProcessLookupError:
            return False
        except OSError:
            # Windows says "invalid parameter" for a number that is no process any more.
            if os.name == "nt":
                return False
            raise
        return True

    def terminate(self) -> bool:
        """Ask it to end; on Windows there is no asking by signal, so nothing is sent there."""
        return os.name != "nt" and self.send(signal.SIGTERM)

    def kill(self) -> bool:
        """End it at once."""
        return self.send(getattr(signal, "SIGKILL", signal.SIGTERM))

    def wait(self, start: float | None, timeout: float) -> bool:
        """Wait until it has ended, at most `timeout` seconds; a zombie has."""
        if sys.platform == "linux" and self._pidfd is not None:
            poller = select.poll()
            poller.register(self._pidfd, select.POLLIN)
            return bool(poller.poll(max(0.0, timeout) * 1000))
        return _poll_gone(self.pid, start, timeout)

    def close(self) -> None:
        """Let go."""
        if self._pidfd is not None:
            with suppress(OSError):
                os.close(self._pidfd)
            self._pidfd = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def wait_gone(pid: int, start: float | None, timeout: float) -> bool:
    """Wait until that process has ended, at most `timeout` seconds; True when it has.

    Args:
        pid: Its number.
        start: Its start as `process_facts` told it; a later process of that number is not it.
        timeout: Seconds.
    """
    with Handle(pid) as handle:
        if _gone(pid, start):
            return True
        return handle.wait(start, timeout)


def _open_pidfd(pid: int) -> int | None:
    if sys.platform == "linux":
        try:
            return os.pidfd_open(pid)
        except (OSError, OverflowError):
            # Gone already, or a kernel before 5.3: the number itself must do.
            return None
    return None


def _poll_gone(pid: int, start: float | None, timeout: float) -> bool:
    deadline = time.monotonic() + timeout
    while not _gone(pid, start):
        if time.monotonic() >= deadline:
            return False
        time.sleep(_POLL_SECONDS)
    return True


def _gone(pid: int, start: float | None) -> bool:
    facts = process_facts(pid)
    if facts.alive is False:
        return True
    if facts.start is None or start is None:
        return False
    return abs(facts.start - start) > START_TOLERANCE
