"""What administrators do to channels and people, and what the app hears of it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from sandbox_kit import ask
from slack_sdk.errors import SlackApiError
from waiting import eventually

from coffee_bot.sandbox import CommandRefusedError, UnknownNameError
from coffee_bot.sandbox.settings import MESSAGE_EVENTS

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox_kit import Ear
    from slack_sdk import WebClient

    from coffee_bot.sandbox import Sandbox, Settings, Workspace

CHANNEL_EVENTS = {
    f"{kind}_{what}"
    for kind in ("channel", "group")
    for what in ("rename", "archive", "unarchive", "left")
}


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Subscribed to what happens to channels and people."""
    more = {"channel_id_changed", "member_left_channel", "user_change", "team_join"}
    more |= {"subteam_members_changed", "subteam_updated"}
    return replace(settings, events=MESSAGE_EVENTS | CHANNEL_EVENTS | more)


def test_a_change_of_a_group_is_told_as_what_changed_and_as_a_whole(
    ear: Ear, client: WebClient, workspace: Workspace
) -> None:
    ada, bob, eve = (workspace.user(name).id for name in ("ada", "bob", "eve"))
    group = workspace.set_group("@baristas", ["bob", "eve"])

    (changed,) = eventually(lambda: ear.events("subteam_members_changed"))
    (whole,) = eventually(lambda: ear.events("subteam_updated"))
    assert (changed["subteam_id"], changed["added_users"]) == (group.id, [eve])
    assert changed["removed_users"] == [ada]
    assert (whole["subteam"]["id"], whole["subteam"]["users"]) == (group.id, [bob, eve])
    assert client.usergroups_users_list(usergroup=group.id)["users"] == [bob, eve]


def test_a_group_is_made_of_people_who_are_there(client: WebClient, workspace: Workspace) -> None:
    made = workspace.add_group("night-shift", users=["eve"])

    assert made.id.startswith("S")
    assert workspace.group("night-shift").users == (workspace.user("eve").id,)
    assert {one["handle"] for one in client.usergroups_list()["usergroups"]} == {
        "baristas",
        "night-shift",
    }
    with pytest.raises(UnknownNameError):
        workspace.set_group("nobody", ["eve"])
    with pytest.raises(UnknownNameError):
        workspace.set_group("night-shift", ["mallory"])


@pytest.fixture
def room(workspace: Workspace) -> Callable[..., str]:
    def build(*, is_private: bool) -> str:
        people = ("ada", "bob", "code_developer")
        return workspace.add_channel("room", members=people, is_private=is_private)

    return build


@pytest.mark.parametrize(("is_private", "kind"), [(False, "channel"), (True, "group")])
def test_a_channels_fate_is_told_in_slacks_words(
    ear: Ear, workspace: Workspace, room: Callable[..., str], is_private: bool, kind: str
) -> None:
    ada, bob = workspace.user("ada").id, workspace.user("bob").id
    channel = room(is_private=is_private)
    workspace.rename(channel, "salon")
    workspace.archive(channel, by="bob")
    workspace.unarchive(channel)
    eventually(lambda: len(ear.heard) == 6)

    (renamed,) = ear.events(f"{kind}_rename")
    assert (renamed["channel"]["id"], renamed["channel"]["name"]) == (channel, "salon")
    (archived,) = ear.events(f"{kind}_archive")
    assert (archived["channel"], archived["user"]) == (channel, bob)
    (back,) = ear.events(f"{kind}_unarchive")
    assert (back["channel"], back["user"]) == (channel, ada)
    assert [one["subtype"] for one in ear.events("message")] == [
        f"{kind}_name",
        f"{kind}_archive",
        f"{kind}_unarchive",
    ]


def test_an_archived_channel_takes_nothing_until_it_is_back(
    client: WebClient, workspace: Workspace, dev: str
) -> None:
    workspace.archive("dev")
    with pytest.raises(SlackApiError, match="is_archived"):
        client.chat_postMessage(channel=dev, text="x")
    with pytest.raises(CommandRefusedError, match="archived"):
        workspace.say("ada", "dev", "x")
    workspace.unarchive("dev")

    assert client.chat_postMessage(channel=dev, text="x")["ok"] is True


def test_a_renamed_channel_keeps_its_id_and_two_never_share_a_name(
    client: WebClient, workspace: Workspace, dev: str
) -> None:
    workspace.rename("dev", "work")

    assert client.conversations_info(channel=dev)["channel"]["name"] == "work"
    with pytest.raises(UnknownNameError):
        workspace.channel("dev")
    with pytest.raises(CommandRefusedError, match="#work already"):
        workspace.rename("random", "work")


