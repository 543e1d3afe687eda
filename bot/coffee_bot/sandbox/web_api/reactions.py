"""reactions.* and pins.*: marks on messages."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from coffee_bot.sandbox import posting, wire
from coffee_bot.sandbox.errors import SlackError
from coffee_bot.sandbox.ids import BOT_USER_ID

if TYPE_CHECKING:
    from coffee_bot.sandbox.nouns import Json, Message
    from coffee_bot.sandbox.slack import Slack
    from coffee_bot.sandbox.web_api.args import Args

_EMOJI = re.compile(r"[a-z0-9_'+\-]+(::skin-tone-[2-6])?")


def add(slack: Slack, args: Args) -> Json:
    """Mark a message. https://docs.slack.dev/reference/methods/reactions.add."""
    item = _item(args)
    if not posting.react(slack, item, BOT_USER_ID, _name(args), remove=False):
        raise SlackError("already_reacted")
    return {}


def remove(slack: Slack, args: Args) -> Json:
    """Take the mark away. https://docs.slack.dev/reference/methods/reactions.remove."""
    item = _item(args)
    if not posting.react(slack, item, BOT_USER_ID, _name(args), remove=True):
        raise SlackError("no_reaction")
    return {}


def get(slack: Slack, args: Args) -> Json:
    """Show the marks. https://docs.slack.dev/reference/methods/reactions.get."""
    item = _item(args)
    body = wire.message(slack.state, item)
    return {"type": "message", "channel": item.channel, "message": body}


def pin(slack: Slack, args: Args) -> Json:
    """Pin a message. https://docs.slack.dev/reference/methods/pins.add."""
    _set_pin(slack, _item(args), pinned=True, error="already_pinned")
    return {}


def unpin(slack: Slack, args: Args) -> Json:
    """Unpin a message. https://docs.slack.dev/reference/methods/pins.remove."""
    _set_pin(slack, _item(args), pinned=False, error="no_pin")
    return {}


def _set_pin(slack: Slack, item: Message, *, pinned: bool, error: str) -> None:
    if item.pinned is pinned:
        raise SlackError(error)
    slack.state.logs[item.channel].swap(replace(item, pinned=pinned))
    slack.state.changed()


def _item(args: Args) -> Message:
    channel = args.channel()
    args.member_of(channel)
    if channel.is_archived:
        raise SlackError("is_archived")
    return args.message(channel, "timestamp")


def _name(args: Args) -> str:
    name = args.need("name", "invalid_name").strip(":")
    if not _EMOJI.fullmatch(name):
        raise SlackError("invalid_name")
    return name
