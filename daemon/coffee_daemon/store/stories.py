"""What was said and done about one task or question, read together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coffee_daemon.errors import NotFound
from coffee_daemon.store.rows import acts, answers, questions, tasks, turns
from coffee_daemon.store.schema import audit
from coffee_daemon.story import DEEDS, Story, story_of_question, story_of_task
from coffee_daemon.tasks import Exchange

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

    from coffee_daemon.notifications import Answer
    from coffee_daemon.store.nouns import AuditEntry

_MOST_DEEDS = 100


def story_of(connection: Connection, number: int) -> Story:
    """Return the story of the task or question of that number.

    Raises:
        NotFound: There is none.
    """
    try:
        row = tasks.find(connection, number)
    except NotFound:
        return _of_question(connection, number)
    exchanges, follow_ups = said_about(connection, number)
    return story_of_task(
        tasks.as_task(row),
        turns.of_task(connection, number),
        exchanges,
        follow_ups,
        _deeds(connection, number),
    )


def _deeds(connection: Connection, task: int) -> list[AuditEntry]:
    """What people have done to a task, the latest of it."""
    return acts.read(
        connection,
        audit.c.target == f"#{task}",
        audit.c.verb.in_(DEEDS),
        audit.c.outcome != "refused",
        order=audit.c.id.desc(),
        limit=_MOST_DEEDS,
    )


def _of_question(connection: Connection, number: int) -> Story:
    try:
        question = questions.find(connection, number)
    except NotFound:
        raise NotFound(
            f"There is no task and no question #{number}.",
            hint="See `coffee tasks --all` and `coffee questions --all`.",
        ) from None
    said = (*answers.of_question(connection, number), *answers.changes(connection, question))
    if question.task is None:
        return story_of_question(question, said, ())
    ran, asked = (
        turns.of_task(connection, question.task),
        questions.of_task(connection, question.task),
    )
    return story_of_question(question, said, ran, asked)


def said_about(
    connection: Connection, task: int
) -> tuple[tuple[Exchange, ...], tuple[Answer, ...]]:
    """Return a task's questions with their answers, and what people added besides."""
    said = answers.of_task(connection, task)
    exchanges = tuple(
        Exchange(
            question=question,
            answers=tuple(one for one in said if one.question == question.number),
        )
        for question in questions.of_task(connection, task)
    )
    return exchanges, tuple(one for one in said if one.question is None)
