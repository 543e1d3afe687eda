"""What can be seen in the workspace and behind it: messages, marks, calls, deliveries."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coffee_bot.sandbox import snapshot

if TYPE_CHECKING:
    from coffee_bot.sandbox.envelopes import Envelope
    from coffee_bot.sandbox.nouns import (
        Call,
        Channel,
        Json,
        Message,
        Ping,
        Reaction,
        Scheduled,
        Unacked,
        User,
        View,
    )
    from coffee_bot.sandbox.server import Server


class Look:
    """The workspace for eyes only. Everything returned is a copy that no longer changes."""

    def __init__(self, server: Server) -> None:
        self._server = server

    def user(self, ref: str) -> User:
        """Return a user by id or name."""
        return self._server.call(lambda slack: slack.state.user(ref))

    def channel(self, ref: str) -> Channel:
        """Return a channel by id or name."""
        return self._server.call(lambda slack: slack.state.channel(ref))

    def message(self, channel: str, ts: str) -> Message:
        """Return one message, also an ephemeral one."""
        return self._server.call(
            lambda slack: slack.state.message(slack.state.channel(channel).id, ts)
        )

    def messages(self, channel: str, *, replies: bool = False) -> tuple[Message, ...]:
        """Return what the channel shows, oldest first; with `replies` all threads too."""

        def found(everything: tuple[Message, ...]) -> tuple[Message, ...]:
            return tuple(one for one in everything if replies or not one.thread_ts or one.broadcast)

        return self._server.call(
            lambda slack: found(slack.state.logs[slack.state.channel(channel).id].all())
        )

    def thread(self, channel: str, ts: str) -> tuple[Message, ...]:
        """Return a parent and its replies, oldest first."""
        parent = self.message(channel, ts)
        return self._server.call(
            lambda slack: (parent, *slack.state.logs[parent.channel].replies(ts))
        )

    def ephemerals(self, user: str, channel: str) -> tuple[Message, ...]:
        """Return what only `user` sees in a channel, oldest first."""
        who, where = self.user(user).id, self.channel(channel).id
        everything = self._server.call(lambda slack: tuple(slack.state.ephemerals))
        return tuple(one for one in everything if one.ephemeral_for == who and one.channel == where)

    def reactions(self, channel: str, ts: str) -> tuple[Reaction, ...]:
        """Return the emoji under a message."""
        return self.message(channel, ts).reactions

    def views(self, user: str) -> tuple[View, ...]:
        """Return the open modals of `user`, the lowest first."""
        who = self.user(user).id
        return self._server.call(lambda slack: tuple(slack.state.modals.get(who, ())))

    def home(self, user: str) -> View | None:
        """Return the App Home of `user`, or None when nothing was published."""
        who = self.user(user).id
        return self._server.call(lambda slack: slack.state.homes.get(who))

    def transcript(self, channel: str) -> str:
        """Return the channel as text, threads indented."""
        return self._server.call(
            lambda slack: snapshot.transcript(slack.state, slack.state.channel(channel).id)
        )

    def snapshot(self) -> Json:
        """Return everything, as `GET /sandbox/state` does."""
        return self._server.call(snapshot.everything)

    def calls(self, method: str | None = None) -> tuple[Call, ...]:
        """Return the Web API calls so far, all or those of one method.

        Posts to a response address are listed as `response_url`.
        """
        everything = self._server.call(lambda slack: tuple(slack.state.calls))
        return tuple(one for one in everything if method in {None, one.method})

    @property
    def connections(self) -> int:
        """How many sockets Slack counts for the app: its own, half-open and others' ones too."""
        return self._server.call(lambda slack: len(slack.hub.connections))

    @property
    def envelopes(self) -> tuple[Envelope, ...]:
        """Every delivery over a socket, with its acknowledgement if there was one."""
        return self._server.call(lambda slack: tuple(slack.hub.envelopes.values()))

    @property
    def unacked(self) -> tuple[Unacked, ...]:
        """Commands and interactions for which the person saw an error."""
        return self._server.call(lambda slack: tuple(slack.state.unacked))

    @property
    def pings(self) -> tuple[Ping, ...]:
        """Whom the app has notified."""
        return tuple(one for one in self.live_tokens if not one.by_edit)

    @property
    def live_tokens(self) -> tuple[Ping, ...]:
        """Like `pings`, and the tokens in edits, which notify nobody."""
        return self._server.call(lambda slack: tuple(slack.state.pings))

    @property
    def scheduled(self) -> tuple[Scheduled, ...]:
        """Messages that Slack will post at their time."""
        return self._server.call(lambda slack: tuple(slack.state.scheduled.values()))
