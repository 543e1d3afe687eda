"""Whom a question is for, and whether each of them may be mentioned now."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from coffee_bot.reminding import USUAL, read_hours, said, zone_of
from coffee_daemon import Contact, Matter

if TYPE_CHECKING:
    from datetime import tzinfo

    from coffee_bot.config import BotConfig
    from coffee_bot.reaching.whereabouts import Whereabouts
    from coffee_bot.reminding import Hours, Stretch
    from coffee_daemon import Question, Store

#: What a Slack user's id looks like; people at the machine have other ids.
_USER = re.compile(r"[UW][A-Z0-9]{2,}")
_MENTION = re.compile(r"<@([UW][A-Z0-9]{2,})>")
#: More than this is forgotten and read anew, so that a long life needs no more memory.
_MOST_KNOWN = 10_000


@dataclass
class Reach:
    """Knows the people behind questions: their hours, and what they want to be told of.

    Whom a message mentions is decided once, when it is first wanted: later edits of it notify
    nobody, and must not depend on the time of day.
    """

    store: Store
    config: BotConfig
    #: Finds out where people are; without it only what the record knows counts.
    whereabouts: Whereabouts | None = None
    _contacts: dict[str, Contact] = field(default_factory=dict)
    _authors: dict[int, str] = field(default_factory=dict)
    _told: dict[str, frozenset[str]] = field(default_factory=dict)

    def look(self) -> None:
        """Read anew what people have chosen."""
        self._contacts = self.store.contacts.all()
        for known in (self._authors, self._told):
            if len(known) > _MOST_KNOWN:
                known.clear()

    def people(self, question: Question) -> tuple[str, ...]:
        """Whom a question is for: who handed its task over, else the people asked first."""
        author = self._author(question.task) if question.task else ""
        return (author,) if author else self.config.ask_first

    def mentions(self, question: Question, key: str) -> tuple[str, ...]:
        """Whom the question's message of that key mentions."""
        people, told = self.people(question), self.told(key)
        if told is not None:
            return tuple(one for one in people if one in told)
        urgent = question.silence.urgent
        return tuple(one for one in people if urgent or self.may_hear(one, Matter.QUESTIONS))

    def admins(self, key: str) -> list[str]:
        """Which admins the message of that key mentions, of a crash or a limit."""
        # A user group has no hours of its own.
        admins = [one for one in sorted(self.config.admins) if _USER.fullmatch(one)]
        told = self.told(key)
        if told is not None:
            return [one for one in admins if one in told]
        return [one for one in admins if self.may_hear(one, Matter.CRASHES)]

    def author(self, who: str, key: str) -> bool:
        """Whether the task's message of that key mentions who handed it over."""
        told = self.told(key)
        # Somebody who hands work over is there; it is what follows that may be unwanted.
        return self.contact(who).wants(Matter.TASKS) if told is None else who in told

    def told(self, key: str) -> frozenset[str] | None:
        """Whom a message mentions; None when it is not wanted yet."""
        if key not in self._told:
            post = self.store.posts.get(key)
            if post is None:
                return None
            self._told[key] = frozenset(_MENTION.findall(post.text))
        return self._told[key]

    def may_hear(self, person: str, matter: Matter) -> bool:
        """Whether somebody wants to be told of such a thing, and may be mentioned now."""
        contact = self.contact(person)
        return contact.wants(matter) and not self.is_quiet(contact)

    def is_quiet(self, contact: Contact) -> bool:
        """Whether it is quiet for somebody now. It never is where nobody has set any hours."""
        hours = self._set_hours(contact)
        return hours is not None and not hours.holds(self.store.now(), self.zone(contact))

    def hours(self, contact: Contact) -> Hours:
        """In which hours somebody is reminded: one's own, else the team's, else the usual ones."""
        return self._set_hours(contact) or USUAL

    def hours_in_words(self, contact: Contact) -> str:
        """The same for people to read."""
        hours = self._set_hours(contact)
        if hours is None:
            return f"mentions at any time, reminders {said(USUAL)}"
        return "at any time" if hours.never_rest else said(hours)

    def stretches(self, person: str) -> tuple[Stretch, Stretch]:
        """The stretch of somebody's hours that is not over now, and the one after it."""
        contact = self.contact(person)
        found = self.hours(contact).stretches(self.store.now(), self.zone(contact))
        return next(found), next(found)

    def contact(self, person: str) -> Contact:
        """What the record knows of somebody."""
        return self._contacts.get(person) or Contact(id=person)

    def zone(self, contact: Contact) -> tzinfo:
        """Where somebody's clock stands; Slack may be asked."""
        if self.whereabouts is not None:
            contact = self._contacts[contact.id] = self.whereabouts.locate(contact)
        return zone_of(contact.zone, contact.offset)

    def direct(self, person: str) -> str:
        """Where somebody is spoken to directly; without a conversation it is the person's id.

        What was posted to that cannot be read back.
        """
        contact = self.contact(person)
        if self.whereabouts is not None:
            contact = self._contacts[person] = self.whereabouts.speak(contact)
        return contact.direct or person

    def _set_hours(self, contact: Contact) -> Hours | None:
        return read_hours(contact.hours) or self.config.hours

    def _author(self, task: int) -> str:
        """The Slack id of who handed a task over; empty for anybody else. It never changes."""
        if task not in self._authors:
            who = self.store.tasks.get(task).author
            found = who.id if who is not None and _USER.fullmatch(who.id) else ""
            self._authors[task] = found
        return self._authors[task]
