"""A sandbox for each test, and the official SDK to hold it to Slack's behaviour."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sandbox_kit import Ear, Hands, Wire, close
from slack_bolt import App
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk import WebClient
from waiting import eventually

from coffee_bot.sandbox import Sandbox, Settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from coffee_bot.sandbox import Workspace


@pytest.fixture
def clock() -> Hands:
    return Hands()


@pytest.fixture
def patience() -> float:
    """Slack's three seconds; tests about late acknowledgements ask for less."""
    return 3.0


@pytest.fixture
def settings(clock: Hands, patience: float) -> Settings:
    """Without rate limits, on a clock that stands still."""
    return Settings(
        limits=None,
        ack_seconds=patience,
        retry_seconds=(0.0, 0.1, 0.2),
        # The client holds a lock while it reads; frequent pings keep its closing quick.
        ping_seconds=0.05,
        seed=7,
        now=clock,
    )


@pytest.fixture
def sandbox(settings: Settings) -> Iterator[Sandbox]:
    with Sandbox(settings) as running:
        yield running


@pytest.fixture
def workspace(sandbox: Sandbox) -> Workspace:
    return sandbox.workspace


@pytest.fixture
def client(sandbox: Sandbox) -> WebClient:
    return WebClient(token=sandbox.bot_token, base_url=sandbox.api_url, retry_handlers=[])


@pytest.fixture
def dev(workspace: Workspace) -> str:
    """The id of #dev, where the bot is a member."""
    return workspace.channel("dev").id


@pytest.fixture
def listen(sandbox: Sandbox) -> Iterator[Callable[..., Ear]]:
    ears: list[Ear] = []

    def start(*, acks: bool = True) -> Ear:
        before = sandbox.workspace.connections
        ears.append(Ear(sandbox, acks=acks))
        eventually(lambda: sandbox.workspace.connections > before, what="a socket")
        return ears[-1]

    yield start
    for ear in ears:
        close(ear.client)


@pytest.fixture
def ear(listen: Callable[..., Ear]) -> Ear:
    return listen()


@pytest.fixture
def plug(sandbox: Sandbox) -> Iterator[Callable[[], Wire]]:
    """Open raw sockets."""
    wires: list[Wire] = []

    def start() -> Wire:
        wires.append(Wire(sandbox))
        return wires[-1]

    yield start
    for wire in wires:
        wire.close()


@pytest.fixture
def app(client: WebClient) -> App:
    return App(client=client, process_before_response=True)


@pytest.fixture
def bolt(app: App, sandbox: Sandbox) -> Iterator[SocketModeHandler]:
    handler = SocketModeHandler(app, sandbox.app_token, ping_interval=0.2)
    handler.client.connect()
    eventually(lambda: sandbox.workspace.connections, what="Bolt's socket")
    yield handler
    close(handler.client)
