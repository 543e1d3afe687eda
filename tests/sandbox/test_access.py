"""Tokens, scopes, rates: who may call, and how often."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from coffee_bot.sandbox import Limits, Sandbox, Settings
from coffee_bot.sandbox.limits import Bucket

if TYPE_CHECKING:
    from sandbox_kit import Hands


def anybody(sandbox: Sandbox, token: str | None) -> WebClient:
    return WebClient(token=token, base_url=sandbox.api_url, retry_handlers=[])


def test_auth_test_says_who_the_bot_is_and_what_it_may(client: WebClient, sandbox: Sandbox) -> None:
    answer = client.auth_test()

    assert answer["user_id"] == sandbox.bot_user_id
    assert answer["bot_id"] == sandbox.bot_id
    assert answer["team_id"] == sandbox.team_id
    assert answer["team"] == "Coffee House"
    assert "chat:write" in answer.headers["x-oauth-scopes"].split(",")


@pytest.mark.parametrize(("token", "error"), [(None, "not_authed"), ("xoxb-wrong", "invalid_auth")])
def test_without_the_right_token_nothing_is_answered(
    sandbox: Sandbox, token: str | None, error: str
) -> None:
    with pytest.raises(SlackApiError, match=error):
        anybody(sandbox, token).auth_test()


def test_each_kind_of_token_has_its_own_methods(client: WebClient, sandbox: Sandbox) -> None:
    with pytest.raises(SlackApiError, match="not_allowed_token_type"):
        client.apps_connections_open(app_token=sandbox.bot_token)
    with pytest.raises(SlackApiError, match="not_allowed_token_type"):
        anybody(sandbox, sandbox.app_token).auth_test()
    with pytest.raises(SlackApiError, match="not_allowed_token_type"):
        anybody(sandbox, sandbox.app_token).chat_postMessage(channel="dev", text="x")


def test_the_token_may_also_come_as_an_argument(sandbox: Sandbox) -> None:
    asked = anybody(sandbox, None).api_call("auth.test", data={"token": sandbox.bot_token})

    assert asked["ok"] is True
    assert sandbox.workspace.calls("auth.test")[0].arguments == {}


def test_an_unknown_method_is_named_so(client: WebClient) -> None:
    with pytest.raises(SlackApiError, match="unknown_method"):
        client.api_call("chat.shout")


def test_api_test_echoes(client: WebClient) -> None:
    assert client.api_call("api.test", data={"a": "1"})["args"] == {"a": "1"}
    with pytest.raises(SlackApiError, match="my_error"):
        client.api_test(error="my_error")


def test_a_missing_scope_is_named_with_what_there_is(settings: Settings) -> None:
    narrow = replace(settings, scopes=frozenset({"chat:write", "users:read"}))
    with Sandbox(narrow) as sandbox, pytest.raises(SlackApiError) as caught:
        anybody(sandbox, sandbox.bot_token).reactions_add(
            channel="C0DEV00001", timestamp="1.000001", name="eyes"
        )

    assert caught.value.response["error"] == "missing_scope"
    assert caught.value.response["needed"] == "reactions:write"
    assert caught.value.response["provided"] == "chat:write,users:read"


def test_the_kind_of_channel_decides_which_history_scope_is_needed(settings: Settings) -> None:
    narrow = replace(settings, scopes=frozenset({"channels:history", "im:write"}))
    with Sandbox(narrow) as sandbox:
        client = anybody(sandbox, sandbox.bot_token)
        assert client.conversations_history(channel="C0DEV00001")["ok"] is True
        direct = sandbox.workspace.dm("ada")
        with pytest.raises(SlackApiError) as caught:
            client.conversations_history(channel=direct)

    assert caught.value.response["needed"] == "im:history"


def test_addresses_are_hidden_without_their_scope(settings: Settings) -> None:
    narrow = replace(settings, scopes=frozenset({"users:read"}))
    with Sandbox(narrow) as sandbox:
        client = anybody(sandbox, sandbox.bot_token)
        ada = sandbox.workspace.user("ada").id

        assert "email" not in client.users_info(user=ada)["user"]["profile"]
        with pytest.raises(SlackApiError, match="missing_scope"):
            client.users_lookupByEmail(email="ada@coffee-house.example")


def test_posts_beyond_a_short_burst_get_429_and_the_seconds_to_wait(
    settings: Settings, clock: Hands
) -> None:
    with Sandbox(replace(settings, limits=Limits(post_burst=2))) as sandbox:
        client = anybody(sandbox, sandbox.bot_token)
        for _ in range(2):
            client.chat_postMessage(channel="C0DEV00001", text="x")
        with pytest.raises(SlackApiError) as caught:
            client.chat_postMessage(channel="C0DEV00001", text="too fast")
        other = client.chat_postMessage(channel=sandbox.workspace.dm("ada"), text="elsewhere")
        clock.at += 1
        later = client.chat_postMessage(channel="C0DEV00001", text="in time")

    assert caught.value.response.status_code == 429
    assert caught.value.response.headers["retry-after"] == "1"
    assert caught.value.response["error"] == "ratelimited"
    assert other["ok"] is True
    assert later["ok"] is True


def test_one_method_at_its_limit_leaves_the_others_alone(settings: Settings) -> None:
    with Sandbox(replace(settings, limits=Limits(tier_factor=0.02))) as sandbox:
        client = anybody(sandbox, sandbox.bot_token)
        client.conversations_info(channel="C0DEV00001")
        with pytest.raises(SlackApiError, match="ratelimited"):
            client.conversations_info(channel="C0DEV00001")

        assert client.conversations_history(channel="C0DEV00001")["ok"] is True


def test_a_bucket_fills_again_but_never_over() -> None:
    bucket = Bucket(size=2, per_second=0.5, now=0)

    assert [bucket.take(0), bucket.take(0), bucket.take(0)] == [0, 0, 2]
    assert [bucket.take(100), bucket.take(100), bucket.take(100)] == [0, 0, 2]


def test_every_call_is_in_the_ledger_with_its_answer(
    client: WebClient, sandbox: Sandbox, clock: Hands
) -> None:
    client.chat_postMessage(channel="C0DEV00001", text="kept")
    with pytest.raises(SlackApiError):
        client.chat_postMessage(channel="C0NOWHERE1", text="lost")
    first, second = sandbox.workspace.calls("chat.postMessage")

    assert (first.ok, first.arguments["text"], first.at) == (True, "kept", clock.at)
    assert (second.ok, second.answer["error"]) == (False, "channel_not_found")
