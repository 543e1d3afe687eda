"""How a question comes into the record."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, insert, select

from coffee_daemon.errors import TooManyQuestions, TurnOver
from coffee_daemon.notifications import AnswerKind, NotificationType, Question, QuestionState
from coffee_daemon.store import lineage
from coffee_daemon.store.rows import notifications, people, silence
from coffee_daemon.store.rows.questions import UNSETTLED, as_question
from coffee_daemon.store.rows.turns import ACTIVE
from coffee_daemon.store.schema import questions, tasks, turns

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import ColumnElement
    from sqlalchemy.engine import Connection

    from coffee_daemon.notifications import Person
    from coffee_daemon.silence import Silence


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A question before it has a number."""

    text: str
    options: tuple[str, ...]
    why: str
    kind: AnswerKind
    subject: Mapping[str, Any]
    silence: Silence
    who: Person | None
    #: How many questions a task may have open; None: any number.
    most_open: int | None


def kind_of(options: Sequence[str], *, approve: bool) -> AnswerKind:
    """Return how a question with these options is answered."""
    if approve:
        return AnswerKind.APPROVAL
    return AnswerKind.CHOICE if options else AnswerKind.TEXT


def outside(connection: Connection, asked: Asked, daemon: str, now: datetime) -> Question:
    """Store a question that no turn asks, or return the same one that this person has open."""
    return _asked_by(connection, asked, daemon) or _store(
        connection,
        asked,
        now,
        daemon=daemon,
        task=None,
        turn=None,
        session=None,
        title="",
    )


def within(connection: Connection, asked: Asked, nonce: str, now: datetime) -> Question:
    """Store a turn's question, or return the same one that its task already asked.

    Raises:
        TurnOver: No turn with this nonce is ready or running.
        TooManyQuestions: Its task has as many open as it may.
    """
    wanted = (
        select(turns.c.id, turns.c.task, turns.c.session, tasks.c.daemon, tasks.c.title)
        .join(tasks, tasks.c.number == turns.c.task)
        .where(turns.c.nonce == nonce, turns.c.state.in_(ACTIVE))
    )
    turn = connection.execute(wanted).one_or_none()
    if turn is None:
        raise TurnOver
    known = _known(connection, asked, turn.task)
    if known is not None:
        return known
    _check_room(connection, asked, turn.task)
    return _store(
        connection,
        asked,
        now,
        daemon=turn.daemon,
        task=turn.task,
        turn=turn.id,
        session=turn.session,
        title=turn.title,
    )


def _check_room(connection: Connection, asked: Asked, task: int) -> None:
    """Refuse one question too many; not one of a protocol, whose request is pending already."""
    if asked.most_open is None or asked.subject:
        return
    wanted = select(questions.c.number, questions.c.text).where(
        questions.c.task == task, questions.c.state == QuestionState.OPEN
    )
    found = connection.execute(wanted.order_by(questions.c.number).limit(asked.most_open)).all()
    if len(found) >= asked.most_open:
        raise TooManyQuestions(task, tuple((row.number, row.text) for row in found))


def _known(connection: Connection, asked: Asked, task: int) -> Question | None:
    return _same(connection, asked, questions.c.task == task)


def _asked_by(connection: Connection, asked: Asked, daemon: str) -> Question | None:
    asker = people.columns("asker", asked.who)["asker_id"]
    return _same(
        connection,
        asked,
        and_(
            questions.c.daemon == daemon,
            questions.c.task.is_(None),
            questions.c.asker_id == asker,
        ),
    )


def _same(connection: Connection, asked: Asked, place: ColumnElement[bool]) -> Question | None:
    approval = questions.c.answer_kind == AnswerKind.APPROVAL
    same = select(questions).where(place, questions.c.text == asked.text)
    # What any words answer is no approval, though it asks in the same words.
    same = same.where(approval if asked.kind is AnswerKind.APPROVAL else ~approval)
    same = same.where(questions.c.state.in_(UNSETTLED)).order_by(questions.c.number).limit(1)
    row = connection.execute(same).one_or_none()
    return None if row is None else as_question(row)


def _store(
    connection: Connection, asked: Asked, now: datetime, *, title: str, **place: Any
) -> Question:
    task = place["task"]
    told = notifications.add(
        connection,
        NotificationType.QUESTION,
        title or "Question",
        asked.text,
        now=now,
        task=task,
    )
    labels = enumerate(asked.options, start=1)
    made = insert(questions).values(
        number=told.number,
        text=asked.text,
        why=asked.why,
        options=[{"id": str(place_), "label": label} for place_, label in labels],
        answer_kind=asked.kind.value,
        subject=dict(asked.subject),
        state=QuestionState.OPEN,
        text_key=lineage.key_of(asked.text),
        same_as=lineage.same_as(connection, place["daemon"], asked.text, asked.kind, now),
        follows=lineage.followed(connection, task) if task is not None else None,
        created_at=now,
        **place,
        **people.columns("asker", asked.who),
        **silence.columns(asked.silence, now),
    )
    return as_question(connection.execute(made.returning(questions)).one())
