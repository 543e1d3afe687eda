"""How sockets die, seen byte by byte and by the official client."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sandbox_kit import CLOSE, PING, PONG, Ear, Wire
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from waiting import eventually

from coffee_bot.sandbox import ENDS, Effect, Fault, Moment

if TYPE_CHECKING:
    from collections.abc import Callable

    from coffee_bot.sandbox import Sandbox, Workspace


#: In one order, so that runs can be compared.
EVERY_END = [effect for effect in Effect if effect in ENDS]


def greeted(ear: Ear) -> int:
    return sum(one["type"] == "hello" for one in ear.raw)


@pytest.mark.parametrize(
    ("how", "seen"),
    [
        (Effect.DROP_SOCKET, "fin"),
        (Effect.RESET_SOCKET, "reset"),
        (Effect.SILENT_FIN, "fin"),
        (Effect.HALF_OPEN, "silence"),
    ],
)
def test_a_socket_ends_as_it_was_told_and_never_with_a_close_frame(
    plug: Callable[[], Wire], workspace: Workspace, how: Effect, seen: str
) -> None:
    wire = plug()
    wire.message()
    wire.socket.settimeout(0.3)

    assert workspace.end_sockets(how) == 1
    assert wire.ending() == seen


def test_a_polite_end_has_its_close_frame(plug: Callable[[], Wire], workspace: Workspace) -> None:
    wire = plug()
    wire.message()
    workspace.close_sockets()

    assert wire.ending() == "close"


def test_a_half_open_socket_answers_nothing_and_is_still_counted(
    plug: Callable[[], Wire], workspace: Workspace
) -> None:
    dead = plug()
    assert dead.message()["num_connections"] == 1
    workspace.end_sockets(Effect.HALF_OPEN)
    dead.send(PING, b"anybody?")
    dead.send(CLOSE)
    dead.socket.settimeout(0.3)
    assert dead.ending() == "silence"
    dead.close()

    assert plug().message()["num_connections"] == 2
    assert workspace.connections == 2


def test_slack_forgets_a_half_open_socket_in_the_end(
    plug: Callable[[], Wire], workspace: Workspace
) -> None:
    plug().message()
    workspace.end_sockets(Effect.HALF_OPEN, seconds=0.1)
    eventually(lambda: workspace.connections == 0, what="Slack to give it up")

    assert plug().message()["num_connections"] == 1


@pytest.mark.parametrize("patience", [0.2])
def test_what_goes_into_a_half_open_socket_is_lost_and_a_person_sees_it(
    plug: Callable[[], Wire], workspace: Workspace
) -> None:
    plug().message()
    workspace.end_sockets(Effect.HALF_OPEN)
    result = workspace.command("ada", "dev", "/coffee", "status")

    assert result.error == "operation_timeout"
    assert workspace.envelopes[-1].socket == 1


def test_after_a_silent_fin_nobody_answers_though_writing_works(
    plug: Callable[[], Wire], workspace: Workspace
) -> None:
    wire = plug()
    wire.message()
    workspace.end_sockets(Effect.SILENT_FIN)
    assert wire.ending() == "fin"
    for _ in range(3):
        wire.send(PING, b"anybody?")

    assert wire.ending() == "fin"
    assert workspace.connections == 0


def test_a_living_socket_answers_pings_and_closes_politely(plug: Callable[[], Wire]) -> None:
    wire = plug()
    wire.message()
    wire.send(PING, b"there?")
    frames = iter(wire.frame, None)
    assert next(content for kind, content in frames if kind == PONG) == b"there?"
    wire.send(CLOSE)

    assert wire.ending() == "close"


@pytest.mark.parametrize("how", EVERY_END)
def test_a_socket_can_be_dead_from_the_start(
    plug: Callable[[], Wire], sandbox: Sandbox, how: Effect
) -> None:
    sandbox.faults.add(Fault(moment=Moment.SOCKET, effect=how))
    dead = plug()
    dead.socket.settimeout(0.3)
    assert dead.ending() in {"fin", "reset", "silence"}

    assert plug().message()["type"] == "hello"


@pytest.mark.parametrize("how", EVERY_END)
def test_the_official_client_comes_back_by_itself(
    ear: Ear, workspace: Workspace, how: Effect
) -> None:
    """The half-open one it finds by the missing pongs: four pings of 0.2 s here."""
    eventually(lambda: ear.raw)
    workspace.end_sockets(how, seconds=0 if how is Effect.HALF_OPEN else None)
    eventually(lambda: greeted(ear) == 2, seconds=20, what="a second hello")
    workspace.say("ada", "dev", "back?")

    assert eventually(ear.events)[0]["text"] == "back?"


def test_a_socket_is_turned_away_on_demand(plug: Callable[[], Wire], sandbox: Sandbox) -> None:
    sandbox.faults.add(Fault(moment=Moment.SOCKET, effect=Effect.TURN_AWAY))
    sandbox.faults.add(Fault(moment=Moment.SOCKET, effect=Effect.TURN_AWAY, error="link_disabled"))
    told = [plug().message() for _ in range(2)]

    assert [one["type"] for one in told] == ["disconnect", "disconnect"]
    assert [one["reason"] for one in told] == ["too_many_websockets", "link_disabled"]
    assert sandbox.workspace.connections == 0


def test_socket_mode_can_be_switched_off(
    plug: Callable[[], Wire], sandbox: Sandbox, workspace: Workspace
) -> None:
    wire = plug()
    wire.message()
    refusal = Fault(
        moment=Moment.BEFORE,
        effect=Effect.REFUSE,
        of="apps.connections.open",
        error="access_denied",
        times=None,
    )
    sandbox.faults.add(refusal)
    workspace.disconnect("link_disabled")
    workspace.close_sockets()

    assert wire.message()["reason"] == "link_disabled"
    assert wire.ending() == "close"
    web = WebClient(base_url=sandbox.api_url, retry_handlers=[])
    for _ in range(3):
        with pytest.raises(SlackApiError, match="access_denied"):
            web.apps_connections_open(app_token=sandbox.app_token)


def test_a_rival_takes_its_share_and_nothing_of_it_comes_again(
    ear: Ear, plug: Callable[[], Wire], workspace: Workspace
) -> None:
    workspace.set_rivals(1)
    assert plug().message()["num_connections"] == 3
    workspace.end_sockets(Effect.DROP_SOCKET)
    eventually(lambda: workspace.connections == 2, seconds=20, what="the client's return")
    for number in range(20):
        workspace.say("ada", "dev", str(number))
    eventually(lambda: sum(one.acked_at is not None for one in workspace.envelopes) == 20)

    assert 0 < len(ear.heard) < 20
    assert {one.retry_attempt for one in ear.heard} == {0}


@pytest.mark.parametrize("patience", [0.1])
def test_what_a_ghost_swallows_comes_again(ear: Ear, workspace: Workspace) -> None:
    workspace.set_rivals(1, acks=False)
    for number in range(10):
        workspace.say("ada", "dev", str(number))
    eventually(lambda: any(one.retry_attempt for one in ear.heard), what="a repetition")
    workspace.set_rivals(0)
    eventually(lambda: len({one["ts"] for one in ear.events()}) == 10, what="all of them")

    assert workspace.connections == 1


def test_rivals_can_take_every_place(plug: Callable[[], Wire], workspace: Workspace) -> None:
    workspace.set_rivals(10)
    told = plug().message()

    assert (told["type"], told["reason"]) == ("disconnect", "too_many_websockets")
