"""Where people are, whom a message mentions, and what that costs."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from slack_sdk.errors import SlackClientError

from coffee_bot.channel import Channel
from coffee_bot.feed import Board
from coffee_bot.feed.reminders import Reminders
from coffee_bot.reaching import Reach, Whereabouts
from coffee_bot.reminding import USUAL
from coffee_daemon import Matter, Person, Silence

if TYPE_CHECKING:
    from collections.abc import Callable

    from coffee_bot.config import BotConfig
    from coffee_daemon import Contact, ManualClock, Question, Store

ADA, BOB = "U0ADA00001", "U0BOB00001"
AGENT = Person(id="local:agent", name="agent")
#: A Monday.
TEN = datetime(2026, 3, 2, 10, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture
def config(config: BotConfig, clock: ManualClock) -> BotConfig:
    clock.at = TEN
    return replace(config, hours=USUAL, ask_first=(ADA, BOB))


class Slack:
    """What Slack says of people, and how often it was asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.says: dict[str, Any] = {"tz": "Europe/Berlin", "tz_offset": 3600}
        self.fails: set[str] = set()

    def lookup(self, user: str) -> dict[str, Any]:
        self._hear(f"users.info {user}")
        return self.says

    def direct(self, user: str) -> str:
        self._hear(f"conversations.open {user}")
        return f"D{user}"

    def _hear(self, asked: str) -> None:
        self.asked.append(asked)
        if asked.split(maxsplit=1)[0] in self.fails:
            raise SlackClientError("down")


def whereabouts(slack: Slack, store: Store, clock: ManualClock) -> Callable[[], Contact]:
    rooms = Whereabouts(store, clock, slack.lookup, slack.direct)
    return lambda: rooms.locate(store.contacts.get(ADA))


def test_a_conversation_is_opened_only_when_there_is_something_to_say_and_once(
    store: Store, config: BotConfig, clock: ManualClock
) -> None:
    slack = Slack()
    reach = Reach(store, config, Whereabouts(store, clock, slack.lookup, slack.direct))
    reach.zone(reach.contact(ADA))
    assert slack.asked == [f"users.info {ADA}"]
    slack.fails = {"conversations.open"}
    assert reach.direct(ADA) == ADA, "then it is said to the person's id"

    slack.fails = set()
    assert [reach.direct(ADA), reach.direct(ADA)] == [f"D{ADA}"] * 2
    reach.look()
    assert reach.direct(ADA) == f"D{ADA}"
    assert len([one for one in slack.asked if "open" in one]) == 2


def test_slack_is_asked_once_in_twelve_hours_where_somebody_is(
    store: Store, clock: ManualClock
) -> None:
    slack = Slack()
    look = whereabouts(slack, store, clock)
    for _ in range(3):
        found = look()
        clock.advance(hours=5)

    assert (found.zone, found.offset) == ("Europe/Berlin", 3600)
    assert slack.asked == [f"users.info {ADA}"]
    slack.says = {"tz": "Asia/Kolkata", "tz_offset": 19_800}
    assert look().zone == "Asia/Kolkata"
    assert len(slack.asked) == 2


def test_a_slack_that_fails_is_asked_again_later_and_keeps_nothing_waiting(
    store: Store, clock: ManualClock
) -> None:
    slack = Slack()
    slack.fails = {"users.info"}
    look = whereabouts(slack, store, clock)
    assert look().located_at is None
    assert look().located_at is None
    assert len(slack.asked) == 1

    slack.fails = set()
    clock.advance(601)

    assert look().zone == "Europe/Berlin"


def test_what_slack_does_not_say_is_utc(store: Store, clock: ManualClock) -> None:
    slack = Slack()
    slack.says = {"tz": None, "tz_offset": "soon"}

    found = whereabouts(slack, store, clock)()

    assert (found.zone, found.offset) == ("", None)


def ask(store: Store, **more: Any) -> Question:
    return store.questions.ask(daemon="code_developer", text="Which database?", who=AGENT, **more)


def shown(store: Store, key: str, text: str) -> None:
    """Put a message before people as the feed and its sender would."""
    post = store.posts.want(key, kind="message", channel="C0DEV00001", text=text)
    claimed = store.posts.claim(attempt_owner="test")
    assert claimed is not None
    store.posts.sent(post.id, f"{post.id}.000001")


def test_whom_a_message_mentions_is_decided_once(
    store: Store, config: BotConfig, clock: ManualClock
) -> None:
    store.contacts.choose(BOB, Matter.QUESTIONS, on=False)
    reach = Reach(store, config)
    reach.look()
    asked = ask(store)
    assert reach.mentions(asked, "question:1") == (ADA,)
    shown(store, "question:1", f"Which? <@{ADA}>")

    clock.at = TEN.replace(hour=22)
    store.contacts.choose(BOB, Matter.QUESTIONS, on=True)
    reach.look()

    assert reach.mentions(asked, "question:1") == (ADA,)
    assert reach.mentions(asked, "question:1@1") == (), "a new message, by night"


