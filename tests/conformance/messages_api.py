"""A language model's endpoint on loopback, played by a script: the Messages API, streamed.

It stands in for the model alone. The program that talks to it is the real one, with its own tools,
rules and sessions. What it is given is kept.
"""

from __future__ import annotations

import json
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, Protocol
from uuid import uuid4

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

#: Characters of a text that travel in one event.
_PIECE = 16_384
#: US dollars would come of these; the program that reports the cost does the sum.
_USAGE = {"input_tokens": 1_000, "output_tokens": 100}


@dataclass(frozen=True, kw_only=True)
class ToolUse:
    """The model wants a tool to be run."""

    name: str
    arguments: Mapping[str, Any]
    id: str = field(default_factory=lambda: f"toolu_{uuid4().hex[:24]}")


@dataclass(frozen=True, kw_only=True)
class Reply:
    """What the model says to one request; without a tool its turn ends."""

    text: str = ""
    tool: ToolUse | None = None


@dataclass(frozen=True, kw_only=True)
class Refusal:
    """The endpoint refuses a request."""

    status: int
    kind: str
    message: str
    headers: Mapping[str, str] = field(default_factory=dict)


class Model(Protocol):
    """Whatever makes up the replies."""

    def reply(self, request: Mapping[str, Any], gone: threading.Event) -> Reply | Refusal:
        """Answer a request of the conversation.

        Args:
            request: The request's body.
            gone: Set when the endpoint closes; whoever waits wakes then.
        """
        ...


@dataclass(kw_only=True)
class Endpoint:
    """Where the program finds its model."""

    url: str
    #: Every request of the conversation, as it came.
    requests: list[dict[str, Any]] = field(default_factory=list)


@contextmanager
def endpoint(model: Model) -> Iterator[Endpoint]:
    """Serve a model on a free port of loopback for as long as the context lasts."""
    server = _Server(model)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield server.endpoint
    finally:
        server.gone.set()
        server.shutdown()
        thread.join()
        server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, model: Model) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.model = model
        self.gone = threading.Event()
        self.turns = threading.Lock()
        self.endpoint = Endpoint(url=f"http://127.0.0.1:{self.server_port}")

    def handle_error(self, *_: Any) -> None:
        """A client that went away is no trouble: agents are ended in mid request."""


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: Any) -> None:
        pass

    def do_GET(self) -> None:
        self._json(404, {"type": "error", "error": {"type": "not_found_error", "message": "none"}})

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])) or b"{}")
        if not self.path.startswith("/v1/messages"):
            self.do_GET()
        elif self.path.startswith("/v1/messages/count_tokens"):
            self._json(200, {"input_tokens": 1_000})
        else:
            self._answer(body)

    def _answer(self, body: dict[str, Any]) -> None:
        said = self._reply(body)
        if isinstance(said, Refusal):
            error = {"type": said.kind, "message": said.message}
            self._json(said.status, {"type": "error", "error": error}, said.headers)
        elif body.get("stream"):
            self._stream(said, body)
        else:
            self._json(200, _message(said, body))

    def _reply(self, body: dict[str, Any]) -> Reply | Refusal:
        # Without tools it is a question by the way, such as for the conversation's title.
        if not body.get("tools"):
            return Reply(text="Coffee")
        with self.server.turns:
            self.server.endpoint.requests.append(body)
            return self.server.model.reply(body, self.server.gone)

    def _json(self, status: int, told: Any, headers: Mapping[str, str] | None = None) -> None:
        data = json.dumps(told).encode()
        self.send_response(status)
        for name, value in {"Content-Type": "application/json", **(headers or {})}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def _stream(self, said: Reply, body: Mapping[str, Any]) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Connection", "close")
        self.end_headers()
        for event in _events(said, body):
            told = f"event: {event['type']}\ndata: {json.dumps(event)}\n\n"
            self.wfile.write(told.encode())
        self.close_connection = True


def _message(said: Reply, body: Mapping[str, Any]) -> dict[str, Any]:
    content = [{"type": "text", "text": said.text}] if said.text else []
    if said.tool:
        content.append(_tool_block(said.tool, said.tool.arguments))
    return _opening(body) | {"content": content, "stop_reason": _stop(said), "usage": _USAGE}


def _opening(body: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "id": f"msg_{uuid4().hex[:24]}",
        "type": "message",
        "role": "assistant",
        "model": body.get("model", "claude"),
        "content": [],
        "stop_reason": None,
        "stop_sequence": None,
        "usage": {**_USAGE, "output_tokens": 1},
    }


def _tool_block(tool: ToolUse, arguments: Mapping[str, Any]) -> dict[str, Any]:
    return {"type": "tool_use", "id": tool.id, "name": tool.name, "input": dict(arguments)}


def _stop(said: Reply) -> str:
    return "tool_use" if said.tool else "end_turn"


def _events(said: Reply, body: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    yield {"type": "message_start", "message": _opening(body)}
    index = 0
    if said.text or not said.tool:
        pieces = [said.text[at : at + _PIECE] for at in range(0, len(said.text), _PIECE)]
        deltas = [{"type": "text_delta", "text": piece} for piece in pieces]
        yield from _block(index, {"type": "text", "text": ""}, deltas)
        index += 1
    if said.tool:
        told = json.dumps(dict(said.tool.arguments))
        deltas = [{"type": "input_json_delta", "partial_json": told}]
        yield from _block(index, _tool_block(said.tool, {}), deltas)
    stop = {"stop_reason": _stop(said), "stop_sequence": None}
    yield {"type": "message_delta", "delta": stop, "usage": _USAGE}
    yield {"type": "message_stop"}


def _block(
    index: int, start: dict[str, Any], deltas: list[dict[str, Any]]
) -> Iterator[dict[str, Any]]:
    yield {"type": "content_block_start", "index": index, "content_block": start}
    for delta in deltas:
        yield {"type": "content_block_delta", "index": index, "delta": delta}
    yield {"type": "content_block_stop", "index": index}
