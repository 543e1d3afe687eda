"""Socket Mode: who is connected, and what each envelope came to.

https://docs.slack.dev/apis/events-api/using-socket-mode
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import random
import time
from collections import OrderedDict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from aiohttp import WSCloseCode, WSMsgType, web

from coffee_bot.sandbox.faults import Effect, Moment
from coffee_bot.sandbox.ids import APP_ID, token

if TYPE_CHECKING:
    from coffee_bot.sandbox.faults import FaultPlan
    from coffee_bot.sandbox.nouns import Json
    from coffee_bot.sandbox.settings import Settings

_HOST = "applink-sandbox"
_ENVELOPES_KEPT = 10_000


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


class Socket:
    """One open WebSocket of the app."""

    def __init__(self, number: int, response: web.WebSocketResponse, request: web.Request) -> None:
        self.number = number
        self.response = response
        self._request = request

    async def send(self, body: Json) -> None:
        """Write one message; a socket that is just closing swallows it, as a network does."""
        with contextlib.suppress(ConnectionResetError):
            await self.response.send_str(json.dumps(body))

    async def ping(self) -> None:
        """Send a ping frame, unless the socket is just closing."""
        with contextlib.suppress(ConnectionResetError):
            await self.response.ping(b"Ping from " + _HOST.encode())

    async def pong(self, data: bytes) -> None:
        """Answer a ping, unless the socket is just closing."""
        with contextlib.suppress(ConnectionResetError):
            await self.response.pong(data)

    def cut(self) -> None:
        """End the connection without a close frame, as a dying network does."""
        if self._request.transport is not None:
            self._request.transport.abort()


class Hub:
    """All sockets of the app. Each payload goes to exactly one of them, chosen at random."""

    def __init__(self, settings: Settings, faults: FaultPlan) -> None:
        self._settings = settings
        self._faults = faults
        self._tickets: set[str] = set()
        self._waiting: dict[str, asyncio.Future[Json]] = {}
        self._count = 0
        # Which socket gets a payload is chance, not a secret, and must be repeatable by seed.
        self._random = random.Random(settings.seed)  # noqa: S311
        self.sockets: list[Socket] = []
        self.envelopes: OrderedDict[str, Envelope] = OrderedDict()

    def ticket(self) -> str:
        """Return a ticket that opens one socket, once."""
        ticket = token()
        self._tickets.add(ticket)
        return ticket

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """Serve one socket from its opening to its end."""
        ticket = request.query.get("ticket", "")
        if ticket not in self._tickets:
            return web.Response(status=404, text="unknown or used ticket")
        self._tickets.discard(ticket)
        response = web.WebSocketResponse(autoping=False, compress=False, timeout=0.1)
        await response.prepare(request)
        self._count += 1
        socket = Socket(self._count, response, request)
        if len(self.sockets) >= self._settings.max_sockets:
            await socket.send(_disconnect("too_many_websockets"))
            await response.close()
            return response
        await self._live(socket)
        return response

    async def _live(self, socket: Socket) -> None:
        self.sockets.append(socket)
        try:
            await socket.send(_hello(len(self.sockets)))
            if self._faults.take(Moment.SOCKET, "open"):
                socket.cut()
            await self._read(socket)
        finally:
            self.sockets.remove(socket)

    async def _read(self, socket: Socket) -> None:
        # Pings are answered here and not by aiohttp, so that a socket can be made to fall silent.
        async for message in socket.response:
            if message.type is WSMsgType.PING:
                await socket.pong(message.data)
            elif message.type is WSMsgType.TEXT:
                self._acknowledge(json.loads(message.data))

    def _acknowledge(self, body: Json) -> None:
        # Any socket may carry it: after a refresh the SDK acknowledges on the new one.
        envelope_id = str(body.get("envelope_id"))
        future = self._waiting.pop(envelope_id, None)
        if future is None or future.done():
            return
        payload = body.get("payload") or {}
        now = time.monotonic()
        self.envelopes[envelope_id] = replace(
            self.envelopes[envelope_id], acked_at=now, ack=payload
        )
        future.set_result(payload)

    async def deliver(self, kind: str, payload: Json, *, attempt: int = 0) -> Envelope:
        """Send a payload and wait for its acknowledgement, `ack_seconds` at most.

        Without an open socket the time passes all the same for events, which Slack repeats later;
        a person's command fails at once.
        """
        envelope = self._envelope(kind, payload, attempt)
        if envelope.socket is None and kind != "events_api":
            return envelope
        future = asyncio.get_running_loop().create_future()
        self._waiting[envelope.id] = future
        try:
            async with asyncio.timeout(self._settings.ack_seconds):
                await self._send(envelope)
                await future
        except TimeoutError:
            self._waiting.pop(envelope.id, None)
        return self.envelopes.get(envelope.id, envelope)

    def _envelope(self, kind: str, payload: Json, attempt: int) -> Envelope:
        chosen = self._random.choice(self.sockets) if self.sockets else None
        envelope = Envelope(
            id=f"{token()}-{attempt}",
            kind=kind,
            payload=payload,
            attempt=attempt,
            socket=chosen.number if chosen else None,
            sent_at=time.monotonic(),
        )
        self.envelopes[envelope.id] = envelope
        if len(self.envelopes) > _ENVELOPES_KEPT:
            self.envelopes.popitem(last=False)
        return envelope

    async def _send(self, envelope: Envelope) -> None:
        socket = next((one for one in self.sockets if one.number == envelope.socket), None)
        if socket is None:
            return
        what = str(envelope.payload.get("event", {}).get("type", envelope.kind))
        fault = self._faults.take(Moment.EVENT, what)
        effect = fault.effect if fault else None
        if effect is Effect.LOSE_EVENT:
            return
        if effect is Effect.DROP_SOCKET:
            socket.cut()
            return
        body = _body(envelope)
        await socket.send(body)
        if effect is Effect.DUPLICATE:
            await socket.send(body)

    async def keep_pinging(self) -> None:
        """Ping every socket again and again, as Slack does."""
        while True:
            await asyncio.sleep(self._settings.ping_seconds)
            for socket in tuple(self.sockets):
                await socket.ping()

    async def announce(self, reason: str) -> None:
        """Tell every socket that it will be disconnected: warning, refresh_requested ..."""
        for socket in tuple(self.sockets):
            await socket.send(_disconnect(reason))

    def cut_all(self) -> int:
        """Cut every socket without a close frame; return how many there were."""
        cut = tuple(self.sockets)
        for socket in cut:
            socket.cut()
        return len(cut)

    async def close(self) -> None:
        """Close every socket politely."""
        for socket in tuple(self.sockets):
            await socket.response.close(code=WSCloseCode.GOING_AWAY)


def _hello(connections: int) -> Json:
    return {
        "type": "hello",
        "num_connections": connections,
        "connection_info": {"app_id": APP_ID},
        "debug_info": {
            "host": _HOST,
            "started": time.strftime("%Y-%m-%d %H:%M:%S.000", time.gmtime()),
            "build_number": 1,
            "approximate_connection_time": 18060,
        },
    }


def _disconnect(reason: str) -> Json:
    return {"type": "disconnect", "reason": reason, "debug_info": {"host": _HOST}}


def _body(envelope: Envelope) -> Json:
    body: Json = {
        "envelope_id": envelope.id,
        "type": envelope.kind,
        "accepts_response_payload": envelope.kind != "events_api",
        "payload": envelope.payload,
    }
    if envelope.kind == "events_api":
        body["retry_attempt"] = envelope.attempt
        body["retry_reason"] = "timeout" if envelope.attempt else ""
    return body
