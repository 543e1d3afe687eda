from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest
from waiting import eventually

from coffee_bot.access import Access
from coffee_bot.channel import Channel
from coffee_bot.commands import Commands
from coffee_bot.listeners import Listeners
from coffee_daemon import ProcessManager, system_clock

if TYPE_CHECKING:
    from collections.abc import Iterator

    from coffee_bot.config import BotConfig
    from coffee_bot.sandbox import Workspace
    from coffee_daemon import Store

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


@pytest.fixture
def listeners(
    config: BotConfig, store: Store, slack: Slack, workers: Workers
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

    assert "COFFEE_ADMINS" in ack.calls[0]["text"]
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
