"""The workspace as tests and the demo use it: be a person, change the surroundings.

Every method may be called from any thread. Users and channels are named by id or name; an unknown
name raises UnknownNameError, and what Slack's client would not let a person do
CommandRefusedError.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from coffee_bot.sandbox import interactions, modals, people
from coffee_bot.sandbox.look import Look
from coffee_bot.sandbox.web_api import conversations
from coffee_bot.sandbox.web_api.scheduled import post_due

if TYPE_CHECKING:
    from collections.abc import Sequence

    from coffee_bot.sandbox.nouns import CommandResult, Json, User


class Workspace(Look):
    """The Coffee House: act as its people. What can be seen comes from `Look`."""

    def command(self, user: str, channel: str, command: str, text: str = "") -> CommandResult:
        """Send a slash command and wait until it is acknowledged or has failed."""
        return self._server.wait(
            lambda slack: interactions.command(slack, user, channel, command, text)
        )

    def say(
        self,
        user: str,
        channel: str,
        text: str,
        *,
        thread_ts: str | None = None,
        broadcast: bool = False,
        files: Sequence[str] = (),
    ) -> str:
        """Write a message, a reply if `thread_ts` is given; return its `ts`.

        `@name` and `<@ID>` become mentions, the rest is escaped, as in Slack.
        """
        return self._server.call(
            lambda slack: (
                people.say(
                    slack,
                    people.draft(slack, user, channel, text),
                    thread_ts=thread_ts,
                    broadcast=broadcast,
                    files=files,
                ).ts
            )
        )

    def edit(self, user: str, channel: str, ts: str, text: str) -> None:
        """Change an own message."""
        self._server.call(lambda slack: people.edit(slack, user, channel, ts, text))

    def delete(self, user: str, channel: str, ts: str) -> None:
        """Delete an own message; admins may delete anybody's."""
        self._server.call(lambda slack: people.delete(slack, user, channel, ts))

    def react(self, user: str, channel: str, ts: str, name: str, *, remove: bool = False) -> None:
        """Put an emoji under a message, or take it away."""
        mark = people.Mark(user=user, channel=channel, ts=ts, name=name, remove=remove)
        self._server.call(lambda slack: people.react(slack, mark))

    def press(
        self,
        user: str,
        channel: str,
        ts: str,
        action_id: str,
        block_id: str | None = None,
        *,
        value: Any = None,
    ) -> CommandResult:
        """Press a button of a message, or choose `value` in another element."""
        item = self.message(channel, ts)
        return self._server.wait(
            lambda slack: interactions.press(slack, user, item, action_id, block_id, value)
        )

    def press_in_view(
        self,
        user: str,
        view_id: str,
        action_id: str,
        block_id: str | None = None,
        *,
        value: Any = None,
    ) -> CommandResult:
        """Press a button of a modal or of the App Home."""
        return self._server.wait(
            lambda slack: modals.press(slack, user, view_id, action_id, block_id, value)
        )

    def submit_view(self, user: str, view_id: str, values: Json | None = None) -> CommandResult:
        """Fill in a modal (block id -> action id -> value) and send it."""
        return self._server.wait(lambda slack: modals.submit(slack, user, view_id, values or {}))

    def close_view(self, user: str, view_id: str) -> None:
        """Close a modal with its cross."""
        self._server.wait(lambda slack: modals.close(slack, user, view_id))

    def open_home(self, user: str) -> None:
        """Look at the app's Home tab."""
        self._server.call(lambda slack: modals.open_home(slack, user))

    def dm(self, user: str) -> str:
        """Open the direct message between `user` and the bot; return its channel id."""
        return self._server.call(
            lambda slack: conversations.im_for(slack, slack.state.user(user)).id
        )

    def add_user(self, user: User) -> None:
        """Let somebody new into the workspace."""
        self._server.call(lambda slack: slack.state.users.update({user.id: user}))

    def add_channel(
        self, name: str, *, members: Sequence[str] = (), is_private: bool = False
    ) -> str:
        """Create a channel; return its id."""
        return self._server.call(
            lambda slack: conversations.create(slack, name, members, is_private=is_private).id
        )

    def add_member(self, user: str, channel: str) -> None:
        """Let a user into a channel; a stranger makes it an externally shared one."""
        self._server.call(
            lambda slack: conversations.add_member(
                slack, slack.state.channel(channel), slack.state.user(user).id
            )
        )

    def remove_member(self, user: str, channel: str) -> None:
        """Take a user out of a channel, without a word to anybody."""
        gone = self.user(user).id
        members = tuple(one for one in self.channel(channel).members if one != gone)
        self._change(channel, members=members)

    def archive(self, channel: str) -> None:
        """Archive a channel."""
        self._change(channel, is_archived=True)

    def share(self, channel: str) -> None:
        """Share a channel with another workspace."""
        self._change(channel, is_ext_shared=True)

    def post_due(self) -> int:
        """Post the scheduled messages that are due by the sandbox's clock; return how many."""
        return self._server.call(post_due)

    def disconnect(self, reason: str = "refresh_requested") -> None:
        """Announce to the app's sockets that they will be closed."""
        self._server.wait(lambda slack: slack.hub.announce(reason))

    def close_sockets(self) -> None:
        """Close the app's sockets with a close frame."""
        self._server.wait(lambda slack: slack.hub.close())

    def cut_sockets(self) -> int:
        """Cut the app's sockets without a close frame; return how many there were."""
        return self._server.call(lambda slack: slack.hub.cut_all())

    def _change(self, channel: str, **fields: Any) -> None:
        self._server.call(
            lambda slack: slack.state.put_channel(replace(slack.state.channel(channel), **fields))
        )
