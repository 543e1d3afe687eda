"""All that the pretend workspace remembers. Touched by the server's own thread only."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from coffee_bot.sandbox.errors import UnknownNameError
from coffee_bot.sandbox.ids import BOT_USER_ID, SLACKBOT_ID, to_micros

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from coffee_bot.sandbox.nouns import (
        Call,
        Channel,
        File,
        Group,
        Message,
        Ping,
        Scheduled,
        Unacked,
        User,
        View,
    )

#: Enough for the longest test; a demo left open for weeks must not fill the memory.
_CALLS_KEPT = 100_000


class Log:
    """One channel's messages in order of time, and its threads."""

    def __init__(self) -> None:
        self._messages: dict[str, Message] = {}
        self._threads: dict[str, list[str]] = {}

    def add(self, message: Message) -> None:
        """Append `message`, which is newer than all before it."""
        self._messages[message.ts] = message
        if message.thread_ts:
            self._threads.setdefault(message.thread_ts, []).append(message.ts)

    def get(self, ts: str) -> Message | None:
        """Return the message of that time, or None."""
        return self._messages.get(ts)

    def swap(self, message: Message) -> None:
        """Replace the message of the same time."""
        self._messages[message.ts] = message

    def remove(self, ts: str) -> None:
        """Remove a message; a parent with replies leaves a tombstone, as in Slack."""
        gone = self._messages[ts]
        if self._threads.get(ts):
            text = "This message was deleted."
            bare = replace(gone, user=SLACKBOT_ID, bot_id=None, text=text, subtype="tombstone")
            self._messages[ts] = replace(bare, blocks=(), files=(), metadata=None, reactions=())
            return
        del self._messages[ts]
        if gone.thread_ts:
            self._threads[gone.thread_ts].remove(ts)

    def replies(self, ts: str) -> tuple[Message, ...]:
        """Return the thread below `ts`, oldest first, without the parent."""
        return tuple(self._messages[reply] for reply in self._threads.get(ts, ()))

    def top(self) -> Iterator[Message]:
        """Yield what the channel itself shows, newest first."""
        for message in reversed(self._messages.values()):
            if not message.thread_ts or message.broadcast:
                yield message

    def all(self) -> tuple[Message, ...]:
        """Return everything, replies too, oldest first."""
        return tuple(self._messages.values())

    def move(self, channel: str) -> None:
        """Let every message belong to the channel of that id."""
        self._messages = {ts: replace(one, channel=channel) for ts, one in self._messages.items()}


@dataclass(kw_only=True)
class State:
    """Users, channels, messages, views and what happened. Each change raises `version`."""

    team_id: str
    team_name: str
    team_domain: str
    users: dict[str, User] = field(default_factory=dict)
    channels: dict[str, Channel] = field(default_factory=dict)
    groups: dict[str, Group] = field(default_factory=dict)
    logs: dict[str, Log] = field(default_factory=dict)
    ephemerals: list[Message] = field(default_factory=list)
    files: dict[str, File] = field(default_factory=dict)
    #: Upload ticket -> file id.
    uploads: dict[str, str] = field(default_factory=dict)
    #: Open modals of each user, the lowest first.
    modals: dict[str, list[View]] = field(default_factory=dict)
    homes: dict[str, View] = field(default_factory=dict)
    scheduled: dict[str, Scheduled] = field(default_factory=dict)
    pings: list[Ping] = field(default_factory=list)
    unacked: list[Unacked] = field(default_factory=list)
    calls: deque[Call] = field(default_factory=lambda: deque(maxlen=_CALLS_KEPT))
    version: int = 0
    #: Called after each change, in the server's thread.
    on_change: list[Callable[[], None]] = field(default_factory=list)

    def changed(self) -> None:
        """Count a change and tell who listens."""
        self.version += 1
        for tell in tuple(self.on_change):
            tell()

    def add_channel(self, channel: Channel) -> None:
        """Add a channel with an empty log."""
        self.channels[channel.id] = channel
        self.logs[channel.id] = Log()

    def put_channel(self, channel: Channel) -> None:
        """Replace what is known of a channel."""
        self.channels[channel.id] = channel
        self.changed()

    def move_channel(self, old: str, channel: Channel) -> None:
        """Let everything of the channel with the old id belong to `channel`, with its new one."""
        del self.channels[old]
        log = self.logs.pop(old)
        log.move(channel.id)
        self.logs[channel.id] = log
        self.ephemerals = [
            replace(one, channel=channel.id) if one.channel == old else one
            for one in self.ephemerals
        ]
        for item in self.scheduled.values():
            if item.channel == old:
                arguments = {**item.arguments, "channel": channel.id}
                moved = replace(item, channel=channel.id, arguments=arguments)
                self.scheduled[item.id] = moved
        self.put_channel(channel)

    def user(self, ref: str | User) -> User:
        """Find a user by id or name.

        Raises:
            UnknownNameError: When there is none.
        """
        key = ref if isinstance(ref, str) else ref.id
        found = self.users.get(key)
        if found is None:
            found = next((user for user in self.users.values() if user.name == key), None)
        if found is None:
            raise UnknownNameError(f"no user {key!r} in the sandbox; there are {self._names()}")
        return found

    def channel(self, ref: str | Channel) -> Channel:
        """Find a channel by id or name, with or without `#`.

        Raises:
            UnknownNameError: When there is none.
        """
        key = ref if isinstance(ref, str) else ref.id
        found = self.channels.get(key)
        if found is None:
            name = key.removeprefix("#")
            found = next((one for one in self.channels.values() if one.name == name), None)
        if found is None:
            raise UnknownNameError(f"no channel {key!r} in the sandbox")
        return found

    def message(self, channel: str, ts: str) -> Message:
        """Find a message, also one that a single person sees.

        Raises:
            UnknownNameError: When there is none.
        """
        found = self.logs[channel].get(ts) or self.ephemeral(channel, ts)
        if found is None:
            raise UnknownNameError(f"no message {ts} in {channel}")
        return found

    def ephemeral(self, channel: str, ts: str) -> Message | None:
        """Return the ephemeral message of that place and time, or None."""
        return next(
            (one for one in self.ephemerals if one.channel == channel and one.ts == ts), None
        )

    def view(self, view_id: str) -> View | None:
        """Return an open modal or an App Home by its id or external id, or None."""
        stacks = [*self.modals.values(), list(self.homes.values())]
        for stack in stacks:
            for view in stack:
                if view_id in {view.id, view.body.get("external_id")}:
                    return view
        return None

    def im_with(self, user: str) -> Channel | None:
        """Return the direct message between the bot and `user`, if there is one."""
        return next((one for one in self.channels.values() if one.im_user == user), None)

    def bot_is_in(self, channel: Channel) -> bool:
        """Tell whether our bot is a member of `channel`."""
        return BOT_USER_ID in channel.members

    def visible(self, channel: str, user: str | None = None) -> tuple[Message, ...]:
        """Return a channel's messages and `user`'s ephemerals (None: everybody's) in order."""
        mine = [
            one
            for one in self.ephemerals
            if one.channel == channel and user in {None, one.ephemeral_for}
        ]
        both = [*self.logs[channel].all(), *mine]
        return tuple(sorted(both, key=lambda message: to_micros(message.ts)))

    def _names(self) -> str:
        return ", ".join(sorted(user.name for user in self.users.values()))
