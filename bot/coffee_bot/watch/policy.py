"""Which daemon is started again, when, and when that is given up (pure)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from coffee_daemon import DaemonState

if TYPE_CHECKING:
    from coffee_daemon import DaemonStatus

#: So many crashes within this time, and a person must look.
CRASHES = 5
WITHIN_SECONDS = 60.0
#: The longest wait before a restart.
LONGEST_SECONDS = 60.0


def wants_start(status: DaemonStatus) -> bool:
    """Whether the watch should start it: it is wanted, dead, and no person ended it.

    A `stop` by a person is not undone, nor is a Ctrl-C or a signal sent to it while the host goes
    on: its end was in order then, and somebody meant it. A crash was meant by nobody, and neither
    was the end of a daemon that went down with its host.
    """
    if status.state is DaemonState.STOPPED:
        return status.wanted and status.ended_with_host
    return status.wanted and status.state is DaemonState.CRASHED


@dataclass
class Restarts:
    """Remembers crashes, in seconds of a clock that never goes back."""

    _crashes: list[float] = field(default_factory=list)
    _in_a_row: int = 0

    def crashed(self, now: float) -> float | None:
        """Note a crash.

        Returns:
            Seconds to wait before the restart: 1, 2, 4, at most 60. None means give up.
        """
        self._crashes = [at for at in self._crashes if now - at < WITHIN_SECONDS]
        self._crashes.append(now)
        self._in_a_row += 1
        if len(self._crashes) >= CRASHES:
            return None
        return float(min(LONGEST_SECONDS, 2.0 ** (self._in_a_row - 1)))

    def seen_alive(self, now: float) -> None:
        """Note that it lives; after a minute without a crash the waits start from 1 again."""
        if self._crashes and now - self._crashes[-1] >= WITHIN_SECONDS:
            self.forget()

    def forget(self) -> None:
        """Start afresh, for example because a person started it."""
        self._crashes.clear()
        self._in_a_row = 0
