"""The ways in which programs talk with their models, each on one endpoint on loopback.

Only what the programs of `npm_kinds` need of them: a streamed reply that holds words or one call
of a tool, and the refusal at a usage limit, in the Responses API, in chat completions and in
Gemini's `generateContent`.
"""

from __future__ import annotations

import json
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, Protocol

from conformance.messages_api import Reply
from conformance.steps import Limit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from conformance.messages_api import ToolUse

    Answer = Callable[["Heard", threading.Event], Reply | Limit]

Body = "Mapping[str, Any]"


@dataclass(frozen=True, kw_only=True)
class Heard:
    """What a model is given with a request."""

    #: The names of the tools that it may call.
    tools: Sequence[str]
    #: All words of people so far, one text each.
    texts: Sequence[str]


class Dialect(Protocol):
    """One way of asking a model."""

    def heard(self, body: Mapping[str, Any]) -> Heard:
        """Read a request."""
        ...

    def events(self, reply: Reply) -> Iterator[str]:
        """Write a reply as the lines of an event stream."""
        ...

    def refusal(self, seconds: int) -> dict[str, Any]:
        """What comes with the status 429 at a usage limit that ends in that many seconds."""
        ...


class Responses:
    """OpenAI's Responses API; a tool of an MCP server lies in a namespace."""

    def heard(self, body: Mapping[str, Any]) -> Heard:
        """Read a request."""
        tools = [name for tool in body.get("tools", ()) for name in _names(tool)]
        said = [one for one in body["input"] if one.get("role") == "user"]
        return Heard(tools=tools, texts=[part["text"] for one in said for part in one["content"]])

    def events(self, reply: Reply) -> Iterator[str]:
        """Write a reply."""
        item = _call_item(reply.tool) if reply.tool else _message_item(reply.text)
        usage = {"input_tokens": 10, "output_tokens": 5, "total_tokens": 15}
        done = {"id": "resp_1", "status": "completed", "output": [item], "usage": usage}
        begun = {"id": "resp_1", "status": "in_progress", "output": []}
        yield from _named_event("response.created", response=begun)
        yield from _named_event("response.output_item.added", output_index=0, item=item)
        yield from _named_event("response.output_item.done", output_index=0, item=item)
        yield from _named_event("response.completed", response=done)

    def refusal(self, seconds: int) -> dict[str, Any]:
        """A plan's limit."""
        told = {"message": "The usage limit has been reached", "plan_type": "plus"}
        ends = {"resets_at": int(time.time()) + seconds, "resets_in_seconds": seconds}
        return {"error": {"type": "usage_limit_reached", **told, **ends}}


class Chat:
    """OpenAI's chat completions, which most providers understand."""

    def heard(self, body: Mapping[str, Any]) -> Heard:
        """Read a request."""
        tools = [tool["function"]["name"] for tool in body.get("tools", ())]
        said = [one["content"] for one in body["messages"] if one["role"] == "user"]
        return Heard(tools=tools, texts=[text for one in said for text in _content(one)])

    def events(self, reply: Reply) -> Iterator[str]:
        """Write a reply."""
        delta: dict[str, Any] = {"role": "assistant", "content": reply.text}
        if tool := reply.tool:
            function = {"name": tool.name, "arguments": json.dumps(tool.arguments)}
            call = {"index": 0, "id": tool.id, "type": "function", "function": function}
            delta["tool_calls"] = [call]
        yield _chunk(delta, None)
        yield _chunk({}, "tool_calls" if reply.tool else "stop")
        yield "data: [DONE]"

    def refusal(self, seconds: int) -> dict[str, Any]:
        """A provider's limit."""
        words = f"Rate limit reached. Please try again in {seconds} seconds."
        return {"error": {"message": words, "type": "requests", "code": "rate_limit_exceeded"}}


