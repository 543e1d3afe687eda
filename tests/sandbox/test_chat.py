"""chat.*: Slack's documented behaviour, seen through the official client."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from slack_sdk.errors import SlackApiError

if TYPE_CHECKING:
    from slack_sdk import WebClient

    from coffee_bot.sandbox import Sandbox, Workspace

BUTTON = {
    "type": "actions",
    "block_id": "b1",
    "elements": [
        {"type": "button", "action_id": "go", "text": {"type": "plain_text", "text": "Go"}}
    ],
}


def refusal(call: Any, **arguments: Any) -> Any:
    """Call a method that must be refused; return Slack's answer."""
    with pytest.raises(SlackApiError) as caught:
        call(**arguments)
    return caught.value.response


def test_a_posted_message_is_there_with_author_and_time(
    client: WebClient, workspace: Workspace, sandbox: Sandbox, dev: str
) -> None:
    answer = client.chat_postMessage(channel=dev, text="Good morning")
    (message,) = workspace.messages("dev")

    assert answer["ts"] == message.ts
    assert message.text == "Good morning"
    assert message.user == sandbox.bot_user_id
    assert answer["message"]["bot_id"] == sandbox.bot_id
    assert "subtype" not in answer["message"]


def test_message_times_are_unique_and_rising_on_a_clock_that_stands_still(
    client: WebClient, dev: str
) -> None:
    stamps = [client.chat_postMessage(channel=dev, text=str(n))["ts"] for n in range(5)]

    assert sorted(set(stamps)) == stamps
    assert {len(one.partition(".")[2]) for one in stamps} == {6}


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ({"channel": "C0NOWHERE1", "text": "x"}, "channel_not_found"),
        ({"channel": "random", "text": "x"}, "not_in_channel"),
        ({"channel": "dev", "text": ""}, "no_text"),
        ({"channel": "dev", "text": "x", "thread_ts": "1.000001"}, "thread_not_found"),
        ({"channel": "dev", "text": "x", "blocks": "no json"}, "invalid_blocks_format"),
        (
            {"channel": "dev", "text": "x", "metadata": {"event_type": "a"}},
            "invalid_metadata_format",
        ),
        ({"channel": "dev", "text": "x", "blocks": [{"type": "marquee"}]}, "invalid_blocks"),
        ({"channel": "dev", "text": "x", "blocks": [BUTTON, BUTTON]}, "invalid_blocks"),
        ({"channel": "dev", "text": "x", "blocks": [{"type": "divider"}] * 51}, "invalid_blocks"),
    ],
)
def test_a_post_that_slack_refuses_is_refused_and_not_stored(
    client: WebClient, workspace: Workspace, arguments: dict[str, Any], error: str
) -> None:
    # Not chat_postMessage(): the client warns of an empty text by itself.
    answer = refusal(client.api_call, api_method="chat.postMessage", json=arguments)
    assert answer["error"] == error
    assert workspace.messages("dev") == ()


def test_an_archived_channel_takes_no_posts(client: WebClient, workspace: Workspace) -> None:
    workspace.archive("dev")

    assert refusal(client.chat_postMessage, channel="dev", text="x")["error"] == "is_archived"


def test_a_private_channel_without_the_bot_does_not_exist_for_it(
    client: WebClient, workspace: Workspace
) -> None:
    channel = workspace.add_channel("secret", members=["ada"], is_private=True)

    answer = refusal(client.chat_postMessage, channel=channel, text="x")
    assert answer["error"] == "channel_not_found"


def test_text_beyond_forty_thousand_characters_is_cut_with_a_warning(
    client: WebClient, workspace: Workspace, dev: str
) -> None:
    answer = client.chat_postMessage(channel=dev, text="x" * 40_001)

    assert len(workspace.messages("dev")[0].text) == 40_000
    assert answer["response_metadata"]["warnings"] == ["message_truncated"]


def test_blocks_too_long_together_are_refused(client: WebClient, dev: str) -> None:
    section = {"type": "section", "text": {"type": "mrkdwn", "text": "x" * 3_000}}

    answer = refusal(client.chat_postMessage, channel=dev, text="x", blocks=[section] * 5)
    assert answer["error"] == "msg_blocks_too_long"


def test_the_complaint_about_a_block_says_where_it_is(client: WebClient, dev: str) -> None:
    header = {"type": "header", "text": {"type": "plain_text", "text": "x" * 151}}

    answer = refusal(client.chat_postMessage, channel=dev, text="x", blocks=[header])
    assert answer["response_metadata"]["messages"] == [
        "[ERROR] must be less than 151 characters [json-pointer:/blocks/0/text/text]"
    ]


def test_form_and_json_arguments_mean_the_same(
    client: WebClient, workspace: Workspace, dev: str
) -> None:
    client.api_call("chat.postMessage", json={"channel": dev, "text": "a", "blocks": [BUTTON]})
    blocks = json.dumps([BUTTON])
    client.api_call("chat.postMessage", data={"channel": dev, "text": "a", "blocks": blocks})
    first, second = workspace.messages("dev")

    assert first.blocks == second.blocks


def test_a_user_id_as_channel_reaches_that_person_directly(
    client: WebClient, workspace: Workspace
) -> None:
    answer = client.chat_postMessage(channel=workspace.user("ada").id, text="psst")

    assert answer["channel"] == workspace.dm("ada")
    assert answer["channel"].startswith("D")


