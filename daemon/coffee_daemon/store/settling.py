"""The rule by which a task goes on after a turn: a pure function."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from coffee_daemon.spending import money, used_up
from coffee_daemon.tasks import ENDED, Outcome, TaskState, TurnEnd

if TYPE_CHECKING:
    from coffee_daemon.config import Limits

#: The pause after a failed attempt, times the attempts so far.
BACK_OFF = timedelta(seconds=30)

#: The pause after a usage limit of which nobody knows when it ends; the longest of them.
USAGE_PAUSE, LONGEST_USAGE_PAUSE = timedelta(minutes=15), timedelta(hours=2)

#: The shortest pause after one that is told to be over; it grows while the limit is met again.
_SOONEST, _LONGEST_SOONEST = timedelta(seconds=1), timedelta(minutes=5)
#: Longer than any usage limit there is: a time beyond it was misread, or is no honest one.
_LONGEST_LIMIT = timedelta(days=35)

#: Ends that were nobody's fault, so they use up no turn.
_UNCOUNTED = frozenset({TurnEnd.INTERRUPTED, TurnEnd.LIMITED})


@dataclass(frozen=True, kw_only=True)
class Standing:
    """What the record says about a task when one of its turns is over."""

    cancel_wanted: bool = False
    #: Open, or answered and not picked up.
    question_open: bool = False
    #: An answer, a follow-up or the end of a question that no turn was told.
    undelivered: bool = False
    #: Counted before this turn, all three.
    turns_used: int = 0
    attempts: int = 0
    lost_turns: int = 0
    #: US dollars that all its turns have cost, this one too, as far as the agent reported it.
    dollars: float = 0.0


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """Where the task goes, and its counters after this turn."""

    state: TaskState
    turns_used: int
    attempts: int
    lost_turns: int
    #: The closing words of a task that has ended.
    result: str = ""
    not_before: datetime | None = None


def decide(
    standing: Standing, outcome: Outcome | None, *, limits: Limits, now: datetime
) -> Verdict:
    """Return where a task goes.

    Args:
        standing: What the record says.
        outcome: How the turn ended; None when it was lost.
        limits: The bounds on turns, attempts and lost turns.
        now: For the pause after a failed attempt.
    """
    verdict = _next(standing, outcome, limits, now)
    reason = _used_up(verdict, standing, limits)
    if verdict.state in ENDED or not reason:
        return verdict
    return replace(verdict, state=TaskState.FAILED, result=reason, not_before=None)


def limit_ends(told: datetime | None, *, since: datetime, now: datetime) -> datetime:
    """When an agent is tried again after a usage limit: never at once, and not never.

    Its turns count for nothing, so an agent that is limited again and again must not spin.

    Args:
        told: When it ends, as far as the agent knows.
        since: When it was met first, of several times one right after the other.
        now: The present.
    """
    lasted = now - since
    if told is None:
        return now + min(max(USAGE_PAUSE, lasted), LONGEST_USAGE_PAUSE)
    soonest = now + min(max(_SOONEST, lasted), _LONGEST_SOONEST)
    return min(max(told, soonest), now + _LONGEST_LIMIT)


def _used_up(verdict: Verdict, standing: Standing, limits: Limits) -> str:
    """Why a task may take no further turn; empty when it may."""
    if verdict.turns_used >= limits.turns:
        return f"It has taken {verdict.turns_used} turns, as many as `[limits] turns` allows."
    most = limits.dollars_per_task
    if most is not None and used_up(standing.dollars, most):
        spent, allowed = money(standing.dollars), money(most)
        return f"It has cost {spent}; `[limits] dollars_per_task` allows {allowed}."
    return ""


def _next(standing: Standing, outcome: Outcome | None, limits: Limits, now: datetime) -> Verdict:
    base = _counted(standing, outcome)
    words = outcome.summary if outcome else ""
    if standing.cancel_wanted or (outcome and outcome.end is TurnEnd.CANCELLED):
        return replace(base, state=TaskState.CANCELLED, result=words)
    if standing.question_open:
        return replace(base, state=TaskState.WAITING)
    if outcome is None:
        return _after_loss(base, limits)
    if standing.undelivered or outcome.end in _UNCOUNTED:
        return base
    if outcome.end is TurnEnd.OK:
        return replace(base, state=TaskState.DONE, result=words)
    return _after_failure(base, words, limits, now)


def _counted(standing: Standing, outcome: Outcome | None) -> Verdict:
    """Return the verdict `queued` with what this turn adds to the counters."""
    free = outcome is not None and outcome.end in _UNCOUNTED
    return Verdict(
        state=TaskState.QUEUED,
        turns_used=standing.turns_used if free else standing.turns_used + 1,
        attempts=standing.attempts,
        lost_turns=standing.lost_turns + 1 if outcome is None else 0,
        not_before=outcome.until if outcome and outcome.end is TurnEnd.LIMITED else None,
    )


def _after_loss(base: Verdict, limits: Limits) -> Verdict:
    if base.lost_turns < limits.lost_turns:
        return base
    reason = f"The daemon died {base.lost_turns} times in a row while it worked on this."
    return replace(base, state=TaskState.FAILED, result=reason)


def _after_failure(base: Verdict, words: str, limits: Limits, now: datetime) -> Verdict:
    attempts = base.attempts + 1
    failed = replace(base, attempts=attempts)
    if attempts < limits.attempts:
        return replace(failed, not_before=now + attempts * BACK_OFF)
    return replace(failed, state=TaskState.FAILED, result=words)
