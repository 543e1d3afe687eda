"""Reaching people at the right time: reminders, escalations, and one message in the morning.

Each is a post with a key of its own, so that nothing is said twice, whatever is restarted. What
was due while nobody was there to say it is said once, and the next one counts from then on.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

from coffee_bot import blocks
from coffee_bot.reminding import Asked, next_reminder
from coffee_daemon import Matter

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from coffee_bot.feed.board import Board
    from coffee_bot.reaching import Reach
    from coffee_daemon import Question, Store

    #: A question with the key of its message.
    Shown = tuple[Question, str]

_PAGE = 100
#: More reminders than this in an hour are noise to the one person who gets them.
_MOST_AN_HOUR = 3
_HOUR = timedelta(hours=1)
#: The same sums come again at every look.
_next_reminder = lru_cache(maxsize=4_096)(next_reminder)


@dataclass
class Reminders:
    """Derives what is said because time has passed. `derive()` is called by one thread.

    It looks when the record has changed, and at the time that the last look has found.
    """

    store: Store
    board: Board
    reach: Reach
    _now: datetime = field(init=False)
    #: When something is due next, as far as the record tells; None: nothing ever.
    _due: datetime | None = None
    _marker: int | None = None
    #: When somebody was reminded of a question: what the posts know, read once.
    _reminded: dict[tuple[int, str], tuple[datetime, ...]] = field(default_factory=dict)
    #: Until when somebody has put a question off, and when that was said.
    _put_off: dict[tuple[int, str], tuple[datetime, datetime]] = field(default_factory=dict)

    def derive(self) -> int:
        """Want what is due; return how many posts there are to be."""
        marker, self._now = self.store.change_marker(), self.store.now()
        if marker == self._marker and (self._due is None or self._now < self._due):
            return 0
        # Read before deriving: what is written meanwhile is seen at the next call.
        self._marker, self._due = marker, None
        self.reach.look()
        asked = [(one, key) for one in self._open() if (key := self._shown(one))]
        self._remember([one for one, _ in asked])
        said = sum(self._remind(one, key) + self._escalate(one, key) for one, key in asked)
        return said + self._mornings(asked)

    def due_in(self) -> float | None:
        """Seconds until it is worth looking although nothing changes; None: it never is."""
        if self._due is None:
            return None
        return max(0.0, (self._due - self.store.now()).total_seconds())

    def _open(self) -> Iterator[Question]:
        after = None
        while page := self.store.questions.open(after=after, limit=_PAGE):
            yield from page
            if len(page) < _PAGE:
                return
            after = page[-1].number

    def _shown(self, asked: Question) -> str:
        """The key of the question's message; empty while it is not shown."""
        key = self.board.latest(f"question:{asked.number}")
        return key if self.board.url(key) else ""

    def _remember(self, asked: list[Question]) -> None:
        """Read what people have put off and were told, and forget what is closed."""
        numbers = {one.number for one in asked}
        snoozes = self.store.contacts.snoozes() if numbers else []
        self._put_off = {(one.question, one.person): (one.until, one.said_at) for one in snoozes}
        self._reminded = {pair: told for pair, told in self._reminded.items() if pair[0] in numbers}
        for one in asked:
            for person in self.reach.people(one):
                self._told(one.number, person)

    def _remind(self, asked: Question, parent: str) -> int:
        every = asked.silence.remind
        every = self.reach.config.remind_after if every is None else every
        people = self.reach.people(asked)
        return sum(self._remind_one(asked, person, every, parent) for person in people)

    def _remind_one(self, asked: Question, person: str, every: timedelta, parent: str) -> bool:
        contact = self.reach.contact(person)
        if not every or not contact.wants(Matter.REMINDERS):
            return False
        told = self._told(asked.number, person)
        put_off = self._put_off.get((asked.number, person))
        counts = Asked(at=asked.created_at, every=every, reminded=told, snoozed=put_off)
        hours, zone = self.reach.hours(contact), self.reach.zone(contact)
        due = _next_reminder(counts, hours, zone)
        # Nobody may have been there to remind when it was due, and by now it may be night.
        if due is None or not self._is_due(hours.next_from(max(due, self._now), zone)):
            return False
        if self._had_enough(person):
            return False
        self._reminded[asked.number, person] = (*told, self._now)
        key = f"reminder:{asked.number}:{person}:{len(told) + 1}"
        message = blocks.reminder(asked, person, command=self.reach.config.command)
        return self.board.want(key, message, parent=parent)

    def _had_enough(self, person: str) -> bool:
        """Whether somebody was reminded of so many questions that the next ones wait."""
        lately = sorted(
            at
            for (_, who), told in self._reminded.items()
            for at in told
            if who == person and at > self._now - _HOUR
        )
        if len(lately) < _MOST_AN_HOUR:
            return False
        self._plan(lately[-_MOST_AN_HOUR] + _HOUR)
        return True

    def _told(self, number: int, person: str) -> tuple[datetime, ...]:
        if (number, person) not in self._reminded:
            found: list[datetime] = []
            while post := self.store.posts.get(f"reminder:{number}:{person}:{len(found) + 1}"):
                found.append(post.created_at)
            self._reminded[number, person] = tuple(found)
        return self._reminded[number, person]

    def _escalate(self, asked: Question, parent: str) -> int:
        """Mention the people whom its asker has named."""
        at = asked.escalate_at
        if at is None or not self._is_due(at):
            return 0
        return sum(self._escalate_to(asked, one, parent) for one in asked.silence.escalate)

    def _escalate_to(self, asked: Question, person: str, parent: str) -> bool:
        """Mention one of them, once, as soon as it is not quiet for that person."""
        key, contact = f"escalation:{asked.number}:{person}", self.reach.contact(person)
        if self.board.has(key):
            return False
        if not asked.silence.urgent:
            if not contact.wants(Matter.QUESTIONS):
                return False
            if self.reach.is_quiet(contact):
                hours, zone = self.reach.hours(contact), self.reach.zone(contact)
                self._plan(hours.next_from(self._now, zone))
                return False
        return self.board.want(key, blocks.escalation(asked, person), parent=parent)

    def _mornings(self, asked: list[Shown]) -> int:
        theirs: dict[str, list[Shown]] = {}
        for one, key in asked:
            for person in self.reach.people(one):
                theirs.setdefault(person, []).append((one, key))
        return sum(self._morning(person, found) for person, found in theirs.items())

    def _morning(self, person: str, asked: list[Shown]) -> bool:
        """Tell somebody, when the day's hours begin, of what came before without a mention."""
        fresh = [one for one, key in asked if self._is_news(one, person, key)]
        if not fresh or not self.reach.contact(person).wants(Matter.MORNING):
            return False
        day, following = self.reach.stretches(person)
        if day.begins > self._now:
            self._plan(day.begins)
            return False
        self._plan(following.begins)
        key = f"morning:{person}:{day.day}"
        if all(one.created_at >= day.begins for one in fresh) or self.board.has(key):
            return False
        urls = {one.number: self.board.url(where) for one, where in asked}
        message = blocks.morning(person, [one for one, _ in asked], urls)
        wanted = self.board.want(key, message, channel=self.reach.direct(person))
        self.store.contacts.had_morning(person)
        return wanted

    def _is_news(self, asked: Question, person: str, key: str) -> bool:
        """Whether somebody was told of a question neither by its message nor in a morning."""
        before = self.reach.contact(person).morning_at
        told = self.reach.told(key) or frozenset()
        return person not in told and (before is None or before <= asked.created_at)

    def _is_due(self, at: datetime) -> bool:
        """Whether it is time; if not, it is looked at again when it is."""
        if at <= self._now:
            return True
        self._plan(at)
        return False

    def _plan(self, at: datetime) -> None:
        self._due = at if self._due is None else min(self._due, at)
