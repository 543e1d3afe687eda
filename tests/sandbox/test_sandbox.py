"""Start, stop and what is there at the start."""

from __future__ import annotations

import threading
import time
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from sandbox_kit import opened
from slack_sdk import WebClient
from waiting import eventually

from coffee_bot.sandbox import CommandRefusedError, Sandbox, Settings, UnknownNameError

if TYPE_CHECKING:
    from coffee_bot.sandbox import Workspace


def port(sandbox: Sandbox) -> int:
    return int(sandbox.url.rstrip("/").rpartition(":")[2])


def test_it_listens_on_loopback_only_and_leaves_no_thread(settings: Settings) -> None:
    before = threading.active_count()
    with Sandbox(settings) as sandbox:
        assert sandbox.url.startswith("http://127.0.0.1:")
        assert sandbox.api_url == f"{sandbox.url}api/"
        assert threading.active_count() == before + 1
    assert threading.active_count() == before


def test_it_stops_quickly_though_somebody_still_listens(settings: Settings) -> None:
    sandbox = Sandbox(settings)
    sandbox.start()
    with opened(f"{sandbox.url}sandbox/events") as stream:
        stream.readline()
        started = time.monotonic()
        sandbox.stop()
        assert time.monotonic() - started < 1
    sandbox.stop()


def test_a_taken_port_is_said_at_once(sandbox: Sandbox, settings: Settings) -> None:
    with pytest.raises(OSError, match="in use"):
        Sandbox(replace(settings, port=port(sandbox))).start()


def test_a_wanted_port_is_used_again_after_a_stop(settings: Settings) -> None:
    with Sandbox(settings) as first:
        wanted = port(first)
    with Sandbox(replace(settings, port=wanted)) as second:
        assert port(second) == wanted


def test_before_its_start_it_says_how_to_start_it(settings: Settings) -> None:
    with pytest.raises(RuntimeError, match="call start"):
        Sandbox(settings).workspace.user("ada")


def test_two_sandboxes_share_nothing(sandbox: Sandbox, settings: Settings) -> None:
    with Sandbox(settings) as other:
        other.workspace.say("ada", "dev", "here")

        assert other.bot_token != sandbox.bot_token
        assert sandbox.workspace.messages("dev") == ()


def test_the_coffee_house_has_its_people(workspace: Workspace, sandbox: Sandbox) -> None:
    assert workspace.user("ada").is_admin
    assert workspace.user("eve").is_restricted
    assert workspace.user("stranger").is_stranger
    assert workspace.user("gone").deleted
    assert workspace.user("robot").is_bot
    assert workspace.user(sandbox.bot_user_id).name == "code_developer"
    assert sandbox.bot_user_id in workspace.channel("#dev").members
    assert sandbox.bot_user_id not in workspace.channel("random").members


def test_an_unknown_name_is_answered_with_the_known_ones(workspace: Workspace) -> None:
    with pytest.raises(UnknownNameError, match=r"no user 'zoe' in the sandbox; there are ada, bob"):
        workspace.say("zoe", "dev", "hi")


def test_people_change_only_what_is_theirs(workspace: Workspace) -> None:
    ts = workspace.say("ada", "dev", "mine")

    with pytest.raises(CommandRefusedError, match="not bob's own"):
        workspace.edit("bob", "dev", ts, "ours")
    with pytest.raises(CommandRefusedError, match="not in #dev"):
        workspace.say("stranger", "dev", "hi")


def test_a_reply_to_a_reply_joins_the_same_thread(workspace: Workspace) -> None:
    root = workspace.say("ada", "dev", "root")
    reply = workspace.say("bob", "dev", "one", thread_ts=root)
    workspace.say("ada", "dev", "two", thread_ts=reply)

    assert [one.text for one in workspace.thread("dev", root)] == ["root", "one", "two"]


def test_the_transcript_reads_like_a_chat(
    workspace: Workspace, client: WebClient, dev: str
) -> None:
    ts = client.chat_postMessage(channel=dev, text="Which database?\nSQLite &amp; co")["ts"]
    workspace.say("ada", "dev", "SQLite", thread_ts=ts, files=["why.txt"])
    client.reactions_add(channel=dev, timestamp=ts, name="eyes")
    client.chat_postEphemeral(channel=dev, user=workspace.user("bob").id, text="Not for you.")

    assert workspace.transcript("dev").splitlines() == [
        "code_developer: Which database?",
        "  SQLite & co",
        "  :eyes: code_developer",
        "    ada: SQLite",
        "      [file why.txt]",
        "code_developer (only bob sees this): Not for you.",
    ]


def test_scheduled_messages_are_posted_without_being_asked(settings: Settings) -> None:
    quick = replace(settings, now=time.time, tick_seconds=0.05)
    with Sandbox(quick) as sandbox:
        client = WebClient(token=sandbox.bot_token, base_url=sandbox.api_url)
        post_at = int(time.time()) + 1
        client.chat_scheduleMessage(channel="C0DEV00001", text="now", post_at=post_at)
        eventually(lambda: sandbox.workspace.messages("dev"), seconds=5)
        assert time.time() >= post_at


def test_what_was_said_can_be_read_after_the_stop(settings: Settings) -> None:
    with Sandbox(settings) as sandbox:
        sandbox.workspace.say("ada", "dev", "good night")

    assert sandbox.workspace.transcript("dev") == "ada: good night"
    with pytest.raises(RuntimeError, match="not running"):
        sandbox.workspace.command("ada", "dev", "/coffee")


def test_an_admin_may_delete_what_others_wrote(workspace: Workspace) -> None:
    ts = workspace.say("bob", "dev", "spam")
    with pytest.raises(CommandRefusedError, match="not eve's own"):
        workspace.delete("eve", "dev", ts)
    workspace.delete("ada", "dev", ts)

    assert workspace.messages("dev") == ()


def test_nobody_reacts_to_what_only_one_person_sees(
    workspace: Workspace, client: WebClient, dev: str
) -> None:
    ada = workspace.user("ada").id
    ts = client.chat_postEphemeral(channel=dev, user=ada, text="psst")["message_ts"]

    with pytest.raises(CommandRefusedError, match="ephemeral"):
        workspace.react("ada", "dev", ts, "eyes")
