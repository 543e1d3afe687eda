"""The App Home, and the app's entries in the menu of a message, as Slack has them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from sandbox_kit import actions, button
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.webhook import WebhookClient
from waiting import eventually

from coffee_bot.sandbox import CommandRefusedError, Sandbox, Settings, UnknownNameError

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox_kit import Ear, Hands
    from slack_bolt import App
    from slack_bolt.adapter.socket_mode import SocketModeHandler

    from coffee_bot.sandbox import Workspace

SEND = "send_to_daemon"


def home(*labels: str) -> dict[str, Any]:
    return {"type": "home", "blocks": actions(*(button(label) for label in labels))}


def dividers(count: int) -> dict[str, Any]:
    return {"type": "home", "blocks": [{"type": "divider"}] * count}


def opened(ear: Ear, count: int) -> dict[str, Any]:
    """Wait for so many openings; return the last."""
    return eventually(lambda: ear.events("app_home_opened")[count - 1 :], what="opened")[0]


def test_opening_a_tab_is_told_with_the_view_that_is_there(
    ear: Ear, client: WebClient, workspace: Workspace
) -> None:
    ada = workspace.user("ada").id

    workspace.open_home("ada")
    first = opened(ear, 1)
    published = client.views_publish(user_id=ada, view=home("start"))["view"]
    workspace.open_home("ada")
    second = opened(ear, 2)
    workspace.open_home("ada", "messages")
    third = opened(ear, 3)

    assert (first["user"], first["tab"]) == (ada, "home")
    assert first["channel"] == workspace.dm("ada")
    assert "view" not in first
    assert second["view"]["id"] == published["id"]
    assert second["view"]["hash"] == published["hash"]
    assert third["tab"] == "messages"
    assert "view" not in third


def test_an_app_that_did_not_subscribe_hears_of_no_opening(settings: Settings) -> None:
    quiet = replace(settings, events=settings.events - {"app_home_opened"})
    with Sandbox(quiet) as sandbox:
        sandbox.workspace.open_home("ada")

        assert sandbox.workspace.envelopes == ()


def test_a_home_keeps_its_id_and_an_old_hash_cannot_overwrite_a_newer_one(
    client: WebClient, workspace: Workspace
) -> None:
    ada = workspace.user("ada").id
    first = client.views_publish(user_id=ada, view=home("one"))["view"]
    second = client.views_publish(user_id=ada, hash=first["hash"], view=home("two"))["view"]

    assert second["id"] == first["id"]
    assert second["hash"] != first["hash"]
    with pytest.raises(SlackApiError, match="hash_conflict"):
        client.views_publish(user_id=ada, hash=first["hash"], view=home("late"))
    shown = workspace.home("ada")
    assert shown is not None
    assert shown.body["blocks"][0]["elements"][0]["action_id"] == "two"


def test_a_home_holds_a_hundred_blocks_and_no_more(client: WebClient, workspace: Workspace) -> None:
    ada = workspace.user("ada").id
    client.views_publish(user_id=ada, view=dividers(100))

    with pytest.raises(SlackApiError, match="no more than 100 items allowed"):
        client.views_publish(user_id=ada, view=dividers(101))
    with pytest.raises(SlackApiError, match="view_too_large"):
        client.views_publish(user_id=ada, view=home("x") | {"private_metadata": "x" * 250_000})


def test_a_home_is_published_to_people_who_are_there_and_as_a_home(
    client: WebClient, workspace: Workspace, ear: Ear
) -> None:
    modal = {"type": "modal", "title": {"type": "plain_text", "text": "No"}, "blocks": []}
    ada = workspace.user("ada").id

    with pytest.raises(SlackApiError, match="user_not_found"):
        client.views_publish(user_id="U0NOBODY01", view=home("one"))
    with pytest.raises(SlackApiError, match="type must be home"):
        client.views_publish(user_id=ada, view=modal)
    trigger = workspace.command("ada", "dev", "/open").trigger_id
    with pytest.raises(SlackApiError, match="type must be modal"):
        client.views_open(trigger_id=trigger, view=home("one"))


def test_without_its_home_tab_an_app_can_publish_nothing(settings: Settings) -> None:
    with Sandbox(replace(settings, home_enabled=False)) as sandbox:
        client = _client(sandbox)
        ada = sandbox.workspace.user("ada").id

        with pytest.raises(SlackApiError, match="not_enabled"):
            client.views_publish(user_id=ada, view=home("one"))
        with pytest.raises(CommandRefusedError, match="there are messages"):
            sandbox.workspace.open_home("ada")


def _client(sandbox: Sandbox) -> WebClient:
    return WebClient(token=sandbox.bot_token, base_url=sandbox.api_url, retry_handlers=[])


def test_a_press_in_the_home_opens_a_modal_and_has_no_address_to_answer_to(
    app: App, bolt: SocketModeHandler, client: WebClient, workspace: Workspace
) -> None:
    pressed: list[dict[str, Any]] = []

    @app.action("more")
    def more(ack: Callable[[], None], body: dict[str, Any]) -> None:
        ack()
        text = {"type": "plain_text", "text": "More"}
        modal = {"type": "modal", "title": text, "blocks": [{"type": "divider"}]}
        client.views_open(trigger_id=body["trigger_id"], view=modal)
        pressed.append(body)

    ada = workspace.user("ada").id
    view = client.views_publish(user_id=ada, view=home("more"))["view"]
    workspace.press_in_home("ada", "more")

    eventually(lambda: workspace.views("ada"), what="the modal")
    assert pressed[0]["type"] == "block_actions"
    assert pressed[0]["container"] == {"type": "view", "view_id": view["id"]}
    assert pressed[0]["view"]["hash"] == view["hash"]
    assert "response_url" not in pressed[0]
    assert "channel" not in pressed[0]
    with pytest.raises(UnknownNameError):
        workspace.press_in_home("bob", "more")


def test_a_message_shortcut_brings_the_message_and_works_where_the_app_is_not(
    app: App, bolt: SocketModeHandler, workspace: Workspace
) -> None:
    chosen: list[dict[str, Any]] = []

    @app.shortcut(SEND)
    def send(ack: Callable[[], None], body: dict[str, Any]) -> None:
        ack()
        chosen.append(body)
        WebhookClient(body["response_url"]).send(text="Kept", response_type="ephemeral")

    ts = workspace.say("bob", "random", "The tests are slow & sad")
    result = workspace.run_shortcut("ada", "random", ts, SEND)

    assert result.acked
    told = eventually(lambda: workspace.ephemerals("ada", "random"), what="the answer")
    assert told[0].text == "Kept"
    (body,) = chosen
    assert body["type"] == "message_action"
    assert body["callback_id"] == SEND
    assert body["message"]["text"] == "The tests are slow &amp; sad"
    assert body["message"]["user"] == workspace.user("bob").id
    assert (body["message_ts"], body["channel"]["name"]) == (ts, "random")
    assert body["user"]["id"] == workspace.user("ada").id


def test_the_trigger_of_a_shortcut_is_as_short_lived_as_any(
    app: App,
    bolt: SocketModeHandler,
    client: WebClient,
    workspace: Workspace,
    clock: Hands,
) -> None:
    @app.shortcut(SEND)
    def send(ack: Callable[[], None]) -> None:
        ack()

    text = {"type": "plain_text", "text": "Send"}
    modal = {"type": "modal", "title": text, "blocks": [{"type": "divider"}]}
    ts = workspace.say("bob", "random", "Later")
    trigger = workspace.run_shortcut("ada", "random", ts, SEND).trigger_id
    clock.at += 3.1

    with pytest.raises(SlackApiError, match="expired_trigger_id"):
        client.views_open(trigger_id=trigger, view=modal)


def test_a_shortcut_is_offered_only_where_slack_offers_it(
    app: App, bolt: SocketModeHandler, client: WebClient, workspace: Workspace, dev: str
) -> None:
    private = client.chat_postEphemeral(
        channel=dev, user=workspace.user("ada").id, text="For you alone"
    )
    ts = workspace.say("bob", "dev", "For all")

    with pytest.raises(CommandRefusedError, match="not there for all"):
        workspace.run_shortcut("ada", "dev", str(private["message_ts"]), SEND)
    with pytest.raises(CommandRefusedError, match="no shortcut 'copy'"):
        workspace.run_shortcut("ada", "dev", ts, "copy")
    with pytest.raises(UnknownNameError):
        workspace.run_shortcut("ada", "dev", "1.000001", SEND)


def test_a_shortcut_that_nobody_acknowledges_tells_the_person(workspace: Workspace) -> None:
    ts = workspace.say("bob", "dev", "For all")

    result = workspace.run_shortcut("ada", "dev", ts, SEND)

    assert result.error == "dispatch_failed"
    assert "Send to code_developer failed" in workspace.ephemerals("ada", "dev")[0].text