def test_everything_follows_a_channel_to_its_new_id_and_the_old_one_is_unknown(
    ear: Ear, client: WebClient, workspace: Workspace, room: Callable[..., str]
) -> None:
    old = room(is_private=True)
    root = client.chat_postMessage(channel=old, text="root")["ts"]
    workspace.say("ada", old, "reply", thread_ts=root)
    result = workspace.command("ada", old, "/coffee")
    client.chat_scheduleMessage(channel=old, text="later", post_at=1_800_000_600)
    new = workspace.change_id(old)
    (event,) = eventually(lambda: ear.events("channel_id_changed"))

    assert (event["old_channel_id"], event["new_channel_id"]) == (old, new)
    with pytest.raises(SlackApiError, match="channel_not_found"):
        client.chat_postMessage(channel=old, text="x")
    thread = client.conversations_replies(channel=new, ts=root)["messages"]
    assert [one["text"] for one in thread] == ["root", "reply"]
    client.chat_update(channel=new, ts=root, text="changed")
    assert workspace.message(new, root).text == "changed"
    assert [one.channel for one in workspace.scheduled] == [new]
    assert result.response_url


def test_an_answer_to_a_command_finds_the_moved_channel(
    ear: Ear, workspace: Workspace, dev: str
) -> None:
    url = workspace.command("ada", "dev", "/coffee").response_url
    assert url
    workspace.change_id("dev")

    assert ask(url, {"text": "late"}).status == 200
    assert [one.text for one in workspace.ephemerals("ada", "dev")] == ["late"]


def test_a_direct_message_stays_what_it_is(workspace: Workspace) -> None:
    channel = workspace.dm("ada")
    for act in (workspace.archive, workspace.change_id):
        with pytest.raises(CommandRefusedError, match="direct message"):
            act(channel)
    with pytest.raises(CommandRefusedError, match="direct message"):
        workspace.rename(channel, "us")


def test_the_app_hears_that_it_was_taken_out(
    ear: Ear, workspace: Workspace, sandbox: Sandbox, dev: str
) -> None:
    workspace.remove_member("bob", "dev")
    workspace.remove_member(sandbox.bot_user_id, "dev")
    (left,) = eventually(lambda: ear.events("channel_left"))

    assert left["channel"] == dev
    assert [one["user"] for one in ear.events("member_left_channel")] == [workspace.user("bob").id]


def test_a_deactivated_person_is_gone_everywhere(
    ear: Ear, client: WebClient, workspace: Workspace
) -> None:
    bob = workspace.user("bob").id
    workspace.deactivate("bob")
    (event,) = eventually(lambda: ear.events("user_change"))

    assert (event["user"]["id"], event["user"]["deleted"]) == (bob, True)
    told = client.users_info(user=bob)["user"]
    assert told["deleted"] is True
    assert "is_restricted" not in told
    with pytest.raises(CommandRefusedError, match="deactivated"):
        workspace.say("bob", "dev", "still here")
    with pytest.raises(SlackApiError, match="user_disabled"):
        client.conversations_open(users=bob)


def test_a_person_comes_back_without_the_channels(ear: Ear, workspace: Workspace) -> None:
    workspace.deactivate("bob")
    workspace.reactivate("bob")
    eventually(lambda: len(ear.events("user_change")) == 2)

    assert workspace.user("bob").deleted is False
    with pytest.raises(CommandRefusedError, match="not in #dev"):
        workspace.say("bob", "dev", "back")


def test_a_change_of_a_person_is_told(ear: Ear, workspace: Workspace) -> None:
    workspace.change_user("bob", is_restricted=True, real_name="Bob Guest")
    (event,) = eventually(lambda: ear.events("user_change"))

    assert event["user"]["is_restricted"] is True
    assert event["user"]["real_name"] == "Bob Guest"
    assert isinstance(event["cache_ts"], int)
    with pytest.raises(ValueError, match="'id' cannot be changed; possible: name"):
        workspace.change_user("bob", id="U1")


def test_a_newcomer_is_told(ear: Ear, workspace: Workspace) -> None:
    bob = workspace.user("bob")
    workspace.add_user(replace(bob, id="U0ZOE00001", name="zoe", email=""))

    assert eventually(lambda: ear.events("team_join"))[0]["user"]["name"] == "zoe"
