"""chat.scheduleMessage and its kin: messages that Slack itself posts at their time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coffee_bot.sandbox.errors import SlackError
from coffee_bot.sandbox.nouns import Scheduled
from coffee_bot.sandbox.web_api import chat
from coffee_bot.sandbox.web_api.args import Args
from coffee_bot.sandbox.web_api.pages import page

if TYPE_CHECKING:
    from coffee_bot.sandbox.nouns import Json
    from coffee_bot.sandbox.slack import Slack

#: Slack refuses to plan further ahead.
MOST_AHEAD_SECONDS = 120 * 86_400
#: A message this near to its time can no longer be taken back.
LOCKED_SECONDS = 60


def schedule_message(slack: Slack, args: Args) -> Json:
    """Plan a post. https://docs.slack.dev/reference/methods/chat.scheduleMessage."""
    draft = chat.draft(slack, args)
    post_at = args.number("post_at", 0)
    if post_at <= slack.now():
        raise SlackError("time_in_past")
    if post_at > slack.now() + MOST_AHEAD_SECONDS:
        raise SlackError("time_too_far")
    item = Scheduled(
        id=slack.mint.next("Q"),
        channel=draft.channel,
        post_at=post_at,
        created=int(slack.now()),
        arguments={**args.given, "channel": draft.channel},
    )
    slack.state.scheduled[item.id] = item
    slack.state.changed()
    shown = {"type": "delayed_message", "text": draft.text, "bot_id": draft.bot_id}
    answer = {"channel": item.channel, "scheduled_message_id": item.id, "message": shown}
    return {**answer, "post_at": str(post_at)}


def delete_scheduled_message(slack: Slack, args: Args) -> Json:
    """Take a planned post back. https://docs.slack.dev/reference/methods/chat.deleteScheduledMessage."""
    channel = args.channel()
    item = slack.state.scheduled.get(args.text("scheduled_message_id"))
    if item is None or item.channel != channel.id:
        raise SlackError("invalid_scheduled_message_id")
    if item.post_at - slack.now() < LOCKED_SECONDS:
        raise SlackError("invalid_scheduled_message_id")
    del slack.state.scheduled[item.id]
    slack.state.changed()
    return {}


def list_scheduled(slack: Slack, args: Args) -> Json:
    """List planned posts. https://docs.slack.dev/reference/methods/chat.scheduledMessages.list."""
    only = args.text("channel")
    found = [
        {
            "id": item.id,
            "channel_id": item.channel,
            "post_at": item.post_at,
            "date_created": item.created,
            "text": str(item.arguments.get("text", "")),
        }
        for item in sorted(slack.state.scheduled.values(), key=lambda item: item.post_at)
        if only in {"", item.channel}
    ]
    items, following = page(args, found, default=100)
    return {"scheduled_messages": items, "response_metadata": {"next_cursor": following}}


def post_due(slack: Slack) -> int:
    """Post what is due by the sandbox's clock; return how many were.

    Slack drops scheduled messages that carry metadata, and those it cannot post any more.
    """
    due = [item for item in slack.state.scheduled.values() if item.post_at <= slack.now()]
    for item in sorted(due, key=lambda item: item.post_at):
        del slack.state.scheduled[item.id]
        if not item.arguments.get("metadata"):
            _post(slack, item)
    return len(due)


def _post(slack: Slack, item: Scheduled) -> None:
    try:
        chat.post_message(slack, Args(slack, item.arguments))
    except SlackError:
        # The channel was archived or left meanwhile: Slack tells nobody either.
        slack.state.changed()
