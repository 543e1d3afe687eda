"""One connection of the app, as Slack sees it: a real WebSocket, or somebody else's."""

from __future__ import annotations

import asyncio
import contextlib
import json
import socket as network
import struct
from typing import TYPE_CHECKING

from aiohttp import WSCloseCode, WSMsgType, web

from coffee_bot.sandbox.faults import Effect

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from coffee_bot.sandbox.nouns import Json

HOST = "applink-sandbox"
#: Closing a socket with this lingering time sends RST instead of FIN.
_RESET = struct.pack("ii", 1, 0)


class Connection:
    """What Slack counts as a connection; this one swallows what it is given."""

    def __init__(self, number: int) -> None:
        self.number = number

    async def send(self, body: Json) -> None:
        """Take one message."""

    async def ping(self) -> None:
        """Take a ping."""


class Rival(Connection):
    """A connection of another process with the same tokens."""

    def __init__(self, number: int, acknowledge: Callable[[Json], None] | None) -> None:
        super().__init__(number)
        self._acknowledge = acknowledge

    async def send(self, body: Json) -> None:
        """Take one message from under the app's nose, and acknowledge it if it does so."""
        if self._acknowledge and "envelope_id" in body:
            self._acknowledge({"envelope_id": body["envelope_id"]})


class Socket(Connection):
    """One open WebSocket of the app."""

    def __init__(self, number: int, response: web.WebSocketResponse, request: web.Request) -> None:
        super().__init__(number)
        self.response = response
        self._request = request
        #: How it was ended, unless politely.
        self.ended: Effect | None = None
        #: Set when Slack no longer counts it.
        self.forgotten = asyncio.Event()

    async def send(self, body: Json) -> None:
        """Write one message; a socket that is just closing swallows it, as a network does."""
        if self.ended is None:
            with contextlib.suppress(ConnectionResetError):
                await self.response.send_str(json.dumps(body))

    async def ping(self) -> None:
        """Send a ping frame, unless the socket is just closing."""
        if self.ended is None:
            with contextlib.suppress(ConnectionResetError):
                await self.response.ping(b"Ping from " + HOST.encode())

    async def heard(self) -> AsyncIterator[str]:
        """Yield what the app sends, until it closes; a dead socket is deaf, and says nothing."""
        # Pings are answered here and not by aiohttp, so that a socket can be made to fall silent.
        async for message in self.response:
            if self.ended is not None:
                continue
            if message.type is WSMsgType.PING:
                with contextlib.suppress(ConnectionResetError):
                    await self.response.pong(message.data)
            elif message.type is WSMsgType.TEXT:
                yield message.data

    def end(self, how: Effect) -> None:
        """End the connection without a close frame, in one of the ways of `faults.ENDS`."""
        self.ended = how
        transport = self._request.transport
        if transport is None or transport.is_closing():
            return
        if how is Effect.DROP_SOCKET:
            transport.abort()
        elif how is Effect.RESET_SOCKET:
            raw = transport.get_extra_info("socket")
            raw.setsockopt(network.SOL_SOCKET, network.SO_LINGER, _RESET)
            transport.abort()
        elif how is Effect.SILENT_FIN and transport.can_write_eof():
            transport.write_eof()

    async def close(self) -> None:
        """Close with a close frame; what is dead already just goes."""
        if self.ended is None:
            await self.response.close(code=WSCloseCode.GOING_AWAY)
        else:
            self.leave()

    def leave(self) -> None:
        """Let go of a dead connection for good."""
        self.forgotten.set()
        if self._request.transport is not None:
            self._request.transport.abort()
