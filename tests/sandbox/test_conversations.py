"""conversations.*: channels, members, history and threads, through the official client."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from slack_sdk.errors import SlackApiError

if TYPE_CHECKING:
    from slack_sdk import WebClient

    from coffee_bot.sandbox import Workspace

METADATA = {"event_type": "coffee_post", "event_payload": {"key": "question:12"}}


def test_history_is_newest_first_and_without_replies(
    client: WebClient, workspace: Workspace, dev: str
) -> None:
    first = workspace.say("ada", "dev", "one")
    workspace.say("bob", "dev", "reply", thread_ts=first)
    workspace.say("ada", "dev", "two")
    found = client.conversations_history(channel=dev)["messages"]

    assert [one["text"] for one in found] == ["two", "one"]
    assert found[1]["reply_count"] == 1
    assert found[1]["thread_ts"] == first
    assert "thread_ts" not in found[0]


def test_a_broadcast_reply_stands_in_history_with_its_root(
    client: WebClient, workspace: Workspace, dev: str
) -> None:
    root = workspace.say("ada", "dev", "root")
    workspace.say("bob", "dev", "look", thread_ts=root, broadcast=True)
    newest = client.conversations_history(channel=dev)["messages"][0]

    assert newest["subtype"] == "thread_broadcast"
    assert newest["root"]["text"] == "root"


def test_history_comes_in_pages_without_gap_or_repetition(
    client: WebClient, workspace: Workspace, dev: str
) -> None:
    wanted = [workspace.say("ada", "dev", str(n)) for n in range(7)][::-1]
    # The client reuses one response object for all pages.
    pages = [
        ([one["ts"] for one in page["messages"]], page["has_more"])
        for page in client.conversations_history(channel=dev, limit=3)
    ]

    assert pages == [(wanted[:3], True), (wanted[3:6], True), (wanted[6:], False)]


def test_oldest_and_latest_are_exclusive_unless_inclusive(
    client: WebClient, workspace: Workspace, dev: str
) -> None:
    a, b, c = (workspace.say("ada", "dev", text) for text in "abc")

    def texts(**window: object) -> str:
        found = client.api_call("conversations.history", params={"channel": dev, **window})
        return "".join(one["text"] for one in found["messages"])

    assert texts(oldest=a, latest=c) == "b"
    assert texts(oldest=a, latest=c, inclusive=True) == "cba"
    assert texts(oldest=b) == "c"
    assert texts(latest=b, inclusive=True, limit=1) == "b"


def test_metadata_is_read_back_in_full_only_on_request(client: WebClient, dev: str) -> None:
    client.chat_postMessage(channel=dev, text="x", metadata=METADATA)
    brief = client.conversations_history(channel=dev)["messages"][0]
    full = client.conversations_history(channel=dev, include_all_metadata=True)["messages"][0]

    assert brief["metadata"] == {"event_type": "coffee_post"}
    assert full["metadata"] == METADATA


def test_replies_begin_with_the_parent_and_come_in_pages(
    client: WebClient, workspace: Workspace, dev: str
) -> None:
    parent = workspace.say("ada", "dev", "parent")
    replies = [workspace.say("bob", "dev", str(n), thread_ts=parent) for n in range(4)]
    pages = client.conversations_replies(channel=dev, ts=parent, limit=2)
    found = [(one["ts"], one.get("parent_user_id")) for page in pages for one in page["messages"]]

    ada = workspace.user("ada").id
    assert found == [(parent, None), *((reply, ada) for reply in replies)]


def test_replies_of_an_unknown_message_are_refused(client: WebClient, dev: str) -> None:
    with pytest.raises(SlackApiError, match="thread_not_found"):
        client.conversations_replies(channel=dev, ts="1.000001")


def test_history_of_a_channel_the_bot_is_not_in_is_refused_until_it_joins(
    client: WebClient, workspace: Workspace
) -> None:
    random = workspace.channel("random").id
    with pytest.raises(SlackApiError, match="not_in_channel"):
        client.conversations_history(channel=random)

    client.conversations_join(channel=random)
    assert client.conversations_history(channel=random)["messages"] == []
    assert client.conversations_join(channel=random)["warning"] == "already_in_channel"


def test_a_channel_is_described_with_membership_and_sharing(
    client: WebClient, workspace: Workspace, dev: str
) -> None:
    before = client.conversations_info(channel=dev, include_num_members=True)["channel"]
    workspace.add_member("stranger", "dev")
    after = client.conversations_info(channel=dev, include_num_members=True)["channel"]

    assert (before["name"], before["is_member"], before["num_members"]) == ("dev", True, 5)
    assert (before["is_ext_shared"], after["is_ext_shared"]) == (False, True)


def test_channels_are_listed_by_type_and_in_pages(client: WebClient, workspace: Workspace) -> None:
    workspace.add_channel("secret", members=["ada"], is_private=True)
    workspace.dm("ada")
    everything = "public_channel,private_channel,im"
    pages = client.conversations_list(types=everything, limit=1)
    found = [one.get("name") or one["user"] for page in pages for one in page["channels"]]

    assert found == ["dev", "random", workspace.user("ada").id]


def test_members_are_listed_by_id(client: WebClient, workspace: Workspace, dev: str) -> None:
    found = client.conversations_members(channel=dev, limit=2)

    assert found["members"] == [workspace.user("ada").id, workspace.user("bob").id]
    assert found["response_metadata"]["next_cursor"]


def test_a_direct_message_is_opened_once(client: WebClient, workspace: Workspace) -> None:
    ada = workspace.user("ada").id
    first = client.conversations_open(users=ada)["channel"]["id"]

    assert client.conversations_open(users=[ada])["channel"]["id"] == first
    with pytest.raises(SlackApiError, match="user_not_found"):
        client.conversations_open(users="U0NOBODY01")


def test_a_topic_is_set_and_too_long_a_one_refused(client: WebClient, dev: str) -> None:
    changed = client.conversations_setTopic(channel=dev, topic="daemon: working")

    assert changed["channel"]["topic"]["value"] == "daemon: working"
    with pytest.raises(SlackApiError, match="too_long"):
        client.conversations_setTopic(channel=dev, topic="x" * 251)
