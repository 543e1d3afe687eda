"""The Socket Mode client, watched and rebuilt when it is lost or deaf."""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from slack_sdk.errors import SlackApiError

from coffee_bot.calling import CALL_ERRORS
from coffee_bot.watch.link import LinkHealth, LinkState, Pulse
from coffee_bot.watch.pauses import BackOff

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from coffee_bot.watch.line_client import LineClient
    from coffee_daemon import Clock

log = logging.getLogger(__name__)

#: A connection that lasted so long was a good one: the next one need not wait.
_GOOD_SECONDS = 30.0
#: How often the line is looked at; the SDK pings as often.
LOOK_SECONDS = 5.0


@dataclass
class SocketLink:
    """Watches the client's sessions. `look()` is called by one thread."""

    client: LineClient
    clock: Clock
    #: Called on every hello, with Slack's count of this app's connections: what was missed
    #: meanwhile must be read back.
    on_hello: Callable[[int], object] = lambda _: None
    #: Says that the line must be looked at now; called by the SDK's threads.
    wake: Callable[[], object] = lambda: None
    state: LinkState = LinkState.RECONNECTING
    #: Since when it is so.
    since: datetime = field(init=False)
    #: Why no new connection could be opened, in a few words; empty while one can.
    trouble: str = ""
    _health: LinkHealth = field(init=False)
    _back_off: BackOff = field(default_factory=BackOff)
    #: Slack asked us to open another connection before it closes the present one.
    _wanted: bool = False
    #: The present session's connection is known to be broken.
    _broken: str = ""
    _opened: float = field(init=False)
    _lost_at: float | None = None

    def __post_init__(self) -> None:
        self._health = LinkHealth(self.clock)
        self._opened = self.clock.boot()
        self.since = self.clock.now()
        self.client.on_message_listeners.append(self._heard)
        self.client.on_error_listeners.append(self._failed)
        self.client.on_close_listeners.append(self._closed)
        self.client.on_wanted = self._another

    def look(self) -> float:
        """Judge the line, and rebuild it where that is due.

        Returns:
            Seconds after which to look again.
        """
        self._judge()
        if not self._needs_another():
            return LOOK_SECONDS
        self._note_loss()
        now = self.clock.boot()
        if self._back_off.due(now):
            self._rebuild(now)
            self._judge()
        return min(LOOK_SECONDS, self._back_off.wait(self.clock.boot()) + 0.01)

    def ask_again(self) -> None:
        """Have a new connection opened, for the sake of its hello. The present one goes first."""
        self._broken = "asked anew"
        self.wake()

    @property
    def silence(self) -> float:
        """Seconds since the last sign of life from Slack."""
        return self._health.silence()

    def close(self) -> None:
        """Close the line for good; the client is then of no more use."""
        self.client.hang_up()
        self.client.close()

    def _judge(self) -> None:
        before, self.state = self.state, self._health.observe(self._pulse())
        if self.state is before:
            return
        self.since = self.clock.now()
        if self.state is LinkState.DEAF:
            log.warning(
                "No sign of life from Slack for %.0f s; another connection is tried.%s",
                self.silence,
                f" {self.trouble}" if self.trouble else "",
                extra={"action": "link_deaf"},
            )

    def _needs_another(self) -> bool:
        if self.client.ended():
            self._broken = "ended"
        lost = not self.client.is_connected() or self._health.stale()
        return lost or self._wanted or bool(self._broken)

    def _note_loss(self) -> None:
        if self._lost_at is not None or self._wanted:
            return
        self._lost_at = self.clock.boot()
        if self._lost_at - self._opened >= _GOOD_SECONDS:
            self._back_off.forget()

    def _rebuild(self, now: float) -> None:
        """Open another connection; a dead one is closed before, because Slack counts both."""
        if self._wanted and now - self._opened >= _GOOD_SECONDS:
            self._back_off.forget()
        if self._broken or self._health.stale() or not self._wanted:
            self.client.drop()
        self._wanted, self._opened, at_least = False, self.clock.boot(), 0.0
        try:
            self.client.renew()
            self.trouble = ""
        except CALL_ERRORS as error:
            self.trouble = f"Slack gave no new connection: {_word(error)}."
            at_least = asked_to_wait(error)
        # Only now: while it is closed, the old connection's reader may still complain.
        self._broken = ""
        self._back_off.tried(self.clock.boot(), at_least)

    def _pulse(self) -> Pulse:
        session = self.client.current_session
        if session is None:
            return Pulse(session=None, active=False, stamp=None)
        return Pulse(
            session=session.session_id,
            active=session.is_active(),
            stamp=session.last_ping_pong_time,
        )

    def _failed(self, error: Exception) -> None:
        self._broken = type(error).__name__
        self.wake()

    def _closed(self, code: int, _reason: str | None = None) -> None:
        self._broken = f"closed with {code}"
        self.wake()

    def _another(self) -> None:
        self._wanted = True
        self.wake()

    def _heard(self, raw: str) -> None:
        if '"hello"' not in raw[:200] or not raw.startswith("{"):
            return
        hello = json.loads(raw)
        if hello.get("type") == "hello":
            self._back_again()
            self.on_hello(int(hello.get("num_connections") or 1))
            self.wake()

    def _back_again(self) -> None:
        self._health.heard()
        lost_at, self._lost_at = self._lost_at, None
        if lost_at is not None:
            log.warning(
                "The line to Slack was lost; it is back after %.1f s.",
                self.clock.boot() - lost_at,
                extra={"action": "link_back"},
            )


def _word(error: Exception) -> str:
    if isinstance(error, SlackApiError):
        return str(error.response.get("error"))[:100]
    reason = getattr(error, "reason", error)
    return f"{type(error).__name__}: {reason}"[:200]


def asked_to_wait(error: Exception) -> float:
    """Seconds for which Slack asks us to wait before the next try; zero when it does not."""
    if not isinstance(error, SlackApiError):
        return 0.0
    headers = {key.lower(): value for key, value in dict(error.response.headers).items()}
    said = str(headers.get("retry-after", ""))
    return float(said) if said.isdigit() else 0.0
