"""Which earlier questions a new one belongs to.

One in the same words that people answered before: its answer is offered to people, and decides
nothing by itself. And one whose answer asked something back: the task's next question follows it.
"""

from __future__ import annotations

from datetime import timedelta
from hashlib import sha256
from typing import TYPE_CHECKING

from sqlalchemy import select

from coffee_daemon.errors import NotFound
from coffee_daemon.notifications import AnswerKind, QuestionState
from coffee_daemon.store.rows import answers
from coffee_daemon.store.rows import questions as rows
from coffee_daemon.store.schema import questions
from coffee_daemon.tasks import Exchange

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.engine import Connection

    from coffee_daemon.notifications import Question

#: What people said longer ago may no longer be what they think.
STILL_MEANT = timedelta(days=30)


def key_of(text: str) -> str:
    """Return the same for the same words, whatever their case and blanks."""
    return sha256(" ".join(text.split()).casefold().encode()).hexdigest()[:32]


def same_as(
    connection: Connection, daemon: str, text: str, kind: AnswerKind, now: datetime
) -> int | None:
    """Return the daemon's last question in these words that a person has answered of late.

    Leave that was given once is no leave for another time, so approvals have none.
    """
    if kind is AnswerKind.APPROVAL:
        return None
    wanted = select(questions.c.number).where(
        questions.c.daemon == daemon,
        questions.c.text_key == key_of(text),
        questions.c.state == QuestionState.PICKED_UP,
        questions.c.answer_kind != AnswerKind.APPROVAL.value,
        questions.c.answered_at >= now - STILL_MEANT,
    )
    return connection.execute(
        wanted.order_by(questions.c.number.desc()).limit(1)
    ).scalar_one_or_none()


def before(connection: Connection, question: Question) -> Exchange | None:
    """Return the earlier question in the same words with its answer; None when it has none."""
    if question.same_as is None:
        return None
    try:
        earlier = rows.find(connection, question.same_as)
    except NotFound:
        # Forgotten since, as everything that has ended is one day.
        return None
    said = answers.of_question(connection, earlier.number)
    # Whoever changed it after the pick-up means the change.
    found = Exchange(question=earlier, answers=(*said, *answers.changes(connection, earlier)))
    return found if found.answer is not None else None


def followed(connection: Connection, task: int) -> int | None:
    """Return the task's question whose answer asked back, where nothing was asked since."""
    asked = rows.of_task(connection, task)
    newest = max((one.created_at for one in asked), default=None)
    taken = {one.follows for one in asked}
    for one in reversed(asked):
        if one.picked_up_at is None or newest is None or one.picked_up_at < newest:
            continue
        found = Exchange(question=one, answers=answers.of_question(connection, one.number))
        if one.number not in taken and found.asks_back:
            return one.number
    return None
