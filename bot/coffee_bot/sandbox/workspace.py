"""The workspace as tests and the demo use it: be a person, change the surroundings.

Every method may be called from any thread. Users and channels are named by id or name; an unknown
name raises UnknownNameError, and what Slack's client would not let a person do
CommandRefusedError.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from coffee_bot.sandbox import admin, groups, interactions, modals, people
from coffee_bot.sandbox.faults import SECONDS, Effect
from coffee_bot.sandbox.look import Look
from coffee_bot.sandbox.web_api import conversations
from coffee_bot.sandbox.web_api.scheduled import post_due

if TYPE_CHECKING:
    from collections.abc import Sequence

    from coffee_bot.sandbox.nouns import CommandResult, Group, Json, Message, Upload, User


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
        files: Sequence[str | Upload] = (),
    ) -> str:
        """Write a message, a reply if `thread_ts` is given; return its `ts`.

        `@name` and `<@ID>` become mentions, the rest is escaped, as in Slack. A file is an
        `Upload`, or a name alone when its bytes do not matter.
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
        seen: Message | None = None,
    ) -> CommandResult:
        """Press a button of a message, or choose `value` in another element.

        `seen` is the message as this person still sees it, after it was changed.
        """
        item = seen or self.message(channel, ts)
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

    def open_home(self, user: str, tab: str = "home") -> None:
        """Look at the app's Home tab, or at its `messages`."""
        self._server.call(lambda slack: modals.open_home(slack, user, tab))

    def press_in_home(
        self, user: str, action_id: str, block_id: str | None = None, *, value: Any = None
    ) -> CommandResult:
        """Press a button of the Home that is published for this person."""
        home = self.home(user)
        view_id = home.id if home else ""
        return self.press_in_view(user, view_id, action_id, block_id, value=value)

    def run_shortcut(self, user: str, channel: str, ts: str, callback_id: str) -> CommandResult:
        """Choose an entry of the app's from the menu of a message."""
        return self._server.wait(
            lambda slack: interactions.shortcut(slack, user, channel, ts, callback_id)
        )

    def dm(self, user: str) -> str:
        """Open the direct message between `user` and the bot; return its channel id."""
        return self._server.call(
            lambda slack: conversations.im_for(slack, slack.state.user(user)).id
        )

    def add_user(self, user: User) -> None:
        """Let somebody new into the workspace."""
        self._server.call(lambda slack: admin.join_team(slack, user))

    def change_user(self, user: str, **changes: str | bool | int) -> User:
        """Change a person, each field as in Slack's own user object.

        There are `name`, `real_name`, `email`, `tz`, `tz_offset`, `is_admin` and `is_restricted`.
        """
        return self._server.call(
            lambda slack: admin.change_user(slack, slack.state.user(user), changes)
        )

    def deactivate(self, user: str) -> User:
        """Close somebody's account; all channels are left with it."""
        return self._server.call(lambda slack: admin.deactivate(slack, slack.state.user(user)))

    def reactivate(self, user: str) -> User:
        """Open somebody's account again."""
        return self._server.call(lambda slack: admin.reactivate(slack, slack.state.user(user)))

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
        """Take a user, perhaps the app's own, out of a channel."""
        self._server.call(
            lambda slack: admin.remove_member(
                slack, slack.state.channel(channel), slack.state.user(user).id
            )
        )

    def rename(self, channel: str, name: str, *, by: str = "ada") -> None:
        """Give a channel another name."""
        self._server.call(
            lambda slack: admin.rename(
                slack, slack.state.channel(channel), name, by=slack.state.user(by).id
            )
        )

    def archive(self, channel: str, *, by: str = "ada") -> None:
        """Archive a channel."""
        self._server.call(
            lambda slack: admin.archive(
                slack, slack.state.channel(channel), by=slack.state.user(by).id
            )
        )

    def unarchive(self, channel: str, *, by: str = "ada") -> None:
        """Bring an archived channel back."""
        self._server.call(
            lambda slack: admin.unarchive(
                slack, slack.state.channel(channel), by=slack.state.user(by).id
            )
        )

    def change_id(self, channel: str) -> str:
        """Give a channel another id, as when a private one is shared; return the new one."""
        return self._server.call(
            lambda slack: admin.change_id(slack, slack.state.channel(channel)).id
        )

    def share(self, channel: str) -> None:
        """Share a channel with another workspace, under the id it has."""
        self._server.call(lambda slack: admin.share(slack, slack.state.channel(channel)))

    def group(self, name: str) -> Group:
        """A user group by its id or handle."""
        return self._server.call(lambda slack: groups.find(slack, name))

    def add_group(self, handle: str, *, users: Sequence[str] = ()) -> Group:
        """Make a user group of these people."""
        return self._server.call(lambda slack: groups.create(slack, handle, users))

    def set_group(self, name: str, users: Sequence[str]) -> Group:
        """Let exactly these people be in a user group."""
        return self._server.call(
            lambda slack: groups.set_users(slack, groups.find(slack, name), users)
        )

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
        return self.end_sockets(Effect.DROP_SOCKET)

    def end_sockets(self, how: Effect, *, seconds: float | None = None) -> int:
        """Let the app's sockets die in one of the ways of `ENDS`; return how many there were.

        For `seconds` Slack still counts a half-open one.
        """
        lasting = SECONDS.get(how, 0) if seconds is None else seconds
        return self._server.call(lambda slack: slack.hub.end_all(how, lasting))

    def set_rivals(self, count: int, *, acks: bool = True) -> None:
        """Let another process with the same tokens have `count` sockets, and take its share.

        Without `acks` they are ghosts: what is sent to them is sent again.
        """
        self._server.call(lambda slack: slack.hub.set_rivals(count, acks=acks))
