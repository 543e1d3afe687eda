"""What a press or a modal does, for every kind of person."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any, cast

import pytest
from people import ADMIN, ANSWERER, OPERATOR, PEOPLE, TEAM, Directory, user

from coffee_bot import blocks
from coffee_bot.access import Access
from coffee_bot.blocks.choosing import CHANGE
from coffee_bot.blocks.midturn import INTERRUPT, LATER
from coffee_bot.channel import Channel
from coffee_bot.config import BotConfig
from coffee_bot.intent import Message, Reply, Role
from coffee_bot.listeners import Listeners
from coffee_daemon import Config, ManualClock, Person, Store, TurnEnd, Via
from coffee_daemon.tasks import Outcome

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from slack_sdk import WebClient

    from coffee_bot.intent import Intent, Misunderstood

BOB = Person(id="U0BOB00001", name="Bob")
#: Every button, and the least role of whoever presses it.
BUTTONS = {
    blocks.START: Role.OPERATOR,
    blocks.STOP: Role.OPERATOR,
    blocks.RESTART: Role.OPERATOR,
    blocks.ASK: Role.ANSWERER,
    blocks.RETRY: Role.ANSWERER,
    INTERRUPT: Role.ANSWERER,
    LATER: Role.ANSWERER,
    blocks.CONTINUE: Role.ADMIN,
    blocks.CHOOSE: Role.ANSWERER,
    blocks.SAME: Role.ANSWERER,
    blocks.SEND_NOW: Role.ANSWERER,
    blocks.NOT_AN_ANSWER: Role.ANSWERER,
}


@dataclass
class Orders:
    """Stands where the commands are: notes what is asked of it, and what was refused."""

    run_for: list[str] = field(default_factory=list)
    refused_to: list[str] = field(default_factory=list)

    def run(
        self,
        intent: Intent | Misunderstood | None,
        who: Person,
        via: Via,
        *,
        source: str | None = None,
    ) -> Reply:
        self.run_for.append(who.id)
        return Reply(message=Message(text="done"))

    def refused(
        self, intent: Intent | Misunderstood | None, who: Person, via: Via, reason: str
    ) -> None:
        self.refused_to.append(who.id)


@dataclass
class Windows:
    """Stands where Slack is: notes which modals are opened."""

    opened: list[Mapping[str, Any]] = field(default_factory=list)

    def views_open(self, *, trigger_id: str, view: Mapping[str, Any]) -> None:
        self.opened.append(view)


class Desk:
    """A question that Bob has answered, in its quiet time, and somebody who presses."""

    def __init__(self, home: Path, store: Store, people: Directory) -> None:
        self.store, self.orders, self.windows = store, Orders(), Windows()
        self.config = BotConfig(
            daemon=Config(home=home),
            bot_token="xoxb-12345678",
            app_token="xapp-12345678",
            channel="C0DEV00001",
            admins=frozenset({ADMIN}),
            operators=frozenset({OPERATOR}),
            members=frozenset({ANSWERER}),
        )
        self.access = Access(self.config, people, clock=ManualClock(), team=TEAM)
        self._answered_before()
        asked = store.questions.ask(
            daemon="code_developer", text="Which?", options=["SQLite", "PostgreSQL"], who=BOB
        )
        self.number = asked.number
        store.questions.reply(
            self.number,
            text="both",
            who=BOB,
            via=Via.SLACK,
            source="msg:1",
            quiet=timedelta(minutes=1),
        )
        self.changed, self.task = self._changed_answer()

    def _changed_answer(self) -> tuple[int, int]:
        """A question whose answer Bob changes after the pick-up, and its task."""
        name = self.config.daemon.name
        task = self.store.tasks.tell(daemon=name, text="go", who=BOB, via=Via.SLACK)
        asking = self.store.turns.pick_up(name, nonce="n1")
        assert asking is not None
        asked = self.store.questions.ask(daemon=name, text="Why?", turn_nonce="n1")
        outcome = Outcome(end=TurnEnd.OK)
        self.store.turns.settle(asking.turn.id, outcome, limits=self.config.daemon.limits)
        for nonce, words in (("n2", "so"), ("", "not so")):
            self.store.questions.reply(
                asked.number,
                text=words,
                who=BOB,
                via=Via.SLACK,
                source=f"msg:{words}",
                quiet=timedelta(0),
            )
            assert not nonce or self.store.turns.pick_up(name, nonce=nonce) is not None
        return asked.number, task.number

    def _answered_before(self) -> None:
        """The same question, asked and answered by Bob before."""
        asked = self.store.questions.ask(daemon="code_developer", text="Which?", who=BOB)
        more: dict[str, Any] = {"who": BOB, "via": Via.SLACK, "source": "msg:0"}
        self.store.questions.reply(asked.number, text="SQLite", quiet=timedelta(0), **more)
        self.store.questions.collect(asked.number)

    def press(self, action: str, who: str) -> list[str]:
        """Press one button; return what the person was told."""
        (answer,) = self.store.questions.answers(self.number)
        value = f"{self.number}:{answer.id if action == blocks.NOT_AN_ANSWER else 2}"
        if action == LATER:
            value = f"{self.changed}"
        pressed = {"action_id": action, "value": value, "action_ts": "1.000001"}
        body = {"user": {"id": who}, "trigger_id": "1.2.3", "actions": [pressed]}
        told: list[str] = []
        client = cast("WebClient", self.windows)
        # Gone through once the pool is left.
        with ThreadPoolExecutor(1) as pool:
            self._listeners(pool).press(
                lambda **_: None, lambda **said: told.append(said["text"]), body, client
            )
        return told

    def send(self, words: str, who: str, form: str = blocks.FORM) -> dict[str, str]:
        """Send a modal; return what is wrong with it."""
        values = {form: {"words": {"type": "plain_text_input", "value": words}}}
        view = {"id": "V1", "callback_id": form, "private_metadata": str(self.number)}
        body = {"user": {"id": who}, "view": {**view, "state": {"values": values}}}
        said: dict[str, Any] = {}
        with ThreadPoolExecutor(1) as pool:
            self._listeners(pool).send(lambda **more: said.update(more), body)
        errors: dict[str, str] = said.get("errors", {})
        return errors

    def standing(self) -> tuple[object, ...]:
        """Everything that a press may change."""
        answers = self.store.questions.answers(self.number)
        added = self.store.tasks.added(self.task)
        asked = self.store.questions.get(self.number)
        return (asked, answers, added, list(self.orders.run_for))

    def refusals(self) -> list[str]:
        """Who was refused, as the audit and the commands have noted it."""
        noted = [one.who.id for one in self.store.audit.list() if one.outcome == "refused"]
        return noted + self.orders.refused_to

    def _listeners(self, pool: ThreadPoolExecutor) -> Listeners:
        return Listeners(
            config=self.config,
            store=self.store,
            access=self.access,
            commands=self.orders,
            pool=pool,
            slow=lambda job: job(),
            wake=lambda: None,
            channel=Channel(self.store, self.config.channel),
            at_home=lambda *_: None,
            workspace_url="https://team.example/",
            patience=30,
        )


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(Config(home=tmp_path).database, clock=ManualClock()) as opened:
        yield opened


def desk_for(who: str, home: Path, store: Store) -> tuple[Desk, str, Role]:
    user_id, flags, role = PEOPLE[who]
    return Desk(home, store, Directory(**{user_id: user(user_id, **flags)})), user_id, role


@pytest.mark.parametrize("action", BUTTONS)
@pytest.mark.parametrize("who", PEOPLE)
def test_a_button_does_what_the_role_of_whoever_presses_allows_and_nothing_else(
    who: str, action: str, tmp_path: Path, store: Store
) -> None:
    desk, user_id, role = desk_for(who, tmp_path, store)
    before = desk.standing(), list(desk.windows.opened)

    told = desk.press(action, user_id)

    allowed = role >= BUTTONS[action]
    assert allowed is ((desk.standing(), desk.windows.opened) != before)
    assert ([] if allowed else [user_id]) == desk.refusals()
    assert allowed or len(told) == 1


@pytest.mark.parametrize("action", [blocks.OTHER, CHANGE])
@pytest.mark.parametrize("who", PEOPLE)
def test_anybody_may_open_the_modal_and_answerers_alone_may_send_it(
    who: str, action: str, tmp_path: Path, store: Store
) -> None:
    desk, user_id, role = desk_for(who, tmp_path, store)
    before = desk.standing()

    desk.press(action, user_id)
    assert len(desk.windows.opened) == 1
    assert desk.standing() == before

    errors = desk.send("MariaDB", user_id)

    allowed = role >= Role.ANSWERER
    assert allowed is (desk.standing() != before)
    assert ([] if allowed else [user_id]) == desk.refusals()
    assert allowed is (errors == {})


@pytest.mark.parametrize("who", PEOPLE)
def test_answerers_alone_are_shown_the_last_lines(who: str, tmp_path: Path, store: Store) -> None:
    desk, user_id, role = desk_for(who, tmp_path, store)

    (told,) = desk.press(blocks.LAST_LINES, user_id)

    allowed = role >= Role.ANSWERER
    assert allowed is ("last lines" in told)
    assert ([] if allowed else [user_id]) == desk.refusals()


@pytest.mark.parametrize("who", PEOPLE)
def test_answerers_alone_may_hand_over_work_by_the_modal_whoever_opened_it(
    who: str, tmp_path: Path, store: Store
) -> None:
    desk, user_id, role = desk_for(who, tmp_path, store)

    assert desk.send("  \n ", user_id, blocks.ASK_FORM) == {"ask": "Write at least a word."}
    errors = desk.send("Mend it", user_id, blocks.ASK_FORM)

    allowed = role >= Role.ANSWERER
    assert ([user_id] if allowed else []) == desk.orders.run_for
    assert ([] if allowed else [user_id]) == desk.refusals()
    assert allowed is (errors == {})


@pytest.mark.parametrize("action", BUTTONS)
def test_while_slack_cannot_say_who_it_is_no_button_does_anything(
    action: str, tmp_path: Path, store: Store
) -> None:
    people = Directory()
    people.broken = True
    desk = Desk(tmp_path, store, people)
    before = desk.standing()

    (told,) = desk.press(action, ADMIN)

    assert desk.standing() == before
    assert "xoxb" not in told


def test_every_button_and_every_modal_is_tried_above(tmp_path: Path, store: Store) -> None:
    desk = Desk(tmp_path, store, Directory())
    with ThreadPoolExecutor(1) as pool:
        listeners = desk._listeners(pool)

    # What to do like the question before it takes one before it, and is tried with that.
    elsewhere = {blocks.SAME}
    assert {*BUTTONS, blocks.OTHER, CHANGE, blocks.LAST_LINES} | elsewhere == set(
        listeners._actions
    )
    assert {blocks.FORM, blocks.ASK_FORM, blocks.SEND} == set(listeners._forms)
