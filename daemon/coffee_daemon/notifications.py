"""Nouns of talking: notifications, questions, answers and the people behind them."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from coffee_daemon.advice import next_step, stands_in
from coffee_daemon.silence import Silence
from coffee_daemon.system import login_name

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime, timedelta

    from coffee_daemon.reply_files import ReplyFile
    from coffee_daemon.tasks import TaskState


class NotificationType(StrEnum):
    """What a notification is for."""

    COMMAND = "command"  # person -> daemon
    QUESTION = "question"  # daemon -> person
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"
    COMPLETION = "completion"


class Priority(StrEnum):
    """How urgent a notification is."""

    LOW = "low"
    NORMAL = "normal"
    HIGH = "high"
    CRITICAL = "critical"


class NotificationState(StrEnum):
    """new -> seen."""

    NEW = "new"
    SEEN = "seen"


class Via(StrEnum):
    """Where somebody's words came from."""

    SLACK = "slack"
    CLI = "cli"
    PROGRAM = "program"


class QuestionState(StrEnum):
    """Where a question stands. Only a person, or a policy the asker stated, closes it."""

    OPEN = "open"
    ANSWERED = "answered"  # its quiet time may still run
    PICKED_UP = "picked_up"  # a turn has it
    CANCELLED = "cancelled"  # withdrawn
    EXPIRED = "expired"  # by a time that the question itself set
    ASSUMED = "assumed"  # nobody answered in time, and its stated default stands in


class AnswerKind(StrEnum):
    """What may answer a question."""

    TEXT = "text"  # any words
    CHOICE = "choice"  # one of its options, or any words
    APPROVAL = "approval"  # one of its options, exactly; other words decide nothing


QUESTION_MOVES: dict[QuestionState, frozenset[QuestionState]] = {
    QuestionState.OPEN: frozenset(
        {
            QuestionState.ANSWERED,
            QuestionState.CANCELLED,
            QuestionState.EXPIRED,
            QuestionState.ASSUMED,
        }
    ),
    # Back to open when its only reply was deleted.
    QuestionState.ANSWERED: frozenset(
        {QuestionState.OPEN, QuestionState.PICKED_UP, QuestionState.CANCELLED}
    ),
    QuestionState.PICKED_UP: frozenset(),
    QuestionState.CANCELLED: frozenset(),
    QuestionState.EXPIRED: frozenset(),
    # A person may overrule it until a turn is told of it.
    QuestionState.ASSUMED: frozenset({QuestionState.ANSWERED}),
}
#: Not with its asker yet, and still to be answered or changed.
_UNSETTLED = frozenset({QuestionState.OPEN, QuestionState.ANSWERED})


@dataclass(frozen=True, kw_only=True)
class Person:
    """Somebody, or some program, that said something."""

    #: A Slack user id (`U…`), or `local:<login>` for the CLI.
    id: str
    name: str


def local_person() -> Person:
    """Whoever sits at the machine, by the login name."""
    name = login_name()
    return Person(id=f"local:{name}", name=name)


@dataclass(frozen=True, kw_only=True)
class Notification:
    """A durable row from one side to the other."""

    number: int
    type: NotificationType
    title: str
    message: str
    priority: Priority = Priority.NORMAL
    context: Mapping[str, Any] = field(default_factory=dict)
    task: int | None = None
    state: NotificationState = NotificationState.NEW
    created_at: datetime


@dataclass(frozen=True, kw_only=True)
class Option:
    """One of the choices a question offers."""

    #: Stable, `1`, `2`, ...
    id: str
    label: str


