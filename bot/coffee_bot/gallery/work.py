"""Pieces about tasks: handed over, under way, ended."""

from __future__ import annotations

from coffee_bot import blocks
from coffee_bot.gallery import midturn
from coffee_bot.gallery.nouns import Heard, Piece, private, public, threaded
from coffee_bot.gallery.samples import ADA, AT, a_status, a_task
from coffee_daemon import Spent, TaskState


def pieces() -> tuple[Piece, ...]:
    """Return them, in the order of a task's life."""
    return (*_standing(), *_threads(), *midturn.pieces(), *_done(), *_answers())


def _standing() -> tuple[Piece, ...]:
    return (
        public("task", "somebody handed it over", blocks.task(a_task()), Heard.MENTIONED),
        public("task", "it runs", blocks.task(a_task(state=TaskState.RUNNING))),
        public("task", "it waits for an answer", blocks.task(a_task(state=TaskState.WAITING))),
        public("task", "it is done", blocks.task(a_task(state=TaskState.DONE))),
        public(
            "task",
            "it failed",
            blocks.task(a_task(state=TaskState.FAILED, result="The tests fail.")),
        ),
    )


def _threads() -> tuple[Piece, ...]:
    done = a_task(
        state=TaskState.DONE,
        result="Notes can be exported: `notes export`. Two tests are new.",
        branch="coffee/12",
    )
    spent = Spent(turns=2, reported=2, dollars=0.42)
    ended = blocks.ended(done, spent)
    return tuple(threaded("ended", "it has ended", one) for one in ended)


def _done() -> tuple[Piece, ...]:
    task = a_task()
    return (
        public("did_cancel", "somebody cancelled it", blocks.did_cancel(12, task.title, ADA)),
        public("did_retry", "somebody has it tried again", blocks.did_retry(ADA, task)),
        public("did_interrupt", "somebody interrupts its turn", blocks.did_interrupt(ADA, task)),
        public("did_hold", "somebody holds it", blocks.did_hold(ADA, task)),
        public("did_release", "somebody lets it go on", blocks.did_release(ADA, task)),
        public("did_put", "somebody changed the order", blocks.did_put(ADA, task, "first")),
    )


def _answers() -> tuple[Piece, ...]:
    task = a_task()
    held = a_task(held_at=AT, held_by=ADA)
    return (
        private("stored", "`/coffee tell …`", blocks.stored(task, a_status())),
        private(
            "cancelled", "`/coffee cancel 12`", blocks.cancelled(a_task(state=TaskState.CANCELLED))
        ),
        private("retried", "`/coffee retry 12`", blocks.retried(task)),
        private("interrupting", "`/coffee interrupt 12`", blocks.interrupting(task, 2)),
        private("on_hold", "`/coffee hold 12`", blocks.on_hold(held)),
        private("released", "`/coffee release 12`", blocks.released(task)),
        private("moved", "`/coffee first 12`", blocks.moved(task, "first")),
    )
