"""The HTTP server in a thread of its own: start, serve, stop without a trace."""

from __future__ import annotations

import asyncio
import functools
import re
import socket
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlencode

from aiohttp import web

from coffee_bot.sandbox import control, file_doors, responses, trouble
from coffee_bot.sandbox.slack import Slack
from coffee_bot.sandbox.web_api import dispatch
from coffee_bot.sandbox.web_api.scheduled import post_due

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Coroutine

    from coffee_bot.sandbox.plan import FaultPlan
    from coffee_bot.sandbox.settings import Settings

    Handler = Callable[[Slack, web.Request], Awaitable[web.StreamResponse]]

T = TypeVar("T")

_PAGE = Path(__file__).parent / "page"
_PERMALINK = re.compile(r"p(?P<seconds>\d+)(?P<micros>\d{6})")
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "[::1]"})
_START_SECONDS = 10.0
_STOP_SECONDS = 10.0


class Server:
    """Serves one `Slack` on loopback. Its methods may be called from any thread."""

    def __init__(self, settings: Settings, faults: FaultPlan) -> None:
        self._settings = settings
        self._faults = faults
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._ready = threading.Event()
        self._failure: BaseException | None = None
        self._slack: Slack | None = None

    @property
    def slack(self) -> Slack:
        """What is served.

        Raises:
            RuntimeError: When the server was never started.
        """
        if self._slack is None:
            raise RuntimeError("the sandbox is not running; call start() or use `with Sandbox()`")
        return self._slack

    def start(self) -> None:
        """Listen, and return when the first request would be answered.

        Raises:
            OSError: When the port is taken.
        """
        listener = _listener(self._settings.port)
        self._ready.clear()
        self._failure = None
        run = functools.partial(self._run, listener)
        self._thread = threading.Thread(target=run, name="slack-sandbox", daemon=True)
        self._thread.start()
        if not self._ready.wait(_START_SECONDS):
            raise TimeoutError(f"the sandbox did not start within {_START_SECONDS:g} s")
        if self._failure is not None:
            raise self._failure

    def stop(self) -> None:
        """Close every connection and end the thread; harmless when it does not run."""
        thread, self._thread = self._thread, None
        if thread is None or self._loop is None:
            return
        self._loop.call_soon_threadsafe(self.slack.stopping.set)
        thread.join(_STOP_SECONDS)

    def call(self, work: Callable[[Slack], T]) -> T:
        """Run `work` in the server's thread and return what it returns.

        After the stop nothing changes any more, and what was there can still be looked at.
        """
        if self._thread is None:
            return work(self.slack)

        async def run() -> T:
            return work(self.slack)

        return self.wait(lambda _slack: run())

    def wait(self, work: Callable[[Slack], Coroutine[Any, Any, T]]) -> T:
        """Run a coroutine in the server's thread and wait for its result.

        Raises:
            RuntimeError: When the server does not run.
        """
        if self._loop is None or self._thread is None:
            raise RuntimeError("the sandbox is not running; call start() or use `with Sandbox()`")
        return asyncio.run_coroutine_threadsafe(work(self.slack), self._loop).result()

    def _run(self, listener: socket.socket) -> None:
        try:
            asyncio.run(self._serve(listener))
        except Exception as failure:
            if self._ready.is_set():
                raise
            # Not serving yet: whoever waits in start() shall hear of it.
            self._failure = failure
        finally:
            listener.close()
            self._ready.set()

    async def _serve(self, listener: socket.socket) -> None:
        self._loop = asyncio.get_running_loop()
        slack = self._slack = Slack(self._settings, self._faults)
        slack.base_url = f"http://127.0.0.1:{listener.getsockname()[1]}/"
        runner = web.AppRunner(
            application(slack), access_log=None, handle_signals=False, shutdown_timeout=0.5
        )
        await runner.setup()
        await web.SockSite(runner, listener).start()
        slack.spawn(slack.hub.keep_pinging())
        slack.spawn(_tick(slack))
        self._ready.set()
        await slack.stopping.wait()
        slack.state.changed()
        await slack.hub.close()
        await runner.cleanup()


