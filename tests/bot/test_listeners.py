from __future__ import annotations

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from waiting import eventually

from coffee_bot.access import Access
from coffee_bot.channel import Channel
from coffee_bot.commands import Commands
from coffee_bot.listeners import Listeners
from coffee_daemon import Person, ProcessManager, system_clock

if TYPE_CHECKING:
    from collections.abc import Iterator

    from slack_sdk import WebClient

    from coffee_bot.config import BotConfig
    from coffee_bot.intent import Message
    from coffee_bot.sandbox import Workspace
    from coffee_daemon import Question, Store

TEAM = "T0COFFEE01"


class Told:
    """Keeps what it is called with: an `ack` or a `respond`."""

    def __init__(self) -> None:
        self.calls: list[dict[str, Any]] = []

    def __call__(self, **said: Any) -> None:
        self.calls.append(said)


class Slack:
    """Says who somebody is once the gate is open."""

    def __init__(self) -> None:
        self.open = threading.Event()
        self.open.set()

    def __call__(self, user: str) -> dict[str, Any]:
        assert self.open.wait(10)
        return {"id": user, "team_id": TEAM, "name": "ada"}


@pytest.fixture
def slack() -> Slack:
    return Slack()


class Workers:
    """Counts how often they were woken."""

    def __init__(self) -> None:
        self.woken = 0

    def wake(self) -> None:
        self.woken += 1


@pytest.fixture
def workers() -> Workers:
    return Workers()


class Home:
    """Keeps what it is told of presses: the person, the view, the words."""

    def __init__(self) -> None:
        self.told: list[tuple[str, str, Message | None]] = []

    def __call__(self, user: str, seen: str, message: Message | None) -> None:
        self.told.append((user, seen, message))


@pytest.fixture
def home() -> Home:
    return Home()


@pytest.fixture
def listeners(
    config: BotConfig, store: Store, slack: Slack, workers: Workers, home: Home
) -> Iterator[Listeners]:
    process = ProcessManager(config.daemon, clock=system_clock())
    with ThreadPoolExecutor(2) as pool:
        yield Listeners(
            config=config,
            store=store,
            access=Access(config, slack, clock=system_clock(), team=TEAM),
            commands=Commands(config, store, process, ring=lambda: None),
            pool=pool,
            slow=lambda job: job(),
            wake=workers.wake,
            channel=Channel(store, config.channel),
            at_home=home,
            workspace_url="https://team.example/",
            patience=0.1,
        )


def typed(text: str, user: str) -> dict[str, Any]:
    return {"user_id": user, "command": "/coffee", "text": text}


def test_a_quick_answer_travels_in_the_acknowledgement(
    listeners: Listeners, workspace: Workspace
) -> None:
    ack, respond = Told(), Told()

    listeners.command(ack, respond, typed("help", workspace.user("ada").id))

    assert "What you can ask for" in ack.calls[0]["text"]
    assert respond.calls == []


def test_a_command_is_acknowledged_in_time_while_slack_is_slow_and_answered_later(
    listeners: Listeners, slack: Slack, store: Store, workspace: Workspace
) -> None:
    ack, respond = Told(), Told()
    slack.open.clear()

    listeners.command(ack, respond, typed("tell build it", workspace.user("ada").id))

    assert ack.calls == [{}]
    assert respond.calls == []
    slack.open.set()
    (answer,) = eventually(lambda: respond.calls)
    (task,) = store.tasks.list()
    assert f"Stored as #{task.number}" in answer["text"]


def test_a_control_verb_that_is_refused_is_in_the_audit(
    listeners: Listeners, store: Store, workspace: Workspace
) -> None:
    ack, bob = Told(), workspace.user("bob").id

    listeners.command(ack, Told(), typed("stop", bob))

    assert "COFFEE_OPERATORS" in ack.calls[0]["text"]
    (entry,) = store.audit.list()
    assert (entry.who.id, entry.verb, entry.outcome) == (bob, "stop", "refused")


def test_looking_disturbs_no_worker_and_changing_does(
    listeners: Listeners, workers: Workers, workspace: Workspace
) -> None:
    ada = workspace.user("ada").id
    for verb in ("help", "status", "tasks", "questions", "notifications"):
        listeners.command(Told(), Told(), typed(verb, ada))
    assert workers.woken == 0

    listeners.command(Told(), Told(), typed("tell build it", ada))

    eventually(lambda: workers.woken == 1)


def asked(store: Store) -> Question:
    who = Person(id="local:agent", name="agent")
    return store.questions.ask(daemon="code_developer", text="Which?", options=("A", "B"), who=who)


def sent(question: Question, words: str, user: str) -> dict[str, Any]:
    values = {"answer": {"words": {"type": "plain_text_input", "value": words}}}
    view = {"id": "V1", "callback_id": "answer", "private_metadata": str(question.number)}
    return {"user": {"id": user}, "view": {**view, "state": {"values": values}}}


