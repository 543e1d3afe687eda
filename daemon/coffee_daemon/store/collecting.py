"""How an answer is fetched: by its asker outside any turn, or by a turn that still runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coffee_daemon.notifications import Question, QuestionState
from coffee_daemon.store.rows import answers, questions, turns

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.engine import Connection

    from coffee_daemon.notifications import Answer
    from coffee_daemon.tasks import Turn

    Found = tuple[Question, tuple[Answer, ...]]


def look(
    connection: Connection, number: int, nonce: str | None, *, now: datetime
) -> tuple[bool, Found]:
    """Return whether the answer may be taken now, and what there is."""
    question = questions.find(connection, number)
    ripe = _ripe(question, now) and _is_for(question, turns.running(connection, nonce))
    return ripe, (question, answers.of_question(connection, number))


def take(connection: Connection, number: int, nonce: str | None, *, now: datetime) -> Found:
    """Take the answer, unless somebody was quicker."""
    ripe, found = look(connection, number, nonce, now=now)
    if not ripe:
        return found
    turn = turns.running(connection, nonce)
    taken = {"picked_up_at": now} | ({"told_turn": turn.id} if turn else {})
    to = QuestionState.PICKED_UP
    question = questions.move(connection, number, to, now=now, **taken)
    if turn is not None:
        answers.give(connection, number, turn.id, now)
    return question, answers.of_question(connection, number)


def _ripe(question: Question, now: datetime) -> bool:
    if question.state is not QuestionState.ANSWERED:
        return False
    return question.closes_at is not None and question.closes_at <= now


def _is_for(question: Question, turn: Turn | None) -> bool:
    if question.task is None:
        return True
    return turn is not None and turn.task == question.task
