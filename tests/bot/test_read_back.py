"""Threads are read back each minute while Slack may give their replies to somebody else."""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from bot_house import key_of
from waiting import eventually

from coffee_bot.app import build_app
from coffee_bot.channel import Channel
from coffee_bot.sandbox import Effect, Sandbox, Settings
from coffee_bot.watch import (
    Absence,
    Checkup,
    DeadMan,
    LineClient,
    Rivals,
    Roll,
    SocketLink,
    Watchman,
)
from coffee_daemon import Store, SystemClock, system_clock

if TYPE_CHECKING:
    from collections.abc import Iterator

    from slack_sdk import WebClient

    from coffee_bot.config import BotConfig
    from coffee_daemon import ManualClock

#: Seconds between two looks of the watch while nothing is wrong.
LOOK = 3


class Quiet(SocketLink):
    """A line at which nothing ever happens."""

    def look(self) -> float:
        return LOOK


@dataclass
class Shift:
    """A watchman at work, and when it had the threads read back."""

    watchman: Watchman
    clock: ManualClock
    #: Seconds since the shift began.
    read_at: list[float] = field(default_factory=list)
    _begun: float = 0.0

    def __post_init__(self) -> None:
        self._begun = self.clock.boot()
        self.watchman.missed = lambda: self.read_at.append(self.clock.boot() - self._begun)

    def last(self, seconds: int) -> None:
        """Let so much time pass, with a look every few seconds."""
        for _ in range(seconds // LOOK):
            self.watchman.work()
            self.clock.advance(LOOK)


@pytest.fixture
def shift(
    config: BotConfig, store: Store, clock: ManualClock, client: WebClient
) -> Iterator[Shift]:
    line = LineClient(
        config.app_token, web_client=client, logger=logging.getLogger("test"), ping_interval=LOOK
    )
    channel = Channel(store, config.channel)
    roll = Roll(config.daemon, store, clock, "ada-laptop")
    dead_man = DeadMan(
        store, client, clock, channel, daemon="code_developer", host="h", ahead=timedelta(hours=1)
    )
    watchman = Watchman(
        link=Quiet(line, clock),
        checkup=Checkup(client, clock),
        roll=roll,
        rivals=Rivals(store, roll, clock, channel, lambda: None, lambda: None),
        dead_man=dead_man,
        absence=Absence(clock),
        clock=clock,
        missed=lambda: None,
        changed=lambda: None,
    )
    yield Shift(watchman, clock)
    line.close()


def test_threads_are_read_back_each_minute_while_slack_counts_more_connections_than_bots(
    shift: Shift,
) -> None:
    shift.last(180)
    assert shift.read_at == []

    shift.watchman.hello(2)
    shift.last(240)
    assert shift.read_at == [180, 240, 300, 360]

    shift.watchman.hello(1)
    shift.last(240)
    assert shift.read_at == [180, 240, 300, 360, 420]


def test_threads_are_read_back_for_some_minutes_after_slack_kept_events_from_us(
    shift: Shift,
) -> None:
    shift.watchman.rationed()
    shift.last(600)
    assert shift.read_at == [0, 60, 120]

    # It says so each minute for as long as that lasts.
    shift.watchman.rationed()
    shift.last(30)
    shift.watchman.rationed()
    shift.last(600)
    assert shift.read_at[3:] == [600, 630, 660, 720]


# Beside a running bot


@pytest.fixture
def swift() -> SystemClock:
    """Three seconds pass on it in one: a minute need not last so long."""
    begun = time.monotonic()
    return SystemClock(lambda: begun + 3 * (time.monotonic() - begun))


def test_replies_that_another_program_swallows_are_recorded_within_a_minute(
    config: BotConfig, swift: SystemClock
) -> None:
    with Sandbox(Settings(limits=None, seed=7)) as slack:
        quick = replace(
            config,
            api_url=slack.api_url,
            bot_token=slack.bot_token,
            app_token=slack.app_token,
            post_interval=timedelta(0),
            quiet=timedelta(0),
        )
        with Store.open(quick.daemon.database, clock=system_clock()) as store:
            bot = build_app(quick, store=store, clock=swift)
            try:
                bot.start()
                _replies_beside_a_rival(slack, store, quick.daemon.name)
            finally:
                bot.stop()


def _was_read_anew(slack: Sandbox) -> bool:
    """Whether the bot has read what its second line called for: the channel, then the thread."""
    channel = slack.workspace.calls("conversations.history")
    threads = slack.workspace.calls("conversations.replies")
    return len(channel) == 2 and any(one.at > channel[1].at for one in threads)


def _replies_beside_a_rival(slack: Sandbox, store: Store, daemon: str) -> None:
    workspace = slack.workspace
    question = store.questions.ask(daemon=daemon, text="Which database?")

    def shown() -> list[str]:
        key = f"question:{question.number}"
        return [one.ts for one in workspace.messages("dev") if key_of(one) == key]

    (ts,) = eventually(shown, 40, "the question is shown")
    eventually(lambda: workspace.calls("conversations.history"), 40, "it has read the channel")
    workspace.set_rivals(1, acks=True)
    workspace.end_sockets(Effect.RESET_SOCKET)
    eventually(lambda: _was_read_anew(slack), 40, "what its new line calls for is read")
    lines = len(workspace.calls("apps.connections.open"))
    words = [f"Reply {number}" for number in range(16)]
    for one in words:
        workspace.say("ada", "dev", one, thread_ts=ts)

    def recorded() -> bool:
        return len(store.questions.answers(question.number)) == len(words)

    eventually(recorded, 60, "every reply is recorded")
    sent = [one for one in workspace.envelopes if one.payload.get("event", {}).get("text") in words]
    # The rival was there before the bot's new line, so its number is the lower one.
    takers = {one.socket for one in sent}
    swallowed = [one for one in sent if one.socket == min(takers, key=str)]
    assert len(takers) == 2
    assert swallowed
    assert all(one.acked_at for one in swallowed)
    assert len(workspace.calls("apps.connections.open")) == lines, "no new hello made it look"
