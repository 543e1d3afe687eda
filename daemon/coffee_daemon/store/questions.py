"""Verbs of questions; those of the replies to them are in `replies`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from coffee_daemon.errors import BadInput
from coffee_daemon.notifications import Question, QuestionState
from coffee_daemon.silence import Silence
from coffee_daemon.store import asking, closing, collecting, lineage
from coffee_daemon.store.moves import BEYOND
from coffee_daemon.store.replies import Replies
from coffee_daemon.store.rows import answers
from coffee_daemon.store.rows import questions as rows
from coffee_daemon.store.schema import questions
from coffee_daemon.store.sizes import bounded

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from coffee_daemon.notifications import Answer, Person
    from coffee_daemon.tasks import Exchange

Page = list[Question]

#: What an approval offers unless its asker says otherwise.
APPROVAL = ("Approve", "Reject")


@dataclass(frozen=True)
class Questions(Replies):
    """What the daemon wants to know from people. Silence never closes one."""

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
        silence: Silence | None = None,
        who: Person | None = None,
        most_open: int | None = None,
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
            silence: What happens while nobody answers; None waits for ever.
            who: Who asks, outside any turn.
            most_open: How many a task may have open; None: any number.

        Raises:
            BadInput: The question is empty or too long, or its silence cannot be kept.
            Refused: It assumes what may not be assumed.
            TurnOver: The turn has ended.
            TooManyQuestions: The task has as many open as it may.
        """
        if not text.strip():
            raise BadInput("The question has no words.", hint="Say what should be decided.")
        labels = tuple(dict.fromkeys(options)) or (APPROVAL if approve else ())
        kept = silence or Silence()
        kept.check(approval=approve)
        asked = asking.Asked(
            text=bounded(text.strip()),
            options=labels,
            why=why,
            kind=asking.kind_of(labels, approve=approve),
            subject=subject or {},
            silence=kept,
            who=who,
            most_open=most_open,
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

    def before(self, question: Question) -> Exchange | None:
        """Return the earlier question in the same words with its answer; None when it has none."""
        if question.same_as is None:
            return None
        with self.doors.reading() as connection:
            return lineage.before(connection, question)

    def newest_words(self) -> int:
        """Return the id of the answer or follow-up that was recorded last; 0 when there is none."""
        with self.doors.reading() as connection:
            return answers.newest(connection)

    def added_to(self, after: int) -> set[int]:
        """Return the tasks that have follow-ups with ids above `after`."""
        with self.doors.reading() as connection:
            return answers.tasks_added_to(connection, after)

    def reworded(self, after: int) -> set[int]:
        """Return the questions that follow-ups with ids above `after` are about."""
        with self.doors.reading() as connection:
            return answers.reworded(connection, after)

    def changes(self, question: Question) -> tuple[Answer, ...]:
        """Return what people said of it after its task had gone on, in the order they said it."""
        with self.doors.reading() as connection:
            return answers.changes(connection, question)

    def answers(self, number: int) -> tuple[Answer, ...]:
        """Return the replies to a question that stand, oldest first."""
        with self.doors.reading() as connection:
            return answers.of_question(connection, number)

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

    def close_due(self) -> Page:
        """Close open questions past a time that their asker set, as it said; return them."""
        now = self.doors.now()
        # Almost always there are none, and a look disturbs nobody.
        with self.doors.reading() as connection:
            if not closing.any_due(connection, now):
                return []
        with self.doors.writing() as connection:
            return closing.close_due(connection, now)

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
