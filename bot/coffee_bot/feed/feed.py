"""The record -> posts: what should be said."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from coffee_bot import blocks
from coffee_bot.feed.added import AddedPosts
from coffee_bot.feed.card import Card
from coffee_bot.feed.changes import Changes
from coffee_bot.feed.halts import HaltPosts
from coffee_bot.feed.pace import ProgressPace
from coffee_bot.feed.questions import QuestionPosts
from coffee_bot.feed.reminders import Reminders
from coffee_bot.feed.tasks import FIRST_TURN, TaskPosts
from coffee_bot.reaching import Reach
from coffee_bot.waits import soonest
from coffee_daemon import NotificationType, commits_since, system_clock

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from coffee_bot.config import BotConfig
    from coffee_bot.feed.board import Board
    from coffee_bot.reaching import Whereabouts
    from coffee_daemon import Clock, Commit, DaemonStatus, Notification, Store, Task

#: How far notifications were told; the number at first contact; the lowest that may change.
_READ, _FIRST, _LOWEST = "feed:notifications", "feed:first", "feed:lowest"
_PAGE = 100
_EMOJI = {
    NotificationType.INFO: "💬",
    NotificationType.WARNING: "⚠️",
    NotificationType.ERROR: "❌",
}


@dataclass
class Feed:
    """Derives posts whenever the record has changed. `derive()` is called by one thread.

    Every post has a unique key, so deriving twice says nothing twice. First contact with a
    channel posts only what is open.
    """

    store: Store
    board: Board
    config: BotConfig
    status: Callable[[], DaemonStatus]
    #: Whether a person's start or stop ran then, which is told by its own post.
    by_hand: Callable[[datetime], bool] = lambda _: False
    #: The name of a person, by the id.
    name: Callable[[str], str] = str
    #: Finds out where people are; without it only what the record knows counts.
    whereabouts: Whereabouts | None = None
    clock: Clock = field(default_factory=system_clock)
    _marker: int | None = None
    _since: int | None = None
    _pace: ProgressPace = field(init=False)
    _card: Card = field(init=False)
    _changes: Changes = field(init=False)
    _questions: QuestionPosts = field(init=False)
    _halts: HaltPosts = field(init=False)
    _tasks: TaskPosts | None = None
    _reach: Reach = field(init=False)
    _reminders: Reminders = field(init=False)

    def __post_init__(self) -> None:
        self._pace = ProgressPace(self.clock)
        self._card = Card(self.store, self.board, self.status, self.config.command, self._pace)
        self._reach = Reach(self.store, self.config, self.whereabouts)
        self._reminders = Reminders(self.store, self.board, self._reach)
        self._begin()

    def _begin(self) -> None:
        """Know nothing of what was derived before: all that is open is looked at again."""
        self._marker, self._tasks = None, None
        self._changes = Changes(
            self.store, self.board, self.by_hand, self._reach, self.config.command
        )
        self._halts = HaltPosts(self.store, self.board, self.config, self._reach)
        self._questions = QuestionPosts(
            self.store, self.board, self._reach, self.config.command, self.name
        )

    def derive(self) -> int:
        """Want what is new about the daemon and in the record; return how many posts changed."""
        moved = self._moved() if self.board.look() else 0
        said = moved + self._card.derive() + self.derive_record()
        return said + self._reminders.derive()

    def due_in(self) -> float | None:
        """Seconds until time alone will have something said; None when it never will."""
        return soonest(self._reminders.due_in(), self._pace.due_in(), self._questions.due_in())

    def derive_record(self) -> int:
        """Want what is new in the record; hardly any work while nobody has written to it."""
        marker = self.store.change_marker()
        is_due = self._pace.is_due() or self._questions.is_due()
        if marker == self._marker and not is_due:
            return 0
        # Read before deriving: what is written meanwhile is seen at the next call.
        self._marker = marker
        self._reach.look()
        return self._changes.derive() + self._rows()

    def _moved(self) -> int:
        """Say in the channel that was left where the feed goes on."""
        self._begin()
        left = self.board.channel.left
        if left is None:
            return 0
        channel, key = left
        said = blocks.moved_away(self.board.channel.id)
        wanted = self.board.want(key, said, channel=channel)
        self.board.channel.told(key)
        return int(wanted)

    def _rows(self) -> int:
        tasks = self._begun()
        fresh = self._fresh()
        changed = tasks.derive(fresh, since=self._since)
        changed += self._questions.derive(fresh, since=self._since)
        changed += sum(self._note(one) for one in fresh)
        changed += self._halts.derive()
        self._since = None
        self._remember(fresh, tasks)
        return changed

    def _begun(self) -> TaskPosts:
        """The tasks' posts; at first contact and after a start, with where to begin."""
        if self._tasks is None:
            first = self.store.cursors.get(_FIRST)
            if first is None:
                first = self._first_contact()
            else:
                lowest = self.store.cursors.get(_LOWEST)
                self._since = first if lowest is None else lowest
            self._tasks = TaskPosts(
                self.store,
                self.board,
                first,
                self.config.daemon.name,
                self._reach,
                self.config.command,
                self._pace,
                AddedPosts(self.store, self.board, self._commits),
            )
        return self._tasks

    def _commits(self, task: Task, moment: datetime) -> Sequence[Commit] | None:
        """What a task of this machine's daemon has committed since a moment."""
        here = task.daemon == self.config.daemon.name
        return commits_since(self.config.daemon, task, moment) if here else None

    def _first_contact(self) -> int:
        numbers = [one.number for one in self.store.notifications.list(limit=1)]
        numbers += [one.number for one in self.store.tasks.list(limit=1)]
        first = max(numbers, default=0)
        turns = [self.store.turns.last(one.number) for one in self.store.tasks.open()]
        last_turn = max((turn.id for turn in turns if turn is not None), default=0)
        self.store.cursors.move(FIRST_TURN, last_turn)
        self.store.cursors.move(_READ, first)
        self.store.cursors.move(_FIRST, first)
        return first

    def _fresh(self) -> list[Notification]:
        """Notifications since the last time, oldest first."""
        cursor = self.store.cursors.get(_READ) or 0
        fresh: list[Notification] = []
        before = None
        while page := self.store.notifications.list(before=before, limit=_PAGE):
            new = [one for one in page if one.number > cursor]
            fresh += new
            if len(new) < len(page):
                break
            before = page[-1].number
        return fresh[::-1]

    def _note(self, one: Notification) -> bool:
        """Pass on what the daemon says of itself; a task's end and a halt have their own posts."""
        emoji = _EMOJI.get(one.type)
        if "halt" in one.context:
            return False
        if emoji is None or (one.task is not None and one.type is NotificationType.ERROR):
            return False
        parent = self.board.latest(f"task:{one.task}")
        in_thread = one.task is not None and self.board.has(parent)
        words = one.message if one.title in one.message else f"{one.title}: {one.message}"
        message = blocks.notice(emoji, words)
        return self.board.want(f"note:{one.number}", message, parent=parent if in_thread else None)

    def _remember(self, fresh: list[Notification], tasks: TaskPosts) -> None:
        if fresh:
            self.store.cursors.move(_READ, fresh[-1].number)
        known = [number for number in (tasks.lowest(), self._questions.lowest()) if number]
        lowest = min(known) - 1 if known else self.store.cursors.get(_READ) or 0
        before = self.store.cursors.get(_LOWEST)
        if before is None or before < lowest:
            self.store.cursors.move(_LOWEST, lowest)
