"""What the sandbox's tests share: a clock moved by hand, plain HTTP, an ear on a socket."""

from __future__ import annotations

import contextlib
import json
import socket
import struct
from dataclasses import dataclass
from http.client import HTTPConnection
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from slack_sdk import WebClient
from slack_sdk.socket_mode.builtin import SocketModeClient
from slack_sdk.socket_mode.response import SocketModeResponse

if TYPE_CHECKING:
    from collections.abc import Iterator
    from http.client import HTTPResponse

    from slack_sdk.socket_mode.client import BaseSocketModeClient
    from slack_sdk.socket_mode.request import SocketModeRequest

    from coffee_bot.sandbox import Sandbox


class Hands:
    """A clock that moves only when told to."""

    def __init__(self) -> None:
        self.at = 1_800_000_000.0

    def __call__(self) -> float:
        return self.at


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What came back over plain HTTP."""

    status: int
    headers: dict[str, str]
    text: str

    @property
    def json(self) -> dict[str, Any]:
        found = json.loads(self.text)
        assert isinstance(found, dict)
        return found


@contextlib.contextmanager
def opened(url: str, body: Any = None, **headers: str) -> Iterator[HTTPResponse]:
    """Send one request, a POST if it has a body, and hand out the answer unread."""
    place = urlsplit(url)
    connection = HTTPConnection(place.netloc, timeout=10)
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    target = f"{place.path}?{place.query}" if place.query else place.path
    data = None if body is None else json.dumps(body)
    try:
        connection.request("GET" if body is None else "POST", target, data, named)
        with connection.getresponse() as answer:
            yield answer
    finally:
        connection.close()


def ask(url: str, body: Any = None, **headers: str) -> Answer:
    """Send one request and read the whole answer; redirections are not followed."""
    with opened(url, body, **headers) as answer:
        text = answer.read().decode()
        return Answer(status=answer.status, headers=dict(answer.getheaders()), text=text)


def close(client: SocketModeClient) -> None:
    """Close a Socket Mode client without its habit of waiting a second for more to read."""
    client.message_processor.event.set()
    client.enqueue_message('{"type": "bye"}')
    client.close()


class Ear:
    """A client that keeps what it hears, and acknowledges when told to."""

    def __init__(self, sandbox: Sandbox, *, acks: bool = True) -> None:
        self.acks = acks
        self.heard: list[SocketModeRequest] = []
        self.raw: list[dict[str, Any]] = []
        web = WebClient(base_url=sandbox.api_url, retry_handlers=[])
        self.client = SocketModeClient(
            app_token=sandbox.app_token,
            web_client=web,
            ping_interval=0.2,
        )
        self.client.on_message_listeners.append(self._keep)
        self.client.socket_mode_request_listeners.append(self._hear)
        self.client.connect()

    def _keep(self, message: str) -> None:
        self.raw.append(json.loads(message))

    def _hear(self, client: BaseSocketModeClient, request: SocketModeRequest) -> None:
        self.heard.append(request)
        if self.acks:
            client.send_socket_mode_response(SocketModeResponse(envelope_id=request.envelope_id))

    def events(self, kind: str = "message") -> list[dict[str, Any]]:
        payloads = [one.payload for one in self.heard if one.type == "events_api"]
        return [one["event"] for one in payloads if one["event"]["type"] == kind]


_HANDSHAKE = (
    "GET {path} HTTP/1.1\r\nHost: {host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n\r\n"
)
PING, PONG, TEXT, CLOSE = 9, 10, 1, 8


class Wire:
    """A WebSocket read byte by byte: shows what a client's kernel sees, with no library between."""

    def __init__(self, sandbox: Sandbox) -> None:
        web = WebClient(base_url=sandbox.api_url, retry_handlers=[])
        url = urlsplit(str(web.apps_connections_open(app_token=sandbox.app_token)["url"]))
        assert url.hostname
        assert url.port
        self.socket = socket.create_connection((url.hostname, url.port), timeout=5)
        wanted = _HANDSHAKE.format(path=f"{url.path}?{url.query}", host=url.netloc)
        self.socket.sendall(wanted.encode())
        self._bytes = self.socket.makefile("rb")
        while self._bytes.readline().strip():
            """The answer's head."""

    def frame(self) -> tuple[int, bytes] | None:
        """Return the next frame's kind and content; None at the end of the stream.

        Raises:
            ConnectionResetError: When the connection was reset.
            TimeoutError: When there is nothing for the socket's timeout.
        """
        head = self._bytes.read(2)
        if len(head) < 2:
            return None
        size = head[1]
        if size == 126:
            (size,) = struct.unpack(">H", self._bytes.read(2))
        return head[0] & 15, self._bytes.read(size)

    def message(self) -> dict[str, Any]:
        """Return the next text, over the other side's pings."""
        while frame := self.frame():
            if frame[0] == TEXT:
                found = json.loads(frame[1])
                assert isinstance(found, dict)
                return found
        raise AssertionError("the stream ended before a message came")

    def send(self, kind: int, content: bytes = b"") -> None:
        """Send one frame, masked as a client must (with a mask that changes nothing)."""
        self.socket.sendall(bytes([128 | kind, 128 | len(content)]) + bytes(4) + content)

    def ending(self) -> str:
        """Read to the end and say how it came: close, fin, reset or silence."""
        try:
            while frame := self.frame():
                if frame[0] == CLOSE:
                    return "close"
        except ConnectionResetError:
            return "reset"
        except TimeoutError:
            return "silence"
        return "fin"

    def close(self) -> None:
        self._bytes.close()
        self.socket.close()


def button(action_id: str, value: str = "") -> dict[str, Any]:
    text = {"type": "plain_text", "text": action_id}
    return {"type": "button", "action_id": action_id, "text": text, "value": value}


def actions(*elements: dict[str, Any]) -> list[dict[str, Any]]:
    return [{"type": "actions", "block_id": "choice", "elements": list(elements)}]
