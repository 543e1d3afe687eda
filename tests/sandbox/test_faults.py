"""Trouble on demand, and what the official client sees of it."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from waiting import eventually

from coffee_bot.sandbox import Effect, Fault, FaultPlan, Moment, Sandbox

if TYPE_CHECKING:
    from sandbox_kit import Hands
    from slack_sdk.web import SlackResponse

    from coffee_bot.sandbox import Settings, Workspace

POST = "chat.postMessage"
HISTORY = "conversations.history"


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


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"moment": Moment.EVENT, "effect": Effect.RATE_LIMITED}, "cannot happen at 'event'"),
        ({"effect": Effect.SERVER_ERROR, "times": 0}, "times and size must be at least 1"),
        ({"effect": Effect.SERVER_ERROR, "skip": -1}, "skip at least 0"),
        ({"effect": Effect.SERVER_ERROR, "seconds": 3}, "takes no seconds; duplicate, half_open"),
        ({"effect": Effect.SLOW, "seconds": -1}, "must not be below 0"),
        ({"effect": Effect.SLOW, "error": "not_in_channel"}, "takes no error; refuse, turn_away"),
        ({"effect": Effect.REFUSE}, "needs the error"),
    ],
)
def test_trouble_that_makes_no_sense_is_refused_when_planned(
    given: dict[str, Any], words: str
) -> None:
    with pytest.raises(ValueError, match=words):
        Fault(**{"moment": Moment.BEFORE, **given})


def test_a_call_is_refused_with_an_error_of_ones_choice_until_that_is_cleared(
    client: WebClient, sandbox: Sandbox, dev: str
) -> None:
    """A revoked token, a lost scope, an archived channel, without making it so."""
    fault = Fault(
        moment=Moment.BEFORE, effect=Effect.REFUSE, of=POST, error="token_revoked", times=None
    )
    sandbox.faults.add(fault)
    for _ in range(3):
        with pytest.raises(SlackApiError, match="token_revoked"):
            client.chat_postMessage(channel=dev, text="x")
    assert sandbox.faults.left == (fault,)
    sandbox.faults.clear()

    assert client.chat_postMessage(channel=dev, text="x")["ok"] is True


def test_a_message_lands_after_its_caller_was_told_of_a_failure(
    client: WebClient, sandbox: Sandbox, workspace: Workspace, dev: str
) -> None:
    late = Fault(moment=Moment.BEFORE, effect=Effect.LAND_LATE, of=POST, seconds=0.2)
    sandbox.faults.add(late)
    with pytest.raises(OSError, match=r"Remote end closed|Connection reset"):
        client.chat_postMessage(channel=dev, text="late")
    assert workspace.messages("dev") == ()

    eventually(lambda: [one.text for one in workspace.messages("dev")] == ["late"])
    assert workspace.calls(POST)[0].ok is False
    assert len(workspace.calls(POST)) == 1


@pytest.mark.parametrize(("moment", "stored"), [(Moment.BEFORE, []), (Moment.STORED, ["perhaps"])])
def test_a_call_that_hangs_ends_by_the_callers_own_patience(
    sandbox: Sandbox, workspace: Workspace, dev: str, moment: Moment, stored: list[str]
) -> None:
    sandbox.faults.add(Fault(moment=moment, effect=Effect.HANG, of=POST))
    hasty = WebClient(
        token=sandbox.bot_token, base_url=sandbox.api_url, timeout=1, retry_handlers=[]
    )
    with pytest.raises(TimeoutError):
        hasty.chat_postMessage(channel=dev, text="perhaps")

    assert [one.text for one in workspace.messages("dev")] == stored


@pytest.mark.parametrize("moment", [Moment.BEFORE, Moment.STORED])
def test_a_slow_call_comes_to_its_end_all_the_same(
    client: WebClient, sandbox: Sandbox, dev: str, moment: Moment
) -> None:
    sandbox.faults.add(Fault(moment=moment, effect=Effect.SLOW, seconds=0.2))
    started = time.monotonic()

    assert client.chat_postMessage(channel=dev, text="x")["ok"] is True
    assert time.monotonic() - started >= 0.2


def test_a_fault_may_pass_over_the_first_calls(
    client: WebClient, sandbox: Sandbox, dev: str
) -> None:
    """How a history fails at its second page."""
    client.chat_postMessage(channel=dev, text="one")
    client.chat_postMessage(channel=dev, text="two")
    sandbox.faults.add(Fault(moment=Moment.BEFORE, effect=Effect.SERVER_ERROR, of=HISTORY, skip=1))
    first = client.conversations_history(channel=dev, limit=1)
    cursor = first["response_metadata"]["next_cursor"]
    with pytest.raises(SlackApiError, match="non-JSON"):
        client.conversations_history(channel=dev, limit=1, cursor=cursor)

    again = client.conversations_history(channel=dev, limit=1, cursor=cursor)
    assert [one["text"] for one in again["messages"]] == ["one"]


def test_a_lagging_history_hides_what_is_young(
    client: WebClient, sandbox: Sandbox, dev: str, clock: Hands
) -> None:
    old = client.chat_postMessage(channel=dev, text="old")["ts"]
    clock.at += 10
    young = client.chat_postMessage(channel=dev, text="young")["ts"]
    client.chat_postMessage(channel=dev, text="reply", thread_ts=old)
    lag = Fault(moment=Moment.READ, effect=Effect.LAG, seconds=5, times=3)
    sandbox.faults.add(lag)

    def shown(answer: SlackResponse) -> list[str]:
        return [one["text"] for one in answer["messages"]]

    assert shown(client.conversations_history(channel=dev)) == ["old"]
    assert shown(client.conversations_replies(channel=dev, ts=old)) == ["old"]
    with pytest.raises(SlackApiError, match="thread_not_found"):
        client.conversations_replies(channel=dev, ts=young)
    assert shown(client.conversations_history(channel=dev)) == ["young", "old"]


def test_a_history_may_always_lag_by_a_setting(settings: Settings, clock: Hands) -> None:
    with Sandbox(replace(settings, history_lag=2)) as sandbox:
        client = WebClient(token=sandbox.bot_token, base_url=sandbox.api_url)
        dev = sandbox.workspace.channel("dev").id
        client.chat_postMessage(channel=dev, text="x")
        assert client.conversations_history(channel=dev)["messages"] == []
        clock.at += 2

        assert len(client.conversations_history(channel=dev)["messages"]) == 1


def test_pages_may_be_shorter_than_asked_for(client: WebClient, sandbox: Sandbox, dev: str) -> None:
    root = client.chat_postMessage(channel=dev, text="0")["ts"]
    for number in range(1, 7):
        client.chat_postMessage(channel=dev, text=str(number), thread_ts=root)
    short = Fault(moment=Moment.READ, effect=Effect.SHORT_PAGES, size=3, times=None)
    sandbox.faults.add(short)
    read = client.conversations_replies(channel=dev, ts=root, limit=100)
    # The SDK hands out one answer object, which changes from page to page.
    pages = [[one["text"] for one in page["messages"]] for page in read]

    assert pages == [["0", "1", "2"], ["3", "4", "5"], ["6"]]


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
