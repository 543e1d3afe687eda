"""Nouns of work: tasks, turns and how they end."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from coffee_daemon.notifications import QuestionState

if TYPE_CHECKING:
    from datetime import datetime

    from coffee_daemon.notifications import Answer, Person, Question


class TaskState(StrEnum):
    """Where a task stands."""

    QUEUED = "queued"  # may be picked up
    RUNNING = "running"  # a turn works on it
    WAITING = "waiting"  # a question of it is open
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"  # never restarts by itself


#: From each state, where a task may go. The way back from an end is a follow-up or a retry.
TASK_MOVES: dict[TaskState, frozenset[TaskState]] = {
    TaskState.QUEUED: frozenset({TaskState.RUNNING, TaskState.CANCELLED}),
    TaskState.RUNNING: frozenset(
        {
            TaskState.WAITING,
            TaskState.QUEUED,
            TaskState.DONE,
            TaskState.FAILED,
            TaskState.CANCELLED,
        }
    ),
    TaskState.WAITING: frozenset({TaskState.QUEUED, TaskState.CANCELLED}),
    TaskState.DONE: frozenset({TaskState.QUEUED}),
    TaskState.FAILED: frozenset({TaskState.QUEUED}),
    TaskState.CANCELLED: frozenset({TaskState.QUEUED}),
}

#: States in which nothing more happens by itself.
ENDED = frozenset({TaskState.DONE, TaskState.FAILED, TaskState.CANCELLED})


class TurnState(StrEnum):
    """Where one run of the agent stands."""

    READY = "ready"  # picked up, the agent not started yet
    RUNNING = "running"
    ENDED = "ended"
    LOST = "lost"  # the daemon died under it


TURN_MOVES: dict[TurnState, frozenset[TurnState]] = {
    TurnState.READY: frozenset({TurnState.RUNNING, TurnState.ENDED, TurnState.LOST}),
    TurnState.RUNNING: frozenset({TurnState.ENDED, TurnState.LOST}),
    TurnState.ENDED: frozenset(),
    TurnState.LOST: frozenset(),
}


class TurnEnd(StrEnum):
    """How a turn came to its end."""

    OK = "ok"
    FAILED = "failed"  # the agent ran and said no
    CRASHED = "crashed"  # the agent could not run or died by a signal
    LIMITED = "limited"  # a usage limit; goes on later
    INTERRUPTED = "interrupted"  # a stop; the attempt does not count
    CANCELLED = "cancelled"


@dataclass(frozen=True, kw_only=True)
class Task:
    """One unit of work: a roadmap priority, or what a person asked for."""

    number: int
    daemon: str
    #: What it came from, unique: `roadmap:2.6`, `command:12`, `slack:msg:T1:C1:1700.1`.
    source: str
    title: str
    #: The task's own words, word for word.
    prompt: str
    #: Smaller comes first; commands before roadmap (see COMMAND_PRIORITY).
    priority: int
    state: TaskState
    #: Who told it; None for the roadmap.
    author: Person | None = None
    #: It is a question to the agent, and its answer is told in full.
    wants_answer: bool = False
    #: The agent's own name for its conversation, once known.
    session: str | None = None
    #: Which agent knows that conversation; None when nobody said so.
    agent: str | None = None
    #: The folder it works in, where it is not one of our making.
    folder: str | None = None
    not_before: datetime | None = None
    #: The agent's closing words, or why it failed.
    result: str = ""
    #: Branch or other places where the work lies.
    branch: str | None = None
    #: Failed attempts so far; an interruption does not count.
    attempts: int = 0
    #: When it was last done; kept when somebody brings it back.
    done_at: datetime | None = None
    #: A follow-up has brought it back from its end, and no turn has begun since.
    reopened: bool = False
    #: Since when a person holds it back; None when nobody does. No turn of it begins meanwhile.
    held_at: datetime | None = None
    held_by: Person | None = None
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, kw_only=True)
class Adopted:
    """A conversation that a person began with an agent, and the daemon goes on with."""

    #: The agent's own name for it.
    session: str
    #: Which agent knows it, such as `claude`.
    agent: str
    #: Where it was held, and goes on; the folder stays the person's.
    folder: str


#: Commands of people come before the roadmap, whose priorities start at ROADMAP_PRIORITY.
COMMAND_PRIORITY = 0
ROADMAP_PRIORITY = 1000


@dataclass(frozen=True, kw_only=True)
class Work:
    """What a turn has committed. Pages are empty where nothing is pushed, or they are not known."""

    branch: str = ""
    branch_url: str = ""
    #: Of its last commit, in short.
    sha: str = ""
    subject: str = ""
    commit_url: str = ""


@dataclass(frozen=True, kw_only=True)
class Turn:
    """One run of the agent on a task."""

    id: int
    task: int
    #: 1 for the task's first turn.
    number: int
    #: Random; the agent's processes carry it as COFFEE_TURN.
    nonce: str
    state: TurnState
    end: TurnEnd | None = None
    summary: str = ""
    progress: str = ""
    #: Addresses that the agent has named.
    links: tuple[str, ...] = ()
    #: None when it has committed nothing.
    work: Work | None = None
    #: Which agent ran, once it was started.
    agent: str | None = None
    #: US dollars; None where the agent does not report it.
    cost: float | None = None
    created_at: datetime
    started_at: datetime | None = None
    ended_at: datetime | None = None
    last_output_at: datetime | None = None


#: How a question ends, in any script that people here write.
_MARKS = ("?", "\uff1f")


@dataclass(frozen=True, kw_only=True)
class Exchange:
    """A question of this task and what became of it.

    `question.state` tells answered or picked up, withdrawn (cancelled), expired and assumed apart.
    """

    question: Question
    answers: tuple[Answer, ...]

    @property
    def answer(self) -> Answer | None:
        """The reply that counts, the last one; None before it is taken, and where none came."""
        taken = self.question.state is QuestionState.PICKED_UP
        return self.answers[-1] if taken and self.answers else None

    @property
    def asks_back(self) -> bool:
        """Whether the reply that counts is itself a question."""
        answer = self.answer
        return answer is not None and not answer.option and answer.text.rstrip().endswith(_MARKS)

    @property
    def said(self) -> str:
        """The words of the reply that counts, or the label that it chose; empty without one."""
        if self.answer is None:
            return ""
        labels = {option.id: option.label for option in self.question.options}
        return labels.get(self.answer.option or "", self.answer.text)


@dataclass(frozen=True, kw_only=True)
class Assignment:
    """What a picked-up turn has to work with."""

    task: Task
    turn: Turn
    exchanges: tuple[Exchange, ...] = ()
    #: What people added in the task's thread, oldest first.
    follow_ups: tuple[Answer, ...] = ()
    #: The turn before this one was lost or interrupted, so its work may be half done.
    interrupted: bool = False
    #: Who had it interrupted so that this turn reads what was said meanwhile.
    interrupted_by: Person | None = None


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """How an agent's run ended, as its adapter saw it. The loop decides what follows."""

    end: TurnEnd
    #: The agent's closing words, or the reason in one sentence.
    summary: str = ""
    links: tuple[str, ...] = ()
    #: What was committed meanwhile; the loop finds that out.
    work: Work | None = None
    cost: float | None = None
    #: For LIMITED: when it may go on.
    until: datetime | None = None
