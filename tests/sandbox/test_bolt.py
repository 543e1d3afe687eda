"""The real Bolt app over the real Socket Mode handler: commands, clicks, modals, response_url."""

from __future__ import annotations

import statistics
import time
from typing import TYPE_CHECKING, Any

from sandbox_kit import Answer, actions, ask, button
from waiting import eventually

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox_kit import Hands
    from slack_bolt import App
    from slack_bolt.adapter.socket_mode import SocketModeHandler
    from slack_sdk import WebClient

    from coffee_bot.sandbox import Workspace


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
