"""When a Home is published, to whom, and over what."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from coffee_bot.access import Access
from coffee_bot.channel import Channel
from coffee_bot.home import Homes, Lookers, Reading
from coffee_bot.home.homes import ROUND_SECONDS
from coffee_bot.home.lookers import LOOKS_FOR, MOST_LOOKERS
from coffee_bot.intent import Message
from coffee_bot.sandbox import Effect, Fault, Moment
from coffee_daemon import DaemonState, DaemonStatus, Person, TaskState, Via

if TYPE_CHECKING:
    from slack_sdk import WebClient

    from coffee_bot.config import BotConfig
    from coffee_bot.sandbox import Sandbox, Workspace
    from coffee_daemon import ManualClock, Store

TEAM = "T0COFFEE01"
BOB = Person(id="U0BOB00001", name="Bob")


@dataclass
class Stand:
    """Homes over the sandbox's wire, and what is known of how they go."""

    homes: Homes
    workspace: Workspace
    store: Store
    clock: ManualClock
    #: How often the record was read, and the daemon looked at.
    looked: list[None]

    def opens(self, user: str = "ada", tab: str = "home") -> None:
        """Somebody opens the Home, as Slack's event tells it."""
        who = self.workspace.user(user).id
        event: dict[str, Any] = {"type": "app_home_opened", "user": who, "tab": tab}
        if view := self.workspace.home(user):
            event["view"] = {"id": view.id, "hash": view.hash}
        self.homes.opened(event)

    def ask(self, text: str) -> int:
        return self.store.questions.ask(daemon="code_developer", text=text, who=BOB).number

    def shows(self, user: str = "ada") -> str:
        view = self.workspace.home(user)
        return json.dumps(view.body["blocks"], ensure_ascii=False) if view else ""

    @property
    def calls(self) -> list[str]:
        """What Slack said to each view that was published."""
        found = self.workspace.calls("views.publish")
        return [str(one.answer.get("error") or "ok") for one in found]


@pytest.fixture
def stand(
    config: BotConfig, store: Store, client: WebClient, workspace: Workspace, clock: ManualClock
) -> Stand:
    looked: list[None] = []

    def status() -> DaemonStatus:
        looked.append(None)
        return DaemonStatus(name="code_developer", state=DaemonState.STOPPED, evidence="")

    def lookup(user: str) -> dict[str, Any]:
        return {"id": user, "team_id": TEAM, "name": user}

    channel = Channel(store, config.channel)
    homes = Homes(
        client=client,
        reading=Reading(store, "code_developer", channel, "https://team.example/", status),
        lookers=Lookers(clock, store, "code_developer"),
        access=Access(config, lookup, clock=clock, team=TEAM),
        clock=clock,
        command="/coffee",
        wake=lambda: None,
    )
    return Stand(homes, workspace, store, clock, looked)


def test_while_nobody_looks_nothing_is_read_and_nothing_sent(stand: Stand) -> None:
    stand.ask("Which colour?")

    assert stand.homes.work() is None

    assert stand.looked == []
    assert stand.calls == []


def test_what_is_past_its_quiet_time_is_not_offered_to_be_sent_sooner(stand: Stand) -> None:
    number = stand.ask("Which colour?")
    stand.store.questions.reply(
        number,
        text="Blue",
        who=BOB,
        via=Via.SLACK,
        source="msg:T:C:1",
        quiet=timedelta(minutes=1),
    )
    stand.opens()
    stand.homes.work()
    assert "Send now" in stand.shows()

    stand.clock.advance(61)
    stand.opens()
    stand.homes.work()

    assert "Blue" in stand.shows()
    assert "Not an answer" in stand.shows()
    assert "Send now" not in stand.shows()
    assert "Taken as the answer" not in stand.shows()


def test_opening_shows_the_home_at_once_and_an_unchanged_one_is_not_sent_again(
    stand: Stand,
) -> None:
    stand.ask("Which colour?")
    stand.opens()
    stand.homes.work()
    assert "Which colour?" in stand.shows()

    stand.opens()
    stand.clock.advance(60)
    assert stand.homes.work() is None

    assert stand.calls == ["ok"]


