"""Waiting for signals without losing one."""

from __future__ import annotations

import select
import signal
from contextlib import suppress
from typing import Self

_RING_BYTES = 4096


class SignalBell:
    """Wakes the main thread at every signal that has a handler in Python, and when it is rung.

    A queue, a lock or an event does not: a signal that comes between Python's last look and the
    system call, or that the kernel gives to another thread, is heeded only when the wait ends by
    itself. Here the signal leaves a byte, whoever gets it (`signal.set_wakeup_fd`). Make it in the
    main thread; one at a time.
    """

    def __init__(self) -> None:
        import socket  # noqa: PLC0415 - whoever only looks does not pay for it

        self._heard, self._rung = socket.socketpair()
        self._heard.setblocking(False)
        self._rung.setblocking(False)
        self._before = signal.set_wakeup_fd(self._rung.fileno(), warn_on_full_buffer=False)

    def ring(self) -> None:
        """Wake it; safe from signal handlers and threads, and after `close`."""
        # A full buffer means that enough rings wait already.
        with suppress(OSError):
            self._rung.send(b"\0")

    def wait(self, seconds: float | None) -> bool:
        """Wait for a signal or a ring, at most `seconds`; True when there was one.

        What came while nobody waited is kept for the next wait. A handler may run only after this
        has returned: one whose word counts rings again.
        """
        readable, _, _ = select.select([self._heard], [], [], seconds)
        with suppress(BlockingIOError):
            while self._heard.recv(_RING_BYTES):
                pass
        return bool(readable)

    def close(self) -> None:
        """Give the signals back to who had them before."""
        signal.set_wakeup_fd(self._before)
        self._heard.close()
        self._rung.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
