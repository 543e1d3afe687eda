"""When a dead daemon is started again, and when that is given up (pure)."""

from __future__ import annotations

from dataclasses import dataclass, field

#: So many crashes within this time, and a person must look.
CRASHES = 5
WITHIN_SECONDS = 60.0
#: The longest wait before a restart.
LONGEST_SECONDS = 60.0


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
