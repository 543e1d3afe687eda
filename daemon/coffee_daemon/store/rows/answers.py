"""Rows of answers: replies to questions, and follow-ups to tasks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import insert, or_, select, update

from coffee_daemon.notifications import Answer
from coffee_daemon.store.rows import people
from coffee_daemon.store.schema import answers

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from sqlalchemy import ColumnElement, Row
    from sqlalchemy.engine import Connection

    from coffee_daemon.notifications import Person, Via


@dataclass(frozen=True, kw_only=True)
class Words:
    """What somebody said, before it has a place."""

    text: str
    who: Person
    via: Via
    source: str
    option: str | None = None
    #: When it was said; None: just now.
    said_at: datetime | None = None


def as_answer(row: Row[Any]) -> Answer:
    """Return the noun."""
    return Answer(
        id=row.id,
        question=row.question,
        task=row.task,
        about=row.about,
        text=row.text,
        option=row.option,
        who=people.somebody(row, "who"),
        via=row.via,
        source=row.source,
        turn=row.turn,
        said_at=row.said_at or row.created_at,
        created_at=row.created_at,
    )


def by_source(connection: Connection, source: str) -> Row[Any] | None:
    """Return the row of that source, also of a reply that was taken back."""
    return connection.execute(select(answers).where(answers.c.source == source)).one_or_none()


def kept(row: Row[Any]) -> Answer | None:
    """Return the noun, or None for a reply that was taken back."""
    return None if row.deleted_at is not None else as_answer(row)


def add(
    connection: Connection,
    words: Words,
    *,
    question: int | None,
    task: int | None,
    now: datetime,
    about: int | None = None,
) -> Answer:
    """Insert one; `about` is the question in whose thread a follow-up was said."""
    made = insert(answers).values(
        question=question,
        task=task,
        about=about,
        text=words.text,
        option=words.option,
        via=words.via,
        source=words.source,
        # Another machine's clock may be ahead of ours.
        said_at=min(words.said_at or now, now),
        created_at=now,
        **people.columns("who", words.who),
    )
    return as_answer(connection.execute(made.returning(answers)).one())


def of_question(connection: Connection, number: int) -> tuple[Answer, ...]:
    """Return a question's replies that stand, in the order in which they were said."""
    wanted = select(answers).where(answers.c.question == number, answers.c.deleted_at.is_(None))
    return _as_said(connection.execute(wanted))


def of_task(connection: Connection, task: int) -> tuple[Answer, ...]:
    """Return a task's answers and follow-ups that stand, in the order in which they were said."""
    wanted = select(answers).where(answers.c.task == task, answers.c.deleted_at.is_(None))
    return _as_said(connection.execute(wanted))


def _as_said(rows: Iterable[Row[Any]]) -> tuple[Answer, ...]:
    return tuple(sorted(map(as_answer, rows), key=lambda one: (one.said_at, one.id)))


def any_undelivered(connection: Connection, task: int) -> bool:
    """Whether a task has an answer or follow-up that no turn has."""
    wanted = select(answers.c.id).where(answers.c.task == task, answers.c.turn.is_(None))
    wanted = wanted.where(answers.c.deleted_at.is_(None)).limit(1)
    return connection.execute(wanted).first() is not None


def tie(connection: Connection, task: int, turn: int, *, again: int | None) -> None:
    """Give a turn what nobody has yet, and what the turn `again` had, which was cut short."""
    loose: ColumnElement[bool] = answers.c.turn.is_(None)
    if again is not None:
        loose = or_(loose, answers.c.turn == again)
    connection.execute(
        update(answers)
        .where(answers.c.task == task, answers.c.deleted_at.is_(None))
        .where(loose)
        .values(turn=turn)
    )


def give(connection: Connection, question: int, turn: int) -> None:
    """Give a turn the replies to one question that nobody has yet."""
    loose = update(answers).where(answers.c.question == question, answers.c.turn.is_(None))
    connection.execute(loose.values(turn=turn))


def edit(
    connection: Connection, answer: int, text: str, option: str | None, now: datetime
) -> Answer:
    """Change the words, and the option that they choose."""
    changed = update(answers).where(answers.c.id == answer)
    changed = changed.values(text=text, option=option, edited_at=now)
    return as_answer(connection.execute(changed.returning(answers)).one())


def take_back(connection: Connection, answer: int, now: datetime) -> None:
    """Forget the words; the source stays known, so that a late copy is not stored anew."""
    gone = update(answers).where(answers.c.id == answer)
    connection.execute(gone.values(text="", option=None, deleted_at=now))
