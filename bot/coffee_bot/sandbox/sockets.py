"""Socket Mode: who is connected, and what each envelope came to.

https://docs.slack.dev/apis/events-api/using-socket-mode
"""

from __future__ import annotations

import asyncio
import json
import random
import time
from collections import OrderedDict
from dataclasses import replace
from typing import TYPE_CHECKING

from aiohttp import web

from coffee_bot.sandbox import envelopes
from coffee_bot.sandbox.connections import Rival, Socket
from coffee_bot.sandbox.envelopes import Envelope
from coffee_bot.sandbox.faults import ENDS, Effect, Moment
from coffee_bot.sandbox.ids import token

if TYPE_CHECKING:
    from coffee_bot.sandbox.connections import Connection
    from coffee_bot.sandbox.faults import Fault
    from coffee_bot.sandbox.nouns import Json
    from coffee_bot.sandbox.plan import FaultPlan
    from coffee_bot.sandbox.settings import Settings

_ENVELOPES_KEPT = 10_000


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
        #: The app's own, as Slack counts them: half-open ones too.
        self.sockets: list[Socket] = []
        #: Other processes' with the same tokens.
        self.rivals: list[Rival] = []
        # Also those that Slack has given up while the app still holds them.
        self._served: set[Socket] = set()
        # Envelopes that wait until another one has overtaken them.
        self._held: set[asyncio.Event] = set()
        self._again: set[asyncio.Task[None]] = set()
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
        # A close frame is answered when we leave, and by a half-open socket never.
        response = web.WebSocketResponse(
            autoping=False, autoclose=False, compress=False, timeout=0.1
        )
        await response.prepare(request)
        socket = Socket(self._number(), response, request)
        self._served.add(socket)
        try:
            await self._live(socket)
        finally:
            self._forget(socket)
            self._served.discard(socket)
        return response

    async def _live(self, socket: Socket) -> None:
        fault = self._faults.take(Moment.SOCKET, "open")
        crowded = len(self.connections) >= self._settings.max_sockets
        if crowded or (fault and fault.effect is Effect.TURN_AWAY):
            reason = fault.code if fault and fault.code else "too_many_websockets"
            await socket.send(envelopes.disconnect(reason))
            await socket.close()
            return
        self.sockets.append(socket)
        await socket.send(envelopes.hello(len(self.connections)))
        if fault:
            self._end(socket, fault.effect, fault.pause)
        async for text in socket.heard():
            self._acknowledge(json.loads(text))
        if socket.ended is Effect.HALF_OPEN:
            # The app has closed it, and Slack has not heard of it.
            await socket.forgotten.wait()
        if socket.ended is not None:
            socket.leave()

    @property
    def connections(self) -> tuple[Connection, ...]:
        """All that Slack counts for this app."""
        return (*self.sockets, *self.rivals)

    def set_rivals(self, count: int, *, acks: bool) -> None:
        """Let another process with the same tokens have so many sockets, and take its share."""
        acknowledge = self._acknowledge if acks else None
        self.rivals = [Rival(self._number(), acknowledge) for _ in range(count)]

    def _number(self) -> int:
        self._count += 1
        return self._count

    def end_all(self, how: Effect, seconds: float) -> int:
        """End every socket of the app in one of the ways of `faults.ENDS`; return how many.

        Raises:
            ValueError: When `how` ends no socket.
        """
        if how not in ENDS:
            possible = ", ".join(sorted(one.value for one in ENDS))
            raise ValueError(f"{how.value!r} ends no socket; possible: {possible}")
        ending = tuple(one for one in self.sockets if one.ended is None)
        for socket in ending:
            self._end(socket, how, seconds)
        return len(ending)

    def _end(self, socket: Socket, how: Effect, seconds: float) -> None:
        socket.end(how)
        if how is Effect.HALF_OPEN:
            asyncio.get_running_loop().call_later(seconds, self._forget, socket)
        else:
            self._forget(socket)

    def _forget(self, socket: Socket) -> None:
        if socket in self.sockets:
            self.sockets.remove(socket)
        socket.forgotten.set()

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
        fault = await self._fault(kind, payload)
        envelope = self._envelope(kind, payload, attempt)
        if envelope.socket is None and kind != "events_api":
            return envelope
        future = asyncio.get_running_loop().create_future()
        if fault is None or fault.effect is not Effect.LOSE_ACK:
            self._waiting[envelope.id] = future
        try:
            async with asyncio.timeout(self._settings.ack_seconds):
                await self._send(envelope, fault)
                await future
        except TimeoutError:
            self._waiting.pop(envelope.id, None)
        return self.envelopes.get(envelope.id, envelope)

    async def _fault(self, kind: str, payload: Json) -> Fault | None:
        # Nothing can happen to what is not sent.
        if not self.connections:
            return None
        what = str(payload.get("event", {}).get("type", kind))
        fault = self._faults.take(Moment.EVENT, what)
        if fault and fault.effect is Effect.LATE:
            await asyncio.sleep(fault.pause)
        elif fault and fault.effect is Effect.OUT_OF_ORDER:
            await self._let_another_pass(fault.pause)
        return fault

    async def _let_another_pass(self, most_seconds: float) -> None:
        passed = asyncio.Event()
        self._held.add(passed)
        try:
            async with asyncio.timeout(most_seconds):
                await passed.wait()
        except TimeoutError:
            # Nothing else happened: then it is late instead.
            return
        finally:
            self._held.discard(passed)

    def _envelope(self, kind: str, payload: Json, attempt: int) -> Envelope:
        chosen = self._random.choice(self.connections) if self.connections else None
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

    async def _send(self, envelope: Envelope, fault: Fault | None) -> None:
        chosen = next((one for one in self.connections if one.number == envelope.socket), None)
        if chosen is None:
            return
        effect = fault.effect if fault else None
        if effect is Effect.LOSE_EVENT:
            return
        if fault and effect in ENDS and isinstance(chosen, Socket):
            self._end(chosen, fault.effect, fault.pause)
            return
        await chosen.send(envelopes.body(envelope))
        for passed in self._held:
            passed.set()
        if fault and effect is Effect.DUPLICATE:
            again = asyncio.create_task(self._send_again(envelope, fault.pause))
            self._again.add(again)
            again.add_done_callback(self._again.discard)

    async def _send_again(self, envelope: Envelope, seconds: float) -> None:
        # Another envelope, perhaps on another socket, as Slack repeats; nobody waits for its ack.
        await asyncio.sleep(seconds)
        if self.connections:
            chosen = self._random.choice(self.connections)
            await chosen.send(envelopes.body(replace(envelope, id=f"{token()}-again")))

    async def keep_pinging(self) -> None:
        """Ping every socket again and again, as Slack does."""
        while True:
            await asyncio.sleep(self._settings.ping_seconds)
            for one in self.connections:
                await one.ping()

    async def announce(self, reason: str) -> None:
        """Tell every socket that it will be disconnected: warning, refresh_requested ..."""
        for one in self.connections:
            await one.send(envelopes.disconnect(reason))

    async def close(self) -> None:
        """Close every socket politely; what is dead already just goes."""
        for socket in tuple(self._served):
            await socket.close()
