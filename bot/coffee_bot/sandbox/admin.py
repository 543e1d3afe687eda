"""What the workspace's administrators do: rename, archive, move channels; change people.

Each function changes the state, leaves the message that Slack leaves, and sends Slack's events.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from coffee_bot.sandbox import posting, wire, zones
from coffee_bot.sandbox.errors import CommandRefusedError
from coffee_bot.sandbox.events import emit
from coffee_bot.sandbox.ids import BOT_USER_ID
from coffee_bot.sandbox.nouns import Message

if TYPE_CHECKING:
    from coffee_bot.sandbox.nouns import Channel, Json, User
    from coffee_bot.sandbox.slack import Slack

#: What of a person may be changed, with its type.
CHANGEABLE: dict[str, type] = {
    "name": str,
    "real_name": str,
    "email": str,
    "tz": str,
    "tz_offset": int,
    "is_admin": bool,
    "is_restricted": bool,
}


def rename(slack: Slack, channel: Channel, name: str, *, by: str) -> Channel:
    """Give a channel another name. https://docs.slack.dev/reference/events/channel_rename.

    Raises:
        CommandRefusedError: When another channel has it, or for a direct message.
    """
    _refuse_im(channel)
    if any(one.name == name and one.id != channel.id for one in slack.state.channels.values()):
        raise CommandRefusedError(f"there is a channel #{name} already")
    renamed = replace(channel, name=name)
    slack.state.put_channel(renamed)
    words = f'<@{by}> has renamed the channel from "{channel.name}" to "{name}"'
    _leave_word(slack, renamed, by, "name", words)
    shown = wire.channel(slack.state, renamed)
    brief = ("id", "name", "name_normalized", "created", "is_channel", "is_mpim")
    _tell(slack, renamed, "rename", {"channel": {key: shown[key] for key in brief}})
    return renamed


def archive(slack: Slack, channel: Channel, *, by: str) -> Channel:
    """Archive a channel. https://docs.slack.dev/reference/events/channel_archive.

    Raises:
        CommandRefusedError: For a direct message.
    """
    _refuse_im(channel)
    # The word comes first: an archived channel takes no more.
    _leave_word(slack, channel, by, "archive", f"<@{by}> archived the channel")
    archived = replace(channel, is_archived=True)
    slack.state.put_channel(archived)
    _tell(slack, archived, "archive", {"channel": channel.id, "user": by})
    return archived


def unarchive(slack: Slack, channel: Channel, *, by: str) -> Channel:
    """Bring a channel back. https://docs.slack.dev/reference/events/channel_unarchive."""
    back = replace(channel, is_archived=False)
    slack.state.put_channel(back)
    _leave_word(slack, back, by, "unarchive", f"<@{by}> un-archived the channel")
    _tell(slack, back, "unarchive", {"channel": channel.id, "user": by})
    return back


def change_id(slack: Slack, channel: Channel) -> Channel:
    """Give a channel another id, as when a private one is shared with another company.

    The old id is unknown from then on. https://docs.slack.dev/reference/events/channel_id_changed

    Raises:
        CommandRefusedError: For a direct message.
    """
    _refuse_im(channel)
    moved = replace(channel, id=slack.mint.next("C"))
    slack.state.move_channel(channel.id, moved)
    slack.response_urls.move(channel.id, moved.id)
    event = {
        "type": "channel_id_changed",
        "old_channel_id": channel.id,
        "new_channel_id": moved.id,
        "event_ts": slack.stamp(),
    }
    emit(slack, event, subscription="channel_id_changed", channel=moved)
    return moved


def share(slack: Slack, channel: Channel) -> Channel:
    """Share a channel with another workspace, under the id it has."""
    shared = replace(channel, is_ext_shared=True)
    slack.state.put_channel(shared)
    return shared


def remove_member(slack: Slack, channel: Channel, user: str) -> Channel:
    """Take a user out of a channel; the app hears of itself and, where it is, of others.

    https://docs.slack.dev/reference/events/member_left_channel
    """
    members = tuple(one for one in channel.members if one != user)
    left = replace(channel, members=members)
    slack.state.put_channel(left)
    if user == BOT_USER_ID:
        kind = "group_left" if channel.is_private else "channel_left"
        event = {"type": kind, "channel": channel.id, "event_ts": slack.stamp()}
        emit(slack, event, subscription=kind)
        return left
    event = {
        "type": "member_left_channel",
        "user": user,
        "channel": channel.id,
        "channel_type": "G" if channel.is_private else "C",
        "team": slack.state.team_id,
        "event_ts": slack.stamp(),
    }
    emit(slack, event, subscription="member_left_channel", channel=left)
    return left


def change_user(slack: Slack, user: User, changes: Json) -> User:
    """Change what is known of a person. https://docs.slack.dev/reference/events/user_change.

    Raises:
        TypeError: When a field is of another type.
        ValueError: When a field cannot be changed, or not to that.
    """
    for key, value in changes.items():
        if key not in CHANGEABLE:
            raise ValueError(f"{key!r} cannot be changed; possible: {', '.join(CHANGEABLE)}")
        if not isinstance(value, CHANGEABLE[key]):
            raise TypeError(f"{key!r} must be a {CHANGEABLE[key].__name__}, not {value!r}")
    zones.known(str(changes.get("tz", "")))
    return _put_user(slack, replace(user, **changes))


def deactivate(slack: Slack, user: User) -> User:
    """Close somebody's account; all channels are left with it."""
    for channel in tuple(slack.state.channels.values()):
        if user.id in channel.members and not channel.is_im:
            remove_member(slack, channel, user.id)
    return _put_user(slack, replace(user, deleted=True))


def reactivate(slack: Slack, user: User) -> User:
    """Open somebody's account again; the channels are not entered again by that."""
    return _put_user(slack, replace(user, deleted=False))


def join_team(slack: Slack, user: User) -> None:
    """Let somebody new into the workspace. https://docs.slack.dev/reference/events/team_join."""
    slack.state.users[user.id] = user
    slack.state.changed()
    _tell_of_user(slack, user, "team_join")


def _refuse_im(channel: Channel) -> None:
    if channel.is_im:
        raise CommandRefusedError("a direct message can be neither renamed, archived nor moved")


def _put_user(slack: Slack, user: User) -> User:
    slack.state.users[user.id] = user
    slack.state.changed()
    _tell_of_user(slack, user, "user_change")
    return user


def _tell_of_user(slack: Slack, user: User, kind: str) -> None:
    email = "users:read.email" in slack.settings.scopes
    event: dict[str, Any] = {"type": kind, "user": wire.user(user, email=email, at=slack.now())}
    event |= {"cache_ts": int(slack.now()), "event_ts": slack.stamp()}
    emit(slack, event, subscription=kind)


def _tell(slack: Slack, channel: Channel, what: str, more: Json) -> None:
    kind = f"{channel.kind}_{what}"
    event = {"type": kind, **more, "event_ts": slack.stamp()}
    emit(slack, event, subscription=kind, channel=channel)


def _leave_word(slack: Slack, channel: Channel, by: str, what: str, words: str) -> None:
    note = Message(channel=channel.id, ts="", user=by, text=words, subtype=f"{channel.kind}_{what}")
    posting.post(slack, note)
