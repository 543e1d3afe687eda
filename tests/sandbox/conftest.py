"""A sandbox for each test, and the official SDK to hold it to Slack's behaviour."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from slack_sdk import WebClient

from coffee_bot.sandbox import Sandbox, Settings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from coffee_bot.sandbox import Workspace


@pytest.fixture
def settings() -> Settings:
    """Without rate limits; a test file may override it."""
    return Settings(limits=None, ack_seconds=0.3, retry_seconds=(0.0, 0.1, 0.2), seed=7)


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
