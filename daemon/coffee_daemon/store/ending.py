"""Settling: the turn's end, the task's next state and what goes with it."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any

from coffee_daemon.addresses import pull_requests
from coffee_daemon.notifications import NotificationType, Priority
from coffee_daemon.spending import Spent, UsageLimit
from coffee_daemon.store.nouns import RequestState
from coffee_daemon.store.rows import (
    answers,
    halts,
    notifications,
    questions,
    requests,
    tasks,
    turns,
)
from coffee_daemon.store.settling import Standing, Verdict, decide, limit_ends
from coffee_daemon.tasks import ENDED, Outcome, Task, TaskState, TurnEnd, TurnState

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.engine import Connection

    from coffee_daemon.config import Limits
    from coffee_daemon.tasks import Turn

#: Ends after which nobody will hand over an answer.
_WITHOUT_ANSWERS = frozenset({TaskState.CANCELLED, TaskState.FAILED})


def settle(
    connection: Connection, turn: int, outcome: Outcome, *, limits: Limits, now: datetime
) -> Task:
    """End a turn as its outcome says."""
    named = (*outcome.links, *pull_requests(outcome.summary))
    outcome = replace(outcome, links=tuple(dict.fromkeys(named)))
    ended = turns.move(
        connection,
        turn,
        TurnState.ENDED,
        outcome=outcome.end,
        summary=outcome.summary,
        links=list(outcome.links),
        work=None if outcome.work is None else asdict(outcome.work),
        cost=outcome.cost,
        ended_at=now,
    )
    if outcome.end is TurnEnd.LIMITED:
        outcome = _limited(connection, ended, outcome, now)
    return _settle(connection, ended.task, outcome, limits, now)


def _limited(connection: Connection, ended: Turn, outcome: Outcome, now: datetime) -> Outcome:
    """Keep the agent's usage limit; one of unknown end is told to end after a while."""
    daemon, agent = tasks.find(connection, ended.task).daemon, ended.agent or ""
    before = halts.usage(connection, daemon, agent)
    since = before.since if before is not None and before.spans(now) else now
    until = limit_ends(outcome.until, since=since, now=now)
    limit = UsageLimit(
        daemon=daemon, agent=agent, until=until, task=ended.task, at=now, since=since
    )
    halts.keep_usage(connection, limit)
    return replace(outcome, until=until)


def lose(connection: Connection, turn: int, *, limits: Limits, now: datetime) -> Task:
    """Give a turn up that died with its daemon."""
    lost = turns.move(connection, turn, TurnState.LOST, ended_at=now)
    return _settle(connection, lost.task, None, limits, now)


def _settle(
    connection: Connection, number: int, outcome: Outcome | None, limits: Limits, now: datetime
) -> Task:
    cancel = requests.cancel_wanted(connection, number)
    standing = _standing(connection, number, cancel_wanted=cancel is not None)
    verdict = decide(standing, outcome, limits=limits, now=now)
    if cancel is not None:
        requests.move(connection, cancel, RequestState.APPLIED, now)
    if verdict.state in _WITHOUT_ANSWERS:
        questions.cancel_all(connection, number, now)
    task = _move(connection, number, verdict, now)
    _tell(connection, task, outcome, now)
    if task.state in ENDED:
        requests.add_clear_up(connection, task, now)
    return task


def _standing(connection: Connection, number: int, *, cancel_wanted: bool) -> Standing:
    row = tasks.find(connection, number)
    return Standing(
        cancel_wanted=cancel_wanted,
        question_open=questions.any_of(connection, number, *questions.UNSETTLED),
        undelivered=answers.any_undelivered(connection, number)
        or questions.any_of(connection, number, *questions.UNANSWERED, untold=True),
        turns_used=row.turns_used,
        attempts=row.attempts,
        lost_turns=row.lost_turns,
        dollars=Spent.of(turns.of_task(connection, number)).dollars,
    )


def _move(connection: Connection, number: int, verdict: Verdict, now: datetime) -> Task:
    values: dict[str, Any] = {
        "turns_used": verdict.turns_used,
        "attempts": verdict.attempts,
        "lost_turns": verdict.lost_turns,
        "not_before": verdict.not_before,
    }
    if verdict.state in ENDED:
        values |= {"result": verdict.result, **tasks.NOT_HELD}
    if verdict.state is TaskState.DONE:
        values["done_at"] = now
    return tasks.move(connection, number, verdict.state, now=now, **values)


def _tell(connection: Connection, task: Task, outcome: Outcome | None, now: datetime) -> None:
    if task.state is TaskState.DONE:
        kind, said, priority = NotificationType.COMPLETION, "done", Priority.NORMAL
    elif task.state is TaskState.FAILED:
        kind, said, priority = NotificationType.ERROR, "failed", Priority.HIGH
    else:
        return
    notifications.add(
        connection,
        kind,
        f"#{task.number} {said}: {task.title}",
        task.result,
        now=now,
        priority=priority,
        context={"links": list(outcome.links) if outcome else []},
        task=task.number,
    )
