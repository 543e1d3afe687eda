"""How often Slack may be asked for the same thing."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from coffee_daemon import Clock

#: Slack allows some fifty calls a minute ("Tier 3" of its documentation); others of ours need
#: a few of them.
PER_MINUTE = 45
#: So many may come at once when there were none for a while.
AT_ONCE = 40


@dataclass
class Allowance:
    """Counts the calls of one method, so that Slack need not refuse any."""

    clock: Clock
    _left: float = AT_ONCE
    _at: float = field(init=False)

    def __post_init__(self) -> None:
        self._at = self.clock.monotonic()

    def take(self) -> None:
        """Count a call; one that came before its time makes the next one wait longer."""
        self._left = self._now_left() - 1
        self._at = self.clock.monotonic()

    def wait(self) -> float:
        """Seconds until the next call may come."""
        return max(0.0, (1 - self._now_left()) * 60 / PER_MINUTE)

    def _now_left(self) -> float:
        gained = (self.clock.monotonic() - self._at) * PER_MINUTE / 60
        return min(AT_ONCE, self._left + gained)
