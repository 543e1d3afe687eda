"""Arguments of a Web API call, whichever way they came: query, form or JSON."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from coffee_bot.sandbox.errors import SlackError, UnknownNameError

if TYPE_CHECKING:
    from coffee_bot.sandbox.nouns import Channel, Json, Message, User
    from coffee_bot.sandbox.slack import Slack

_TRUE = frozenset({"1", "true", "True", "yes"})


class Args:
    """Typed access to the arguments; what is missing or malformed becomes Slack's error."""

    def __init__(self, slack: Slack, given: Json) -> None:
        self.slack = slack
        self.given = given

    def text(self, name: str) -> str:
        """Return a string, or `""` when it is absent."""
        value = self.given.get(name)
        return "" if value is None else str(value)

    def need(self, name: str, error: str = "invalid_arguments") -> str:
        """Return a string that must be there.

        Raises:
            SlackError: With `error` when it is not.
        """
        if value := self.text(name):
            return value
        raise SlackError(error)

    def flag(self, name: str) -> bool:
        """Return a boolean; false when absent."""
        value = self.given.get(name)
        return value is True or str(value) in _TRUE

    def number(self, name: str, default: int, *, most: int | None = None) -> int:
        """Return a whole number, at most `most`."""
        raw = self.text(name)
        if not raw:
            return default
        try:
            value = int(float(raw))
        except ValueError as error:
            raise SlackError("invalid_arguments") from error
        return value if most is None else min(value, most)

    def json(self, name: str, error: str) -> Any:
        """Return a JSON value, given as such or as a string; None when absent.

        Raises:
            SlackError: With `error` when a string is not JSON.
        """
        value = self.given.get(name)
        if not isinstance(value, str):
            return value
        if not value:
            return None
        try:
            return json.loads(value)
        except ValueError as problem:
            raise SlackError(error) from problem

    def channel(self, name: str = "channel", *, by_name: bool = False) -> Channel:
        """Return the channel; a private one that the bot is not in does not exist for it.

        Raises:
            SlackError: `channel_not_found`.
        """
        ref = self.need(name, "channel_not_found")
        state = self.slack.state
        found = state.channels.get(ref)
        if found is None and by_name:
            found = _by_name(self.slack, ref)
        if found is None or (found.is_private and not state.bot_is_in(found)):
            raise SlackError("channel_not_found")
        return found

    def message(self, channel: Channel, name: str = "ts") -> Message:
        """Return a message of `channel`.

        Raises:
            SlackError: `message_not_found`.
        """
        found = self.slack.state.logs[channel.id].get(self.text(name))
        if found is None or found.subtype == "tombstone":
            raise SlackError("message_not_found")
        return found

    def user(self, name: str = "user") -> User:
        """Return a user by id.

        Raises:
            SlackError: `user_not_found`.
        """
        found = self.slack.state.users.get(self.text(name))
        if found is None:
            raise SlackError("user_not_found")
        return found

    def member_of(self, channel: Channel) -> None:
        """Refuse unless the bot is in `channel`.

        Raises:
            SlackError: `not_in_channel`.
        """
        if not self.slack.state.bot_is_in(channel):
            raise SlackError("not_in_channel")

    def scope(self, *any_of: str) -> None:
        """Refuse unless the bot token has one of these scopes.

        Raises:
            SlackError: `missing_scope`, with what is needed and what there is.
        """
        granted = self.slack.settings.scopes
        if not granted.intersection(any_of):
            provided = ",".join(sorted(granted))
            raise SlackError("missing_scope", needed=",".join(any_of), provided=provided)


def _by_name(slack: Slack, ref: str) -> Channel | None:
    try:
        return slack.state.channel(ref)
    except UnknownNameError:
        return None