def test_a_look_at_the_messages_is_no_look_at_the_home(stand: Stand) -> None:
    stand.opens(tab="messages")

    assert stand.homes.work() is None
    assert stand.calls == []


def test_what_changes_is_shown_to_those_who_look_some_seconds_apart(stand: Stand) -> None:
    stand.opens("ada")
    stand.opens("bob")
    stand.homes.work()
    stand.ask("Which colour?")

    wait = stand.homes.work()
    assert wait is not None
    assert wait >= ROUND_SECONDS
    assert stand.calls == ["ok", "ok"]
    stand.clock.advance(wait)
    stand.homes.work()

    assert "Which colour?" in stand.shows("ada")
    assert "Which colour?" in stand.shows("bob")
    assert stand.calls == ["ok"] * 4


def test_whoever_presses_or_comes_newly_does_not_wait_for_the_others_turn(stand: Stand) -> None:
    stand.opens("ada")
    stand.homes.work()
    stand.ask("Which colour?")
    ada, seen = stand.workspace.user("ada").id, stand.workspace.home("ada")
    assert seen is not None

    stand.opens("bob")
    stand.homes.pressed(ada, seen.hash, Message(text="x", blocks=_told("Too late.")))
    stand.homes.work()

    assert "Too late." in stand.shows("ada")
    assert "Which colour?" in stand.shows("bob")


def _told(words: str) -> tuple[dict[str, Any], ...]:
    return ({"type": "section", "text": {"type": "mrkdwn", "text": words}},)


def test_what_became_of_a_press_is_gone_when_the_home_is_opened_again(stand: Stand) -> None:
    ada = stand.workspace.user("ada").id
    stand.homes.pressed(ada, "", Message(text="x", blocks=_told("Too late.")))
    stand.homes.work()
    assert "Too late." in stand.shows()

    stand.opens()
    stand.homes.work()

    assert "Too late." not in stand.shows()


def test_a_view_of_somebody_else_is_not_overwritten_unseen_but_made_anew(
    stand: Stand, client: WebClient
) -> None:
    stand.opens()
    stand.homes.work()
    ada = stand.workspace.user("ada").id
    client.views_publish(user_id=ada, view={"type": "home", "blocks": [{"type": "divider"}]})
    stand.ask("Which colour?")
    stand.clock.advance(60)

    assert stand.homes.work() == 0
    assert "Which colour?" not in stand.shows()
    stand.ask("Which shape?")
    stand.homes.work()

    assert "Which shape?" in stand.shows()
    assert stand.calls == ["ok", "ok", "hash_conflict", "ok"]


def test_whoever_sees_another_view_than_the_last_one_gets_it_again(
    stand: Stand, client: WebClient
) -> None:
    stand.opens()
    stand.homes.work()
    ada = stand.workspace.user("ada").id
    client.views_publish(user_id=ada, view={"type": "home", "blocks": [{"type": "divider"}]})

    stand.opens()
    while (wait := stand.homes.work()) is not None:
        stand.clock.advance(wait)

    assert "No open questions" in stand.shows()


def test_when_slack_asks_to_wait_nobody_is_served_until_then(
    stand: Stand, sandbox: Sandbox
) -> None:
    fault = Fault(moment=Moment.BEFORE, effect=Effect.RATE_LIMITED, of="views.publish", seconds=30)
    sandbox.faults.add(fault)
    stand.opens("ada")

    wait = stand.homes.work()
    assert wait is not None
    assert 25 < wait <= 30
    stand.opens("bob")
    assert stand.homes.work() == wait
    stand.clock.advance(wait)
    stand.homes.work()

    assert stand.shows("ada")
    assert stand.shows("bob")


