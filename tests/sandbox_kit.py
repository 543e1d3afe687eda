"""What the sandbox's tests share: a clock moved by hand, plain HTTP, clean Socket Mode ends."""

from __future__ import annotations

import contextlib
import json
from dataclasses import dataclass
from http.client import HTTPConnection
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterator
    from http.client import HTTPResponse

    from slack_sdk.socket_mode.builtin import SocketModeClient


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
