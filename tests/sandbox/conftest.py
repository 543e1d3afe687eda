"""A sandbox for each test, and the official SDK to hold it to Slack's behaviour."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sandbox_kit import Hands
from slack_sdk import WebClient

from coffee_bot.sandbox import Sandbox, Settings

if TYPE_CHECKING:
    from collections.abc import Iterator

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
