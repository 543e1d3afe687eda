"""What goes over a socket to the app: greetings, envelopes, farewells.

https://docs.slack.dev/apis/events-api/using-socket-mode
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from coffee_bot.sandbox.connections import HOST
from coffee_bot.sandbox.ids import APP_ID

if TYPE_CHECKING:
    from coffee_bot.sandbox.nouns import Json


@dataclass(frozen=True, kw_only=True)
class Envelope:
    """One payload on its way to the app, and its acknowledgement."""

    id: str
    #: events_api, slash_commands or interactive.
    kind: str
    payload: Json
    #: 0 at first, 1 to 3 for repetitions.
    attempt: int
    #: The socket it went out on; None when there was none.
    socket: int | None
    #: Monotonic seconds.
    sent_at: float
    acked_at: float | None = None
    ack: Json | None = None

    @property
    def seconds(self) -> float:
        """From sending to the acknowledgement, or 0 without one."""
        return self.acked_at - self.sent_at if self.acked_at else 0.0


def hello(connections: int) -> Json:
    """Greet a new socket."""
    return {
        "type": "hello",
        "num_connections": connections,
        "connection_info": {"app_id": APP_ID},
        "debug_info": {
            "host": HOST,
            "started": time.strftime("%Y-%m-%d %H:%M:%S.000", time.gmtime()),
            "build_number": 1,
            "approximate_connection_time": 18060,
        },
    }


def disconnect(reason: str) -> Json:
    """Say that the connection will be closed, and why."""
    return {"type": "disconnect", "reason": reason, "debug_info": {"host": HOST}}


def body(envelope: Envelope) -> Json:
    """Write an envelope as it goes over the wire."""
    written: Json = {
        "envelope_id": envelope.id,
        "type": envelope.kind,
        "accepts_response_payload": envelope.kind != "events_api",
        "payload": envelope.payload,
    }
    if envelope.kind == "events_api":
        written["retry_attempt"] = envelope.attempt
        written["retry_reason"] = "timeout" if envelope.attempt else ""
    return written
