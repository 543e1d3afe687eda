"""Who wrote a letter, and whether they may."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING

from slack_sdk.errors import SlackApiError

from coffee_bot import blocks
from coffee_bot.access import Access, Denied
from coffee_bot.intake.ruling import Ruling, refused, stays
from coffee_daemon import Person

if TYPE_CHECKING:
    from collections.abc import Callable

    from coffee_bot.intake.marks import Marks
    from coffee_bot.intent import Role
    from coffee_daemon import InboxRow

log = logging.getLogger(__name__)

#: Slack's definite words that there is no such person for us: documentation of `users.info`.
_NOBODY = frozenset({"user_not_found", "user_not_visible"})


@dataclass(frozen=True, kw_only=True)
class People:
    """Asks `Access`, and tells the person when the answer is no."""

    access: Access
    marks: Marks

    def ask(self, row: InboxRow, role: Role) -> Person | Ruling:
        """Return who wrote it, or why it is not taken.

        While Slack cannot be asked, the letter stays: it is neither let in nor lost.
        """
        if row.payload.get("bot_id") or row.payload.get("subtype") == "bot_message":
            return self._no(row, "Bots may not do this.")
        if row.user and not self._reachable(row.user):
            return stays("Slack cannot be asked who this is")
        found = self.access.check(row.user, role)
        return self._no(row, found.reason) if isinstance(found, Denied) else found.person

    def _no(self, row: InboxRow, reason: str) -> Ruling:
        self.marks.not_taken(row, blocks.refusal(reason))
        return refused(reason)

    def _reachable(self, user: str) -> bool:
        try:
            self.access.asker(user)
        except SlackApiError as error:
            return error.response.get("error") in _NOBODY
        except OSError as error:
            log.info("users.info: %s", error, extra={"action": "lookup_failed"})
            return False
        return True


def writer(row: InboxRow, called: Callable[[str], str] = str) -> Person:
    """Who wrote a letter; by the id alone unless `called` tells a name."""
    user = row.user or "unknown"
    return Person(id=user, name=called(user))
