"""Socket Mode on the wire, with the official Socket Mode client."""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import aiohttp
import pytest
from sandbox_kit import Ear, ask
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from waiting import eventually

from coffee_bot.sandbox import Effect, Fault, Moment, Sandbox, Settings

if TYPE_CHECKING:
    from collections.abc import Callable

    from coffee_bot.sandbox import Workspace


#: For tests in which an acknowledgement is missing; the others may take their time.
impatient = pytest.mark.parametrize("patience", [0.2])


def test_a_socket_is_greeted_with_app_and_number_of_connections(
    listen: Callable[..., Ear], sandbox: Sandbox
) -> None:
    first, second = listen(), listen()
    hello = eventually(lambda: second.raw)[0]

    assert hello["type"] == "hello"
    assert hello["connection_info"] == {"app_id": sandbox.app_id}
    assert hello["num_connections"] == 2
    assert eventually(lambda: first.raw)[0]["num_connections"] == 1


def test_a_ticket_opens_one_socket_only(sandbox: Sandbox, ear: Ear) -> None:
    assert ear.client.wss_uri is not None
    key = "AAAAAAAAAAAAAAAAAAAAAA=="
    upgrade = {"Upgrade": "websocket", "Connection": "Upgrade", "Sec_WebSocket_Version": "13"}
    used = ask(ear.client.wss_uri, Sec_WebSocket_Key=key, **upgrade)

    assert used.status == 404
    assert sandbox.workspace.connections == 1


def test_the_clients_pings_are_answered(ear: Ear) -> None:
    session = ear.client.current_session

    assert session is not None
    assert eventually(lambda: session.last_ping_pong_time, what="a pong")


def test_an_eleventh_socket_is_turned_away(sandbox: Sandbox) -> None:
    # Plain WebSockets: the SDK would come back at once, again and again.
    def address() -> str:
        web = WebClient(base_url=sandbox.api_url, retry_handlers=[])
        return str(web.apps_connections_open(app_token=sandbox.app_token)["url"])

    async def connect(addresses: list[str]) -> list[dict[str, Any]]:
        async with aiohttp.ClientSession() as session, contextlib.AsyncExitStack() as stack:
            sockets = [
                await stack.enter_async_context(session.ws_connect(one)) for one in addresses
            ]
            return [await socket.receive_json() for socket in sockets]

    *hellos, told = asyncio.run(connect([address() for _ in range(11)]))
    assert [one["num_connections"] for one in hellos] == list(range(1, 11))
    assert (told["type"], told["reason"]) == ("disconnect", "too_many_websockets")


def test_each_event_goes_to_exactly_one_of_the_sockets(
    listen: Callable[..., Ear], workspace: Workspace
) -> None:
    first, second = listen(), listen()
    sent = [workspace.say("ada", "dev", str(n)) for n in range(20)]
    eventually(lambda: len(first.heard) + len(second.heard) == 20)
    heard = [one["ts"] for one in first.events() + second.events()]

    assert sorted(heard) == sent
    assert first.heard
    assert second.heard


@impatient
def test_an_unacknowledged_event_comes_again_three_times_with_the_same_id(
    listen: Callable[..., Ear], workspace: Workspace
) -> None:
    ear = listen(acks=False)
    workspace.say("ada", "dev", "anybody?")
    eventually(lambda: len(ear.heard) == 4)

    assert [one.retry_attempt for one in ear.heard] == [0, 1, 2, 3]
    assert [one.retry_reason for one in ear.heard] == ["", "timeout", "timeout", "timeout"]
    assert len({one.payload["event_id"] for one in ear.heard}) == 1
    assert len({one.envelope_id for one in ear.heard}) == 4


@impatient
def test_an_event_from_before_the_first_socket_arrives_as_a_repetition(
    listen: Callable[..., Ear], workspace: Workspace
) -> None:
    workspace.say("ada", "dev", "too early")
    ear = listen()
    heard = eventually(lambda: ear.heard)[0]

    assert heard.payload["event"]["text"] == "too early"
    assert heard.retry_attempt


