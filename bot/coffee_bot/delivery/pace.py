"""Who must wait, and until when."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from coffee_daemon import Clock


@dataclass
class Pace:
    """Lines that rest: channels after a message, methods that Slack limits.

    Seconds count on the monotonic clock. Nothing of it must survive a restart.
    """

    clock: Clock
    _until: dict[str, float] = field(default_factory=dict)

    def rest(self, name: str, seconds: float) -> None:
        """Let a line rest from now on; a longer rest that already runs stays."""
        end = self.clock.monotonic() + seconds
        self._until[name] = max(end, self._until.get(name, end))

    def wake(self, name: str) -> None:
        """End a line's rest."""
        self._until.pop(name, None)

    def rests(self, name: str) -> bool:
        """Whether a line rests now; unlike `resting` it forgets none that is over."""
        return self._until.get(name, 0.0) > self.clock.monotonic()

    def resting(self) -> frozenset[str]:
        """The lines that rest now."""
        now = self.clock.monotonic()
        self._until = {name: end for name, end in self._until.items() if end > now}
        return frozenset(self._until)

    def shortest(self) -> float | None:
        """Seconds until the first of them is free; None when none rests."""
        ends = self._until.values()
        return max(0.0, min(ends) - self.clock.monotonic()) if ends else None
