"""What the channel reads of limits: the posts that the feed derives."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, timedelta
from typing import TYPE_CHECKING

import pytest

from coffee_bot.channel import Channel
from coffee_bot.feed import Board, Feed
from coffee_daemon import (
    DaemonState,
    DaemonStatus,
    Day,
    Halt,
    Limits,
    ManualClock,
    Matter,
    Person,
    Store,
    TurnEnd,
    Via,
)
from coffee_daemon.spending import Budget
from coffee_daemon.tasks import Outcome

if TYPE_CHECKING:
    from coffee_bot.config import BotConfig

NAME = "code_developer"
ADA = Person(id="U0ADA00001", name="Ada")
S = DaemonState


@dataclass
class Channels:
    """A feed, and what it has wanted to be shown."""

    store: Store
    config: BotConfig
    clock: ManualClock

    def __post_init__(self) -> None:
        self.restart()
        self.texts()

    def restart(self) -> None:
        status = DaemonStatus(name=NAME, state=S.IDLE, evidence="free", pid=7)
        board = Board(self.store, Channel(self.store, self.config.channel))
        self.feed = Feed(self.store, board, self.config, lambda: status)

    def texts(self) -> dict[str, str]:
        """Derive and show everything; return the words of each post that was not shown before."""
        found = {}
        while self.feed.derive():
            while (post := self.store.posts.claim(attempt_owner="test")) is not None:
                self.store.posts.sent(post.id, f"{post.id}.000001")
                found[post.key] = f"{post.text} {post.blocks}"
        return found

    def words(self, key: str) -> str:
        post = self.store.posts.get(key)
        assert post is not None
        return f"{post.text} {post.blocks}"

    def halt(self) -> Halt:
        day = Day.of(self.clock.now())
        told = Halt(daemon=NAME, day=day, budget=Budget.TURNS, allowed=2, more=2, until=day.ends)
        self.store.halts.tell(told, "The day's limit is used up: 2 turns", "It pauses.")
        self.observe(S.LIMITED)
        return told

    def observe(self, state: DaemonState) -> None:
        self.store.transitions.observe(NAME, state, "")

    def limited(self, hours: float) -> None:
        """An agent meets its usage limit."""
        task = self.store.tasks.tell(daemon=NAME, text="Much", who=ADA, via=Via.SLACK)
        nonce = f"n{task.number}"
        found = self.store.turns.pick_up(NAME, nonce=nonce, only=task.number)
        assert found is not None
        self.store.turns.started(found.turn.id, agent="claude")
        until = self.clock.now() + timedelta(hours=hours)
        outcome = Outcome(end=TurnEnd.LIMITED, until=until)
        self.store.turns.settle(found.turn.id, outcome, limits=Limits())
        self.observe(S.LIMITED)


@pytest.fixture
def channel(store: Store, config: BotConfig, clock: ManualClock) -> Channels:
    clock.at = Day.of(clock.at).begins.astimezone(UTC) + timedelta(hours=12)
    store.transitions.observe(NAME, S.WORKING, "")
    return Channels(store, config, clock)


def test_a_halt_is_one_post_and_no_change_of_state_beside_it(channel: Channels) -> None:
    told = channel.halt()

    assert list(channel.texts()) == [f"halt:{told.name}"]
    channel.restart()
    channel.observe(S.STOPPED)
    channel.clock.advance(hours=1)
    channel.observe(S.LIMITED)
    assert [key for key in channel.texts() if key.startswith("halt:")] == []


def test_a_halt_mentions_the_admins_who_want_that_and_goes_on_mentioning_the_same(
    channel: Channels,
) -> None:
    contacts = channel.store.contacts
    told = channel.halt()
    assert f"<@{ADA.id}>" in channel.texts()[f"halt:{told.name}"]
    contacts.choose(ADA.id, Matter.CRASHES, on=False)
    channel.store.halts.go_on(told.name, ADA, Via.SLACK)
    channel.texts()
    assert f"<@{ADA.id}>" in channel.words(f"halt:{told.name}"), "an edit, which calls nobody"

    channel.clock.advance(days=1)
    again = channel.halt()

    assert f"<@{ADA.id}>" not in channel.texts()[f"halt:{again.name}"]


def test_who_continues_is_told_and_the_way_back_is_not_told_again(channel: Channels) -> None:
    told = channel.halt()
    channel.texts()
    channel.store.halts.go_on(told.name, ADA, Via.CLI)
    channel.clock.advance(2)
    channel.observe(S.WORKING)

    found = channel.texts()
    assert list(found) == [f"continued:{told.name}"]
    assert "Ada lets code_developer go on today: 2 more turns" in found[f"continued:{told.name}"]
    assert "Continue today" not in channel.words(f"halt:{told.name}")


def test_at_midnight_the_button_goes_and_the_way_back_is_told(channel: Channels) -> None:
    told = channel.halt()
    channel.texts()
    assert "Continue today" in channel.words(f"halt:{told.name}")
    channel.clock.advance(hours=12)
    channel.observe(S.WORKING)

    [back] = channel.texts().values()
    assert "is working" in back
    assert "Continue today" not in channel.words(f"halt:{told.name}")


def test_a_halt_that_was_over_before_anybody_was_told_is_not_told(channel: Channels) -> None:
    channel.halt()
    channel.clock.advance(days=1)

    assert [key for key in channel.texts() if key.startswith("halt:")] == []


def test_a_usage_limit_is_told_when_it_begins_and_when_it_ends(channel: Channels) -> None:
    channel.limited(hours=3)
    [(key, begins)] = [one for one in channel.texts().items() if one[0].startswith("usage:")]
    until = int((channel.clock.now() + timedelta(hours=3)).timestamp())

    assert f"<!date^{until}^" in begins
    channel.restart()
    channel.clock.advance(hours=3)
    channel.observe(S.WORKING)
    found = channel.texts()
    assert key not in found
    assert [key.split(":")[0] for key in found] == ["transition"]


def test_a_usage_limit_that_grows_longer_is_the_same_post(channel: Channels) -> None:
    channel.limited(hours=1)
    [key] = [one for one in channel.texts() if one.startswith("usage:")]
    channel.clock.advance(hours=1)
    channel.observe(S.WORKING)
    assert len(channel.texts()) == 1
    for _ in range(2):
        channel.limited(hours=2)
        until = int((channel.clock.now() + timedelta(hours=2)).timestamp())
        assert [one for one in channel.texts() if not one.startswith(("task:", "turn:"))] == []
        assert f"<!date^{until}^" in channel.words(key)
        channel.clock.advance(hours=2)
        channel.observe(S.WORKING)
        assert [one for one in channel.texts() if one.startswith("transition:")] == []


def test_a_usage_limit_that_has_ended_meanwhile_is_not_told(channel: Channels) -> None:
    channel.limited(hours=1)
    channel.clock.advance(hours=2)

    assert [key for key in channel.texts() if key.startswith("usage:")] == []


def test_the_end_of_a_task_tells_its_cost_where_it_is_known(channel: Channels) -> None:
    for cost in (1.2, None):
        channel.store.tasks.tell(daemon=NAME, text="Much", who=ADA, via=Via.SLACK)
        found = channel.store.turns.pick_up(NAME, nonce=f"n{cost}")
        assert found is not None
        outcome = Outcome(end=TurnEnd.OK, summary="Done.", cost=cost)
        channel.store.turns.settle(found.turn.id, outcome, limits=Limits())

    known, unknown = (text for key, text in channel.texts().items() if key.startswith("end:"))
    assert "1 turn · $1.20" in known
    assert "1 turn" not in unknown
