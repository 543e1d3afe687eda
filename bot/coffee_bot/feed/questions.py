"""Each question: a channel message of its own, kept up to date."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import timedelta
from itertools import count
from typing import TYPE_CHECKING

from coffee_bot import blocks
from coffee_bot.intent import Message
from coffee_daemon import ENDED, NotificationType, QuestionState, TurnEnd

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from datetime import datetime

    from coffee_bot.feed.board import Board
    from coffee_bot.reaching import Reach
    from coffee_daemon import Answer, Exchange, Notification, Question, Store

_UNSETTLED = frozenset({QuestionState.OPEN, QuestionState.ANSWERED})
#: What is said of these later is the task's, and changes what it works with.
_WENT_ON = frozenset({QuestionState.PICKED_UP, QuestionState.ASSUMED})
_PAGE = 100
#: An answer that is picked up when its quiet time ends needs no edit of its own before that.
_LIES_AFTER = timedelta(seconds=5)


@dataclass
class QuestionPosts:
    """Derives the posts of questions. A question that was never shown open is not shown."""

    store: Store
    board: Board
    reach: Reach
    command: str
    #: The name of a person, by the id.
    name: Callable[[str], str] = str
    _live: set[int] = field(default_factory=set)
    _shown: dict[int, object] = field(default_factory=dict)
    #: The newest answer at the last look; None before the first one.
    _newest: int | None = None
    #: When an answer will have lain there for long enough to say so; None: none lies there.
    _due: datetime | None = None

    def derive(self, fresh: Iterable[Notification], *, since: int | None = None) -> int:
        """Want what changed; return how many posts did.

        Args:
            fresh: Notifications since the last time.
            since: Look also at every question above this number, as after a start.
        """
        self._due = None
        unsettled = {one.number: one for one in self._unsettled()}
        asked = {one.number for one in fresh if one.type is NotificationType.QUESTION}
        missed = set() if since is None else set(self._above(since))
        others = sorted((self._live | asked | missed | self._reworded()) - set(unsettled))
        found = [*unsettled.values(), *(self.store.questions.get(number) for number in others)]
        # Before they are shown: what ends meanwhile is looked at once more.
        self._live = {one.number for one in found if self._may_change(one)}
        changed = sum(self._derive_one(one) for one in found)
        self._shown = {one: seen for one, seen in self._shown.items() if one in self._live}
        return changed

    def lowest(self) -> int | None:
        """The lowest number that may still change; None when none can."""
        return min(self._live, default=None)

    def due_in(self) -> float | None:
        """Seconds until a message changes by time alone; None when none will."""
        if self._due is None:
            return None
        return max(0.0, (self._due - self.store.now()).total_seconds())

    def is_due(self) -> bool:
        """Whether a message changes now by time alone."""
        return self.due_in() == 0.0

    def _lies(self, question: Question) -> bool:
        """Whether its quiet time is over and nobody has picked the answer up; else when, maybe."""
        if question.state is not QuestionState.ANSWERED or question.closes_at is None:
            return False
        at = question.closes_at + _LIES_AFTER
        if at <= self.store.now():
            return True
        self._due = at if self._due is None else min(self._due, at)
        return False

    def _reworded(self) -> set[int]:
        """Those that somebody said something of after the pick-up; at first of tasks that go on."""
        last, self._newest = self._newest, self.store.questions.newest_words()
        if last is None:
            back = (one.number for one in self.store.tasks.open() if one.reopened)
            asked = (one for task in back for one in self.store.questions.of_task(task))
            return {one.number for one in asked if one.state in _WENT_ON}
        return self.store.questions.reworded(after=last) if last != self._newest else set()

    def _unsettled(self) -> Iterator[Question]:
        """What may still be answered or changed, but for answers to what was never shown."""
        after = None
        while page := self.store.questions.changeable(after=after, limit=_PAGE):
            yield from (one for one in page if self._is_here(one))
            if len(page) < _PAGE:
                return
            after = page[-1].number

    def _is_here(self, question: Question) -> bool:
        base = f"question:{question.number}"
        return question.state is QuestionState.OPEN or self.board.has(self.board.latest(base))

    def _above(self, number: int) -> Iterator[int]:
        before = None
        while page := self.store.questions.recent(before=before, limit=_PAGE):
            for question in page:
                if question.number <= number:
                    return
                yield question.number
            before = page[-1].number

    def _derive_one(self, question: Question) -> int:
        base = f"question:{question.number}"
        settled = question.state not in _UNSETTLED
        # What is settled stays where it was; what is open goes along with the feed.
        key = self.board.latest(base) if settled else self.board.key(base)
        if settled and not self.board.has(key):
            return 0
        url = self.board.url(self.board.latest(f"task:{question.task}")) if question.task else ""
        came_in, after = self._came_in(question), self._follows_url(question)
        told = (came_in, self._may_change(question), self._lies(question))
        seen = (question, url, after, self.board.url(key), told)
        if self._shown.get(question.number) == seen:
            return 0
        self._shown[question.number] = seen
        changed = int(self.board.want(key, self._message(question, url, key)))
        changed += self._left(question, base, key, url)
        changed += self._linked(question, key) + self._taken(question, key)
        changed += self._reminders_over(question, key)
        return changed + self._assumed(question, key)

    def _left(self, question: Question, base: str, key: str, url: str) -> int:
        """Say where a question goes on, in the channels that the feed has left."""
        here, old = self.board.url(key), [one for one in self.board.elsewhere(base) if one != key]
        if not here or not old:
            return 0
        message = (
            blocks.moved_question(question, here, self.board.channel.id)
            if question.state in _UNSETTLED
            else self._message(question, url, key)
        )
        return sum(self.board.want(one, message) for one in old)

    def _message(self, question: Question, url: str, key: str) -> Message:
        mentions = self.reach.mentions(question, key)
        task = self.store.tasks.get(question.task) if question.task else None
        answers, used_at = self._came_in(question)
        # Without a quiet time, since it is over: there is nothing to send sooner.
        shown = replace(question, closes_at=None) if self._lies(question) else question
        return blocks.question(
            shown,
            task=task,
            task_url=url,
            mentions=mentions or (None if self.reach.people(question) else ()),
            answers=answers,
            used_at=used_at,
            before=self._before(question),
            follows_url=self._follows_url(question),
            names={one: self.name(one) for one in question.silence.escalate},
            command=self.command,
        )

    def _before(self, question: Question) -> Exchange | None:
        """What was answered to the same question before, while that is on offer."""
        is_open = question.state is QuestionState.OPEN
        return self.store.questions.before(question) if is_open else None

    def _follows_url(self, question: Question) -> str:
        if question.follows is None:
            return ""
        return self.board.url(self.board.latest(f"question:{question.follows}"))

    def _came_in(self, question: Question) -> tuple[tuple[Answer, ...], datetime | None]:
        """The answers, and when the turn that has them ended well."""
        if question.state is QuestionState.OPEN:
            return (), None
        answers = self.store.questions.answers(question.number)
        holder = answers[-1].turn if answers else None
        turn = None if holder is None else self.store.turns.get(holder)
        if question.state in _WENT_ON:
            answers = (*answers, *self.store.questions.changes(question))
        return answers, turn.ended_at if turn and turn.end is TurnEnd.OK else None

    def _may_change(self, question: Question) -> bool:
        """Whether its message may change again: until the task that has the answer has ended."""
        if question.state not in _WENT_ON or question.task is None:
            return question.state in _UNSETTLED
        return self.store.tasks.get(question.task).state not in ENDED

    def _linked(self, question: Question, key: str) -> bool:
        """Link to the question in its task's thread, which stays the task's own."""
        url, parent = self.board.url(key), self.board.latest(f"task:{question.task}")
        if question.task is None or not url or not self.board.has(parent):
            return False
        said = f"❓ Asks <{url}|#{question.number} {blocks.line(question.text, 150)}>"
        return self.board.want(f"asked:{question.number}", _said(said), parent=parent)

    def _taken(self, question: Question, key: str) -> bool:
        """The receipt of a question that no task asked; a task's receipts come with its turns."""
        if question.state is not QuestionState.PICKED_UP or question.task is not None:
            return False
        at = question.picked_up_at or question.created_at
        return self.board.want(f"receipt:{question.number}:0", blocks.fetched(at), parent=key)

    def _reminders_over(self, question: Question, key: str) -> int:
        """Take what can be pressed, and that it is open, out of what people were reminded by."""
        if question.state is QuestionState.OPEN:
            return 0
        over = (
            self.board.want(
                reminder,
                blocks.reminder(question, person, command=self.command),
                parent=key,
            )
            for person in self.reach.people(question)
            for reminder in self._reminders_of(question.number, person)
        )
        return sum(over)

    def _reminders_of(self, number: int, person: str) -> Iterator[str]:
        for time in count(1):
            key = f"reminder:{number}:{person}:{time}"
            if not self.board.has(key):
                return
            yield key

    def _assumed(self, question: Question, key: str) -> bool:
        """Tell its thread that its default was assumed; whoever follows it may overrule that."""
        if question.state is not QuestionState.ASSUMED:
            return False
        return self.board.want(
            f"assumed:{question.number}", blocks.told_assumed(question), parent=key
        )


def _said(text: str) -> Message:
    block = {"type": "section", "text": {"type": "mrkdwn", "text": text}}
    return Message(text=text, blocks=(block,))
