"""What the sandbox's tests share: a clock moved by hand, plain HTTP, an ear on a socket."""

from __future__ import annotations

import contextlib
import json
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


def button(action_id: str, value: str = "") -> dict[str, Any]:
    text = {"type": "plain_text", "text": action_id}
    return {"type": "button", "action_id": action_id, "text": text, "value": value}


def actions(*elements: dict[str, Any]) -> list[dict[str, Any]]:
    return [{"type": "actions", "block_id": "choice", "elements": list(elements)}]
