"""Verbs of questions and the replies to them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from coffee_daemon.errors import BadInput
from coffee_daemon.notifications import (
    Question,
    QuestionState,
    Receipt,
)
from coffee_daemon.store import asking, closing, collecting, replying
from coffee_daemon.store.moves import BEYOND
from coffee_daemon.store.rows import answers
from coffee_daemon.store.rows import questions as rows
from coffee_daemon.store.rows.answers import Words
from coffee_daemon.store.schema import questions
from coffee_daemon.store.sizes import bounded

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime, timedelta

    from coffee_daemon.notifications import Answer, Person, Via
    from coffee_daemon.store.engine import Doors

Page = list[Question]

#: What an approval offers unless its asker says otherwise.
APPROVAL = ("Approve", "Reject")


@dataclass(frozen=True)
class Questions:
    """What the daemon wants to know from people. Silence never closes one."""

    doors: Doors

    def ask(
        self,
        *,
        daemon: str,
        text: str,
        options: Sequence[str] = (),
        why: str = "",
        approve: bool = False,
        subject: Mapping[str, Any] | None = None,
        turn_nonce: str | None = None,
        expires_at: datetime | None = None,
        who: Person | None = None,
    ) -> Question:
        """Store a question under the next number.

        The same words asked again by a task, while not picked up, return the first question.

        Args:
            daemon: Whose question it is; the turn's own daemon when there is a turn.
            text: The question.
            options: Labels of choices; they get the ids `1`, `2`, ... One given twice is one.
            why: Why it matters.
            approve: It is decided by one of its options, exactly; Approve and Reject unless given.
            subject: What the asker's program needs to go on; kept as JSON.
            turn_nonce: The asking turn's COFFEE_TURN; None outside any turn.
            expires_at: When the asker no longer needs an answer; None waits for ever.
            who: Who asks, outside any turn.

        Raises:
            BadInput: The question is empty, or too long.
            TurnOver: The turn has ended.
        """
        if not text.strip():
            raise BadInput("The question has no words.", hint="Say what should be decided.")
        labels = tuple(dict.fromkeys(options)) or (APPROVAL if approve else ())
        asked = asking.Asked(
            text=bounded(text.strip()),
            options=labels,
            why=why,
            kind=asking.kind_of(labels, approve=approve),
            subject=subject or {},
            expires_at=expires_at,
            who=who,
        )
        with self.doors.writing() as connection:
            now = self.doors.now()
            if turn_nonce is None:
                return asking.outside(connection, asked, daemon, now)
            return asking.within(connection, asked, turn_nonce, now)

    def get(self, number: int) -> Question:
        """Return the question of that number.

        Raises:
            NotFound: There is none.
        """
        with self.doors.reading() as connection:
            return rows.find(connection, number)

    def open(self, daemon: str | None = None, after: int | None = None, limit: int = 50) -> Page:
        """Return open questions, oldest first; `after` is the last number of the page before."""
        wanted = select(questions).where(questions.c.state == QuestionState.OPEN)
        wanted = wanted.where(questions.c.number > (after or 0))
        if daemon is not None:
            wanted = wanted.where(questions.c.daemon == daemon)
        with self.doors.reading() as connection:
            found = connection.execute(wanted.order_by(questions.c.number).limit(limit))
            return [rows.as_question(row) for row in found]

    def changeable(self, after: int | None = None, limit: int = 50) -> Page:
        """Return questions that are open or answered and not picked up, oldest first.

        Their replies may still be added, edited and taken back.
        """
        wanted = select(questions).where(questions.c.number > (after or 0))
        wanted = wanted.order_by(questions.c.number).limit(limit)
        with self.doors.reading() as connection:
            found = [
                rows.as_question(row)
                for state in rows.UNSETTLED
                for row in connection.execute(wanted.where(questions.c.state == state))
            ]
        return sorted(found, key=lambda one: one.number)[:limit]

    def recent(self, before: int | None = None, limit: int = 20) -> Page:
        """Return a page of all questions, newest first."""
        wanted = select(questions).where(questions.c.number < (before or BEYOND))
        with self.doors.reading() as connection:
            found = connection.execute(wanted.order_by(questions.c.number.desc()).limit(limit))
            return [rows.as_question(row) for row in found]

    def of_task(self, number: int) -> Page:
        """Return a task's questions, oldest first."""
        with self.doors.reading() as connection:
            return rows.of_task(connection, number)

    def answers(self, number: int) -> tuple[Answer, ...]:
        """Return the replies to a question that stand, oldest first."""
        with self.doors.reading() as connection:
            return answers.of_question(connection, number)

    def reply(
        self,
        number: int,
        *,
        text: str,
        who: Person,
        via: Via,
        source: str,
        quiet: timedelta,
        option: str | None = None,
        said_at: datetime | None = None,
    ) -> Receipt:
        """Record a reply. Each one begins the quiet time anew; after pick-up it is a follow-up.

        Args:
            number: The question's.
            text: The person's words; the option's label stands in when they are empty.
            who: The person.
            via: Where the words came from.
            source: What makes it unique; the same source again changes nothing.
            quiet: How long nothing more must come before it may be picked up.
            option: The id of the chosen option.
            said_at: When the person said it; None: just now.

        Raises:
            NotFound: There is no such question.
            BadInput: The question has no such option, or the text is too long.
        """
        words = Words(
            text=bounded(text), who=who, via=via, source=source, option=option, said_at=said_at
        )
        with self.doors.writing() as connection:
            return replying.reply(connection, number, words, now=self.doors.now(), quiet=quiet)

    def choose(
        self,
        number: int,
        *,
        option: str,
        who: Person,
        via: Via,
        source: str,
        quiet: timedelta,
        said_at: datetime | None = None,
    ) -> Receipt:
        """Record an option that somebody pressed, until the question is picked up.

        It stands in place of the one that the same person pressed before; the same one again
        changes nothing.

        Args:
            number: The question's.
            option: The id of the option.
            who: The person.
            via: Where it was pressed.
            source: What makes this press unique; those of one person sort by their time.
            quiet: How long it may still be changed.
            said_at: When it was pressed; None: just now.

        Raises:
            NotFound: There is no such question.
            BadInput: The question has no such option.
        """
        words = Words(
            text="", who=who, via=via, source=f"press:{source}", option=option, said_at=said_at
        )
        with self.doors.writing() as connection:
            return replying.choose(connection, number, words, now=self.doors.now(), quiet=quiet)

    def send_now(self, number: int) -> bool:
        """End the quiet time of an answered question; False when none runs."""
        now = self.doors.now()
        with self.doors.writing() as connection:
            return rows.end_quiet_time(connection, number, now)

    def edit_reply(self, source: str, *, text: str, quiet: timedelta) -> Receipt | None:
        """Change a reply's words before pick-up; after it they stay (TOO_LATE).

        None when no reply of that source stands.

        Raises:
            BadInput: The text is too long; the earlier words stay.
        """
        words = bounded(text)
        with self.doors.writing() as connection:
            return replying.edit(connection, source, words, now=self.doors.now(), quiet=quiet)

    def delete_reply(self, source: str) -> Receipt | None:
        """Take a reply back before pick-up; after it, it stays (TOO_LATE).

        A question whose only reply is taken back is open again. None when no reply of that
        source stands.
        """
        with self.doors.writing() as connection:
            return replying.take_back(connection, source, now=self.doors.now())

    def withdraw(self, number: int, *, who: Person, turn_nonce: str | None = None) -> Question:
        """Cancel a question that nobody needs answered; its task goes on when nothing else is open.

        Args:
            number: The question's.
            who: Who needs no answer any more.
            turn_nonce: The COFFEE_TURN of the turn that withdraws it; nobody has to tell that one.

        Raises:
            NotFound: There is no such question.
            IllegalMove: It is closed already.
        """
        with self.doors.writing() as connection:
            return closing.withdraw(connection, number, who, turn_nonce, self.doors.now())

    def expire_due(self) -> Page:
        """Expire open questions past the time that their asker set, and return them."""
        now = self.doors.now()
        # Almost always there are none, and a look disturbs nobody.
        with self.doors.reading() as connection:
            if not closing.any_due(connection, now):
                return []
        with self.doors.writing() as connection:
            return closing.expire_due(connection, now)

    def collect(
        self, number: int, turn_nonce: str | None = None
    ) -> tuple[Question, tuple[Answer, ...]]:
        """Take the answer of a question, once its quiet time is over.

        A task's answer is taken by a running turn of that task; whoever else looks sees it and
        leaves it. Returns the question as it stands, and its replies; until `picked_up`, look
        again later.

        Args:
            number: The question's.
            turn_nonce: The COFFEE_TURN of the turn that wants it; None outside any turn.

        Raises:
            NotFound: There is no such question.
        """
        with self.doors.reading() as connection:
            ripe, found = collecting.look(connection, number, turn_nonce, now=self.doors.now())
        if not ripe:
            return found
        with self.doors.writing() as connection:
            return collecting.take(connection, number, turn_nonce, now=self.doors.now())

    def next_close(self, daemon: str, after: datetime | None = None) -> datetime | None:
        """When this daemon should look again: a quiet time, an expiry or a pause that ends.

        Args:
            daemon: Its name.
            after: Only moments after this one; now unless given. Pass the time of the last
                look, so that what became due since is not missed.
        """
        since = after or self.doors.now()
        with self.doors.reading() as connection:
            return closing.next_close(connection, daemon, since)
