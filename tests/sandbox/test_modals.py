"""Modals and the App Home, through the real Bolt app."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from sandbox_kit import actions, button
from slack_sdk.errors import SlackApiError

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox_kit import Hands
    from slack_bolt import App
    from slack_bolt.adapter.socket_mode import SocketModeHandler
    from slack_sdk import WebClient

    from coffee_bot.sandbox import Workspace


def modal(title: str, **more: Any) -> dict[str, Any]:
    text = {"type": "plain_text", "text": title}
    element = {"type": "plain_text_input", "action_id": "words"}
    blocks = [{"type": "input", "block_id": "answer", "label": text, "element": element}]
    return {
        "type": "modal",
        "callback_id": "reply",
        "title": text,
        "submit": text,
        "blocks": blocks,
        **more,
    }


@pytest.fixture
def trigger(app: App, bolt: SocketModeHandler, workspace: Workspace) -> Callable[[], str]:
    """Makes Ada do something that gives the app a trigger id."""

    @app.command("/open")
    def take(ack: Callable[[], None]) -> None:
        ack()

    return lambda: workspace.command("ada", "dev", "/open").trigger_id


def test_a_modal_is_filled_in_corrected_and_closed(
    app: App,
    bolt: SocketModeHandler,
    client: WebClient,
    workspace: Workspace,
    trigger: Callable[[], str],
) -> None:
    said: list[str] = []

    @app.view("reply")
    def reply(ack: Callable[..., None], view: dict[str, Any]) -> None:
        words = view["state"]["values"]["answer"]["words"]["value"]
        said.append(words)
        if words == "?":
            ack(response_action="errors", errors={"answer": "Say more."})
        else:
            ack()

    view_id = client.views_open(trigger_id=trigger(), view=modal("Answer"))["view"]["id"]
    wrong = workspace.submit_view("ada", view_id, {"answer": {"words": "?"}})
    assert wrong.payload["errors"] == {"answer": "Say more."}
    assert [one.id for one in workspace.views("ada")] == [view_id]

    workspace.submit_view("ada", view_id, {"answer": {"words": "SQLite"}})
    assert said == ["?", "SQLite"]
    assert workspace.views("ada") == ()


def test_a_trigger_opens_one_modal_within_three_seconds(
    client: WebClient, trigger: Callable[[], str], clock: Hands
) -> None:
    used, late = trigger(), trigger()
    client.views_open(trigger_id=used, view=modal("One"))

    with pytest.raises(SlackApiError, match="exchanged_trigger_id"):
        client.views_open(trigger_id=used, view=modal("Two"))
    clock.at += 3.1
    with pytest.raises(SlackApiError, match="expired_trigger_id"):
        client.views_open(trigger_id=late, view=modal("Three"))
    with pytest.raises(SlackApiError, match="invalid_trigger_id"):
        client.views_open(trigger_id="1.2.3", view=modal("Four"))


def test_three_modals_lie_on_each_other_and_no_fourth(
    client: WebClient, workspace: Workspace, trigger: Callable[[], str]
) -> None:
    bottom = client.views_open(trigger_id=trigger(), view=modal("1"))["view"]
    middle = client.views_push(trigger_id=trigger(), view=modal("2"))["view"]
    client.views_push(trigger_id=trigger(), view=modal("3"))

    assert middle["previous_view_id"] == bottom["id"]
    assert middle["root_view_id"] == bottom["id"]
    assert len(workspace.views("ada")) == 3
    with pytest.raises(SlackApiError, match="push_limit_reached"):
        client.views_push(trigger_id=trigger(), view=modal("4"))


def test_an_old_hash_cannot_overwrite_a_newer_view(
    client: WebClient, workspace: Workspace, trigger: Callable[[], str]
) -> None:
    view = client.views_open(trigger_id=trigger(), view=modal("old"))["view"]
    client.views_update(view_id=view["id"], hash=view["hash"], view=modal("new"))

    assert workspace.views("ada")[0].body["title"]["text"] == "new"
    with pytest.raises(SlackApiError, match="hash_conflict"):
        client.views_update(view_id=view["id"], hash=view["hash"], view=modal("late"))
    with pytest.raises(SlackApiError, match="not_found"):
        client.views_update(view_id="V0NOWHERE1", view=modal("lost"))


def test_a_view_that_slack_refuses_is_refused(
    client: WebClient, trigger: Callable[[], str]
) -> None:
    with pytest.raises(SlackApiError, match="must be less than 25 characters"):
        client.views_open(trigger_id=trigger(), view=modal("x" * 25))
    huge = modal("big", external_id="x" * 250_000)
    with pytest.raises(SlackApiError, match="view_too_large"):
        client.views_open(trigger_id=trigger(), view=huge)


def test_closing_a_modal_is_told_only_when_asked_for(
    app: App,
    client: WebClient,
    workspace: Workspace,
    trigger: Callable[[], str],
) -> None:
    closed: list[str] = []

    @app.view_closed("reply")
    def gone(ack: Callable[[], None], view: dict[str, Any]) -> None:
        closed.append(view["id"])
        ack()

    quiet = client.views_open(trigger_id=trigger(), view=modal("quiet"))["view"]["id"]
    workspace.close_view("ada", quiet)
    loud = modal("loud", notify_on_close=True)
    told = client.views_open(trigger_id=trigger(), view=loud)["view"]["id"]
    workspace.close_view("ada", told)

    assert closed == [told]
    assert workspace.views("ada") == ()


def test_the_home_is_published_and_its_buttons_work(
    app: App, bolt: SocketModeHandler, client: WebClient, workspace: Workspace
) -> None:
    pressed: list[dict[str, Any]] = []

    @app.action("start")
    def start(ack: Callable[[], None], body: dict[str, Any]) -> None:
        pressed.append(body)
        ack()

    ada = workspace.user("ada").id
    home = {"type": "home", "blocks": actions(button("start"))}
    view = client.views_publish(user_id=ada, view=home)["view"]
    workspace.press_in_view("ada", view["id"], "start")

    assert pressed[0]["container"] == {"type": "view", "view_id": view["id"]}
    assert pressed[0]["view"]["type"] == "home"
    assert workspace.home("bob") is None
