"""Where events come in while the record is in trouble, and while Slack sends too many."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from bot_house import key_of
from held import held
from sqlalchemy import event
from waiting import eventually

from coffee_bot.app import build_app
from coffee_bot.app.address import Address
from coffee_bot.app.front_door import FrontDoor
from coffee_bot.sandbox import Sandbox, Settings
from coffee_daemon import Store, StoreTrouble, system_clock

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from coffee_bot.app import Bot
    from coffee_bot.config import BotConfig


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    """A Slack that gives up soon: a second after an event was sent for the first time."""
    with Sandbox(Settings(limits=None, retry_seconds=(0.2, 0.3, 0.5))) as running:
        yield running


@pytest.fixture
def quick(config: BotConfig) -> BotConfig:
    return replace(config, post_interval=timedelta(0), settle=timedelta(seconds=1))


@pytest.fixture
def store(quick: BotConfig) -> Iterator[Store]:
    with Store.open(quick.daemon.database, clock=system_clock()) as opened:
        yield opened


@pytest.fixture
def bot(quick: BotConfig, store: Store) -> Iterator[Bot]:
    built = build_app(quick, store=store)
    try:
        built.start()
        yield built
    finally:
        built.stop()


@dataclass
class Full:
    """An inbox that stores nothing while there is trouble."""

    trouble: Exception | None = None

    def keep(self, _body: Mapping[str, Any]) -> bool:
        self.try_to_store()
        return True

    def try_to_store(self) -> None:
        if self.trouble is not None:
            raise self.trouble


def ignored(_event: Mapping[str, Any]) -> None:
    """Somebody looks at the Home, which is no matter here."""


def asked(bot: Bot, store: Store, sandbox: Sandbox) -> tuple[int, str]:
    """Ask a question; return its number and where it is shown."""
    question = store.questions.ask(daemon=bot.config.daemon.name, text="Which database?")
    bot.wake()

    def shown() -> list[str]:
        key = f"question:{question.number}"
        return [one.ts for one in sandbox.workspace.messages("dev") if key_of(one) == key]

    (ts,) = eventually(shown, 30, "the question is shown")
    return question.number, ts


def tries(sandbox: Sandbox, text: str) -> list[bool]:
    """Of each time that Slack sent an event with these words: whether it was acknowledged."""
    sent = [one for one in sandbox.workspace.envelopes if one.kind == "events_api"]
    found = [one for one in sent if one.payload["event"].get("text") == text]
    return [one.acked_at is not None for one in found]


class ReadOnly:
    """Keeps a store's connections from writing for as long as it is on."""

    def __init__(self, store: Store) -> None:
        self.on = False
        event.listen(store.doors.engine, "checkout", self._apply)

    def _apply(self, connection: Any, *_: object) -> None:
        connection.execute(f"PRAGMA query_only = {int(self.on)}").close()


def test_a_reply_that_slack_gave_up_on_is_read_back_once_the_record_works_again(
    bot: Bot, store: Store, sandbox: Sandbox
) -> None:
    number, ts = asked(bot, store, sandbox)
    record = ReadOnly(store)
    record.on = True

    sandbox.workspace.say("ada", "dev", "SQLite", thread_ts=ts)
    eventually(lambda: len(tries(sandbox, "SQLite")) == 4, 60, "Slack has sent it four times")
    assert tries(sandbox, "SQLite") == [False] * 4
    assert store.questions.answers(number) == ()
    record.on = False

    eventually(lambda: store.questions.answers(number), 60, "it is recorded without a new hello")
    assert len(tries(sandbox, "SQLite")) == 4


@pytest.mark.parametrize("events", [12, 24])
def test_commands_are_acknowledged_while_a_record_that_hangs_holds_events_back(
    bot: Bot, store: Store, sandbox: Sandbox, events: int
) -> None:
    direct = sandbox.workspace.dm("ada")
    eventually(lambda: sandbox.workspace.connections == 1, 30)
    with held(bot.config.daemon.home / "notifications.db"):
        for number in range(events):
            sandbox.workspace.say("ada", direct, f"help {number}")
        eventually(lambda: tries(sandbox, f"help {events - 1}"), 30, "all were sent")

        answers = [sandbox.workspace.command("ada", "dev", "/coffee", "help") for _ in "12"]

        assert [one.acked for one in answers] == [True, True]
        assert not any(tries(sandbox, "help 0"))

    def stored() -> int:
        told = sandbox.workspace.messages(direct)
        keys = [f"msg:{sandbox.team_id}:{direct}:{one.ts}" for one in told if one.bot_id is None]
        return sum(store.inbox.get(key) is not None for key in keys)

    eventually(lambda: stored() == events, 60, "every event is stored in the end")


def test_slacks_word_that_it_keeps_events_from_us_is_acknowledged_and_heeded() -> None:
    heeded: list[None] = []
    home = Address(team="T0COFFEE01")
    door = FrontDoor(
        home, Full(), wake=lambda: None, rationed=lambda: heeded.append(None), opened=ignored
    )

    answer = door.take({"type": "app_rate_limited", "team_id": "T0COFFEE01"})

    assert answer is not None
    assert (answer.status, heeded) == (200, [None])


def test_an_event_that_cannot_be_stored_for_whatever_reason_is_not_acknowledged() -> None:
    full = Full()
    woken: list[None] = []
    home = Address(team="T0COFFEE01")
    door = FrontDoor(
        home, full, wake=lambda: woken.append(None), rationed=lambda: None, opened=ignored
    )
    assert not door.mended()
    for trouble in (StoreTrouble("the disk is full"), KeyError("channel")):
        full.trouble = trouble

        answer = door.take({"type": "event_callback", "team_id": "T0COFFEE01", "event": {}})

        assert answer is not None
        assert answer.status == 503
    assert woken == [None, None]

    full.trouble = StoreTrouble("the disk is full")
    with pytest.raises(StoreTrouble):
        door.mended()
    full.trouble = None

    assert [door.mended(), door.mended()] == [True, False]


def test_a_look_at_the_home_is_acknowledged_handed_on_and_not_kept() -> None:
    looked: list[Mapping[str, Any]] = []
    full = Full(StoreTrouble("the disk is full"))
    door = FrontDoor(
        Address(team="T0COFFEE01"),
        full,
        wake=lambda: None,
        rationed=lambda: None,
        opened=looked.append,
    )
    event = {"type": "app_home_opened", "user": "U0ADA00001", "tab": "home"}

    answer = door.take({"type": "event_callback", "team_id": "T0COFFEE01", "event": event})

    assert answer is not None
    assert (answer.status, looked) == (200, [event])
