"""The control API over plain HTTP: what the page uses."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from sandbox_kit import ask, opened

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox_kit import Wire
    from slack_sdk import WebClient

    from coffee_bot.sandbox import Sandbox, Workspace


SLOW = {"moment": "before", "effect": "slow"}


def test_the_state_shows_people_channels_and_messages(
    sandbox: Sandbox, workspace: Workspace, client: WebClient, dev: str
) -> None:
    ts = workspace.say("ada", "dev", "hello")
    workspace.say("bob", "dev", "hi", thread_ts=ts)
    workspace.react("bob", "dev", ts, "wave")
    client.chat_postEphemeral(channel=dev, user=workspace.user("ada").id, text="psst")
    state = ask(f"{sandbox.url}sandbox/state").json
    hello, reply, secret = state["messages"][dev]

    assert state["team"]["name"] == "Coffee House"
    assert {one["name"] for one in state["channels"]} == {"dev", "random"}
    assert (hello["name"], hello["text"], hello["reply_count"]) == ("ada", "hello", 1)
    assert hello["reactions"] == [{"name": "wave", "users": [workspace.user("bob").id]}]
    assert reply["thread_ts"] == ts
    assert secret["ephemeral_for"] == workspace.user("ada").id


def test_a_person_speaks_edits_reacts_and_deletes(sandbox: Sandbox, workspace: Workspace) -> None:
    place = {"user": "ada", "channel": "dev"}
    said = ask(f"{sandbox.url}sandbox/say", {**place, "text": "helo & bye"})
    ts = said.json["ts"]
    ask(f"{sandbox.url}sandbox/edit", {**place, "ts": ts, "text": "hello"})
    ask(f"{sandbox.url}sandbox/react", {**place, "ts": ts, "name": "wave"})
    assert workspace.transcript("dev") == "ada: hello (edited)\n  :wave: ada"

    assert ask(f"{sandbox.url}sandbox/delete", {**place, "ts": ts}).json == {"ok": True}
    assert workspace.messages("dev") == ()


def test_a_slash_command_in_a_thread_is_refused_in_slacks_words(
    sandbox: Sandbox, workspace: Workspace
) -> None:
    ts = workspace.say("ada", "dev", "root")
    body = {"user": "ada", "channel": "dev", "text": "/coffee status", "thread_ts": ts}

    refused = ask(f"{sandbox.url}sandbox/say", body)
    assert refused.status == 400
    assert refused.json["error"] == "/coffee is not supported in threads. Sorry!"


def test_a_slash_command_that_nobody_hears_says_so(sandbox: Sandbox) -> None:
    body = {"user": "ada", "channel": "dev", "text": "/coffee status"}

    told = ask(f"{sandbox.url}sandbox/say", body).json
    assert told == {"ok": False, "acked": False, "error": "dispatch_failed"}


@pytest.mark.parametrize(
    ("path", "body", "status", "words"),
    [
        ("sandbox/say", {"user": "nobody", "channel": "dev", "text": "x"}, 404, "no user 'nobody'"),
        ("sandbox/say", {"user": "ada", "text": "x"}, 400, "missing in the body: 'channel'"),
        ("sandbox/say", {"user": "stranger", "channel": "dev", "text": "x"}, 400, "not in #dev"),
        ("sandbox/say", ["ada"], 400, "must be a JSON object"),
        ("sandbox/sing", {}, 404, "no such verb"),
        ("sandbox/faults", {"moment": "event", "effect": "rate_limited"}, 400, "cannot happen"),
        ("sandbox/faults", {"moment": "tea", "effect": "rate_limited"}, 400, "not a valid Moment"),
        ("sandbox/faults", {"moment": "before", "effect": "tea"}, 400, "possible: drop_socket"),
        ("sandbox/faults", {"effect": "rate_limited"}, 400, "missing in the body: 'moment'"),
        ("sandbox/faults", {**SLOW, "times": "two"}, 400, "'times' must be a whole number or null"),
        ("sandbox/faults", {**SLOW, "times": True}, 400, "'times' must be a whole number"),
        ("sandbox/faults", {**SLOW, "seconds": "1"}, 400, "'seconds' must be a whole number or a"),
        ("sandbox/faults", {**SLOW, "second": 1}, 400, "there is no 'second' here; possible: of"),
        ("sandbox/faults", {"random": 7}, 400, "random must be an object"),
        ("sandbox/faults", {"random": {"lose_reply": 1}}, 400, "missing in the body: 'seed'"),
        ("sandbox/faults", {"random": {"seed": "x"}}, 400, "'seed' must be a whole number"),
        ("sandbox/faults", {"random": {"seed": 1, "lose_tea": 1}}, 400, "there is no 'lose_tea'"),
        ("sandbox/faults", {"random": {"seed": 1, "lose_reply": 2}}, 400, "a share from 0 to 1"),
        ("sandbox/sockets", {"end": "slow"}, 400, "'slow' ends no socket; possible: drop_socket"),
        ("sandbox/sockets", {"end": "tea"}, 400, "not a valid Effect"),
        ("sandbox/sockets", {"rivals": "two"}, 400, "'rivals' must be a whole number"),
        ("sandbox/sockets", {}, 400, "missing in the body"),
        ("sandbox/channel", {"channel": "dev"}, 400, "missing in the body"),
        ("sandbox/channel", {"channel": "dev", "rename": "random"}, 400, "#random already"),
        ("sandbox/user", {"user": "bob"}, 400, "missing in the body"),
        ("sandbox/user", {"user": "bob", "change": {"id": "U1"}}, 400, "'id' cannot be changed"),
        ("sandbox/user", {"user": "bob", "change": {"name": 7}}, 400, "'name' must be a str"),
    ],
)
def test_what_cannot_be_done_is_explained(
    sandbox: Sandbox, path: str, body: Any, status: int, words: str
) -> None:
    answer = ask(f"{sandbox.url}{path}", body)

    assert answer.status == status
    assert words in answer.json["error"]


def test_faults_are_planned_over_http(sandbox: Sandbox) -> None:
    fault = {"moment": "before", "effect": "server_error", "of": "auth.test", "times": 2}

    where = f"{sandbox.url}sandbox/faults"

    assert ask(where, fault).json == {"ok": True, "left": 1}
    assert ask(where, {"clear": True}).json == {"ok": True, "left": 0}
    assert ask(where, {"cut_sockets": True}).json == {"ok": True, "cut": 0}


def test_the_faults_are_listed_with_what_has_happened(sandbox: Sandbox, client: WebClient) -> None:
    where = f"{sandbox.url}sandbox/faults"
    ask(where, {**SLOW, "of": "auth.test", "seconds": 0, "times": None})
    ask(where, {"random": {"seed": 7, "lose_reply": 0.05, "methods": ["chat.postMessage"]}})
    client.auth_test()
    told = ask(where).json

    assert told["left"] == [{**SLOW, "of": "auth.test", "seconds": 0, "times": None}]
    assert told["random"] == {"seed": 7, "lose_reply": 0.05, "methods": ["chat.postMessage"]}
    assert told["happened"] == {"slow": 1}
    assert told["latest"] == ["before auth.test #1: slow (0 s), as planned"]
    assert told["possible"]["read"] == ["lag", "short_pages"]
    ask(where, {"clear": True})
    assert (ask(where).json["left"], ask(where).json["random"]) == ([], None)


def test_sockets_die_over_http_and_rivals_come(sandbox: Sandbox, plug: Callable[[], Wire]) -> None:
    where = f"{sandbox.url}sandbox/sockets"
    wire = plug()
    wire.message()

    assert ask(where, {"rivals": 2, "acks": False}).json == {"ok": True, "connections": 3}
    assert ask(where, {"announce": "warning"}).json["ok"] is True
    assert wire.message()["reason"] == "warning"
    assert ask(where, {"end": "half_open", "seconds": 60}).json["connections"] == 3
    assert ask(where, {"rivals": 0}).json["connections"] == 1
    second = plug()
    second.message()
    assert ask(where, {"close": True}).json["ok"] is True
    assert second.ending() == "close"


def test_administrators_act_over_http(sandbox: Sandbox, workspace: Workspace, dev: str) -> None:
    def act(verb: str, **body: Any) -> dict[str, Any]:
        return ask(f"{sandbox.url}sandbox/{verb}", body).json

    assert act("channel", channel="dev", rename="work") == {
        "ok": True,
        "channel": dev,
        "name": "work",
    }
    assert act("channel", channel=dev, archive=True)["ok"] is True
    assert workspace.channel("work").is_archived
    act("channel", channel=dev, unarchive=True, by="bob")
    act("channel", channel=dev, share=True)
    moved = act("channel", channel=dev, change_id=True)["channel"]
    assert moved != dev
    assert workspace.channel(moved).is_ext_shared

    act("member", user="stranger", channel=moved)
    act("member", user="bob", channel=moved, remove=True)
    act("user", user="eve", change={"is_restricted": False, "real_name": "Eve Moore"})
    act("user", user="ada", deactivate=True)
    assert set(workspace.channel(moved).members).isdisjoint(
        {workspace.user("ada").id, workspace.user("bob").id}
    )
    assert workspace.user("eve").real_name == "Eve Moore"
    assert act("group", group="baristas", users=["eve"])["group"] == "S0BARISTA1"
    assert workspace.group("baristas").users == (workspace.user("eve").id,)
    assert act("group", group="night-shift", users=[])["group"] == workspace.group("night-shift").id
    act("user", user="ada", reactivate=True)
    assert not workspace.user("ada").deleted


def test_a_permalink_opens_the_page_at_its_thread(
    sandbox: Sandbox, client: WebClient, workspace: Workspace, dev: str
) -> None:
    root = workspace.say("ada", "dev", "root")
    reply = workspace.say("bob", "dev", "reply", thread_ts=root)
    for ts in (root, reply):
        link = client.chat_getPermalink(channel=dev, message_ts=ts)["permalink"]
        bare = str(link).partition("?")[0]
        for address in (str(link), bare):
            moved = ask(address)
            assert moved.status == 302
            assert moved.headers["Location"] == f"/page/#channel={dev}&thread={root}"


@pytest.mark.parametrize("path", ["C0NOWHERE/p1800000000000001", "C0DEV00001/tea", "C0DEV00001"])
def test_a_permalink_to_nowhere_opens_the_page(sandbox: Sandbox, path: str) -> None:
    assert ask(f"{sandbox.url}archives/{path}").headers["Location"] == "/page/"


@pytest.mark.parametrize("path", ["page/", "page/main.js", "page/theme.css"])
def test_the_pages_files_are_asked_for_again_after_an_upgrade(sandbox: Sandbox, path: str) -> None:
    answer = ask(f"{sandbox.url}{path}")

    assert answer.status == 200
    assert answer.headers["Cache-Control"] == "no-cache"


def test_the_event_stream_tells_of_each_change(sandbox: Sandbox, workspace: Workspace) -> None:
    with opened(f"{sandbox.url}sandbox/events") as stream:
        first = json.loads(stream.readline().removeprefix(b"data: "))
        stream.readline()
        workspace.say("ada", "dev", "hello")
        second = json.loads(stream.readline().removeprefix(b"data: "))

    assert second["version"] > first["version"]


def test_another_sites_page_cannot_act_here(sandbox: Sandbox, workspace: Workspace) -> None:
    body = {"user": "ada", "channel": "dev", "text": "gotcha"}
    for origin in ("https://evil.example", "http://127.0.0.1:1", "null"):
        assert ask(f"{sandbox.url}sandbox/say", body, Origin=origin).status == 403

    assert workspace.messages("dev") == ()
    own = sandbox.url.rstrip("/")
    assert ask(f"{sandbox.url}sandbox/say", body, Origin=own).status == 200


@pytest.mark.parametrize("path", ["", "sandbox/state", "sandbox/events", "api/api.test"])
def test_a_name_that_was_rebound_to_loopback_is_refused(sandbox: Sandbox, path: str) -> None:
    assert ask(f"{sandbox.url}{path}", Host="evil.example").status == 403
    assert ask(f"{sandbox.url}{path}", Host="127.0.0.1.evil.example").status == 403


def test_localhost_is_as_good_as_the_address(sandbox: Sandbox) -> None:
    port = sandbox.url.rstrip("/").rpartition(":")[2]

    assert ask(f"{sandbox.url}sandbox/state", Host=f"localhost:{port}").status == 200
    assert ask(f"{sandbox.url}sandbox/state", Host="127.0.0.1").status == 200


def test_the_page_is_served_and_nothing_beside_it(sandbox: Sandbox) -> None:
    moved = ask(sandbox.url)
    page = ask(f"{sandbox.url}page/")

    assert (moved.status, moved.headers["Location"]) == (302, "/page/")
    assert page.headers["Content-Type"].startswith("text/html")
    assert ask(f"{sandbox.url}page/../server.py").status == 404
    assert ask(f"{sandbox.url}page/%2e%2e/server.py").status == 404
