from __future__ import annotations

import time
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import event
from waiting import eventually

from coffee_bot.app import build_app
from coffee_bot.app.glance import Glance
from coffee_daemon import (
    DaemonState,
    DaemonStatus,
    ManualClock,
    ProcessManager,
    Store,
    system_clock,
)
from coffee_daemon.process import Register

if TYPE_CHECKING:
    from coffee_bot.config import BotConfig

STATUS = DaemonStatus(
    name="code_developer", state=DaemonState.IDLE, evidence="has nothing to do", pid=4711
)


@pytest.fixture
def glance(store: Store) -> Glance:
    found = Glance(store)
    assert found.news(STATUS, "connected")
    return found


def test_a_heart_that_beats_on_is_no_news(config: BotConfig, glance: Glance) -> None:
    clock = ManualClock()
    manager = ProcessManager(config.daemon, clock=clock)
    with Register.open(config.daemon, clock=clock) as register:
        register.update(state=DaemonState.IDLE, reason="has nothing to do")
        assert glance.news(manager.status(), "connected")

        for _ in range(4):
            clock.advance(10)
            register.beat()

            assert not glance.news(manager.status(), "connected")


def test_another_state_another_line_and_a_row_are_news(glance: Glance, store: Store) -> None:
    assert not glance.news(STATUS, "connected")

    assert glance.news(STATUS, "deaf")
    store.create_notification("info", "Hello", "there")
    assert glance.news(STATUS, "deaf")
    assert not glance.news(STATUS, "deaf")


def test_of_a_turn_its_ages_are_news_too(glance: Glance) -> None:
    working = DaemonStatus(name="code_developer", state=DaemonState.WORKING, evidence="")

    assert glance.news(working, "connected")
    assert glance.news(working, "connected")


class Statements:
    """Notes when the record was last asked anything."""

    def __init__(self, store: Store) -> None:
        self.last = time.monotonic()
        event.listen(store.doors.engine, "before_cursor_execute", self._note)

    def _note(self, *_: object) -> None:
        self.last = time.monotonic()


def test_a_bot_with_nothing_to_do_asks_the_record_nothing(config: BotConfig) -> None:
    quick = replace(config, daemon=replace(config.daemon, poll=timedelta(seconds=0.2)))
    with Store.open(config.daemon.database, clock=system_clock()) as store:
        asked = Statements(store)
        with build_app(quick, store=store):
            # Twenty polls at least: one question at each, and this would never come.
            eventually(lambda: time.monotonic() - asked.last > 4, 60, "a bot at rest")
