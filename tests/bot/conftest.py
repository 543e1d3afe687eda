"""A sandbox, a real store and settings that fit each other."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from slack_sdk import WebClient

from coffee_bot.config import BotConfig
from coffee_bot.sandbox import Sandbox, Settings
from coffee_daemon import Config, ManualClock, Store

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from coffee_bot.sandbox import Workspace


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def sandbox(clock: ManualClock) -> Iterator[Sandbox]:
    settings = Settings(limits=None, seed=7, now=lambda: clock.now().timestamp())
    with Sandbox(settings) as running:
        yield running


@pytest.fixture
def workspace(sandbox: Sandbox) -> Workspace:
    return sandbox.workspace


@pytest.fixture
def config(tmp_path: Path, sandbox: Sandbox) -> BotConfig:
    workspace = sandbox.workspace
    return BotConfig(
        daemon=Config(home=tmp_path / "home", project=tmp_path),
        bot_token=sandbox.bot_token,
        app_token=sandbox.app_token,
        api_url=sandbox.api_url,
        channel=workspace.channel("dev").id,
        admins=frozenset({workspace.user("ada").id}),
        members=frozenset({workspace.user("bob").id}),
        ask_first=(workspace.user("bob").id,),
        settle=timedelta(seconds=60),
        quiet=timedelta(seconds=60),
        post_interval=timedelta(seconds=1),
    )


@pytest.fixture
def store(config: BotConfig, clock: ManualClock) -> Iterator[Store]:
    with Store.open(config.daemon.database, clock=clock) as opened:
        yield opened


@pytest.fixture
def client(sandbox: Sandbox) -> WebClient:
    return WebClient(
        token=sandbox.bot_token, base_url=sandbox.api_url, timeout=5, retry_handlers=[]
    )
