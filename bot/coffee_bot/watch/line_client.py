"""Slack's Socket Mode client without its own ideas of when to connect anew."""

from __future__ import annotations

import json
import logging
import select
import socket
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from time import time
from traceback import walk_tb
from typing import TYPE_CHECKING

from slack_bolt.adapter.socket_mode.base_handler import BaseSocketModeHandler
from slack_bolt.adapter.socket_mode.internals import run_bolt_app, send_response
from slack_sdk.errors import SlackClientNotConnectedError
from slack_sdk.socket_mode.builtin import SocketModeClient
from slack_sdk.socket_mode.builtin.connection import Connection

if TYPE_CHECKING:
    from collections.abc import Callable
    from logging import Logger

    from slack_bolt import App
    from slack_sdk import WebClient
    from slack_sdk.socket_mode.client import BaseSocketModeClient
    from slack_sdk.socket_mode.request import SocketModeRequest

log = logging.getLogger(__name__)

#: How many commands, clicks and modals are worked on at the same time; the SDK's number is 10.
PAYLOADS_AT_ONCE = 16
#: How many events: each is stored, and the record takes one writer at a time.
EVENTS_AT_ONCE = 4


class LineClient(SocketModeClient):
    """Leaves it to the watch to open another connection, with pauses that grow.

    By itself the SDK looks after a lost connection only at its next ping, and needs five
    failed pings where the other side cut it off (16 s measured); and it opens another one at
    once whenever Slack sends one away, as often as that happens.
    """

    def __init__(
        self, app_token: str, *, web_client: WebClient, logger: Logger, ping_interval: float
    ) -> None:
        """Prepare a client; nothing is opened before `connect`."""
        #: Called when Slack, or the SDK for it, wants another connection.
        self.on_wanted: Callable[[], object] = lambda: None
        self._arrived = threading.Event()
        # A lane of their own: a flood of them, or a record that hangs, holds only events back,
        # which Slack repeats; commands and clicks, which it never does, still get in.
        self._events = ThreadPoolExecutor(EVENTS_AT_ONCE, thread_name_prefix="events")
        super().__init__(
            app_token,
            logger=logger,
            web_client=web_client,
            ping_interval=ping_interval,
            auto_reconnect_enabled=False,
            concurrency=PAYLOADS_AT_ONCE,
        )
        self.on_error_listeners.append(_close_forgotten)

    def enqueue_message(self, message: str) -> None:
        """Take a message in, and wake whoever gives it to the listeners."""
        super().enqueue_message(message)
        self._arrived.set()

    def process_message(self) -> None:
        """Give the next message to the listeners; sleeps until there is one.

        The SDK by itself would look each second.
        """
        if self.message_queue.empty():
            self._arrived.wait()
            self._arrived.clear()
        if self.closed or self.message_queue.empty():
            return
        raw: str = self.message_queue.get_nowait()
        message = json.loads(raw) if raw.startswith("{") else {}
        kind = message.get("type")
        if kind == "disconnect":
            self.on_wanted()
        else:
            lane = self._events if kind == "events_api" else self.message_workers
            lane.submit(self.run_message_listeners, message, raw)

    def close(self) -> None:
        """End all work of the client, for good."""
        self.closed = True
        self._arrived.set()
        # What is not acknowledged by now comes again.
        self._events.shutdown(wait=False, cancel_futures=True)
        super().close()

    def connect_to_new_endpoint(self, force: bool = False) -> None:
        """Pass the wish on."""
        del force
        self.on_wanted()

    def issue_new_wss_url(self) -> str:
        """Ask Slack for an address, once: the SDK would sleep in here when it is limited."""
        answer = self.web_client.apps_connections_open(app_token=self.app_token)
        return str(answer["url"])

    def renew(self) -> None:
        """Open another connection, then close the present one if it is still open.

        Raises:
            SlackApiError: Slack refuses; other errors of the network pass too.
        """
        with self.connect_operation_lock:
            if not self.closed:
                self.wss_uri = self.issue_new_wss_url()
                self.connect()
            if self.closed:
                # It was closed for good meanwhile, and would not be looked at any more.
                self.disconnect()

    def ended(self) -> bool:
        """Whether the other side has closed its half, which the SDK's reader takes for silence."""
        session = self.current_session
        line = session.sock if session is not None else None
        if line is None:
            return False
        try:
            if not select.select([line], [], [], 0)[0]:
                return False
            # Below TLS, which knows no peeking: an end shows there too.
            return socket.socket.recv(line, 1, socket.MSG_PEEK) == b""
        except (OSError, ValueError):
            # It is being closed; whoever does that sees to the rest.
            return False

    def hang_up(self) -> None:
        """End a blocking read of the client at once, which otherwise lasts up to 3 s."""
        session = self.current_session
        line = session.sock if session is not None else None
        if line is not None:
            with suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)

    def drop(self) -> None:
        """Close the present connection, however dead it is."""
        self.hang_up()
        # The SDK's reader may close it at the same moment, and then finds it gone or leaves
        # us to find that.
        with suppress(AttributeError):
            self.disconnect()


class LineHandler(BaseSocketModeHandler):
    """Bolt's adapter for that client: Bolt's own one makes a client itself."""

    def __init__(self, app: App, client: LineClient) -> None:
        """Have the app hear what the client hears."""
        self.app = app
        self.client = client
        client.socket_mode_request_listeners.append(self.handle)

    def handle(self, client: BaseSocketModeClient, req: SocketModeRequest) -> None:
        """Give one envelope to the app and its answer to Slack."""
        begun = time()
        answer = run_bolt_app(self.app, req)
        try:
            send_response(client, req, answer, begun)
        except SlackClientNotConnectedError:
            # An event comes again, and is known by then; of a command its person is told.
            log.info("The line was lost before %s was acknowledged.", req.type)


def _close_forgotten(error: Exception) -> None:
    """Close the socket of a handshake that failed, for example in 3 s: the SDK only forgets it."""
    for frame, _ in walk_tb(error.__traceback__):
        if frame.f_code is Connection.connect.__code__:
            forgotten = frame.f_locals.get("sock")
            if isinstance(forgotten, socket.socket):
                forgotten.close()
