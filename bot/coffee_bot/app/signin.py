"""Getting to know Slack at the start: who we are, and the channel."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from functools import partial
from http.client import HTTPException
from typing import TYPE_CHECKING, Any, TypeVar

from slack_sdk.errors import SlackApiError, SlackClientError

from coffee_bot.intake import Me
from coffee_daemon import BadConfig, CoffeeError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from threading import Event

    from slack_sdk import WebClient

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

    def channel(self) -> str:
        """Return the id of the channel, and be in it.

        Raises:
            BadConfig: There is no such channel, or the bot may not be in it.
        """
        about = self._about_channel()
        if about.get("is_archived"):
            raise self._wrong("is archived", "Unarchive it, or set another COFFEE_CHANNEL.")
        if not about.get("is_member"):
            self._join(about)
        return str(about["id"])

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
            try:
                return call()
            except (SlackClientError, OSError, HTTPException) as error:
                hint = _fatal(error)
                if hint:
                    raise BadConfig(f"Slack refuses {what}: {_word(error)}.", hint=hint) from None
                if isinstance(error, SlackApiError) and not _passes(error):
                    raise
                if not said:
                    log.warning("Slack cannot be reached (%s); trying again.", _word(error))
                    said = True
            if self.stopping.wait(wait):
                raise CoffeeError("Slack was not reached before the stop.")
            wait = min(LONGEST_WAIT_SECONDS, wait * 2)

    def _about_channel(self) -> Mapping[str, Any]:
        if self.config.channel.startswith("#"):
            return self._by_name(self.config.channel.removeprefix("#"))
        try:
            found = self.ask(
                lambda: self.client.conversations_info(channel=self.config.channel),
                "to show the channel",
            )
        except SlackApiError as error:
            raise self._wrong(f"cannot be found ({_word(error)})", _INVITE) from None
        return dict(found["channel"])

    def _by_name(self, name: str) -> Mapping[str, Any]:
        cursor: str | None = None
        while True:
            page = self.ask(partial(self._list, cursor), "to list channels")
            for channel in page["channels"]:
                if channel.get("name") == name:
                    return dict(channel)
            cursor = (page.get("response_metadata") or {}).get("next_cursor")
            if not cursor:
                raise self._wrong("cannot be found", _INVITE)

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


_INVITE = "Check COFFEE_CHANNEL, and type in that channel: /invite @ and the bot's name."


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
