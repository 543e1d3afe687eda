"""The real Bolt app over the real Socket Mode handler: commands, clicks, modals, response_url."""

from __future__ import annotations

import statistics
import time
from typing import TYPE_CHECKING, Any

import pytest
from sandbox_kit import Answer, ask, close
from slack_bolt import App
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk.errors import SlackApiError
from waiting import eventually

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sandbox_kit import Hands
    from slack_sdk import WebClient

    from coffee_bot.sandbox import Sandbox, Workspace


def button(action_id: str, value: str = "") -> dict[str, Any]:
    text = {"type": "plain_text", "text": action_id}
    return {"type": "button", "action_id": action_id, "text": text, "value": value}


def actions(*elements: dict[str, Any]) -> list[dict[str, Any]]:
    return [{"type": "actions", "block_id": "choice", "elements": list(elements)}]


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
def app(client: WebClient) -> App:
    return App(client=client, process_before_response=True)


@pytest.fixture
def bolt(app: App, sandbox: Sandbox) -> Iterator[SocketModeHandler]:
    handler = SocketModeHandler(app, sandbox.app_token, ping_interval=0.2)
    handler.client.connect()
    eventually(lambda: sandbox.workspace.connections, what="Bolt's socket")
    yield handler
    close(handler.client)


@pytest.fixture
def trigger(app: App, bolt: SocketModeHandler, workspace: Workspace) -> Callable[[], str]:
    """Makes Ada do something that gives the app a trigger id."""

    @app.command("/open")
    def take(ack: Callable[[], None]) -> None:
        ack()

    return lambda: workspace.command("ada", "dev", "/open").trigger_id


def test_a_command_is_answered_in_its_acknowledgement_for_one_pair_of_eyes(
    app: App, bolt: SocketModeHandler, workspace: Workspace
) -> None:
    @app.command("/coffee")
    def status(ack: Callable[[str], None], body: dict[str, Any]) -> None:
        ack(f"{body['text']}: working")

    result = workspace.command("ada", "dev", "/coffee", "status")

    assert (result.acked, result.text, result.error) == (True, "status: working", None)
    assert [one.text for one in workspace.ephemerals("ada", "dev")] == ["status: working"]
    assert workspace.messages("dev") == ()


def test_an_answer_may_be_for_the_whole_channel(
    app: App, bolt: SocketModeHandler, workspace: Workspace
) -> None:
    @app.command("/coffee")
    def status(ack: Callable[..., None]) -> None:
        ack(text="for all", response_type="in_channel")

    workspace.command("ada", "dev", "/coffee")

    assert [one.text for one in workspace.messages("dev")] == ["for all"]


def test_an_answer_that_slack_would_refuse_shows_the_person_an_error(
    app: App, bolt: SocketModeHandler, workspace: Workspace
) -> None:
    @app.command("/coffee")
    def status(ack: Callable[..., None]) -> None:
        ack(text="x", blocks=[{"type": "marquee"}])

    assert workspace.command("ada", "dev", "/coffee").error == "invalid_blocks"


def test_respond_works_even_where_the_bot_is_not_a_member(
    app: App, bolt: SocketModeHandler, workspace: Workspace
) -> None:
    @app.command("/coffee")
    def status(ack: Callable[[], None], respond: Callable[..., Any]) -> None:
        ack()
        respond(text="hello", response_type="in_channel")

    workspace.command("ada", "random", "/coffee")

    assert [one.text for one in workspace.messages("random")] == ["hello"]


def test_a_mention_reaches_its_listener_and_is_answered_in_the_thread(
    app: App, bolt: SocketModeHandler, workspace: Workspace
) -> None:
    @app.event("app_mention")
    def mention(event: dict[str, Any], say: Callable[..., Any]) -> None:
        say(text="yes?", thread_ts=event["ts"])

    @app.event("message")
    def ignore() -> None:
        """Everything else is of no interest."""

    ts = workspace.say("ada", "dev", "hey @code_developer")

    thread = eventually(lambda: workspace.thread("dev", ts)[1:])
    assert [one.text for one in thread] == ["yes?"]


