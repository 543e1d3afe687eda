"""What people do in the pretend workspace: talk, change their mind, react."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from uuid import uuid4

from coffee_bot.sandbox import files as kept
from coffee_bot.sandbox import posting
from coffee_bot.sandbox.errors import CommandRefusedError, UnknownNameError
from coffee_bot.sandbox.markup import typed
from coffee_bot.sandbox.nouns import Message, Upload

if TYPE_CHECKING:
    from collections.abc import Sequence

    from coffee_bot.sandbox.nouns import Channel, File, User
    from coffee_bot.sandbox.slack import Slack


def draft(slack: Slack, user: str, channel: str, text: str) -> Message:
    """Draft what a person types, stored as Slack stores it.

    Raises:
        UnknownNameError: When there is no such user or channel.
        CommandRefusedError: When that person cannot write there.
    """
    who, where = seat(slack, user, channel)
    return Message(
        channel=where.id,
        ts="",
        user=who.id,
        text=typed(slack.state, text),
        bot_id=who.bot_id,
        client_msg_id=str(uuid4()),
    )


def seat(slack: Slack, user: str, channel: str) -> tuple[User, Channel]:
    """Return who and where, checked: only members of a living channel act there.

    Raises:
        UnknownNameError: When there is no such user or channel.
        CommandRefusedError: When that person cannot act there.
    """
    who, where = slack.state.user(user), slack.state.channel(channel)
    if who.deleted:
        raise CommandRefusedError(f"{who.name}'s account is deactivated")
    if who.id not in where.members:
        raise CommandRefusedError(f"{who.name} is not in #{where.name}; add_member() first")
    if where.is_archived:
        raise CommandRefusedError(f"#{where.name} is archived")
    return who, where


def say(
    slack: Slack,
    words: Message,
    *,
    thread_ts: str | None = None,
    broadcast: bool = False,
    files: Sequence[str | Upload] = (),
) -> Message:
    """Send a drafted message, into a thread if `thread_ts` names its parent.

    Raises:
        UnknownNameError: When the parent does not exist.
    """
    if thread_ts:
        parent = slack.state.message(words.channel, thread_ts)
        thread_ts = parent.thread_ts or parent.ts
    attached = tuple(kept.as_json(slack, _attached(slack, one, words.user)) for one in files)
    item = replace(
        words,
        thread_ts=thread_ts,
        broadcast=broadcast and thread_ts is not None,
        files=attached,
        subtype="file_share" if attached else None,
    )
    return posting.post(slack, item)


def _attached(slack: Slack, one: str | Upload, user: str) -> File:
    """A file with its bytes, one that was uploaded before, or one made up for its name."""
    if isinstance(one, Upload):
        return kept.add(slack, one, user)
    if one in slack.state.files:
        return slack.state.files[one]
    return kept.add(slack, Upload(name=one, data=f"{one}\n".encode()), user)


def edit(slack: Slack, user: str, channel: str, ts: str, text: str) -> Message:
    """Change an own message.

    Raises:
        CommandRefusedError: When it is somebody else's.
    """
    before = _own(slack, user, channel, ts)
    after = replace(
        before,
        text=typed(slack.state, text),
        edited_by=before.user,
        edited_ts=slack.stamp(),
    )
    return posting.edit(slack, before, after)


def delete(slack: Slack, user: str, channel: str, ts: str) -> None:
    """Delete an own message, as an admin anybody's.

    Raises:
        CommandRefusedError: When it is somebody else's.
    """
    posting.delete(slack, _own(slack, user, channel, ts, admins=True))


@dataclass(frozen=True, kw_only=True)
class Mark:
    """An emoji that somebody puts under a message, or takes away."""

    user: str
    channel: str
    ts: str
    name: str
    remove: bool = False


def react(slack: Slack, mark: Mark) -> None:
    """Add or take away an emoji; doing it twice changes nothing.

    Raises:
        CommandRefusedError: When only one person can see the message.
    """
    who, where = seat(slack, mark.user, mark.channel)
    item = slack.state.message(where.id, mark.ts)
    if item.ephemeral_for:
        raise CommandRefusedError("nobody can react to an ephemeral message")
    posting.react(slack, item, who.id, mark.name.strip(":"), remove=mark.remove)


def _own(slack: Slack, user: str, channel: str, ts: str, *, admins: bool = False) -> Message:
    who, where = seat(slack, user, channel)
    item = slack.state.logs[where.id].get(ts)
    if item is None:
        raise UnknownNameError(f"no message {ts} in #{where.name}")
    if item.user != who.id and not (admins and who.is_admin):
        raise CommandRefusedError(f"message {ts} is not {who.name}'s own")
    return item