def test_a_view_whose_outcome_is_not_clear_is_published_again(
    stand: Stand, sandbox: Sandbox
) -> None:
    fault = Fault(moment=Moment.STORED, effect=Effect.LOSE_REPLY, of="views.publish")
    sandbox.faults.add(fault)
    stand.opens()

    wait = stand.homes.work()
    assert wait is not None
    stand.ask("Which colour?")
    stand.clock.advance(wait)
    stand.homes.work()

    assert "Which colour?" in stand.shows()


def test_an_app_without_its_home_tab_gives_up_on_that_person(
    stand: Stand, sandbox: Sandbox, caplog: pytest.LogCaptureFixture
) -> None:
    fault = Fault(
        moment=Moment.BEFORE, effect=Effect.REFUSE, of="views.publish", error="not_enabled"
    )
    sandbox.faults.add(fault)
    stand.opens()

    assert stand.homes.work() is None

    assert "not_enabled" in caplog.text
    assert stand.homes.work() is None
    assert stand.calls == ["not_enabled"]


def test_an_hour_after_the_last_look_nobody_is_kept_up_to_date(stand: Stand) -> None:
    stand.opens()
    stand.homes.work()
    stand.clock.advance((LOOKS_FOR + timedelta(seconds=1)).total_seconds())
    stand.ask("Which colour?")

    assert stand.homes.work() is None
    assert stand.calls == ["ok"]


def test_only_the_latest_few_are_kept_up_to_date(clock: ManualClock, store: Store) -> None:
    lookers = Lookers(clock, store, "code_developer")
    for number in range(MOST_LOOKERS + 5):
        lookers.looks(f"U{number}", "")

    kept = [one.user for one in lookers.there()]

    assert kept == [f"U{number}" for number in range(5, MOST_LOOKERS + 5)]


def test_a_press_during_the_publishing_is_not_taken_for_served(
    clock: ManualClock, store: Store
) -> None:
    lookers = Lookers(clock, store, "code_developer")
    lookers.looks("U1", "")
    (first,) = lookers.there()
    clock.advance(1)

    lookers.looks("U1", "", Message(text="Too late."))
    lookers.published(first, seen="1.2", shown=7)

    (now,) = lookers.there()
    assert now == replace(first, at=now.at, hash="1.2", shown=7, told=Message(text="Too late."))


def test_whoever_looks_when_the_bot_is_started_again_is_shown_what_happened_meanwhile(
    stand: Stand, store: Store
) -> None:
    stand.opens()
    stand.homes.work()
    stand.clock.advance(LOOKS_FOR.total_seconds() / 2)
    stand.ask("Which colour?")

    again = replace(stand.homes, lookers=Lookers(stand.clock, store, "code_developer"))
    again.work()
    assert "Which colour?" in stand.shows()
    assert stand.calls == ["ok", "ok"]

    stand.clock.advance(LOOKS_FOR.total_seconds() / 2 + 1)
    later = replace(stand.homes, lookers=Lookers(stand.clock, store, "code_developer"))
    assert later.work() is None
    assert stand.calls == ["ok", "ok"]


def test_only_a_new_look_is_written_down(stand: Stand, store: Store) -> None:
    stand.opens()
    stand.homes.work()
    marker = store.change_marker()

    for _ in range(5):
        stand.clock.advance(60)
        stand.homes.work()

    assert store.change_marker() == marker


def test_a_task_leads_to_its_message_and_what_has_ended_is_told(stand: Stand, store: Store) -> None:
    task = store.tasks.tell(daemon="code_developer", text="Write a haiku", who=BOB, via=Via.SLACK)
    done = store.tasks.tell(daemon="code_developer", text="Write a poem", who=BOB, via=Via.SLACK)
    store.tasks.cancel(done.number, who=BOB, via=Via.SLACK)
    key = f"task:{task.number}"
    store.posts.want(key, kind="message", channel="C0DEV00001", text="Write a haiku")
    assert store.tasks.get(done.number).state is TaskState.CANCELLED

    stand.opens()
    stand.homes.work()

    assert "Write a haiku" in stand.shows()
    assert "Write a poem · cancelled" in stand.shows()