@dataclass(frozen=True, kw_only=True)
class Question:
    """What the daemon wants to know from a person."""

    number: int
    daemon: str
    text: str
    #: Why it matters; may be empty.
    why: str = ""
    options: tuple[Option, ...] = ()
    answer_kind: AnswerKind = AnswerKind.TEXT
    #: What the asker's own program needs to go on, such as the tool call that waits for approval.
    subject: Mapping[str, Any] = field(default_factory=dict)
    #: The agent's conversation in which it was asked.
    session: str | None = None
    state: QuestionState
    #: None for a question asked outside any turn.
    task: int | None = None
    turn: int | None = None
    #: When the quiet time after the last reply ends; picked up only after it.
    closes_at: datetime | None = None
    #: What happens while nobody answers.
    silence: Silence = field(default_factory=Silence)
    decided_by: Person | None = None
    created_at: datetime
    answered_at: datetime | None = None
    picked_up_at: datetime | None = None
    #: An earlier question in the same words, whose answer people are offered.
    same_as: int | None = None
    #: The question whose answer asked something back, which this one goes on with.
    follows: int | None = None
    #: When its stated default was assumed; kept where a person has overruled it since.
    assumed_at: datetime | None = None

    @property
    def expires_at(self) -> datetime | None:
        """When it is closed unanswered, where the asker set it; None waits for ever."""
        return self._after(self.silence.expires_after)

    @property
    def assume_at(self) -> datetime | None:
        """When its stated default is assumed; None: never."""
        return self._after(self.silence.assume_after)

    @property
    def escalate_at(self) -> datetime | None:
        """When further people are asked; None: never."""
        return self._after(self.silence.escalate_after)

    @property
    def closed(self) -> bool:
        """Whether it has come to an end, with an answer or without."""
        return self.state not in _UNSETTLED

    @property
    def assumption(self) -> str:
        """The default that stands in for an answer; empty where none does."""
        return self.silence.assume if self.state is QuestionState.ASSUMED else ""

    @property
    def assumed(self) -> str:
        """What its asker is told of the default that stands in; empty where none does."""
        return stands_in(self.assumption, self.assume_at) if self.assumption else ""

    @property
    def then(self) -> str:
        """What its asker does next, in words for the asker."""
        return next_step(
            in_turn=self.task is not None, same_as=self.same_as, assume_at=self.assume_at
        )

    def _after(self, span: timedelta | None) -> datetime | None:
        return None if span is None else self.created_at + span


@dataclass(frozen=True, kw_only=True)
class Answer:
    """A person's reply to a question, or a follow-up to a task."""

    id: int
    question: int | None
    task: int | None
    #: The question in whose thread a follow-up was said.
    about: int | None = None
    text: str
    #: The id of the chosen option, where one was chosen.
    option: str | None = None
    who: Person
    via: Via
    #: Unique; the same source is recorded once.
    source: str
    #: The turn that picked it up.
    turn: int | None = None
    #: The answer or follow-up whose words it changes, after those were read.
    replaces: int | None = None
    #: The turn that ran when it came; None when none did.
    during: int | None = None
    #: When it was handed over for the first time, and to which turn.
    read_at: datetime | None = None
    first_turn: int | None = None
    #: Who said that it may wait until the turn ends.
    deferred_by: str | None = None
    #: When the person said it; what was missed meanwhile is recorded later.
    said_at: datetime
    created_at: datetime
    #: What came with it, where a task's whole story is told.
    files: tuple[ReplyFile, ...] = ()

    @property
    def told_again(self) -> bool:
        """Whether an earlier turn that was cut short had been handed it before."""
        return self.turn is not None and self.first_turn not in {None, self.turn}


class Recorded(StrEnum):
    """What became of a reply."""

    STORED = "stored"  # kept as an answer to the question
    FOLLOW_UP = "follow_up"  # came after its asker went on, kept for the task
    KNOWN = "known"  # had been recorded before
    UNDECIDED = "undecided"  # an approval, and none of its exact words: nothing is stored
    TOO_LATE = "too_late"  # the question is closed and has no task to go to


@dataclass(frozen=True, kw_only=True)
class Receipt:
    """Tells the sender of a reply what became of it."""

    recorded: Recorded
    question: Question | None
    answer: Answer | None = None
    #: Where the task stood when a follow-up, or a change of what it had read, came.
    standing: TaskState | None = None


def read_choice(question: Question, words: str) -> tuple[str | None, str]:
    """Read which option a reply chooses, by its exact label or its number.

    Anything else stays text, and is never read as a yes or a no.

    Returns:
        The option's id if one was chosen; and the words to keep, which are the person's own
        unless they were only the option's number: then the label stands in for it.
    """
    said = words.strip().casefold()
    for option in question.options:
        if said == option.label.strip().casefold():
            return option.id, words
    for option in question.options:
        if said.removeprefix("#") == option.id:
            return option.id, option.label
    return None, words
