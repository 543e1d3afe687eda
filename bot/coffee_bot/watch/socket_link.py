"""The Socket Mode client, watched and rebuilt when it is deaf."""

from __future__ import annotations

import json
import logging
import socket
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from coffee_bot.watch.link import LinkHealth, LinkState, Pulse

if TYPE_CHECKING:
    from collections.abc import Callable

    from slack_sdk.socket_mode.builtin import SocketModeClient

    from coffee_daemon import Clock

log = logging.getLogger(__name__)


@dataclass
class SocketLink:
    """Watches the client's sessions. `look()` is called by one thread."""

    client: SocketModeClient
    clock: Clock
    #: Called on every hello: what was missed meanwhile must be read back.
    on_hello: Callable[[], object]
    state: LinkState = LinkState.RECONNECTING
    #: Connections of this app by Slack's last two hellos, ours included.
    connections: tuple[int, int] = (0, 0)
    _health: LinkHealth = field(init=False)

    def __post_init__(self) -> None:
        self._health = LinkHealth(self.clock)
        self.client.on_message_listeners.append(self._heard)

    def look(self) -> LinkState:
        """Judge the line, and have a deaf one rebuilt."""
        before, self.state = self.state, self._health.observe(self._pulse())
        if self.state is LinkState.DEAF:
            log.warning("No sign of life from Slack for %.0f s.", self._health.silence())
            self._rebuild()
        elif self.state is not before:
            log.info("The line to Slack is %s.", self.state, extra={"action": "link"})
        return self.state

    @property
    def silence(self) -> float:
        """Seconds since the last sign of life from Slack."""
        return self._health.silence()

    @property
    def shared(self) -> bool:
        """Whether others use this app's connections, told by two hellos in a row.

        Slack gives each event to only one connection. A single hello may still count our own
        socket that is about to close.
        """
        return min(self.connections) > 1

    def close(self) -> None:
        """Close the line for good; the client is then of no more use."""
        self._hang_up()
        self.client.close()

    def _pulse(self) -> Pulse:
        session = self.client.current_session
        if session is None:
            return Pulse(session=None, active=False, stamp=None)
        return Pulse(
            session=session.session_id,
            active=session.is_active(),
            stamp=session.last_ping_pong_time,
        )

    def _rebuild(self) -> None:
        """Close the dead socket before opening another one: Slack counts both.

        The client's own monitor then finds it closed and opens a new one.
        """
        self._hang_up()
        self.client.disconnect()

    def _hang_up(self) -> None:
        """End a blocking read of the client at once, which otherwise lasts up to 3 s."""
        session = self.client.current_session
        line = session.sock if session is not None else None
        if line is not None:
            with suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)

    def _heard(self, raw: str) -> None:
        if '"hello"' not in raw[:200] or not raw.startswith("{"):
            return
        hello = json.loads(raw)
        if hello.get("type") == "hello":
            self.connections = (self.connections[1], int(hello.get("num_connections") or 1))
            self.on_hello()