def pressed(question: Question, action: str, user: str) -> dict[str, Any]:
    value = ":".join((str(question.number), *action.split(":")[1:]))
    action_body = {"action_id": action, "value": value, "action_ts": "1.000001"}
    return {"user": {"id": user}, "trigger_id": "1.2.3", "actions": [action_body]}


def test_a_modal_is_acknowledged_in_time_while_slack_is_slow_and_its_refusal_told_later(
    listeners: Listeners, slack: Slack, store: Store, workspace: Workspace
) -> None:
    question, ack = asked(store), Told()
    slack.open.clear()

    listeners.send(ack, sent(question, "Both", "U0NOBODY01"))

    assert ack.calls == [{}]
    slack.open.set()
    told = eventually(lambda: store.posts.get("why:form:V1"))
    assert (told.kind, told.user) == ("ephemeral", "U0NOBODY01")
    assert "COFFEE_MEMBERS" in told.text
    assert store.questions.answers(question.number) == ()


def test_a_press_is_acknowledged_before_slack_says_who_it_is(
    listeners: Listeners, slack: Slack, store: Store, workspace: Workspace, client: WebClient
) -> None:
    question, ack = asked(store), Told()
    slack.open.clear()

    body = pressed(question, "choose:2", workspace.user("ada").id)
    listeners.press(ack, Told(), body, client)

    assert ack.calls == [{}]
    slack.open.set()
    (answer,) = eventually(lambda: store.questions.answers(question.number))
    assert answer.text == "B"


def test_a_modal_that_slack_does_not_open_is_told(
    listeners: Listeners, store: Store, workspace: Workspace, client: WebClient
) -> None:
    respond, body = Told(), pressed(asked(store), "other", workspace.user("ada").id)

    listeners.press(Told(), respond, body, client)

    (told,) = eventually(lambda: respond.calls)
    assert "did not open the window" in told["text"]


def test_a_press_in_the_home_is_told_there_and_nowhere_else(
    listeners: Listeners, store: Store, workspace: Workspace, client: WebClient, home: Home
) -> None:
    question, respond = asked(store), Told()
    ada, bob = workspace.user("ada").id, "U0NOBODY01"
    at_home = {"view": {"type": "home", "hash": "1.2"}}

    listeners.press(Told(), respond, pressed(question, "choose:2", ada) | at_home, client)
    listeners.press(Told(), respond, pressed(question, "choose:1", bob) | at_home, client)

    eventually(lambda: len(home.told) == 2, what="both are told")
    told = {user: (seen, message) for user, seen, message in home.told}
    assert told[ada] == ("1.2", None)
    refusal = told[bob][1]
    assert refusal is not None
    assert "COFFEE_MEMBERS" in refusal.text
    assert respond.calls == []
    assert [one.text for one in store.questions.answers(question.number)] == ["B"]


def handed(view: str, user: str, *, again: bool = False) -> dict[str, Any]:
    """A message that is sent on, as Slack tells it."""
    values = {"message": {"message": {"type": "plain_text_input", "value": "The login is slow"}}}
    told = {"source": f"shortcut:C1:1.2:{user}", "url": "https://team.example/archives/C1/p12"}
    about = json.dumps({**told, "again": again, "respond": ""})
    body = {"id": view, "callback_id": "send_to_daemon", "private_metadata": about}
    return {"user": {"id": user}, "view": {**body, "state": {"values": values}}}


def test_two_windows_with_the_same_message_are_one_task_and_once_more_on_purpose_another(
    listeners: Listeners, store: Store, workspace: Workspace
) -> None:
    ada, ack = workspace.user("ada").id, Told()

    listeners.send(ack, handed("V1", ada))
    listeners.send(ack, handed("V2", ada))
    assert len(store.tasks.list()) == 1
    listeners.send(ack, handed("V3", ada, again=True))
    listeners.send(ack, handed("V3", ada, again=True))

    assert ack.calls == [{}] * 4
    assert len(store.tasks.list()) == 2
    # Where Slack gave no address to answer to, it is told in the channel, to this person alone.
    told = store.posts.get("why:form:V1")
    assert told is not None
    assert (told.kind, told.user) == ("ephemeral", ada)


def test_a_modal_to_send_on_that_slack_does_not_open_is_told(
    listeners: Listeners, workspace: Workspace, client: WebClient
) -> None:
    respond = Told()
    body = {
        "callback_id": "send_to_daemon",
        "user": {"id": workspace.user("ada").id},
        "trigger_id": "1.2.3",
        "channel": {"id": "C0DEV00001"},
        "message": {"ts": "1.2", "text": "The login is slow"},
    }

    listeners.choose(Told(), respond, body, client)

    (told,) = eventually(lambda: respond.calls)
    assert "did not open the window" in told["text"]


def test_a_modal_that_something_here_fails_at_stays_open_with_its_words(
    listeners: Listeners, store: Store, workspace: Workspace
) -> None:
    def fail() -> None:
        raise ZeroDivisionError

    question, ack = asked(store), Told()

    replace(listeners, wake=fail).send(ack, sent(question, "Both", workspace.user("ada").id))

    (said,) = ack.calls
    assert "Something went wrong" in said["errors"]["answer"]
