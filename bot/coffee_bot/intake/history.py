"""Reading a channel or a direct conversation from where it was last read."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from coffee_bot.channel import MARK
from coffee_bot.intake.letters import is_own

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import timedelta

    from slack_sdk import WebClient

    from coffee_bot.intake.desk import Intake

_PAGE = 200
#: So many direct conversations are read, whoever else has written to the bot.
_MOST_DIRECT = 20


@dataclass(frozen=True, kw_only=True)
class History:
    """Finds mentions and direct messages that nobody delivered.

    The mark is Slack's own stamp of what was read last, so that no clock of ours matters. It
    stays the settle time behind: a message may be shown a little later than it was written.
    """

    intake: Intake
    client: WebClient
    settle: timedelta

    def direct(self) -> list[str]:
        """The direct conversations that are known, those of the latest words first."""
        marks = self.intake.store.facts.beginning_with(f"{MARK}D")
        latest = sorted(marks, key=lambda name: Decimal(marks[name]), reverse=True)
        return [name.removeprefix(MARK) for name in latest[:_MOST_DIRECT]]

    def read(self, channel: str) -> None:
        """Keep what came since the mark; at first contact only set the mark.

        Raises what the call raises; then the mark stays, and the reading can be repeated.
        """
        mark = self.intake.store.facts.get(f"{MARK}{channel}")
        if mark is None:
            self._begin(channel)
            return
        found = list(self._since(channel, mark))
        for message in sorted(found, key=_written):
            if not is_own(message, self.intake.me):
                self.intake.keep_read(channel, message)
        latest = max(map(_written, found), default=Decimal(mark))
        behind = latest - Decimal(str(self.settle.total_seconds()))
        self._mark(channel, max(Decimal(mark), behind))

    def _begin(self, channel: str) -> None:
        page: Any = self.client.conversations_history(channel=channel, limit=1)
        self._mark(channel, max(map(_written, page["messages"]), default=Decimal(0)))

    def _since(self, channel: str, mark: str) -> Iterator[Mapping[str, Any]]:
        """The messages since the mark, in whatever order Slack gives them."""
        cursor = None
        while True:
            page: Any = self.client.conversations_history(
                channel=channel, oldest=mark, limit=_PAGE, cursor=cursor
            )
            yield from page["messages"]
            cursor = (page.get("response_metadata") or {}).get("next_cursor")
            if not cursor:
                return

    def _mark(self, channel: str, at: Decimal) -> None:
        self.intake.store.facts.keep(f"{MARK}{channel}", f"{at:.6f}")


def _written(message: Mapping[str, Any]) -> Decimal:
    return Decimal(str(message["ts"]))
