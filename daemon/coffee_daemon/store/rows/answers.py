"""Rows of answers: replies to questions, and follow-ups to tasks."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, insert, or_, select, update

from coffee_daemon.notifications import Answer
from coffee_daemon.store.rows import people, reply_files
from coffee_daemon.store.schema import answers

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from sqlalchemy import ColumnElement, Row, Update
    from sqlalchemy.engine import Connection

    from coffee_daemon.notifications import Person, Question, Via
    from coffee_daemon.reply_files import OfferedFile, ReplyFile


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
    files: tuple[OfferedFile, ...] = ()


def as_answer(row: Row[Any], files: tuple[ReplyFile, ...] = ()) -> Answer:
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
        replaces=row.replaces,
        during=row.during,
        read_at=row.read_at,
        first_turn=row.first_turn,
        deferred_by=row.deferred_by,
        said_at=row.said_at or row.created_at,
        created_at=row.created_at,
        files=files,
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
    **about: int | None,
) -> Answer:
    """Insert one; `about` says what it changes, and the turn that runs."""
    made = insert(answers).values(
        question=question,
        task=task,
        text=words.text,
        option=words.option,
        via=words.via,
        source=words.source,
        # Another machine's clock may be ahead of ours.
        said_at=min(words.said_at or now, now),
        created_at=now,
        **about,
        **people.columns("who", words.who),
    )
    row = connection.execute(made.returning(answers)).one()
    files = reply_files.add_all(connection, words.files, answer=row.id, task=task, now=now)
    return as_answer(row, files)


def by_id(connection: Connection, answer: int) -> Answer | None:
    """Return the answer of that id, or None for one that was taken back."""
    row = connection.execute(select(answers).where(answers.c.id == answer)).one_or_none()
    return None if row is None else kept(row)


def of_question(connection: Connection, number: int) -> tuple[Answer, ...]:
    """Return a question's replies that stand, in the order in which they were said."""
    wanted = select(answers).where(answers.c.question == number, answers.c.deleted_at.is_(None))
    return _as_said(connection.execute(wanted))


def changes(connection: Connection, question: Question) -> tuple[Answer, ...]:
    """Return what was said of a question after its task had gone on, in the order it was said."""
    if question.task is None:
        return ()
    wanted = select(answers).where(answers.c.task == question.task, answers.c.deleted_at.is_(None))
    return _as_said(connection.execute(wanted.where(answers.c.about == question.number)))


def of_task(connection: Connection, task: int) -> tuple[Answer, ...]:
    """Return a task's answers and follow-ups that stand, in the order in which they were said."""
    wanted = select(answers).where(answers.c.task == task, answers.c.deleted_at.is_(None))
    came: dict[int, list[ReplyFile]] = {}
    for one in reply_files.of_task(connection, task):
        came.setdefault(one.answer, []).append(one)
    said = _as_said(connection.execute(wanted))
    return tuple(replace(one, files=tuple(came.get(one.id, ()))) for one in said)


def newest(connection: Connection) -> int:
    """Return the id of the newest row; 0 when there is none."""
    last = select(answers.c.id).where(answers.c.id > 0).order_by(answers.c.id.desc()).limit(1)
    return connection.execute(last).scalar_one_or_none() or 0


def tasks_added_to(connection: Connection, after: int) -> set[int]:
    """Return the tasks of follow-ups with ids above `after`."""
    found = select(answers.c.task).where(answers.c.id > after, answers.c.question.is_(None))
    return set(connection.execute(found.where(answers.c.task.is_not(None))).scalars())


def reworded(connection: Connection, after: int) -> set[int]:
    """Return the questions that follow-ups with ids above `after` are about."""
    found = select(answers.c.about).where(answers.c.id > after, answers.c.about.is_not(None))
    return set(connection.execute(found).scalars())


def _as_said(rows: Iterable[Row[Any]]) -> tuple[Answer, ...]:
    return tuple(sorted(map(as_answer, rows), key=lambda one: (one.said_at, one.id)))


def any_undelivered(connection: Connection, task: int, *, added: bool = False) -> bool:
    """Whether a task has an answer or follow-up that no turn has; `added`: a follow-up."""
    wanted = select(answers.c.id).where(answers.c.task == task, answers.c.turn.is_(None))
    wanted = wanted.where(answers.c.deleted_at.is_(None)).limit(1)
    if added:
        wanted = wanted.where(answers.c.question.is_(None))
    return connection.execute(wanted).first() is not None


def tie(connection: Connection, task: int, turn: int, *, again: int | None, now: datetime) -> None:
    """Give a turn what nobody has yet, and what the turn `again` had, which was cut short."""
    loose: ColumnElement[bool] = answers.c.turn.is_(None)
    if again is not None:
        loose = or_(loose, answers.c.turn == again)
    connection.execute(
        update(answers)
        .where(answers.c.task == task, answers.c.deleted_at.is_(None))
        .where(loose)
        .values(**_read_by(turn, now))
    )


def give(connection: Connection, question: int, turn: int, now: datetime) -> None:
    """Give a turn the replies to one question that nobody has yet."""
    loose = update(answers).where(answers.c.question == question, answers.c.turn.is_(None))
    connection.execute(loose.values(**_read_by(turn, now)))


def hand_over(connection: Connection, task: int, turn: int, now: datetime) -> tuple[Answer, ...]:
    """Give a running turn the follow-ups that nobody has yet, in the order they were said."""
    read = _loose(task).where(answers.c.question.is_(None)).values(**_read_by(turn, now))
    return _as_said(connection.execute(read.returning(answers)))


def defer(connection: Connection, task: int, about: int, by: str) -> bool:
    """Note who lets the changed answers to a question wait; False when none does any more."""
    kept = _loose(task).where(answers.c.about == about).values(deferred_by=by)
    return connection.execute(kept.returning(answers.c.id)).first() is not None


def wordings(connection: Connection, row: Row[Any]) -> list[Answer]:
    """Return a reply that was read and what stands in its place since, oldest first."""
    one = select(answers).where(answers.c.task == row.task, answers.c.deleted_at.is_(None))
    one = one.where(or_(answers.c.id == row.id, answers.c.replaces == row.id))
    return sorted(map(as_answer, connection.execute(one)), key=lambda found: found.id)


def _loose(task: int) -> Update:
    """A change of what stands of a task and no turn has."""
    of_task = update(answers).where(answers.c.task == task, answers.c.turn.is_(None))
    return of_task.where(answers.c.deleted_at.is_(None))


def _read_by(turn: int, now: datetime) -> dict[str, Any]:
    return {
        "turn": turn,
        "read_at": func.coalesce(answers.c.read_at, now),
        "first_turn": func.coalesce(answers.c.first_turn, turn),
    }


def edit(
    connection: Connection, answer: int, text: str, option: str | None, now: datetime
) -> Answer:
    """Change the words, and the option that they choose."""
    changed = update(answers).where(answers.c.id == answer)
    # What was said of the earlier words does not hold for these.
    changed = changed.values(text=text, option=option, edited_at=now, deferred_by=None)
    return as_answer(connection.execute(changed.returning(answers)).one())


def take_back(connection: Connection, answer: int, now: datetime) -> None:
    """Forget the words; the source stays known, so that a late copy is not stored anew."""
    gone = update(answers).where(answers.c.id == answer)
    connection.execute(gone.values(text="", option=None, deleted_at=now))
    reply_files.drop(connection, answer)
