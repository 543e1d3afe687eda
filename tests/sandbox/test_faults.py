"""Trouble on demand, and what the official client sees of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from coffee_bot.sandbox import Effect, Fault, FaultPlan, Moment

if TYPE_CHECKING:
    from coffee_bot.sandbox import Sandbox, Workspace

POST = "chat.postMessage"


def test_a_rate_limit_names_its_seconds_and_is_used_up(
    client: WebClient, sandbox: Sandbox, dev: str
) -> None:
    fault = Fault(moment=Moment.BEFORE, effect=Effect.RATE_LIMITED, of=POST, times=2, seconds=30)
    sandbox.faults.add(fault)
    for _ in range(2):
        with pytest.raises(SlackApiError) as caught:
            client.chat_postMessage(channel=dev, text="x")
        assert caught.value.response.status_code == 429
        assert caught.value.response.headers["retry-after"] == "30"

    assert client.chat_postMessage(channel=dev, text="x")["ok"] is True
    assert sandbox.faults.left == ()


@pytest.mark.parametrize(("moment", "stored"), [(Moment.BEFORE, []), (Moment.STORED, ["perhaps"])])
def test_a_server_error_comes_before_or_after_the_message_is_stored(
    client: WebClient,
    sandbox: Sandbox,
    workspace: Workspace,
    dev: str,
    moment: Moment,
    stored: list[str],
) -> None:
    sandbox.faults.add(Fault(moment=moment, effect=Effect.SERVER_ERROR, of=POST))
    with pytest.raises(SlackApiError) as caught:
        client.chat_postMessage(channel=dev, text="perhaps")

    assert caught.value.response.status_code == 500
    assert [one.text for one in workspace.messages("dev")] == stored
    assert workspace.calls(POST)[0].status == 500


def test_an_internal_error_may_hide_a_stored_message(
    client: WebClient, sandbox: Sandbox, workspace: Workspace, dev: str
) -> None:
    sandbox.faults.add(Fault(moment=Moment.STORED, effect=Effect.INTERNAL_ERROR, of=POST))
    with pytest.raises(SlackApiError, match="internal_error"):
        client.chat_postMessage(channel=dev, text="there")

    assert [one.text for one in workspace.messages("dev")] == ["there"]


def test_a_lost_reply_leaves_the_message_and_an_open_question(
    client: WebClient, sandbox: Sandbox, workspace: Workspace, dev: str
) -> None:
    sandbox.faults.add(Fault(moment=Moment.STORED, effect=Effect.LOSE_REPLY, of=POST))
    with pytest.raises(OSError, match=r"Remote end closed|Connection reset"):
        client.chat_postMessage(channel=dev, text="there")

    assert [one.text for one in workspace.messages("dev")] == ["there"]
    assert workspace.calls(POST)[0].ok is False


def test_the_default_client_posts_twice_when_a_reply_is_lost(
    sandbox: Sandbox, workspace: Workspace, dev: str
) -> None:
    """Why the bot writes without retry handlers."""
    sandbox.faults.add(Fault(moment=Moment.STORED, effect=Effect.LOSE_REPLY, of=POST))
    careless = WebClient(token=sandbox.bot_token, base_url=sandbox.api_url)
    careless.chat_postMessage(channel=dev, text="once?")

    assert [one.text for one in workspace.messages("dev")] == ["once?", "once?"]


def test_a_fault_waits_for_its_own_method(client: WebClient, sandbox: Sandbox, dev: str) -> None:
    sandbox.faults.add(Fault(moment=Moment.BEFORE, effect=Effect.SERVER_ERROR, of="chat.update"))

    assert client.chat_postMessage(channel=dev, text="x")["ok"] is True
    sandbox.faults.clear()
    assert sandbox.faults.left == ()


def test_trouble_that_makes_no_sense_is_refused_when_planned() -> None:
    with pytest.raises(ValueError, match="'rate_limited' cannot happen at 'event'"):
        Fault(moment=Moment.EVENT, effect=Effect.RATE_LIMITED)


def test_faults_happen_in_the_order_they_were_planned() -> None:
    plan = FaultPlan()
    plan.add(Fault(moment=Moment.BEFORE, effect=Effect.SERVER_ERROR, of=POST))
    plan.add(Fault(moment=Moment.BEFORE, effect=Effect.INTERNAL_ERROR, times=2))
    taken = [plan.take(Moment.BEFORE, POST) for _ in range(4)]

    assert [one.effect.value if one else None for one in taken] == [
        "server_error",
        "internal_error",
        "internal_error",
        None,
    ]