class Gemini:
    """Gemini's `streamGenerateContent`."""

    def heard(self, body: Mapping[str, Any]) -> Heard:
        """Read a request."""
        declared = [one for tool in body.get("tools", ()) for one in _declared(tool)]
        said = [one for one in body["contents"] if one.get("role") == "user"]
        parts = [part for one in said for part in one["parts"] if "text" in part]
        names = [one["name"] for one in declared]
        return Heard(tools=names, texts=[part["text"] for part in parts])

    def events(self, reply: Reply) -> Iterator[str]:
        """Write a reply."""
        part: dict[str, Any] = {"text": reply.text}
        if reply.tool:
            part = {"functionCall": {"name": reply.tool.name, "args": reply.tool.arguments}}
        content = {"role": "model", "parts": [part]}
        usage = {"promptTokenCount": 10, "candidatesTokenCount": 5, "totalTokenCount": 15}
        candidate = {"content": content, "finishReason": "STOP", "index": 0}
        yield f"data: {json.dumps({'candidates': [candidate], 'usageMetadata': usage})}"

    def refusal(self, seconds: int) -> dict[str, Any]:
        """The quota of a day; it is told without its end."""
        quota = {"quotaId": "GenerateRequestsPerDayPerProjectPerModel"}
        kind = "type.googleapis.com/google.rpc.QuotaFailure"
        told = {"code": 429, "message": "You exceeded your quota.", "status": "RESOURCE_EXHAUSTED"}
        return {"error": {**told, "details": [{"@type": kind, "violations": [quota]}]}}


def _names(tool: Mapping[str, Any]) -> list[str]:
    if tool["type"] != "namespace":
        return [tool.get("name", tool["type"])]
    return [f"{tool['name']}.{one['name']}" for one in tool["tools"]]


def _call_item(tool: ToolUse) -> dict[str, Any]:
    namespace, _, name = tool.name.rpartition(".")
    found = {"name": name, "arguments": json.dumps(tool.arguments), "call_id": tool.id}
    placed = {"namespace": namespace} if namespace else {}
    return {"type": "function_call", "id": f"fc_{tool.id}", **found, **placed}


def _message_item(text: str) -> dict[str, Any]:
    content = [{"type": "output_text", "text": text, "annotations": []}]
    return {"type": "message", "id": "msg_1", "role": "assistant", "content": content}


def _named_event(kind: str, **told: Any) -> Iterator[str]:
    yield f"event: {kind}\ndata: {json.dumps({'type': kind, **told})}"


def _chunk(delta: Mapping[str, Any], finish: str | None) -> str:
    choice = {"index": 0, "delta": delta, "finish_reason": finish}
    told = {"id": "c1", "object": "chat.completion.chunk", "created": 1, "choices": [choice]}
    return f"data: {json.dumps(told)}"


def _content(content: Any) -> list[str]:
    return [content] if isinstance(content, str) else [one.get("text", "") for one in content]


def _declared(tool: Mapping[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = tool.get("functionDeclarations", [])
    return found


@contextmanager
def served(dialect: Dialect, answer: Answer) -> Iterator[str]:
    """Serve a model on a free port of loopback; yields the address.

    Args:
        dialect: How it is talked with.
        answer: Makes up a reply, or refuses at a limit; the event is set when the endpoint closes.
    """
    server = _Server(dialect, answer)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.gone.set()
        server.shutdown()
        thread.join()
        server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, dialect: Dialect, answer: Answer) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.dialect = dialect
        self.gone = threading.Event()
        self._answer = answer
        self._one_at_a_time = threading.Lock()

    def reply(self, body: Mapping[str, Any]) -> Reply | Limit:
        """What the model says."""
        heard = self.dialect.heard(body)
        # Without tools it is a question by the way, such as for the conversation's title.
        if not heard.tools:
            return Reply(text="Coffee")
        with self._one_at_a_time:
            return self._answer(heard, self.gone)

    def handle_error(self, *_: Any) -> None:
        """A client that went away is no trouble: agents are ended in mid request."""


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: Any) -> None:
        pass

    def do_GET(self) -> None:
        self._send(404, "application/json", "{}")

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])) or b"{}")
        said, dialect = self.server.reply(body), self.server.dialect
        if isinstance(said, Limit):
            self._send(429, "application/json", json.dumps(dialect.refusal(said.seconds)))
            return
        lines = "".join(f"{line}\n\n" for line in dialect.events(said))
        self._send(200, "text/event-stream", lines)

    def _send(self, status: int, kind: str, text: str) -> None:
        data = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        if status == 429:
            # Some try again by themselves, after a longer time each.
            self.send_header("Retry-After-Ms", "10")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)