def _listener(port: int) -> socket.socket:
    listener = socket.socket()
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", port))
    except OSError:
        listener.close()
        raise
    return listener


async def _tick(slack: Slack) -> None:
    while True:
        await asyncio.sleep(slack.settings.tick_seconds)
        post_due(slack)


def application(slack: Slack) -> web.Application:
    """Lay out the addresses of one sandbox."""
    app = web.Application(middlewares=[only_loopback], client_max_size=4 * 1024 * 1024)

    def to(handler: Handler) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        return functools.partial(handler, slack)

    app.router.add_route("*", "/api/{method}", to(dispatch.handle))
    app.router.add_get("/link/", to(_link))
    app.router.add_post("/commands/{rest:.*}", to(responses.handle))
    app.router.add_post("/actions/{rest:.*}", to(responses.handle))
    app.router.add_post("/app/{rest:.*}", to(responses.handle))
    app.router.add_post("/upload/v1/{ticket}", to(file_doors.upload))
    app.router.add_get("/files-pri/{place}/{rest:.*}", to(file_doors.download))
    app.router.add_post("/sandbox/upload", to(file_doors.attach))
    app.router.add_get("/sandbox/files/{id}", to(file_doors.show))
    app.router.add_get("/sandbox/state", to(control.state))
    app.router.add_get("/sandbox/gallery", to(control.gallery))
    app.router.add_get("/sandbox/events", to(control.stream))
    app.router.add_get("/sandbox/faults", to(trouble.listed))
    app.router.add_post("/sandbox/{verb}", to(control.handle))
    app.router.add_get("/", _to_page)
    app.router.add_get("/archives/{channel}/{message}", to(_to_message))
    app.router.add_get("/archives/{rest:.*}", _to_page)
    app.router.add_get("/page/", _index)
    app.router.add_static("/page/", _PAGE)
    app.on_response_prepare.append(_never_stale)
    return app


async def _link(slack: Slack, request: web.Request) -> web.StreamResponse:
    return await slack.hub.serve(request)


async def _to_page(_request: web.Request) -> web.StreamResponse:
    raise web.HTTPFound("/page/")


async def _to_message(slack: Slack, request: web.Request) -> web.StreamResponse:
    """Follow a permalink: https://docs.slack.dev/reference/methods/chat.getPermalink."""
    channel = slack.state.channels.get(request.match_info["channel"])
    found = _PERMALINK.fullmatch(request.match_info["message"])
    if channel is None or found is None:
        return await _to_page(request)
    ts = f"{found['seconds']}.{found['micros']}"
    item = slack.state.logs[channel.id].get(ts)
    thread = request.query.get("thread_ts") or (item and item.thread_ts) or ts
    place = urlencode({"channel": channel.id, "thread": thread})
    raise web.HTTPFound(f"/page/#{place}")


async def _never_stale(request: web.Request, response: web.StreamResponse) -> None:
    # After an upgrade nobody shall see half of the old page.
    if request.path.startswith("/page/"):
        response.headers["Cache-Control"] = "no-cache"


async def _index(_request: web.Request) -> web.StreamResponse:
    return web.FileResponse(_PAGE / "index.html")


@web.middleware
async def only_loopback(
    request: web.Request,
    handler: Callable[[web.Request], Awaitable[web.StreamResponse]],
) -> web.StreamResponse:
    """Refuse other sites' pages: a foreign Host is DNS rebinding, a foreign Origin is forgery."""
    host = request.headers.get("Host", "")
    if host.removesuffix(f":{_port(request)}") not in _LOOPBACK:
        return web.Response(status=403, text="The sandbox answers on loopback only.")
    origin = request.headers.get("Origin")
    if origin is not None and origin != f"http://{host}":
        return web.Response(status=403, text="Not from another site.")
    return await handler(request)


def _port(request: web.Request) -> int:
    transport = request.transport
    return int(transport.get_extra_info("sockname")[1]) if transport else 0