def test_a_reply_belongs_to_its_parent_and_a_reply_to_a_reply_is_refused(
    client: WebClient, workspace: Workspace, dev: str
) -> None:
    parent = workspace.say("ada", "dev", "Which database?")
    reply = client.chat_postMessage(channel=dev, text="Ask me", thread_ts=parent)["ts"]

    assert [one.ts for one in workspace.thread("dev", parent)] == [parent, reply]
    assert [one.ts for one in workspace.messages("dev")] == [parent]
    answer = refusal(client.chat_postMessage, channel=dev, text="x", thread_ts=reply)
    assert answer["error"] == "thread_not_found"


def test_text_alone_replaces_the_blocks_of_a_message(
    client: WebClient, workspace: Workspace, dev: str
) -> None:
    ts = client.chat_postMessage(channel=dev, text="old", blocks=[BUTTON])["ts"]
    client.chat_update(channel=dev, ts=ts, text="new")

    assert workspace.message("dev", ts).blocks == ()
    assert workspace.message("dev", ts).text == "new"
    assert workspace.message("dev", ts).edited_ts is not None


def test_blocks_alone_keep_the_text_and_show_no_edited_mark(
    client: WebClient, workspace: Workspace, dev: str
) -> None:
    ts = client.chat_postMessage(channel=dev, text="old")["ts"]
    client.api_call("chat.update", json={"channel": dev, "ts": ts, "blocks": [BUTTON]})

    assert workspace.message("dev", ts).text == "old"
    assert workspace.message("dev", ts).edited_ts is None


def test_an_update_is_refused_where_slack_refuses_it(
    client: WebClient, workspace: Workspace, dev: str
) -> None:
    ours = client.chat_postMessage(channel=dev, text="ours")["ts"]
    theirs = workspace.say("ada", "dev", "theirs")
    update = client.chat_update

    assert refusal(update, channel=dev, ts=theirs, text="x")["error"] == "cant_update_message"
    assert refusal(update, channel=dev, ts="1.000001", text="x")["error"] == "message_not_found"
    assert refusal(update, channel=dev, ts=ours, text="x" * 4_001)["error"] == "msg_too_long"
    empty = {"channel": dev, "ts": ours}
    assert refusal(client.api_call, api_method="chat.update", json=empty)["error"] == "no_text"


def test_only_own_messages_can_be_deleted(
    client: WebClient, workspace: Workspace, dev: str
) -> None:
    ours = client.chat_postMessage(channel=dev, text="ours")["ts"]
    theirs = workspace.say("ada", "dev", "theirs")
    client.chat_delete(channel=dev, ts=ours)

    assert [one.ts for one in workspace.messages("dev")] == [theirs]
    assert refusal(client.chat_delete, channel=dev, ts=theirs)["error"] == "cant_delete_message"
    assert refusal(client.chat_delete, channel=dev, ts=ours)["error"] == "message_not_found"


def test_a_deleted_parent_leaves_a_tombstone_over_its_replies(
    client: WebClient, workspace: Workspace, dev: str
) -> None:
    parent = client.chat_postMessage(channel=dev, text="question")["ts"]
    workspace.say("ada", "dev", "answer", thread_ts=parent)
    client.chat_delete(channel=dev, ts=parent)

    root, reply = workspace.thread("dev", parent)
    assert (root.subtype, root.text) == ("tombstone", "This message was deleted.")
    assert reply.text == "answer"


def test_an_ephemeral_message_is_seen_by_one_person_and_not_in_history(
    client: WebClient, workspace: Workspace, dev: str
) -> None:
    client.chat_postEphemeral(channel=dev, user=workspace.user("ada").id, text="psst")

    assert [one.text for one in workspace.ephemerals("ada", "dev")] == ["psst"]
    assert workspace.ephemerals("bob", "dev") == ()
    assert client.conversations_history(channel=dev)["messages"] == []


def test_an_ephemeral_message_needs_a_member(
    client: WebClient, workspace: Workspace, dev: str
) -> None:
    stranger = workspace.user("stranger").id

    answer = refusal(client.chat_postEphemeral, channel=dev, user=stranger, text="psst")
    assert answer["error"] == "user_not_in_channel"


def test_a_permalink_names_channel_message_and_thread(
    client: WebClient, workspace: Workspace, dev: str, sandbox: Sandbox
) -> None:
    parent = workspace.say("ada", "dev", "hello")
    reply = workspace.say("bob", "dev", "hi", thread_ts=parent)

    link = client.chat_getPermalink(channel=dev, message_ts=reply)["permalink"]
    where = f"{sandbox.url}archives/{dev}/p{reply.replace('.', '')}"
    assert link == f"{where}?thread_ts={parent}&cid={dev}"


def test_live_tokens_of_the_app_are_reported_as_pings(
    client: WebClient, workspace: Workspace, dev: str
) -> None:
    ada = workspace.user("ada").id
    section = {"type": "section", "text": {"type": "mrkdwn", "text": f"<@{ada}> look"}}
    plain = {"type": "header", "text": {"type": "plain_text", "text": "<!everyone>"}}
    text = "&lt;!channel&gt; <!here> <!subteam^S0BARISTA1>"
    client.chat_postMessage(channel=dev, text=text, blocks=[section, plain])

    found = [(one.kind, one.target) for one in workspace.pings]
    assert found == [("here", ""), ("subteam", "S0BARISTA1"), ("user", ada)]


def test_an_edit_notifies_nobody_but_its_live_token_is_known(
    client: WebClient, workspace: Workspace, dev: str
) -> None:
    ts = client.chat_postMessage(channel=dev, text="calm")["ts"]
    client.chat_update(channel=dev, ts=ts, text="<!channel>")

    assert workspace.pings == ()
    assert [one.kind for one in workspace.live_tokens] == ["channel"]
