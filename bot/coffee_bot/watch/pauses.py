"""How long to wait before the next try, and whether time went by without us (pure)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from coffee_daemon import Clock

#: The longest wait before another try.
LONGEST_SECONDS = 60.0


@dataclass
class BackOff:
    """Waits of 1, 2, 4 and at most 60 s; the first try of a row comes at once."""

    _tries: int = 0
    _next: float = 0.0

    def due(self, now: float) -> bool:
        """Whether the next try may be made."""
        return now >= self._next

    def wait(self, now: float) -> float:
        """Seconds until then."""
        return max(0.0, self._next - now)

    def tried(self, now: float, at_least: float = 0.0) -> None:
        """Note a try; `at_least` is what the other side asks us to wait."""
        pause = max(at_least, min(LONGEST_SECONDS, 2.0 ** min(self._tries, 10)))
        self._tries, self._next = self._tries + 1, now + pause

    def forget(self) -> None:
        """Start afresh: what was tried has worked for a while."""
        self._tries, self._next = 0, 0.0


@dataclass
class Absence:
    """Tells when time went by without a look: sleep, a frozen process, a clock that was set."""

    clock: Clock
    #: So much more or less than usual between two looks.
    most: timedelta = timedelta(seconds=30)
    _last: tuple[datetime, float] | None = None

    def look(self) -> bool:
        """Whether the wall clock or the host's clock jumped since the last look."""
        last, now = self._last, (self.clock.now(), self.clock.boot())
        self._last = now
        if last is None:
            return False
        return abs(now[0] - last[0]) > self.most or now[1] - last[1] > self.most.total_seconds()
