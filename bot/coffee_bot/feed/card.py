"""The one live card of a daemon, edited in place when it matters."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from coffee_bot import blocks
from coffee_daemon import DaemonState

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from coffee_bot.feed.board import Board
    from coffee_bot.intent import Message
    from coffee_daemon import DaemonStatus, Question, Store

#: A newer sign of life is shown only when it is so much newer than the one on the card: while an
#: agent works, and else. Slack itself counts how old the shown one is.
WORKING_STEP, STEP = timedelta(minutes=5), timedelta(hours=1)
#: More open questions than this are told as that many.
_MOST_QUESTIONS = 500


@dataclass
class Card:
    """Keeps the card. What changes by itself alone, such as ages, edits nothing."""

    store: Store
    board: Board
    status: Callable[[], DaemonStatus]
    command: str
    _marker: int | None = None
    _asked: Sequence[Question] = field(default_factory=tuple)
    #: The card without its sign of life, and the sign of life on it.
    _rest: Message | None = None
    _sign: datetime | None = None

    def derive(self) -> int:
        """Want it as it should be now; return how many posts changed."""
        now = self.status()
        base = f"card:{now.name}"
        gone = blocks.moved_card(now.name, self.board.channel.id)
        left = sum(self.board.want(key, gone) for key in self.board.elsewhere(base))
        return left + self.board.want(self.board.key(base), self._shown(now))

    def _shown(self, now: DaemonStatus) -> Message:
        asked = self._questions(now.name)
        rest = self._card(now, asked, None)
        newest = blocks.sign_of_life(now)
        if rest != self._rest or _is_worth_it(now.state, self._sign, newest):
            self._rest, self._sign = rest, newest
        return self._card(now, asked, self._sign)

    def _card(self, now: DaemonStatus, asked: Sequence[Question], sign: datetime | None) -> Message:
        url = self.board.url(self.board.latest(f"task:{now.task_number}"))
        return blocks.status_card(
            now,
            sign=sign,
            asked=[self._linked(one) for one in asked],
            task_url=url if now.task_number else "",
            command=self.command,
        )

    def _linked(self, asked: Question) -> blocks.Linked:
        url = self.board.url(self.board.latest(f"question:{asked.number}"))
        return blocks.Linked(number=asked.number, words=asked.text, url=url)

    def _questions(self, daemon: str) -> Sequence[Question]:
        """The open questions; read again only when the record has changed."""
        marker = self.store.change_marker()
        if marker != self._marker:
            # Read before the questions: what is asked meanwhile is seen at the next look.
            self._marker = marker
            self._asked = self.store.questions.open(daemon, limit=_MOST_QUESTIONS)
        return self._asked


def _is_worth_it(state: DaemonState, shown: datetime | None, newest: datetime | None) -> bool:
    """Whether a newer sign of life is worth an edit of the card."""
    if newest is None or shown is None:
        return newest is not shown
    return newest - shown >= (WORKING_STEP if state is DaemonState.WORKING else STEP)
