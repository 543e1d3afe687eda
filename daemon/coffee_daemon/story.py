"""The whole story of a task or a question, from what the record holds of it (pure)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from coffee_daemon.notifications import QuestionState
from coffee_daemon.tasks import TurnEnd, TurnState

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import datetime

    from coffee_daemon.notifications import Answer, Person, Question
    from coffee_daemon.tasks import Exchange, Task, Turn

_ENDS = {
    TurnEnd.OK: "ended",
    TurnEnd.FAILED: "failed",
    TurnEnd.CRASHED: "crashed",
    TurnEnd.LIMITED: "met a usage limit",
    TurnEnd.INTERRUPTED: "was interrupted",
    TurnEnd.CANCELLED: "was cancelled",
}


#: What people do to a task, as it is told. Who holds it now is told by the task itself.
DEEDS = {
    "cancel": "cancelled it",
    "retry": "queued it again",
    "first": "put it first",
    "last": "put it last",
    "move": "moved it",
    "release": "released it",
    "interrupt": "interrupted its turn",
}


class Deed(Protocol):
    """An act of somebody, as the audit holds it."""

    @property
    def who(self) -> Person:
        """Who did it."""
        ...

    @property
    def verb(self) -> str:
        """What was done."""
        ...

    @property
    def at(self) -> datetime:
        """When."""
        ...


@dataclass(frozen=True, kw_only=True)
class Event:
    """One thing that happened."""

    at: datetime
    #: What, in a few words of ours and people's names.
    says: str
    #: Somebody's own words about it; may be empty, long, and of several lines.
    words: str = ""


@dataclass(frozen=True, kw_only=True)
class Story:
    """What happened to a task, or to a question that belongs to none."""

    number: int
    title: str
    #: Where it stands: a state of tasks or of questions.
    state: str
    #: The task that a question belongs to.
    task: int | None = None
    #: Where a task's work lies.
    branch: str | None = None
    #: Oldest first.
    events: tuple[Event, ...]


def story_of_task(
    task: Task,
    turns: Iterable[Turn],
    exchanges: Iterable[Exchange],
    follow_ups: Iterable[Answer],
    deeds: Iterable[Deed] = (),
) -> Story:
    """Put a task's story together."""
    ran = {turn.id: turn for turn in turns}
    events = [_begun(task)]
    events += [event for turn in ran.values() for event in _turn(turn)]
    events += [event for one in exchanges for event in _exchange(one, ran)]
    events += [_added(one, ran) for one in follow_ups]
    events += [Event(at=one.at, says=f"{one.who.name} {DEEDS[one.verb]}") for one in deeds]
    events += _held(task)
    return Story(
        number=task.number,
        title=task.title,
        state=task.state,
        branch=task.branch,
        events=_in_order(events),
    )


def story_of_question(
    question: Question,
    answers: Sequence[Answer],
    turns: Iterable[Turn],
    asked: Iterable[Question] = (),
) -> Story:
    """Put a question's story together; `turns` and what was `asked` are its task's."""
    ran = {turn.id: turn for turn in turns}
    events = [_asked(question), *(_answered(one, ran) for one in answers), *_closed(question)]
    events += [_asked(one, f"#{one.number} ") for one in asked if one.follows == question.number]
    return Story(
        number=question.number,
        title=question.text,
        state=question.state,
        task=question.task,
        events=_in_order(events),
    )


def _in_order(events: Iterable[Event]) -> tuple[Event, ...]:
    return tuple(sorted(events, key=lambda one: one.at))


def _begun(task: Task) -> Event:
    told = f"told by {task.author.name}" if task.author else f"taken from {_origin(task.source)}"
    return Event(at=task.created_at, says=told, words=task.prompt if task.author else "")


def _held(task: Task) -> Iterator[Event]:
    if task.held_at is not None:
        by = task.held_by.name if task.held_by else "somebody"
        yield Event(at=task.held_at, says=f"held by {by} since then")


def _origin(source: str) -> str:
    kind, _, name = source.partition(":")
    return f"the roadmap, priority {name}" if kind == "roadmap" else kind


def _turn(turn: Turn) -> Iterator[Event]:
    agent = f" with {turn.agent}" if turn.agent else ""
    yield Event(at=turn.started_at or turn.created_at, says=f"turn {turn.number} began{agent}")
    if turn.state is TurnState.LOST:
        yield Event(at=turn.ended_at or turn.created_at, says=f"turn {turn.number} was lost")
    elif turn.end is not None:
        at, cost = turn.ended_at or turn.created_at, f" (${turn.cost:.2f})" if turn.cost else ""
        yield Event(at=at, says=f"turn {turn.number} {_ENDS[turn.end]}{cost}", words=turn.summary)


def _exchange(one: Exchange, turns: dict[int, Turn]) -> Iterator[Event]:
    yield _asked(one.question, f"#{one.question.number} ")
    for answer in one.answers:
        yield _answered(answer, turns, f" #{one.question.number}")
    yield from _closed(one.question, f"#{one.question.number} ")


def _asked(question: Question, number: str = "") -> Event:
    since = ""
    if question.state is QuestionState.CANCELLED:
        # When is not in the record, and neither is a later event.
        by = f" by {question.decided_by.name}" if question.decided_by else ""
        since = f", withdrawn since{by}"
    after = f", following #{question.follows}" if question.follows is not None else ""
    says = f"{number}asked{after}{since}"
    return Event(at=question.created_at, says=says, words=question.text)


def _answered(answer: Answer, turns: dict[int, Turn], number: str = "") -> Event:
    if answer.about is not None:
        return _added(answer, turns)
    says = f"{answer.who.name} answered{number}{_picked_up(answer, turns)}"
    return Event(at=answer.said_at, says=says, words=answer.text)


def _added(answer: Answer, turns: dict[int, Turn]) -> Event:
    what = "added" if answer.about is None else f"changed the answer to #{answer.about}"
    says = f"{answer.who.name} {what}{_picked_up(answer, turns)}"
    return Event(at=answer.said_at, says=says, words=answer.text)


def _picked_up(answer: Answer, turns: dict[int, Turn]) -> str:
    turn = turns.get(answer.turn) if answer.turn is not None else None
    return f", picked up by turn {turn.number}" if turn else ""


def _closed(question: Question, number: str = "") -> Iterator[Event]:
    if question.state is QuestionState.PICKED_UP and question.task is None:
        yield Event(at=question.picked_up_at or question.created_at, says=f"{number}fetched")
    elif question.state is QuestionState.EXPIRED:
        at = question.expires_at or question.created_at
        yield Event(at=at, says=f"{number}expired without an answer")
    if question.assumed_at is not None:
        says = f"{number}nobody answered in time, and its stated default was assumed"
        yield Event(at=question.assumed_at, says=says, words=question.silence.assume)
