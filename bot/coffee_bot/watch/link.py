"""Whether Slack still hears us: judged by pongs, because `is_connected()` lies."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from coffee_daemon import Clock

#: Without a pong for so long, nothing that was sent to us may have arrived.
DEAF_SECONDS = 30.0


class LinkState(StrEnum):
    """How the bot's line to Slack is."""

    CONNECTED = "connected"
    RECONNECTING = "reconnecting"  # no socket; a new one is being opened
    DEAF = "deaf"  # nothing from Slack for longer than that, with a socket or without


@dataclass(frozen=True, kw_only=True)
class Pulse:
    """What the Socket Mode client shows of its present session."""

    session: str | None
    active: bool
    #: The SDK's own stamp of the last ping or pong; only its changes mean something here,
    #: because it is taken from a wall clock that may jump.
    stamp: float | None


@dataclass
class LinkHealth:
    """Tells from pulses how old the last sign of life is, sleep included."""

    clock: Clock
    _seen: tuple[str | None, float | None] = (None, None)
    #: When the present session last showed something new, itself included.
    _since: float = field(default=0.0)
    #: When Slack last gave a sign of life: another session alone is none.
    _alive: float = field(default=0.0)

    def __post_init__(self) -> None:
        self._since = self._alive = self.clock.boot()

    def observe(self, pulse: Pulse) -> LinkState:
        """Take one look's pulse and say how the line is."""
        seen = (pulse.session, pulse.stamp)
        if seen != self._seen:
            self._seen, self._since = seen, self.clock.boot()
            if pulse.active and pulse.stamp is not None:
                self._alive = self._since
        if self.silence() > DEAF_SECONDS:
            return LinkState.DEAF
        return LinkState.CONNECTED if pulse.active else LinkState.RECONNECTING

    def heard(self) -> None:
        """Note a sign of life other than a pong."""
        self._alive = self.clock.boot()

    def silence(self) -> float:
        """Seconds since Slack's last sign of life, sleep included."""
        return self.clock.boot() - self._alive

    def stale(self) -> bool:
        """Whether the present session itself is silent for too long."""
        return self.clock.boot() - self._since > DEAF_SECONDS