@impatient
def test_an_event_lost_with_its_socket_arrives_on_the_next(
    listen: Callable[..., Ear], workspace: Workspace, sandbox: Sandbox
) -> None:
    ear = listen()
    sandbox.faults.add(Fault(moment=Moment.EVENT, effect=Effect.DROP_SOCKET, of="message"))
    workspace.say("ada", "dev", "hold on")
    eventually(lambda: workspace.connections == 0, what="the socket's end")
    second = listen()
    heard = eventually(lambda: ear.heard + second.heard)[0]

    assert heard.payload["event"]["text"] == "hold on"
    assert heard.retry_attempt
    assert sandbox.faults.happened[Effect.DROP_SOCKET] == 1


@impatient
def test_an_event_can_be_sent_twice_or_not_at_all_on_demand(
    ear: Ear, workspace: Workspace, sandbox: Sandbox
) -> None:
    sandbox.faults.add(Fault(moment=Moment.EVENT, effect=Effect.DUPLICATE))
    workspace.say("ada", "dev", "twice")
    eventually(lambda: len(ear.heard) == 2)
    sandbox.faults.add(Fault(moment=Moment.EVENT, effect=Effect.LOSE_EVENT))
    workspace.say("ada", "dev", "late")
    eventually(lambda: len(ear.heard) == 3)

    assert ear.heard[0].payload == ear.heard[1].payload
    assert ear.heard[2].retry_attempt == 1


@impatient
def test_a_command_without_an_acknowledgement_shows_the_person_an_error(
    listen: Callable[..., Ear], workspace: Workspace
) -> None:
    ear = listen(acks=False)
    result = workspace.command("ada", "dev", "/coffee", "status")

    assert (result.acked, result.error) == (False, "operation_timeout")
    assert [one.what for one in workspace.unacked] == ["/coffee status"]
    assert "operation_timeout" in workspace.ephemerals("ada", "dev")[0].text
    assert len(ear.heard) == 1


def test_a_command_without_any_socket_fails_at_once(workspace: Workspace) -> None:
    result = workspace.command("ada", "dev", "/coffee", "status")

    assert (result.acked, result.error) == (False, "dispatch_failed")


def test_a_command_carries_what_slack_sends(ear: Ear, workspace: Workspace, dev: str) -> None:
    workspace.command("ada", "dev", "/coffee", "tell @bob a<b")
    (heard,) = ear.heard
    bob = workspace.user("bob").id

    assert heard.type == "slash_commands"
    assert heard.accepts_response_payload is True
    assert heard.payload["command"] == "/coffee"
    assert heard.payload["text"] == f"tell <@{bob}|bob> a&lt;b"
    assert heard.payload["user_name"] == "ada"
    assert (heard.payload["channel_id"], heard.payload["channel_name"]) == (dev, "dev")
    assert heard.payload["is_enterprise_install"] == "false"
    assert heard.payload["response_url"].startswith("http://127.0.0.1:")


def test_a_refresh_is_announced_and_the_client_moves_over(ear: Ear, workspace: Workspace) -> None:
    eventually(lambda: ear.raw)
    workspace.disconnect("refresh_requested")
    hellos = eventually(
        lambda: [one for one in ear.raw if one["type"] == "hello"][1:], what="a second hello"
    )
    eventually(lambda: workspace.connections == 1, what="the old socket's end")
    workspace.say("ada", "dev", "still there?")

    eventually(lambda: ear.heard)
    assert hellos
    assert eventually(lambda: workspace.envelopes[-1].acked_at)


def test_an_app_token_without_its_scope_opens_nothing(settings: Settings) -> None:
    with Sandbox(replace(settings, app_scopes=frozenset())) as sandbox:
        web = WebClient(base_url=sandbox.api_url, retry_handlers=[])
        with pytest.raises(SlackApiError, match="missing_scope"):
            web.apps_connections_open(app_token=sandbox.app_token)
