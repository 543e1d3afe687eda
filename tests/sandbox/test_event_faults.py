"""Events that come twice, late, in another order or not at all, and clicks that get lost."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sandbox_kit import Ear, actions, button
from waiting import eventually

from coffee_bot.sandbox import Effect, Fault, Moment

if TYPE_CHECKING:
    from slack_sdk import WebClient

    from coffee_bot.sandbox import Sandbox, Workspace

#: For tests in which an acknowledgement is missing; the others may take their time.
impatient = pytest.mark.parametrize("patience", [0.2])


def test_a_duplicate_is_the_same_event_in_another_envelope(
    ear: Ear, workspace: Workspace, sandbox: Sandbox
) -> None:
    sandbox.faults.add(Fault(moment=Moment.EVENT, effect=Effect.DUPLICATE, of="message"))
    workspace.say("ada", "dev", "twice")
    eventually(lambda: len(ear.heard) == 2)
    first, second = ear.heard

    assert first.payload == second.payload
    assert first.envelope_id != second.envelope_id
    assert (first.retry_attempt, second.retry_attempt) == (0, 0)


def test_a_duplicate_may_come_after_what_follows(
    ear: Ear, workspace: Workspace, sandbox: Sandbox
) -> None:
    sandbox.faults.add(Fault(moment=Moment.EVENT, effect=Effect.DUPLICATE, seconds=0.3))
    workspace.say("ada", "dev", "one")
    workspace.say("ada", "dev", "two")
    eventually(lambda: len(ear.heard) == 3)

    assert [one["text"] for one in ear.events()] == ["one", "two", "one"]


def test_a_late_event_is_overtaken_by_the_next(
    ear: Ear, workspace: Workspace, sandbox: Sandbox
) -> None:
    sandbox.faults.add(Fault(moment=Moment.EVENT, effect=Effect.LATE, seconds=0.3))
    workspace.say("ada", "dev", "late")
    workspace.say("ada", "dev", "in time")
    eventually(lambda: len(ear.heard) == 2)

    assert [one["text"] for one in ear.events()] == ["in time", "late"]
    assert [one.retry_attempt for one in ear.heard] == [0, 0]


def test_an_event_out_of_order_comes_right_after_the_next(
    ear: Ear, workspace: Workspace, sandbox: Sandbox
) -> None:
    swap = Fault(moment=Moment.EVENT, effect=Effect.OUT_OF_ORDER, seconds=30)
    sandbox.faults.add(swap)
    ts = workspace.say("ada", "dev", "helo")
    workspace.edit("ada", "dev", ts, "hello")
    eventually(lambda: len(ear.heard) == 2)

    assert [one.get("subtype") for one in ear.events()] == ["message_changed", None]


def test_an_event_out_of_order_comes_by_itself_when_nothing_follows(
    ear: Ear, workspace: Workspace, sandbox: Sandbox
) -> None:
    sandbox.faults.add(Fault(moment=Moment.EVENT, effect=Effect.OUT_OF_ORDER, seconds=0.1))
    workspace.say("ada", "dev", "alone")

    assert eventually(ear.events)[0]["text"] == "alone"


@impatient
def test_a_lost_acknowledgement_brings_the_event_again(
    ear: Ear, workspace: Workspace, sandbox: Sandbox
) -> None:
    sandbox.faults.add(Fault(moment=Moment.EVENT, effect=Effect.LOSE_ACK))
    workspace.say("ada", "dev", "again")
    eventually(lambda: len(ear.heard) == 2)

    assert [one.retry_attempt for one in ear.heard] == [0, 1]
    assert ear.heard[0].payload == ear.heard[1].payload
    assert eventually(lambda: workspace.envelopes[1].acked_at)
    assert workspace.envelopes[0].acked_at is None


@impatient
@pytest.mark.parametrize(
    ("effect", "heard"), [(Effect.LOSE_EVENT, []), (Effect.LOSE_ACK, ["interactive"])]
)
def test_a_lost_click_shows_an_error_and_never_comes_again(
    ear: Ear,
    client: WebClient,
    workspace: Workspace,
    sandbox: Sandbox,
    dev: str,
    effect: Effect,
    heard: list[str],
) -> None:
    """With a lost acknowledgement the app has acted, and the person presses again."""
    ts = client.chat_postMessage(channel=dev, text="?", blocks=actions(button("yes")))["ts"]
    sandbox.faults.add(Fault(moment=Moment.EVENT, effect=effect, of="interactive"))
    first = workspace.press("ada", "dev", ts, "yes")
    assert (first.acked, first.error) == (False, "operation_timeout")
    assert [one.type for one in ear.heard if one.type == "interactive"] == heard

    assert workspace.press("ada", "dev", ts, "yes").acked is True
    assert [one.what for one in workspace.unacked] == ["yes"]
