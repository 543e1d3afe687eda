"""Pieces about questions, their answers and their receipts."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from coffee_bot import blocks
from coffee_bot.gallery.nouns import Heard, Piece, Place, drawn, private, public, threaded
from coffee_bot.gallery.samples import ADA, BOB, DAEMON, LATER, LINK, a_question, a_task, an_answer
from coffee_daemon import (
    AnswerKind,
    Exchange,
    Option,
    Question,
    QuestionState,
    Receipt,
    Recorded,
    Silence,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from coffee_bot.intent import Message


_SOON = LATER + timedelta(seconds=60)


def pieces() -> tuple[Piece, ...]:
    """Return them, in the order of a question's life."""
    return (*_messages(), *_threads(), *_answers(), *_windows())


def _messages() -> tuple[Piece, ...]:
    return (
        public(
            "question",
            "it needs to know something",
            blocks.question(a_question(), task=a_task(), task_url=LINK, mentions=["U0ADA00001"]),
            Heard.MENTIONED,
        ),
        public(
            "question",
            "an approval is needed",
            blocks.question(_approval(), mentions=["U0ADA00001"]),
            Heard.MENTIONED,
        ),
        public("question", "it says what silence leads to", _shown(_with_default())),
        public("question", "it was answered before", _offered()),
        public(
            "question",
            "it follows one whose answer asked back",
            blocks.question(a_question(follows=9), follows_url=LINK),
        ),
        public("question", "in the quiet time after a reply", _shown(_counted(), answered=True)),
        public("question", "its answer was picked up", _shown(_used(), answered=True)),
        public("question", "it was withdrawn", _shown(a_question(state=QuestionState.CANCELLED))),
        public("question", "it closed unanswered", _shown(a_question(state=QuestionState.EXPIRED))),
        public("question", "its default was assumed", _shown(_assumed())),
        public(
            "moved_question",
            "the feed goes on elsewhere",
            blocks.moved_question(a_question(), LINK, "C0NEW00001"),
        ),
    )


def _shown(asked: Question, *, answered: bool = False) -> Message:
    answers = [an_answer()] if answered else []
    return blocks.question(asked, task=a_task(), task_url=LINK, answers=answers)


def _approval() -> Question:
    return a_question(
        text="Run `make deploy`?",
        why="It publishes version 2.1.",
        answer_kind=AnswerKind.APPROVAL,
        options=(Option(id="1", label="Approve"), Option(id="2", label="Reject")),
    )


def _counted() -> Question:
    return a_question(
        state=QuestionState.ANSWERED, decided_by=ADA, answered_at=LATER, closes_at=_SOON
    )


def _used() -> Question:
    return a_question(
        state=QuestionState.PICKED_UP, decided_by=ADA, answered_at=LATER, picked_up_at=LATER
    )


def _with_default() -> Question:
    return a_question(
        silence=Silence(assume="SQLite", assume_after=timedelta(hours=4), reversible=True)
    )


def _assumed() -> Question:
    return replace(_with_default(), state=QuestionState.ASSUMED, assumed_at=LATER)


def _offered() -> Message:
    earlier = replace(_used(), number=9)
    before = Exchange(question=earlier, answers=(an_answer(question=9),))
    return blocks.question(a_question(same_as=9), before=before)


def _threads() -> tuple[Piece, ...]:
    return (
        threaded("picked_up", "the daemon has the answer", blocks.picked_up(DAEMON, LATER)),
        threaded("fetched", "a program outside any task has it", blocks.fetched(LATER)),
        threaded("told_assumed", "nobody answered in time", blocks.told_assumed(_assumed())),
    )


def _answers() -> tuple[Piece, ...]:
    kept = Receipt(recorded=Recorded.STORED, question=_counted(), answer=an_answer())
    return (
        private("answered", "`/coffee answer 13 SQLite`", blocks.answered(kept)),
        private("undecided", "a reply that decides no approval", blocks.undecided(_approval())),
        private("too_late", "a press on a closed question", blocks.too_late(_used())),
        private("edit_too_late", "an edit after pick-up", blocks.edit_too_late(DAEMON)),
        private("out_of_the_answer", "*Not an answer*", blocks.out_of_the_answer()),
        private("kept_as_talk", "a reply that is discussion", blocks.kept_as_talk(13)),
        private("withdrawn", "`/coffee cancel 13`", blocks.withdrawn(13)),
        private("not_waiting", "a press on what waits no more", blocks.not_waiting(13)),
        private("not_opened", "a window did not open in time", blocks.not_opened()),
    )


def _windows() -> tuple[Piece, ...]:
    return (
        drawn("form", "*Other…* or *Answer…*", blocks.form(a_question()), Place.WINDOW),
        drawn("ask_form", "*Ask* on the card", blocks.ask_form(DAEMON), Place.WINDOW),
        drawn("send_form", "*Send to code_developer* in a message's menu", _send(), Place.WINDOW),
        private(
            "not_opened_to_send",
            "the window of *Send to code_developer* did not open",
            blocks.not_opened_to_send(),
        ),
        private(
            "not_opened_to_ask", "the window of *Ask* did not open", blocks.not_opened_to_ask()
        ),
    )


def _send() -> Mapping[str, Any]:
    return blocks.send_form(
        daemon=DAEMON,
        words="The login is slow again on staging, could somebody look at it?",
        author=BOB.id,
        channel="C0DEV00001",
        url=LINK,
        feed="C0DEV00001",
    )
