"""Pieces about what people say while a turn runs, and about answers that change in use."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from coffee_bot import blocks
from coffee_bot.blocks.midturn import Added
from coffee_bot.gallery.nouns import Piece, private, threaded
from coffee_bot.gallery.samples import ADA, AT, LATER, a_question, a_task, an_answer
from coffee_daemon import Commit, QuestionState, TaskState, Turn, TurnState

if TYPE_CHECKING:
    from coffee_daemon import Answer

_RUNNING = Turn(
    id=2, task=12, number=2, nonce="n2", state=TurnState.RUNNING, created_at=AT, started_at=AT
)
_COMMITS = (Commit(name="1a2b3c4", subject="Add the schema for SQLite"),)


def pieces() -> tuple[Piece, ...]:
    """Return them, in the order of a turn's life."""
    waits, read = _added(), _added(runs=False, reader=_RUNNING)
    used = a_question(
        state=QuestionState.PICKED_UP, decided_by=ADA, answered_at=AT, picked_up_at=AT
    )
    return (
        threaded("kept", "it was said while a turn runs", blocks.kept(waits)),
        threaded("kept", "a turn has it", blocks.kept(read)),
        threaded(
            "changed_answer",
            "it changes an answer in use",
            blocks.changed_answer(waits, used, _COMMITS),
        ),
        private(
            "task_over",
            "*Change answer* after the task's end",
            blocks.task_over(used, a_task(state=TaskState.DONE)),
        ),
    )


def _added(**changes: Any) -> Added:
    usual: dict[str, Any] = {"during": _RUNNING, "runs": True, "words": (_words(),)}
    return Added(task=a_task(state=TaskState.RUNNING), **(usual | changes))


def _words() -> Answer:
    later = LATER + timedelta(minutes=2)
    return an_answer(question=None, option=None, text="PostgreSQL", created_at=later, read_at=later)
