"""How often an agent's word on its progress edits what is shown: not at each word."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from coffee_daemon import Clock

#: So long one word stays before another one takes its place; of those meanwhile the latest wins.
STANDS_SECONDS = 10.0


@dataclass
class ProgressPace:
    """Tells which word is to be shown where, and when another one is waiting."""

    clock: Clock
    #: By place: the word that is shown there, and since when on the monotonic clock.
    _shown: dict[str, tuple[str, float]] = field(default_factory=dict)
    #: By place: when the word that waits may be shown.
    _due: dict[str, float] = field(default_factory=dict)

    def shown(self, place: str, said: str) -> str:
        """Return what is to be shown there now, of an agent that said this last."""
        now = self.clock.monotonic()
        known, since = self._shown.get(place, ("", now - STANDS_SECONDS))
        if said == known or not said or now - since >= STANDS_SECONDS:
            if said != known:
                self._shown[place] = (said, now)
            self._due.pop(place, None)
            return said
        self._due[place] = since + STANDS_SECONDS
        return known

    def forget(self, place: str) -> None:
        """Show no progress there any more."""
        self._shown.pop(place, None)
        self._due.pop(place, None)

    def due_in(self) -> float | None:
        """Seconds until a word that waits may be shown; None when none waits."""
        if not self._due:
            return None
        return max(0.0, min(self._due.values()) - self.clock.monotonic())

    def is_due(self) -> bool:
        """Whether a word that waited may be shown now."""
        return self.due_in() == 0.0
