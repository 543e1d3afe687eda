"""Who must wait, and until when."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from coffee_bot.delivery.outcomes import Verdict
    from coffee_daemon import Clock, Store

#: Waited after the network failed before anything was sent.
UNREACHABLE_SECONDS = 5.0
_ASKED = "slack_asks:"


@dataclass
class Pace:
    """Lines that rest: channels after a message, methods that Slack limits.

    Seconds count on the monotonic clock. Only what Slack asks for survives a restart.
    """

    clock: Clock
    store: Store
    _until: dict[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name, asked in self.store.facts.beginning_with(_ASKED).items():
            self._go_on(name, *asked.split())

    def rest(self, name: str, seconds: float) -> None:
        """Let a line rest from now on; a longer rest that already runs stays."""
        end = self.clock.monotonic() + seconds
        self._until[name] = max(end, self._until.get(name, end))

    def obey(self, name: str, seconds: float) -> None:
        """Let a line rest for as long as Slack asks, also if this process does not live on."""
        self.store.facts.keep(f"{_ASKED}{name}", f"{self.clock.now().isoformat()} {seconds}")
        self.rest(name, seconds)

    def wait(self, name: str, verdict: Verdict) -> None:
        """Let a line rest after a call that may be made again."""
        if verdict.wait:
            self.obey(name, verdict.wait.total_seconds())
        else:
            self.rest(name, UNREACHABLE_SECONDS)

    def wake(self, name: str) -> None:
        """End a line's rest."""
        self._until.pop(name, None)

    def rests(self, name: str) -> bool:
        """Whether a line rests now; unlike `resting` it forgets none that is over."""
        return self.left(name) > 0

    def left(self, name: str) -> float:
        """Seconds until a line is free; like `rests` it forgets none."""
        return max(0.0, self._until.get(name, 0.0) - self.clock.monotonic())

    def resting(self) -> frozenset[str]:
        """The lines that rest now."""
        now = self.clock.monotonic()
        self._until = {name: end for name, end in self._until.items() if end > now}
        return frozenset(self._until)

    def shortest(self) -> float | None:
        """Seconds until the first of them is free; None when none rests."""
        ends = self._until.values()
        return max(0.0, min(ends) - self.clock.monotonic()) if ends else None

    def _go_on(self, name: str, begun: str, seconds: str) -> None:
        gone = (self.clock.now() - datetime.fromisoformat(begun)).total_seconds()
        # Where the clock was set back meanwhile it rests anew, and not for the hour besides.
        left = float(seconds) - max(0.0, gone)
        if left > 0:
            self.rest(name.removeprefix(_ASKED), left)
        else:
            self.store.facts.forget(name)
