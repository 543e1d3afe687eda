"""The one live card of a daemon, edited in place when it matters."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from coffee_bot import blocks
from coffee_daemon import DaemonState

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from coffee_bot.feed.board import Board
    from coffee_bot.feed.pace import ProgressPace
    from coffee_bot.intent import Message
    from coffee_daemon import DaemonStatus, Question, Store

#: A newer sign of life is shown only when it is so much newer than the one on the card: while an
#: agent works, and else. Slack itself counts how old the shown one is.
WORKING_STEP, STEP = timedelta(minutes=5), timedelta(hours=1)
#: More open questions than this are told as that many.
_MOST_QUESTIONS = 500
#: The card's name where progress is paced.
_PLACE = "card"


@dataclass
class Card:
    """Keeps the card. What changes by itself alone, such as ages, edits nothing."""

    store: Store
    board: Board
    status: Callable[[], DaemonStatus]
    command: str
    pace: ProgressPace
    #: The record's marker and the task's number when the two below were read.
    _read: tuple[int, int | None] | None = None
    _asked: Sequence[Question] = field(default_factory=tuple)
    #: The running turn's last word on its progress.
    _said: str = ""
    #: The card without its sign of life, and the sign of life on it.
    _rest: Message | None = None
    _sign: datetime | None = None

    def derive(self) -> int:
        """Want it as it should be now; return how many posts changed."""
        now = self._as_recorded(self.status())
        base = f"card:{now.name}"
        gone = blocks.moved_card(now.name, self.board.channel.id)
        left = sum(self.board.want(key, gone) for key in self.board.elsewhere(base))
        return left + self.board.want(self.board.key(base), self._shown(now))

    def _shown(self, now: DaemonStatus) -> Message:
        rest = self._card(now, None)
        newest = blocks.sign_of_life(now)
        if rest != self._rest or _is_worth_it(now.state, self._sign, newest):
            self._rest, self._sign = rest, newest
        return self._card(now, self._sign)

    def _card(self, now: DaemonStatus, sign: datetime | None) -> Message:
        url = self.board.url(self.board.latest(f"task:{now.task_number}"))
        return blocks.status_card(
            now,
            sign=sign,
            asked=[self._linked(one) for one in self._asked],
            task_url=url if now.task_number else "",
            command=self.command,
        )

    def _linked(self, asked: Question) -> blocks.Linked:
        url = self.board.url(self.board.latest(f"question:{asked.number}"))
        return blocks.Linked(number=asked.number, words=asked.text, url=url)

    def _as_recorded(self, now: DaemonStatus) -> DaemonStatus:
        """The status with the progress that the record knows, which is there a moment earlier.

        What the card needs of the record is read again only when that has changed.
        """
        read = (self.store.change_marker(), now.task_number)
        if read != self._read:
            # Read before the rest: what is written meanwhile is seen at the next look.
            self._read = read
            self._asked = self.store.questions.open(now.name, limit=_MOST_QUESTIONS)
            self._said = self._progress(now)
        if now.state is not DaemonState.WORKING:
            self.pace.forget(_PLACE)
            return now
        return replace(now, progress=self.pace.shown(_PLACE, self._said))

    def _progress(self, now: DaemonStatus) -> str:
        turn = self.store.turns.last(now.task_number) if now.task_number else None
        return turn.progress if turn else ""


def _is_worth_it(state: DaemonState, shown: datetime | None, newest: datetime | None) -> bool:
    """Whether a newer sign of life is worth an edit of the card."""
    if newest is None or shown is None:
        return newest is not shown
    return newest - shown >= (WORKING_STEP if state is DaemonState.WORKING else STEP)
