"""Slack's events as letters: what they are, and the key that makes each one unique (pure)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

#: The events that the Slack app must be subscribed to.
EVENTS = (
    "app_home_opened",
    "app_mention",
    "channel_archive",
    "channel_id_changed",
    "channel_rename",
    "channel_unarchive",
    "group_archive",
    "group_rename",
    "group_unarchive",
    "message.channels",
    "message.groups",
    "message.im",
    "subteam_members_changed",
    "subteam_updated",
)

#: Messages of people; everything else is a join, a topic, a reminder and the like.
_PEOPLE = frozenset({None, "", "file_share", "thread_broadcast", "me_message", "bot_message"})


class Kind(StrEnum):
    """What a letter is."""

    DIRECT = "direct"  # a direct message to the bot
    MENTION = "mention"  # names the bot
    REPLY = "reply"  # in a thread
    EDIT = "edit"  # changes an earlier one
    DELETE = "delete"  # takes an earlier one back
    TALK = "talk"  # none of our business


@dataclass(frozen=True, kw_only=True)
class Me:
    """Who the bot is, by `auth.test`."""

    team: str
    #: Its user id, which mentions name.
    user: str
    #: Its bot id, which its own messages carry.
    bot: str = ""
    #: The workspace's address, such as `https://team.slack.com/`.
    url: str = ""

    @property
    def mention(self) -> str:
        """How a mention of the bot looks in a message's text."""
        return f"<@{self.user}>"


@dataclass(frozen=True, kw_only=True)
class Letter:
    """One event about a message, told apart."""

    key: str
    kind: Kind
    channel: str
    #: The message that it is about.
    ts: str
    #: The thread's parent; None outside threads.
    thread_ts: str | None = None
    user: str | None = None
    #: The key of the message that an edit or deletion changes; else its own.
    about: str = ""
    #: Slack's own word that the parent is a message of the bot.
    parent_is_ours: bool = False
    payload: Mapping[str, Any] = field(default_factory=dict)


def message_key(team: str, channel: str, ts: str) -> str:
    """The key of a message, the same from the socket and from catching up."""
    return f"msg:{team}:{channel}:{ts}"


def time_of(ts: str) -> datetime:
    """When a message was written, by Slack's clock; long ago when its `ts` is no time."""
    try:
        return datetime.fromtimestamp(float(ts), UTC)
    except (ValueError, OverflowError, OSError):
        return datetime.fromtimestamp(0, UTC)


def read_event(event: Mapping[str, Any], me: Me) -> Letter | None:
    """Read an event; None when it is not about a person's message."""
    if event.get("type") not in {"message", "app_mention"} or not event.get("channel"):
        return None
    subtype = event.get("subtype")
    if subtype == "message_changed":
        return _edit(event, me)
    if subtype == "message_deleted":
        return _deletion(event, me)
    if subtype not in _PEOPLE or not event.get("ts") or event.get("hidden"):
        return None
    return None if is_own(event, me) else _message(event, me)


def is_own(message: Mapping[str, Any], me: Me) -> bool:
    """Whether the bot itself wrote it."""
    return message.get("user") == me.user or bool(me.bot and message.get("bot_id") == me.bot)


def _message(event: Mapping[str, Any], me: Me) -> Letter:
    channel, ts = str(event["channel"]), str(event["ts"])
    thread = event.get("thread_ts")
    key = message_key(me.team, channel, ts)
    return Letter(
        key=key,
        about=key,
        kind=_kind(event, me),
        channel=channel,
        ts=ts,
        thread_ts=str(thread) if thread and thread != ts else None,
        user=event.get("user"),
        parent_is_ours=event.get("parent_user_id") == me.user,
        payload=event,
    )


def never_came(edit: Letter, me: Me) -> Letter:
    """Read an edit of a message that never reached us as that message, in its present words."""
    return _message({**edit.payload, "type": "message", "channel": edit.channel}, me)


def deletion_of(key: str) -> str:
    """The key of the letter that takes a message back."""
    return f"del:{key.removeprefix('msg:')}"


def _kind(event: Mapping[str, Any], me: Me) -> Kind:
    # Between a person and the bot everything is said to the bot, in a thread too.
    if event.get("channel_type") == "im" or str(event["channel"]).startswith("D"):
        return Kind.DIRECT
    thread = event.get("thread_ts")
    if thread and thread != event["ts"]:
        return Kind.REPLY
    return Kind.MENTION if names(event, me) else Kind.TALK


def names(message: Mapping[str, Any], me: Me) -> bool:
    """Whether a message names the bot; Slack writes `<@U1>` or `<@U1|name>`."""
    text = message.get("text") or ""
    return me.mention in text or f"<@{me.user}|" in text


def _edit(event: Mapping[str, Any], me: Me) -> Letter | None:
    """Read an edit; unfurls and the like change a message too, but nobody edited it then."""
    message = event.get("message") or {}
    edited = (message.get("edited") or {}).get("ts")
    if not edited or not message.get("ts") or is_own(message, me):
        return None
    channel, ts = str(event["channel"]), str(message["ts"])
    return Letter(
        key=f"edit:{me.team}:{channel}:{ts}:{edited}",
        about=message_key(me.team, channel, ts),
        kind=Kind.EDIT,
        channel=channel,
        ts=ts,
        thread_ts=message.get("thread_ts"),
        user=message.get("user"),
        payload=message,
    )


def _deletion(event: Mapping[str, Any], me: Me) -> Letter | None:
    before = event.get("previous_message") or {}
    ts = event.get("deleted_ts") or before.get("ts")
    if not ts or is_own(before, me):
        return None
    channel = str(event["channel"])
    about = message_key(me.team, channel, str(ts))
    return Letter(
        key=deletion_of(about),
        about=about,
        kind=Kind.DELETE,
        channel=channel,
        ts=str(ts),
        thread_ts=before.get("thread_ts"),
        user=before.get("user"),
        # Its text was taken back, so it is not kept.
        payload={},
    )
