"""Pieces about looking: answers to those who ask what the daemon does."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from coffee_bot import blocks
from coffee_bot.gallery.nouns import Piece, Place, drawn, private
from coffee_bot.gallery.samples import ADA, AT, BOB, LATER, LINK, a_question, a_status, a_task
from coffee_bot.intent import Misunderstood, Role, parse_command
from coffee_daemon import (
    Day,
    DaySpent,
    Event,
    Metrics,
    NotFound,
    Notification,
    NotificationType,
    Spent,
    StartFailed,
    Story,
    TaskSpent,
    TaskState,
)

if TYPE_CHECKING:
    from collections.abc import Mapping


def pieces() -> tuple[Piece, ...]:
    """Return them, in the order of the help."""
    waiting = a_task(number=11, state=TaskState.WAITING, title="Choose a database")
    done = a_task(number=10, state=TaskState.DONE, result="Merged into main.", author=BOB)
    return (
        private("status", "`/coffee status`", blocks.status(a_status(), questions=[a_question()])),
        private("tasks", "`/coffee tasks`", blocks.tasks([a_task(), waiting, done])),
        private("questions", "`/coffee questions`", blocks.questions([a_question()])),
        private("story", "`/coffee show 12`", blocks.story(_story())),
        private("notifications", "`/coffee notifications`", blocks.notifications(_news())),
        private("cost", "`/coffee cost`", blocks.cost(_spent(), "1.30 of 20 dollars")),
        private("metrics", "`/coffee metrics`", blocks.metrics(_figures(), _DAYS)),
        private("help_page", "`/coffee help`", blocks.help_page()),
        private("usage", "a command that lacks something", blocks.usage(_misunderstood())),
        private("not_understood", "words that are no command", blocks.not_understood()),
        private(
            "refusal",
            "somebody may not do that",
            blocks.refusal("Only operators and admins may do this."),
        ),
        private(
            "trouble",
            "something is wrong with what was asked",
            blocks.trouble(NotFound("There is no task #99.", hint="`/coffee tasks` shows them.")),
        ),
        private(
            "process_failure",
            "the daemon could not be started",
            blocks.process_failure(
                "start", StartFailed("It ended before it was ready."), ("No such agent: claud",)
            ),
        ),
        private(
            "last_lines",
            "*Show last lines*",
            blocks.last_lines("#12", ("make: *** [test] Error 1",)),
        ),
        drawn("home", "an operator opens the Home", _home(), Place.HOME),
        drawn("no_home", "a guest opens the Home", blocks.no_home(_GUEST), Place.HOME),
        private("too_old", "a command came too late to be obeyed", blocks.too_old("stop", AT)),
    )


_GUEST = "Guests may not do this."
_DAYS = [Day.of(AT).earlier(6 - n) for n in range(7)]


def _story() -> Story:
    return Story(
        number=12,
        title="Let people export their notes",
        state=TaskState.DONE,
        task=None,
        branch="coffee/12",
        events=(
            Event(at=AT, says="Ada told it", words="Let people export their notes."),
            Event(at=LATER, says="done", words="Merged into main."),
        ),
    )


def _home() -> Mapping[str, Any]:
    waiting = a_task(number=11, state=TaskState.WAITING, title="Choose a database")
    done = a_task(number=10, state=TaskState.DONE, title="Write the first page", author=BOB)
    seen = blocks.Overview(
        daemons=(a_status(),),
        asked=(blocks.Asked(question=a_question(), url=LINK, task=waiting, task_url=LINK),),
        queue=(blocks.Work(task=a_task(), url=LINK), blocks.Work(task=waiting, url=LINK)),
        ended=(blocks.Work(task=done, url=LINK),),
    )
    return blocks.home(seen, Role.OPERATOR, user=ADA.id)


def _news() -> list[Notification]:
    return [
        Notification(
            number=14,
            type=NotificationType.WARNING,
            title="Roadmap",
            message="The heading of 2.6 is gone; its task goes on.",
            created_at=AT,
        )
    ]


def _spent() -> list[DaySpent]:
    spent = Spent(turns=4, reported=4, dollars=1.3)
    one = TaskSpent(task=12, title="Let people export their notes", spent=spent)
    return [
        DaySpent(day=Day.of(AT).earlier(days), tasks=() if days else (one,)) for days in range(7)
    ]


def _figures() -> Metrics:
    return Metrics(
        begins=_DAYS[0].begins,
        ends=AT,
        spans=(),
        done=(AT, AT),
        answered_after=(timedelta(minutes=12), timedelta(hours=3)),
        picked_up_after=(timedelta(seconds=1),),
    )


def _misunderstood() -> Misunderstood:
    wrong = parse_command("answer")
    if not isinstance(wrong, Misunderstood):
        raise TypeError("`answer` alone should lack a number.")
    return wrong
