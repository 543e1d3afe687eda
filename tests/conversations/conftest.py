"""Everything real but Slack: sandbox, bot, record, daemon, an agent program."""

from __future__ import annotations

import sys
import threading
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from bot_house import AGENT, House
from browser import Page, chromium
from waiting import eventually

from coffee_bot.app import build_app
from coffee_bot.config import BotConfig
from coffee_bot.sandbox import Sandbox, Settings
from coffee_daemon import AgentSettings, Config, ProcessManager, Store, system_clock

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    # Slack's own three seconds for an acknowledgement: the bot counts on them.
    with Sandbox(Settings(limits=None, retry_seconds=(0.0, 0.2, 0.5))) as running:
        yield running


@pytest.fixture
def agent() -> str:
    """The agent's program."""
    return AGENT


@pytest.fixture
def page(sandbox: Sandbox, tmp_path: Path) -> Iterator[Page]:
    """The page, open before there is a bot: its files are read in threads that stay."""
    with chromium(tmp_path / "chromium") as driver:
        page = Page(driver, sandbox.url)
        page.look()
        page.open()
        yield page
        assert page.complaints() == []


@pytest.fixture
def config(tmp_path: Path, sandbox: Sandbox, agent: str) -> BotConfig:
    project, home = tmp_path / "project", tmp_path / "home"
    project.mkdir()
    home.mkdir(mode=0o700)
    program = tmp_path / "agent.py"
    program.write_text(agent, encoding="utf-8")
    settings = home / "config.toml"
    settings.write_text(
        f'[daemon]\nworkdir = "{project}"\n[agent]\ncommand = ["{sys.executable}", "{program}"]\n',
        encoding="utf-8",
    )
    return BotConfig(
        daemon=Config(
            home=home,
            project=project,
            agent=AgentSettings(command=(sys.executable, str(program))),
            poll=timedelta(seconds=1),
        ),
        bot_token=sandbox.bot_token,
        app_token=sandbox.app_token,
        api_url=sandbox.api_url,
        channel="#dev",
        admins=frozenset({sandbox.workspace.user("ada").id}),
        members=frozenset({sandbox.workspace.user("bob").id}),
        settle=timedelta(seconds=2),
        quiet=timedelta(seconds=0.3),
        post_interval=timedelta(seconds=0.05),
        # A test that runs at nine must not find one among its messages.
        digest=None,
    )


@pytest.fixture
def house(sandbox: Sandbox, config: BotConfig) -> Iterator[House]:
    threads = set(threading.enumerate())
    clock = system_clock()
    environment = {"PATH": "/usr/bin:/bin", "HOME": str(config.daemon.home)}
    process = ProcessManager(config.daemon, clock=clock, environment=environment)
    with Store.open(config.daemon.database, clock=clock) as store:
        bot = build_app(config, store=store, process=process, clock=clock)
        house = House(sandbox, config, store, process, bot)
        try:
            bot.start()
            yield house
        finally:
            house.bot.stop()
            process.stop()
    # Whoever starts a daemon waits for its end in a thread of its own.
    eventually(lambda: set(threading.enumerate()) <= threads, what="no thread is left")
