"""What the app hears: the Events API's envelopes for what people and it itself do."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from waiting import eventually

from coffee_bot.sandbox import Sandbox, Settings

if TYPE_CHECKING:
    from sandbox_kit import Ear
    from slack_sdk import WebClient

    from coffee_bot.sandbox import Workspace


def test_a_message_becomes_an_event_with_slacks_envelope(
    ear: Ear, workspace: Workspace, sandbox: Sandbox, dev: str
) -> None:
    ts = workspace.say("ada", "dev", "a < b & c")
    payload = eventually(lambda: ear.heard)[0].payload

    assert payload["type"] == "event_callback"
    assert payload["api_app_id"] == sandbox.app_id
    assert payload["authorizations"][0]["user_id"] == sandbox.bot_user_id
    event = payload["event"]
    assert event["text"] == "a &lt; b &amp; c"
    assert (event["channel"], event["channel_type"], event["ts"]) == (dev, "channel", ts)
    assert event["user"] == workspace.user("ada").id
    assert ear.heard[0].accepts_response_payload is False
    assert ear.raw[1]["retry_attempt"] == 0


def test_a_mention_comes_as_two_events(ear: Ear, workspace: Workspace) -> None:
    ts = workspace.say("ada", "dev", "@code_developer status")
    eventually(lambda: ear.events("message") and ear.events("app_mention"))

    assert ear.events("message")[0]["ts"] == ts
    assert ear.events("app_mention")[0]["ts"] == ts


def test_a_direct_message_is_no_mention(ear: Ear, workspace: Workspace) -> None:
    workspace.say("ada", workspace.dm("ada"), "<@U0COFFEE01> hi")
    workspace.say("ada", "dev", "later")
    eventually(lambda: len(ear.events()) == 2)

    assert [one["channel_type"] for one in ear.events()] == ["im", "channel"]
    assert ear.events("app_mention") == []


def test_the_app_hears_nothing_from_channels_it_is_not_in(ear: Ear, workspace: Workspace) -> None:
    workspace.say("ada", "random", "@code_developer hello?")
    workspace.say("ada", "dev", "here")

    eventually(ear.events)
    assert [one["text"] for one in ear.events()] == ["here"]
    assert ear.events("app_mention") == []


def test_the_app_hears_nothing_it_has_not_subscribed_to(ear: Ear, workspace: Workspace) -> None:
    ts = workspace.say("ada", "dev", "hi")
    workspace.react("ada", "dev", ts, "eyes")
    workspace.say("ada", "dev", "there")

    eventually(lambda: len(ear.heard) == 2)
    assert {one.payload["event"]["type"] for one in ear.heard} == {"message"}


def test_a_reaction_is_told_to_those_who_subscribed(settings: Settings) -> None:
    events = settings.events | {"reaction_added"}
    with Sandbox(replace(settings, events=events)) as sandbox:
        ts = sandbox.workspace.say("ada", "dev", "hi")
        sandbox.workspace.react("bob", "dev", ts, "eyes")
        event = sandbox.workspace.envelopes[-1].payload["event"]

    assert (event["type"], event["reaction"], event["item"]["ts"]) == ("reaction_added", "eyes", ts)


def test_an_edit_tells_before_and_after(ear: Ear, workspace: Workspace) -> None:
    ts = workspace.say("ada", "dev", "SQLite")
    workspace.edit("ada", "dev", ts, "PostgreSQL")
    change = eventually(lambda: [one for one in ear.events() if "subtype" in one])[0]

    assert change["subtype"] == "message_changed"
    assert change["message"]["text"] == "PostgreSQL"
    assert change["message"]["edited"]["user"] == workspace.user("ada").id
    assert change["previous_message"]["text"] == "SQLite"
    assert "user" not in change
    assert change["ts"] != ts


def test_a_deletion_tells_what_is_gone(ear: Ear, workspace: Workspace) -> None:
    ts = workspace.say("ada", "dev", "oops")
    workspace.delete("ada", "dev", ts)
    gone = eventually(lambda: [one for one in ear.events() if "subtype" in one])[0]

    assert (gone["subtype"], gone["deleted_ts"]) == ("message_deleted", ts)
    assert gone["previous_message"]["text"] == "oops"


def test_a_deleted_parent_is_told_as_a_change_to_a_tombstone(
    ear: Ear, workspace: Workspace
) -> None:
    ts = workspace.say("ada", "dev", "root")
    workspace.say("bob", "dev", "reply", thread_ts=ts)
    workspace.delete("ada", "dev", ts)
    change = eventually(lambda: [one for one in ear.events() if "subtype" in one])[0]

    assert change["subtype"] == "message_changed"
    assert (change["message"]["subtype"], change["message"]["ts"]) == ("tombstone", ts)
    assert change["previous_message"]["text"] == "root"


def test_replies_with_files_and_broadcasts_keep_their_thread(
    ear: Ear, workspace: Workspace
) -> None:
    root = workspace.say("ada", "dev", "root")
    workspace.say("ada", "dev", "see", thread_ts=root, files=["log.txt"])
    workspace.say("ada", "dev", "all", thread_ts=root, broadcast=True)
    eventually(lambda: len(ear.events()) == 3)
    by_text = {one["text"]: one for one in ear.events()}

    assert by_text["see"]["subtype"] == "file_share"
    assert by_text["see"]["files"][0]["name"] == "log.txt"
    assert by_text["all"]["subtype"] == "thread_broadcast"
    assert by_text["all"]["root"]["ts"] == root
    assert {by_text[text]["thread_ts"] for text in ("see", "all")} == {root}


def test_the_app_hears_its_own_posts_marked_with_its_bot_id(
    ear: Ear, client: WebClient, sandbox: Sandbox, dev: str
) -> None:
    client.chat_postMessage(channel=dev, text="mine")
    event = eventually(ear.events)[0]

    assert event["bot_id"] == sandbox.bot_id
    assert event["app_id"] == sandbox.app_id
