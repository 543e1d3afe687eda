"""Whether Slack still takes our token: asked now and then, and told once."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING

from slack_sdk.errors import SlackApiError

from coffee_bot.calling import CALL_ERRORS

if TYPE_CHECKING:
    from slack_sdk import WebClient

    from coffee_daemon import Clock

log = logging.getLogger(__name__)

EVERY_SECONDS = 60.0
#: Slack's words for trouble that waiting does not cure.
FATAL = frozenset(
    {
        "invalid_auth",
        "not_authed",
        "account_inactive",
        "token_revoked",
        "token_expired",
        "not_allowed_token_type",
        "org_login_required",
        "team_access_not_granted",
        "access_denied",
    }
)


@dataclass
class Checkup:
    """Asks `auth.test`, which needs no scope and costs Slack next to nothing."""

    client: WebClient
    clock: Clock
    #: What is wrong, in words for people; empty while nothing is.
    trouble: str = ""
    _next: float = 0.0

    def look(self) -> float:
        """Ask when it is time; return the seconds until the next time."""
        now = self.clock.boot()
        if now >= self._next:
            self._ask()
            self._next = self.clock.boot() + EVERY_SECONDS
        return self._next - self.clock.boot()

    def now(self) -> None:
        """Have it asked at the next look: something odd has happened."""
        self._next = 0.0

    def _ask(self) -> None:
        before = self.trouble
        try:
            self.client.auth_test()
        except CALL_ERRORS as error:
            self.trouble = _words(error)
        else:
            self.trouble = ""
        if self.trouble == before:
            return
        if self.trouble:
            log.error("%s", self.trouble, extra={"action": "checkup"})
        else:
            log.info("Slack answers again.", extra={"action": "checkup"})


def _words(error: Exception) -> str:
    if not isinstance(error, SlackApiError):
        return "Slack cannot be reached."
    word = str(error.response.get("error"))[:100]
    if word in FATAL:
        return (
            f"Slack refuses SLACK_BOT_TOKEN: {word}. "
            "Install the app again, set its new token and start the bot anew."
        )
    return f"Slack does not answer as it should: {word}."
