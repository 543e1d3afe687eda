"""The daily digest: once a day, at its hour, on days when something happened."""

from __future__ import annotations

import os
import time as clocks
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING

import pytest
from store_scene import ADA, Scene

from coffee_bot.channel import Channel
from coffee_bot.feed import DailyDigest
from coffee_bot.feed.digest import due_on
from coffee_daemon import Day, TurnEnd, Via

if TYPE_CHECKING:
    from collections.abc import Iterator

    from coffee_bot.config import BotConfig
    from coffee_daemon import ManualClock, Post, Store

pytestmark = pytest.mark.skipif(os.name != "posix", reason="no time zone can be set here")


@pytest.fixture(autouse=True)
def amsterdam(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Local time is Amsterdam's: an hour before UTC in winter, two in summer."""
    monkeypatch.setenv("TZ", "Europe/Amsterdam")
    clocks.tzset()
    yield
    monkeypatch.undo()
    clocks.tzset()


class Town:
    """A bot's digest, and the days that pass."""

    def __init__(self, config: BotConfig, store: Store, clock: ManualClock) -> None:
        self.config, self.store, self.clock = config, store, clock
        self.scene = Scene(store, clock)
        self.woken = 0
        self.begin()

    def begin(self) -> None:
        """Start the bot anew."""
        channel = Channel(self.store, self.config.channel)
        self.digest = DailyDigest(self.config, self.store, channel, self.clock, self._wake)
        self.digest.look()

    def _wake(self) -> None:
        self.woken += 1

    def at(self, text: str) -> None:
        """Let it be that local time, and the bot look."""
        self.clock.at = datetime.fromisoformat(text).astimezone(UTC)
        self.digest.look()

    def told(self, day: str) -> Post | None:
        return self.store.posts.get(f"digest:{self.config.daemon.name}:{day}")


@pytest.fixture
def town(config: BotConfig, store: Store, clock: ManualClock) -> Town:
    clock.at = datetime(2026, 1, 5, 14, 0, tzinfo=UTC)
    return Town(config, store, clock)


def test_a_day_is_told_at_its_hour_and_once(town: Town) -> None:
    town.scene.done()
    town.at("2026-01-06T08:59")
    assert town.told("2026-01-06") is None

    town.at("2026-01-06T09:00")
    post = town.told("2026-01-06")
    assert post is not None
    assert "1 done" in post.text
    assert (post.channel, town.woken) == (town.config.channel, 1)

    town.scene.done()
    town.at("2026-01-06T18:00")
    town.begin()
    assert town.told("2026-01-06") == post
    assert town.woken == 1


def test_a_day_on_which_nothing_happened_is_not_told(town: Town) -> None:
    town.at("2026-01-06T09:30")

    assert town.told("2026-01-06") is None


def test_it_tells_what_ended_what_goes_on_and_what_is_asked_by_its_age(town: Town) -> None:
    town.scene.waiting("Which database?")
    town.clock.advance(hours=2)
    town.scene.waiting("Which colour?")
    town.scene.end(town.scene.turn(only=town.scene.tell("Fails").number), TurnEnd.CANCELLED)
    town.scene.tell("Mend the tests")
    town.scene.done()
    town.at("2026-01-06T09:00")

    post = town.told("2026-01-06")
    assert post is not None
    said = str(post.blocks)
    assert "1 done, 1 cancelled, 3 in progress, 2 questions open" in post.text
    assert said.index("Which database?") < said.index("Which colour?")
    assert "waiting for 18 h" in said
    assert "Mend the tests" in said


def test_what_was_told_before_is_not_told_again(town: Town) -> None:
    town.scene.done()
    town.at("2026-01-06T09:00")
    town.scene.tell("Another one")
    town.scene.end(town.scene.turn())
    town.at("2026-01-07T09:00")

    post = town.told("2026-01-07")
    assert post is not None
    assert "1 done" in post.text


def test_a_digest_that_was_slept_through_is_told_on_the_same_day(town: Town) -> None:
    town.scene.done()
    town.at("2026-01-06T23:10")

    assert town.told("2026-01-06") is not None


def test_one_of_a_day_that_is_over_is_told_with_the_next(town: Town) -> None:
    town.scene.done()
    town.at("2026-01-08T08:00")
    assert town.told("2026-01-06") is None
    assert town.told("2026-01-07") is None
    assert town.told("2026-01-08") is None

    town.at("2026-01-08T09:00")

    post = town.told("2026-01-08")
    assert post is not None
    assert "1 done" in post.text


def test_a_bot_that_is_new_tells_nothing_of_the_time_before(
    config: BotConfig, store: Store, clock: ManualClock
) -> None:
    clock.at = datetime(2026, 1, 5, 14, 0, tzinfo=UTC)
    Scene(store, clock).done()

    assert Town(config, store, clock).told("2026-01-05") is None


def test_a_crash_between_the_post_and_its_note_tells_nothing_twice(town: Town) -> None:
    town.scene.done()
    town.at("2026-01-06T09:00")
    post = town.told("2026-01-06")
    town.store.facts.keep(f"digest:{town.config.daemon.name}", "2026-01-05")

    town.begin()

    assert town.told("2026-01-06") == post
    assert town.woken == 1


def test_off_means_off(config: BotConfig, store: Store, clock: ManualClock) -> None:
    town = Town(replace(config, digest=None), store, clock)
    town.scene.done()
    town.at("2026-01-06T12:00")

    assert town.told("2026-01-06") is None


def test_between_two_digests_the_record_is_not_asked(town: Town) -> None:
    town.at("2026-01-06T10:00")
    marker = town.store.change_marker()
    town.store.facts.forget(f"digest:{town.config.daemon.name}")
    town.at("2026-01-06T20:00")

    assert town.store.facts.get(f"digest:{town.config.daemon.name}") is None
    assert marker is not None


@pytest.mark.parametrize(
    ("day", "at", "expected"),
    [
        ("2026-03-28", time(9), "2026-03-28T08:00"),
        ("2026-03-29", time(9), "2026-03-29T07:00"),
        ("2026-10-25", time(2, 30), "2026-10-25T00:30"),
        ("2026-10-25", time(9), "2026-10-25T08:00"),
    ],
)
def test_the_hour_is_the_local_one_whatever_the_clocks_do(
    day: str, at: time, expected: str
) -> None:
    due = due_on(Day(datetime.fromisoformat(day).date()), at)

    assert due.astimezone(UTC) == datetime.fromisoformat(f"{expected}+00:00")


def test_an_hour_that_the_clocks_leave_out_is_not_waited_for_in_vain() -> None:
    day = Day(datetime(2026, 3, 29).astimezone().date())
    between = datetime(2026, 3, 29, 1, 0, tzinfo=UTC)

    due = due_on(day, time(2, 30))

    assert Day.of(due) == day
    assert abs(due - between) <= timedelta(minutes=30)


def test_over_a_change_of_the_clocks_every_day_is_told_once(
    config: BotConfig, store: Store, clock: ManualClock
) -> None:
    clock.at = datetime(2026, 10, 23, 12, 0, tzinfo=UTC)
    town = Town(replace(config, digest=time(2, 30)), store, clock)
    for _ in range(4 * 24 * 4):
        if clock.at.minute == 0 and clock.at.hour % 6 == 0:
            town.scene.done()
        clock.advance(seconds=timedelta(minutes=15).total_seconds())
        town.digest.look()

    days = [f"2026-10-{day}" for day in range(24, 28)]
    assert [day for day in days if town.told(day)] == days
    assert town.woken == 4


def test_the_end_of_the_audit_stands_in_it(town: Town) -> None:
    town.store.audit.add(ADA, "start", "code_developer", Via.SLACK, "started")
    town.scene.done()
    town.at("2026-01-06T09:00")

    head = town.store.audit.head()
    post = town.told("2026-01-06")
    assert head is not None
    assert post is not None
    assert str(head) in str(post.blocks)