def test_a_click_carries_message_value_and_place(
    app: App, bolt: SocketModeHandler, client: WebClient, workspace: Workspace, dev: str
) -> None:
    seen: list[dict[str, Any]] = []

    @app.action("start")
    def start(ack: Callable[[], None], body: dict[str, Any]) -> None:
        seen.append(body)
        ack()

    blocks = actions(button("start", "12"))
    ts = client.chat_postMessage(channel=dev, text="stopped", blocks=blocks)["ts"]
    result = workspace.press("bob", "dev", ts, "start")

    (body,) = seen
    assert result.acked
    assert body["type"] == "block_actions"
    assert body["user"]["id"] == workspace.user("bob").id
    assert body["container"]["message_ts"] == ts
    assert body["message"]["text"] == "stopped"
    assert body["channel"] == {"id": dev, "name": "dev"}
    assert (body["actions"][0]["value"], body["actions"][0]["block_id"]) == ("12", "choice")


def test_a_chosen_option_arrives_with_its_text(
    app: App, bolt: SocketModeHandler, client: WebClient, workspace: Workspace, dev: str
) -> None:
    chosen: list[dict[str, Any]] = []

    @app.action("database")
    def choose(ack: Callable[[], None], action: dict[str, Any]) -> None:
        chosen.append(action)
        ack()

    options = [
        {"text": {"type": "plain_text", "text": name}, "value": name.lower()}
        for name in ("SQLite", "PostgreSQL")
    ]
    select = {"type": "static_select", "action_id": "database", "options": options}
    ts = client.chat_postMessage(channel=dev, text="Which?", blocks=actions(select))["ts"]
    workspace.press("ada", "dev", ts, "database", value="sqlite")

    assert chosen[0]["selected_option"]["text"]["text"] == "SQLite"


def test_respond_may_replace_or_delete_the_message_that_was_clicked(
    app: App, bolt: SocketModeHandler, client: WebClient, workspace: Workspace, dev: str
) -> None:
    @app.action("replace")
    def replace(ack: Callable[[], None], respond: Callable[..., Any]) -> None:
        ack()
        respond(text="started", replace_original=True)

    @app.action("delete")
    def delete(ack: Callable[[], None], respond: Callable[..., Any]) -> None:
        ack()
        respond(delete_original=True)

    blocks = actions(button("replace"), button("delete"))
    ts = client.chat_postMessage(channel=dev, text="stopped", blocks=blocks)["ts"]
    workspace.press("ada", "dev", ts, "replace")
    assert [one.text for one in workspace.messages("dev")] == ["started"]

    ts = client.chat_postMessage(channel=dev, text="again", blocks=blocks)["ts"]
    workspace.press("ada", "dev", ts, "delete")
    assert [one.text for one in workspace.messages("dev")] == ["started"]


def test_a_click_on_an_ephemeral_message_replaces_it_for_that_person(
    app: App, bolt: SocketModeHandler, client: WebClient, workspace: Workspace, dev: str
) -> None:
    @app.action("more")
    def more(ack: Callable[[], None], respond: Callable[..., Any], body: dict[str, Any]) -> None:
        ack()
        respond(text=f"ephemeral: {body['container']['is_ephemeral']}", replace_original=True)

    ada = workspace.user("ada").id
    blocks = actions(button("more"))
    sent = client.chat_postEphemeral(channel=dev, user=ada, text="psst", blocks=blocks)
    workspace.press("ada", "dev", sent["message_ts"], "more")

    assert [one.text for one in workspace.ephemerals("ada", "dev")] == ["ephemeral: True"]


def test_a_response_address_has_five_uses_and_half_an_hour(
    app: App, bolt: SocketModeHandler, workspace: Workspace, clock: Hands
) -> None:
    @app.command("/coffee")
    def take(ack: Callable[[], None]) -> None:
        ack()

    def post(url: str | None) -> Answer:
        assert url is not None
        return ask(url, {"text": "late"})

    first, second = (workspace.command("ada", "dev", "/coffee").response_url for _ in range(2))
    uses = [post(first) for _ in range(6)]
    clock.at += 30 * 60 + 1

    assert [one.status for one in uses] == [200] * 5 + [404]
    assert uses[-1].json["error"] == "used_url"
    assert post(second).json["error"] == "expired_url"
    assert len(workspace.ephemerals("ada", "dev")) == 5


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


def test_a_command_makes_its_round_in_milliseconds(
    app: App, bolt: SocketModeHandler, workspace: Workspace
) -> None:
    @app.command("/coffee")
    def status(ack: Callable[[str], None]) -> None:
        ack("working")

    def seconds() -> float:
        started = time.perf_counter()
        workspace.command("ada", "dev", "/coffee", "status")
        return time.perf_counter() - started

    # Sandbox, wire, SDK and Bolt together take 0.6 ms on an idle machine; this one may be busy.
    assert statistics.median(seconds() for _ in range(50)) < 0.02
