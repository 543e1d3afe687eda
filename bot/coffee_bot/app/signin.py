"""Getting to know Slack at the start: who we are, and the channel."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from slack_sdk.errors import SlackApiError

from coffee_bot.calling import CALL_ERRORS
from coffee_bot.intake import Me
from coffee_bot.watch import asked_to_wait
from coffee_daemon import BadConfig, CoffeeError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from threading import Event

    from slack_sdk import WebClient

    from coffee_bot.channel import Channel
    from coffee_bot.config import BotConfig

log = logging.getLogger(__name__)

Found = TypeVar("Found")

#: Seconds between two tries to reach Slack: 1, 2, 4 ...
LONGEST_WAIT_SECONDS = 60.0
_PAGE = 200

#: Slack's words for trouble that waiting does not cure, and what to do about it.
_FATAL = {
    "invalid_auth": "Copy the token anew from the app's page.",
    "not_authed": "Set SLACK_BOT_TOKEN and SLACK_APP_TOKEN.",
    "account_inactive": "The app was removed from the workspace: install it again.",
    "token_revoked": "The app was removed from the workspace: install it again.",
    "token_expired": "Install the app again; token rotation must be off.",
    "not_allowed_token_type": (
        "SLACK_BOT_TOKEN begins with xoxb-, SLACK_APP_TOKEN with xapp-; they may be swapped."
    ),
    "missing_scope": "Paste manifest.yml into the app's page and install it again.",
}


@dataclass(frozen=True, kw_only=True)
class SignIn:
    """Asks Slack, and asks again while only the network is in the way."""

    config: BotConfig
    client: WebClient
    #: Set by whoever wants the start to be given up.
    stopping: Event

    def me(self) -> Me:
        """Return who the bot is.

        Raises:
            BadConfig: Slack refuses the bot's token.
        """
        found = self.ask(self.client.auth_test, "SLACK_BOT_TOKEN")
        return Me(
            team=str(found["team_id"]),
            user=str(found["user_id"]),
            bot=str(found.get("bot_id") or ""),
            url=str(found.get("url") or ""),
        )

    def channel(self, feed: Channel) -> bool:
        """Settle which channel the feed is in, and be in it.

        A channel that the record knows is returned to whatever has become of it: what it does
        not take is kept, and admins may move the feed.

        Returns:
            Whether posts can be made there, as far as Slack says.

        Raises:
            BadConfig: There is no such channel, or the bot may not be in it.
        """
        if feed.is_decided:
            return self._return_to(feed)
        about = self._about_channel()
        if about.get("is_archived"):
            raise self._wrong("is archived", "Unarchive it, or set another COFFEE_CHANNEL.")
        if not about.get("is_member"):
            self._join(about)
        feed.decide(str(about["id"]), str(about.get("name") or ""))
        return True

    def ask(self, call: Callable[[], Found], what: str) -> Found:
        """Call Slack until it answers.

        Args:
            call: Raises what the SDK raises.
            what: Names the setting that a refusal is about.

        Raises:
            BadConfig: Slack refuses, and waiting would not help.
        """
        wait, said = 1.0, False
        while True:
            asked = 0.0
            try:
                return call()
            except CALL_ERRORS as error:
                hint = _fatal(error)
                if hint:
                    raise BadConfig(f"Slack refuses {what}: {_word(error)}.", hint=hint) from None
                if isinstance(error, SlackApiError) and not _passes(error):
                    raise
                asked = asked_to_wait(error)
                if not said:
                    log.warning("Slack cannot be reached (%s); trying again.", _word(error))
                    said = True
            if self.stopping.wait(max(wait, asked)):
                raise CoffeeError("Slack was not reached before the stop.")
            wait = min(LONGEST_WAIT_SECONDS, wait * 2)

    def _return_to(self, feed: Channel) -> bool:
        about = self._still_there(feed)
        if about is None:
            log.warning("The channel %s cannot be found any more. %s", called(feed), _ELSEWHERE)
            return False
        feed.rename(feed.id, str(about.get("name") or ""))
        if about.get("is_archived"):
            log.warning("The channel %s is archived. %s", called(feed), _ELSEWHERE)
            return False
        return bool(about.get("is_member")) or self._rejoin(feed, about)

    def _still_there(self, feed: Channel) -> Mapping[str, Any] | None:
        """The channel by its id; by its name, if it has got another id meanwhile."""
        try:
            return self._by_id(feed.id)
        except SlackApiError:
            found = self._find(feed.name) if feed.name else None
        if found is not None:
            feed.follow(feed.id, str(found["id"]))
        return found

    def _rejoin(self, feed: Channel, about: Mapping[str, Any]) -> bool:
        try:
            self._join(about)
        except BadConfig:
            log.warning("I am not in the channel %s any more. %s", called(feed), _ELSEWHERE)
            return False
        return True

    def _about_channel(self) -> Mapping[str, Any]:
        if self.config.channel.startswith("#"):
            found = self._find(self.config.channel.removeprefix("#"))
            if found is None:
                raise self._wrong("cannot be found", _INVITE)
            return found
        try:
            return self._by_id(self.config.channel)
        except SlackApiError as error:
            raise self._wrong(f"cannot be found ({_word(error)})", _INVITE) from None

    def _by_id(self, channel: str) -> Mapping[str, Any]:
        found = self.ask(
            lambda: self.client.conversations_info(channel=channel), "to show the channel"
        )
        return dict(found["channel"])

    def _find(self, name: str) -> Mapping[str, Any] | None:
        cursor: str | None = None
        while True:
            page = self.ask(partial(self._list, cursor), "to list channels")
            for channel in page["channels"]:
                if channel.get("name") == name:
                    return dict(channel)
            cursor = (page.get("response_metadata") or {}).get("next_cursor")
            if not cursor:
                return None

    def _list(self, cursor: str | None) -> Any:
        return self.client.conversations_list(
            cursor=cursor,
            limit=_PAGE,
            types="public_channel,private_channel",
            exclude_archived=True,
        )

    def _join(self, about: Mapping[str, Any]) -> None:
        if about.get("is_private"):
            raise self._wrong("is private, and the bot is not in it", _INVITE)
        try:
            self.ask(lambda: self.client.conversations_join(channel=about["id"]), "to join")
        except SlackApiError as error:
            raise self._wrong(f"cannot be joined ({_word(error)})", _INVITE) from None

    def _wrong(self, what: str, hint: str) -> BadConfig:
        return BadConfig(f"The channel {self.config.channel} {what}.", hint=hint)


_ELSEWHERE = (
    "What is to be said there is kept. Mend it, or have an admin type the command with `here` "
    "in another channel."
)
_INVITE = "Check COFFEE_CHANNEL, and type in that channel: /invite @ and the bot's name."


def called(feed: Channel) -> str:
    """The channel's name and id, for a log."""
    return f"#{feed.name} ({feed.id})" if feed.name else feed.id


def _fatal(error: Exception) -> str:
    if not isinstance(error, SlackApiError):
        return ""
    return _FATAL.get(str(error.response.get("error")), "")


def _passes(error: SlackApiError) -> bool:
    """Whether a refusal may pass by itself: limits, and trouble on Slack's side."""
    status, word = error.response.status_code, str(error.response.get("error"))
    return status == 429 or status >= 500 or word in {"ratelimited", "internal_error"}


def _word(error: Exception) -> str:
    if isinstance(error, SlackApiError):
        return str(error.response.get("error"))[:100]
    reason = getattr(error, "reason", error)
    return f"{type(error).__name__}: {reason}"[:200]
