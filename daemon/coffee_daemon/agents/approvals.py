"""Approvals of an agent's tool calls: what a task's questions say about a call that comes again.

A call that nobody has decided about is refused, and asked about as a question whose subject names
the call. A later turn of the task that wants the same call finds the decision in the record. Pure
functions: whoever asks hands in the task's questions.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from coffee_daemon.notifications import QuestionState

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from coffee_daemon.notifications import Person, Question
    from coffee_daemon.tasks import Exchange


class Grant(StrEnum):
    """What one of an approval's options means; the words are those of the Agent Client Protocol."""

    ALLOW_ONCE = "allow_once"
    ALLOW_ALWAYS = "allow_always"  # for the rest of the task, never beyond it
    REJECT_ONCE = "reject_once"
    REJECT_ALWAYS = "reject_always"

    @property
    def allows(self) -> bool:
        """Whether the call may be made."""
        return self in {Grant.ALLOW_ONCE, Grant.ALLOW_ALWAYS}

    @property
    def lasting(self) -> bool:
        """Whether it covers other calls of the same scope as well."""
        return self in {Grant.ALLOW_ALWAYS, Grant.REJECT_ALWAYS}


@dataclass(frozen=True, kw_only=True)
class Choice:
    """One of an approval's options."""

    label: str
    grant: Grant
    #: The agent's own name for it; may be empty.
    token: str = ""


#: What is offered where the agent has no options of its own.
USUAL_CHOICES = (
    Choice(label="Allow", grant=Grant.ALLOW_ONCE),
    Choice(label="Allow for this task", grant=Grant.ALLOW_ALWAYS),
    Choice(label="Deny", grant=Grant.REJECT_ONCE),
)
#: The same for a call that stands for no others.
SINGLE_CHOICES = (USUAL_CHOICES[0], USUAL_CHOICES[2])


@dataclass(frozen=True, kw_only=True)
class Call:
    """A tool call that an agent wants to make."""

    tool: str
    arguments: Mapping[str, Any] = field(default_factory=dict)
    #: What "for this task" covers beyond this very call, such as `git push`; empty: nothing.
    scope: str = ""

    @property
    def digest(self) -> str:
        """The same for the same call, and for no other."""
        said = json.dumps([self.tool, self.arguments], sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(said.encode()).hexdigest()


class Standing(StrEnum):
    """Where a call stands with the people."""

    UNASKED = "unasked"  # nobody was asked, or the question was closed without an answer
    ASKED = "asked"  # no answer, or one that its sender may still change
    DECIDED = "decided"


@dataclass(frozen=True, kw_only=True)
class Decision:
    """What the record says about a call."""

    standing: Standing = Standing.UNASKED
    #: The question it comes from; None when there is none.
    question: int | None = None
    #: For DECIDED: what was chosen, and by whom.
    choice: Choice | None = None
    who: Person | None = None

    @property
    def allows(self) -> bool:
        """Whether a person has allowed the call. Anything else is no yes."""
        return self.choice is not None and self.choice.grant.allows


def subject_of(call: Call, choices: Sequence[Choice] = USUAL_CHOICES) -> dict[str, Any]:
    """The subject of the question about a call; `decision_for` reads it again.

    Args:
        call: The call.
        choices: What its question offers; each label once.
    """
    return {
        "tool": call.tool,
        "digest": call.digest,
        "scope": call.scope,
        "choices": {one.label: {"grant": one.grant.value, "token": one.token} for one in choices},
    }


def decision_for(exchanges: Iterable[Exchange], call: Call) -> Decision:
    """Return what the people have said about a call.

    The newest word on this very call counts; without one, the newest that covers its scope.

    Args:
        exchanges: The questions of the call's task, with their answers. Others must not be among
            them: a permission ends with its task.
        call: The call.
    """
    found = [decision_of(one) for one in _newest_first(exchanges) if _is_about(one.question, call)]
    known = [one for one in found if one.standing is not Standing.UNASKED]
    if known:
        return known[0]
    covering = (decision_of(one) for one in _newest_first(exchanges) if _covers(one.question, call))
    lasting = (one for one in covering if one.choice is not None and one.choice.grant.lasting)
    return next(lasting, found[0] if found else Decision())


def _newest_first(exchanges: Iterable[Exchange]) -> list[Exchange]:
    return sorted(exchanges, key=lambda one: one.question.number, reverse=True)


def _is_about(question: Question, call: Call) -> bool:
    return _named(question, call) and question.subject.get("digest") == call.digest


def _covers(question: Question, call: Call) -> bool:
    return (
        bool(call.scope)
        and _named(question, call)
        and (question.subject.get("scope") == call.scope)
    )


def _named(question: Question, call: Call) -> bool:
    return bool(question.subject) and question.subject.get("tool") == call.tool


def decision_of(exchange: Exchange) -> Decision:
    """Return what one question says about the call that it names."""
    question = exchange.question
    if question.state in {QuestionState.OPEN, QuestionState.ANSWERED}:
        return Decision(standing=Standing.ASKED, question=question.number)
    choice = _chosen(exchange) if question.state is QuestionState.PICKED_UP else None
    if choice is None:
        return Decision(question=question.number)
    who = exchange.answers[-1].who
    return Decision(standing=Standing.DECIDED, question=question.number, choice=choice, who=who)


def _chosen(exchange: Exchange) -> Choice | None:
    """What the last answer chose; None when that cannot be read, which is never a yes."""
    option = exchange.answers[-1].option if exchange.answers else None
    labels = [one.label for one in exchange.question.options if one.id == option]
    try:
        told = exchange.question.subject["choices"][labels[0]]
        return Choice(label=labels[0], grant=Grant(told["grant"]), token=str(told["token"]))
    except (LookupError, TypeError, ValueError):
        return None
