"""chat.*: post, post to one person, change, delete, link."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from coffee_bot.sandbox import posting, wire
from coffee_bot.sandbox.errors import SlackError
from coffee_bot.sandbox.ids import BOT_ID, BOT_USER_ID
from coffee_bot.sandbox.web_api import content
from coffee_bot.sandbox.web_api.conversations import im_for

if TYPE_CHECKING:
    from coffee_bot.sandbox.nouns import Channel, Json, Message
    from coffee_bot.sandbox.slack import Slack
    from coffee_bot.sandbox.web_api.args import Args

#: `chat.update` refuses longer text, unlike `chat.postMessage`.
MOST_UPDATED_TEXT = 4_000


def post_message(slack: Slack, args: Args) -> Json:
    """Post. https://docs.slack.dev/reference/methods/chat.postMessage."""
    item = posting.post(slack, draft(slack, args), link_names=_links(args))
    answer: Json = {
        "channel": item.channel,
        "ts": item.ts,
        "message": wire.message(slack.state, item),
    }
    if len(args.text("text")) > content.MOST_TEXT:
        answer |= {"warning": "message_truncated"}
        answer |= {"response_metadata": {"warnings": ["message_truncated"]}}
    return answer


def post_ephemeral(slack: Slack, args: Args) -> Json:
    """Post to one member's eyes. https://docs.slack.dev/reference/methods/chat.postEphemeral."""
    user = args.user()
    mine = draft(slack, args)
    if user.id not in slack.state.channels[mine.channel].members:
        raise SlackError("user_not_in_channel")
    shown = replace(mine, ephemeral_for=user.id, metadata=None)
    item = posting.post(slack, shown, link_names=_links(args))
    return {"message_ts": item.ts}


def update(slack: Slack, args: Args) -> Json:
    """Change an own message. https://docs.slack.dev/reference/methods/chat.update."""
    channel = args.channel()
    before = args.message(channel)
    if before.bot_id != BOT_ID:
        raise SlackError("cant_update_message")
    if len(args.text("text")) > MOST_UPDATED_TEXT:
        raise SlackError("msg_too_long")
    after = posting.edit(slack, before, _updated(slack, args, before))
    body = wire.message(slack.state, after)
    return {"channel": channel.id, "ts": after.ts, "text": after.text, "message": body}


def _updated(slack: Slack, args: Args, before: Message) -> Message:
    text = content.text(args)
    blocks = content.blocks(args)
    attachments = content.attachments(args)
    if not text and blocks is None and attachments is None:
        raise SlackError("no_text")
    if blocks is None:
        # Text alone replaces the blocks; they stay only when no text is given.
        blocks = () if text else before.blocks
    after = replace(before, text=text or before.text, blocks=blocks)
    if attachments is not None:
        after = replace(after, attachments=attachments)
    if (metadata := content.metadata(args)) is not None:
        after = replace(after, metadata=metadata or None)
    if not blocks:
        # Slack marks only messages without blocks as edited.
        after = replace(after, edited_by=BOT_USER_ID, edited_ts=slack.stamp())
    return after


def delete(slack: Slack, args: Args) -> Json:
    """Delete an own message. https://docs.slack.dev/reference/methods/chat.delete."""
    channel = args.channel()
    item = args.message(channel)
    if item.bot_id != BOT_ID:
        raise SlackError("cant_delete_message")
    posting.delete(slack, item)
    return {"channel": channel.id, "ts": item.ts}


def get_permalink(slack: Slack, args: Args) -> Json:
    """Link to a message. https://docs.slack.dev/reference/methods/chat.getPermalink."""
    channel = args.channel()
    item = args.message(channel, "message_ts")
    link = f"{slack.base_url}archives/{channel.id}/p{item.ts.replace('.', '')}"
    if item.thread_ts:
        link += f"?thread_ts={item.thread_ts}&cid={channel.id}"
    return {"channel": channel.id, "permalink": link}


def _where(slack: Slack, args: Args) -> Channel:
    ref = args.need("channel", "channel_not_found")
    if ref in slack.state.users:
        return im_for(slack, slack.state.users[ref])
    channel = args.channel(by_name=True)
    if channel.is_archived:
        raise SlackError("is_archived")
    if "chat:write.public" not in slack.settings.scopes or channel.is_private:
        args.member_of(channel)
    return channel


def draft(slack: Slack, args: Args) -> Message:
    """Check what shall be posted and where.

    Raises:
        SlackError: For whatever Slack would refuse.
    """
    channel = _where(slack, args)
    text = content.text(args)
    blocks = content.blocks(args) or ()
    attachments = content.attachments(args) or ()
    if not text and not blocks and not attachments:
        raise SlackError("no_text")
    thread_ts = args.text("thread_ts") or None
    if thread_ts:
        _check_parent(slack, channel, thread_ts)
    return posting.as_app(
        channel.id,
        text,
        blocks=blocks,
        attachments=attachments,
        metadata=content.metadata(args) or None,
        thread_ts=thread_ts,
        broadcast=bool(thread_ts) and args.flag("reply_broadcast"),
    )


def _check_parent(slack: Slack, channel: Channel, thread_ts: str) -> None:
    parent = slack.state.logs[channel.id].get(thread_ts)
    if parent is None or parent.thread_ts:
        raise SlackError("thread_not_found")


def _links(args: Args) -> bool:
    return args.flag("link_names") or args.text("parse") == "full"
