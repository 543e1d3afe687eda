"""Rows of questions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select, update

from coffee_daemon.errors import IllegalMove, NotFound
from coffee_daemon.notifications import (
    QUESTION_MOVES,
    AnswerKind,
    Option,
    Question,
    QuestionState,
)
from coffee_daemon.store.moves import moving
from coffee_daemon.store.rows import notifications, people, silence
from coffee_daemon.store.schema import questions

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Row
    from sqlalchemy.engine import Connection

#: Not yet with a turn, and still to be.
UNSETTLED = (QuestionState.OPEN, QuestionState.ANSWERED)
#: Ended without an answer.
UNANSWERED = (QuestionState.CANCELLED, QuestionState.EXPIRED, QuestionState.ASSUMED)


def as_question(row: Row[Any]) -> Question:
    """Return the noun."""
    return Question(
        number=row.number,
        daemon=row.daemon,
        text=row.text,
        why=row.why,
        options=tuple(Option(id=one["id"], label=one["label"]) for one in row.options),
        answer_kind=AnswerKind(row.answer_kind),
        subject=row.subject or {},
        session=row.session,
        state=row.state,
        task=row.task,
        turn=row.turn,
        closes_at=row.closes_at,
        silence=silence.of(row),
        decided_by=people.maybe(row, "decider"),
        created_at=row.created_at,
        answered_at=row.answered_at,
        picked_up_at=row.picked_up_at,
        same_as=row.same_as,
        follows=row.follows,
        assumed_at=row.assumed_at,
    )


def find(connection: Connection, number: int) -> Question:
    """Return the question of that number.

    Raises:
        NotFound: There is none.
    """
    row = connection.execute(select(questions).where(questions.c.number == number)).one_or_none()
    if row is None:
        raise NotFound(f"There is no question #{number}.", hint="See `coffee questions`.")
    return as_question(row)


def move(
    connection: Connection, number: int, to: QuestionState, *, now: datetime, **values: Any
) -> Question:
    """Take a question to another state, with whatever else changes along.

    Raises:
        IllegalMove: Its state has no such move; nothing was changed.
    """
    step = moving(questions, QUESTION_MOVES, to, **values).where(questions.c.number == number)
    row = connection.execute(step.returning(questions)).one_or_none()
    if row is None:
        state = find(connection, number).state.replace("_", " ")
        raise IllegalMove(f"#{number} is already {state}.")
    if not {*UNSETTLED} & {to}:
        notifications.see(connection, [number], now)
    return as_question(row)


def change(connection: Connection, number: int, **values: Any) -> Question:
    """Change what is not the state."""
    changed = update(questions).where(questions.c.number == number).values(**values)
    return as_question(connection.execute(changed.returning(questions)).one())


def end_quiet_time(connection: Connection, number: int, now: datetime) -> bool:
    """Let an answer be picked up at once; False when its quiet time is over, or it has none."""
    ended = update(questions).where(questions.c.number == number, questions.c.closes_at > now)
    ended = ended.where(questions.c.state == QuestionState.ANSWERED).values(closes_at=now)
    return connection.execute(ended.returning(questions.c.number)).one_or_none() is not None


def of_task(connection: Connection, task: int) -> list[Question]:
    """Return a task's questions, oldest first."""
    wanted = select(questions).where(questions.c.task == task).order_by(questions.c.number)
    return [as_question(row) for row in connection.execute(wanted)]


def any_of(connection: Connection, task: int, *states: QuestionState, untold: bool = False) -> bool:
    """Whether a task has a question in one of `states`; `untold`: whose end no turn was told."""
    wanted = select(questions.c.number).where(questions.c.task == task)
    wanted = wanted.where(questions.c.state.in_(states)).limit(1)
    if untold:
        wanted = wanted.where(questions.c.told_turn.is_(None))
    return connection.execute(wanted).first() is not None


def is_told(connection: Connection, number: int) -> bool:
    """Whether a turn was told how a question ended."""
    wanted = select(questions.c.told_turn).where(questions.c.number == number)
    return connection.execute(wanted).scalar_one() is not None


def cancel_all(connection: Connection, task: int, now: datetime) -> None:
    """Cancel what is open or answered of a task. Whoever had answered has not decided that."""
    nobody = people.columns("decider", None)
    _end_all(connection, task, QuestionState.CANCELLED, now, **nobody)


def hand_over(connection: Connection, task: int, turn: int, now: datetime) -> None:
    """Mark answered questions as picked up, and all that ended as told to this turn."""
    _end_all(connection, task, QuestionState.PICKED_UP, now, told_turn=turn, picked_up_at=now)
    connection.execute(
        update(questions)
        .where(questions.c.task == task, questions.c.state.in_(UNANSWERED))
        .where(questions.c.told_turn.is_(None))
        .values(told_turn=turn)
    )


def _end_all(
    connection: Connection, task: int, to: QuestionState, now: datetime, **values: Any
) -> None:
    step = moving(questions, QUESTION_MOVES, to, **values).where(questions.c.task == task)
    ended = connection.execute(step.returning(questions.c.number)).scalars().all()
    notifications.see(connection, ended, now)