def test_an_urgent_question_mentions_everybody_it_is_for(
    store: Store, config: BotConfig, clock: ManualClock
) -> None:
    clock.at = TEN.replace(hour=3)
    store.contacts.choose(BOB, Matter.QUESTIONS, on=False)
    reach = Reach(store, config)
    reach.look()

    asked = ask(store, silence=Silence(urgent=True))

    assert reach.mentions(asked, "question:1") == (ADA, BOB)


def test_admins_choose_whether_crashes_and_limits_mention_them(
    store: Store, config: BotConfig
) -> None:
    reach = Reach(store, replace(config, admins=frozenset({ADA, BOB})))
    store.contacts.choose(ADA, Matter.CRASHES, on=False)
    reach.look()

    assert reach.admins("halt:1") == [BOB]


def test_without_any_hours_it_is_never_quiet_until_somebody_sets_some(
    store: Store, config: BotConfig, clock: ManualClock
) -> None:
    clock.at = TEN.replace(hour=3)
    reach = Reach(store, replace(config, hours=None))
    reach.look()
    assert reach.mentions(ask(store), "question:1") == (ADA, BOB)
    assert "at any time" in reach.hours_in_words(reach.contact(ADA))

    store.contacts.set_hours(ADA, "mon-fri 09:00-18:00")
    reach.look()

    assert reach.mentions(ask(store), "question:2") == (BOB,)


def reminders(store: Store, config: BotConfig) -> Reminders:
    board = Board(store, Channel(store, config.channel), "https://team.example/")
    board.look()
    return Reminders(store, board, Reach(store, config))


def test_it_looks_again_only_when_something_changed_or_is_due(
    store: Store, config: BotConfig, clock: ManualClock
) -> None:
    asked = ask(store)
    shown(store, f"question:{asked.number}", f"Which? <@{ADA}> <@{BOB}>")
    found = reminders(store, config)
    assert found.derive() == 0
    looks = []
    found.reach.look = lambda: looks.append(clock.now())  # type: ignore[method-assign]

    for _ in range(230):
        clock.advance(60)
        assert found.derive() == 0
    assert looks == [], "nothing was due for 230 minutes"
    clock.advance(hours=1)

    assert found.derive() == 2
    keys = [f"reminder:{asked.number}:{one}:1" for one in (ADA, BOB)]
    assert all(store.posts.get(key) for key in keys)


def test_a_week_brings_few_reminders_and_none_at_night(
    store: Store, config: BotConfig, clock: ManualClock
) -> None:
    config = replace(config, ask_first=(ADA,), remind_after=HOUR)
    asked = ask(store)
    shown(store, f"question:{asked.number}", f"Which? <@{ADA}>")
    found, times = reminders(store, config), []
    for _ in range(14 * 24 * 4):
        clock.advance(15 * 60)
        if found.derive():
            times.append(f"{clock.now():%a %H:%M}")
        if clock.now().hour == 12:
            # Nothing of it is known only in memory.
            found = reminders(store, config)

    assert times == ["Mon 11:00", "Mon 13:00", "Tue 09:00", "Wed 09:00", "Thu 16:00"]


def test_many_questions_bring_three_reminders_in_an_hour_at_most(
    store: Store, config: BotConfig, clock: ManualClock
) -> None:
    config = replace(config, ask_first=(ADA,))
    numbers = []
    for text in ("one?", "two?", "three?", "four?", "five?"):
        asked = store.questions.ask(daemon="code_developer", text=text, who=AGENT)
        shown(store, f"question:{asked.number}", f"{text} <@{ADA}>")
        numbers.append(asked.number)
    found = reminders(store, config)
    clock.advance(hours=4)

    assert found.derive() == 3
    found = reminders(store, config)
    clock.advance(59 * 60)
    assert found.derive() == 0, "nor after a restart"
    clock.advance(60)
    assert found.derive() == 2

    reminded = [bool(store.posts.get(f"reminder:{one}:{ADA}:1")) for one in numbers]
    assert reminded == [True] * 5


def test_a_question_is_not_reminded_of_before_it_is_shown_or_after_it_is_closed(
    store: Store, config: BotConfig, clock: ManualClock
) -> None:
    asked, found = ask(store), reminders(store, config)
    clock.advance(hours=5)
    assert found.derive() == 0

    shown(store, f"question:{asked.number}", f"Which? <@{ADA}> <@{BOB}>")
    store.questions.withdraw(asked.number, who=AGENT)
    clock.advance(hours=5)

    assert found.derive() == 0
