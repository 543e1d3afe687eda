"""From evidence to a state: a pure function of process, heartbeat, wish and clocks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import Enum
from typing import TYPE_CHECKING, Any, NamedTuple

from coffee_daemon.status.state import ALIVE, DaemonState, DaemonStatus

if TYPE_CHECKING:
    from datetime import datetime

    from coffee_daemon.clock import Clock
    from coffee_daemon.status.record import StatusRecord
    from coffee_daemon.status.wish import Wish

#: So many heartbeats may be missed; with one every 5 s that makes 30 s.
MISSED_BEATS = 6
#: How long a start may take before its absence means something.
START_GRACE = timedelta(seconds=12)


class Proof(Enum):
    """What was found at the number that our daemon is said to have."""

    OURS = "ours"  # alive, and proved to be our daemon
    GONE = "gone"  # no such process
    OTHER = "other"  # alive, and proved to be something else
    UNCLEAR = "unclear"  # it cannot be told


@dataclass(frozen=True, kw_only=True)
class Life:
    """Whether our daemon's process lives, and how we know."""

    proof: Proof
    pid: int | None
    why: str
    #: The host has been restarted since it wrote its last word.
    rebooted: bool = False


@dataclass(frozen=True, kw_only=True)
class Moment:
    """All clocks, read once."""

    now: datetime
    monotonic: float
    boot: float

    @classmethod
    def of(cls, clock: Clock) -> Moment:
        """Read them."""
        return cls(now=clock.now(), monotonic=clock.monotonic(), boot=clock.boot())


def observe(
    *,
    name: str,
    life: Life,
    record: StatusRecord | None,
    wish: Wish,
    moment: Moment,
    current_task: str | None = None,
    watched: bool = False,
) -> DaemonStatus:
    """Tell the daemon's state.

    Args:
        name: The daemon's name.
        life: What the process table says.
        record: The daemon's own last word; None when it cannot be read.
        wish: What people want.
        moment: The present time on every clock.
        current_task: What it works on where the record does not say it.
        watched: Whether something restarts it after a crash.
    """
    if life.proof is Proof.UNCLEAR:
        found = _Found(DaemonState.UNKNOWN, life.why)
    elif life.proof is Proof.OURS and record is not None:
        found = _alive(record, moment)
    else:
        found = _dead(life, record, wish, moment)
    facts: dict[str, Any] = {"wanted": wish.wanted, "watched": watched}
    if record is not None:
        facts["last_heartbeat"] = record.last_updated
    if found.state is DaemonState.STOPPED and record is not None:
        facts["ended_with_host"] = wish.wanted and _ended_with_host(life, record)
    if found.state in ALIVE and record is not None and life.proof is Proof.OURS:
        facts |= _facts(record, moment, current_task)
    return DaemonStatus(
        name=name, state=found.state, evidence=found.evidence, reason=found.why, **facts
    )


class _Found(NamedTuple):
    """A state, and why we say so."""

    state: DaemonState
    #: Without any age, so that it stays the same while nothing happens.
    why: str
    #: The same with its ages, where there are any.
    aged: str = ""

    @property
    def evidence(self) -> str:
        return self.aged or self.why


def _alive(record: StatusRecord, moment: Moment) -> _Found:
    limit = MISSED_BEATS * record.heartbeat
    awake = moment.monotonic - record.monotonic
    elapsed = moment.boot - record.boot
    if awake > limit:
        said = f"no heartbeat for {span(awake)}, process alive"
        return _Found(DaemonState.UNRESPONSIVE, "no heartbeat, process alive", said)
    if elapsed > limit:
        said = f"the host slept for {span(elapsed - awake)}; no heartbeat since it woke"
        return _Found(DaemonState.ASLEEP, "the host slept; no heartbeat since it woke", said)
    reason = "; ".join(filter(None, (record.reason, _focus(record, moment))))
    return _Found(DaemonState(record.state), reason, _beating(reason, elapsed))


def _focus(record: StatusRecord, moment: Moment) -> str:
    if not _in_focus(record, moment):
        return ""
    on = f"#{record.focus_task}" if record.focus_task else "what it begins next"
    return f"in focus on {on}, by {record.focus_by or 'a person'}"


def _in_focus(record: StatusRecord, moment: Moment) -> bool:
    return record.focus_until is not None and moment.now < record.focus_until


def _beating(reason: str, elapsed: float) -> str:
    heartbeat = f"last heartbeat {span(max(0.0, elapsed))} ago"
    return f"{reason}; {heartbeat}" if reason else heartbeat


def _dead(life: Life, record: StatusRecord | None, wish: Wish, moment: Moment) -> _Found:
    if wish.gave_up is not None:
        return _Found(DaemonState.GAVE_UP, wish.gave_up)
    if not wish.wanted:
        return _Found(DaemonState.STOPPED, _stopped(life, record, wish))
    if _is_starting(record, wish, moment):
        return _Found(DaemonState.STARTING, f"{wish.by or 'somebody'} has just started it")
    if record is not None and record.ended:
        return _wanted_back(life, record, moment)
    return _crashed(life, record, moment)


def _stopped(life: Life, record: StatusRecord | None, wish: Wish) -> str:
    if wish.by and not _began_after(record, wish):
        return f"stopped by {wish.by}"
    if record is not None and record.ended:
        return _ended(record)
    return "it has never been started" if record is None else life.why


def _began_after(record: StatusRecord | None, wish: Wish) -> bool:
    """Whether it was started by hand since the wish, which then says nothing about its end."""
    return record is not None and wish.at is not None and record.started_at > wish.at


def _ended(record: StatusRecord) -> str:
    return f"it ended in order ({record.reason})" if record.reason else "it ended in order"


def _wanted_back(life: Life, record: StatusRecord, moment: Moment) -> _Found:
    if not _ended_with_host(life, record):
        return _Found(DaemonState.STOPPED, f"{_ended(record)}; it is still wanted")
    ago = span(max(0.0, (moment.now - record.last_updated).total_seconds()))
    return _Found(
        DaemonState.STOPPED,
        "it was ended with the host; it is still wanted",
        f"it was ended with the host {ago} ago; it is still wanted",
    )


def _ended_with_host(life: Life, record: StatusRecord) -> bool:
    """Whether the host took it down in order.

    One that somebody runs in front ends with Ctrl-C, or by whatever service started it: neither
    is the watch's business.
    """
    return record.ended and record.spawned and life.rebooted


def _crashed(life: Life, record: StatusRecord | None, moment: Moment) -> _Found:
    why = f"wanted, but {life.why}"
    if record is None:
        return _Found(DaemonState.CRASHED, why)
    ago = span(max(0.0, (moment.now - record.last_updated).total_seconds()))
    return _Found(DaemonState.CRASHED, why, f"{why}; last heartbeat {ago} ago")


def _is_starting(record: StatusRecord | None, wish: Wish, moment: Moment) -> bool:
    """Whether a start was asked for so recently that its daemon need not be there yet."""
    if wish.at is None or not timedelta(0) <= moment.now - wish.at < START_GRACE:
        return False
    return record is None or record.started_at < wish.at


def _facts(record: StatusRecord, moment: Moment, current_task: str | None) -> dict[str, Any]:
    output, in_focus = record.last_output_at, _in_focus(record, moment)
    return {
        "pid": record.pid,
        "current_task": record.current_task or current_task,
        "task_number": record.task_number,
        "started_at": record.started_at,
        "task_started_at": record.task_started_at,
        "uptime": round(max(0.0, moment.boot - record.boot_started), 1),
        "last_output_at": output,
        "output_age": max(0.0, (moment.now - output).total_seconds()) if output else None,
        "progress": record.progress,
        "cpu_percent": record.cpu_percent,
        "memory_mb": record.memory_mb,
        "open_questions": record.open_questions,
        "held_tasks": record.held_tasks,
        "until": record.until,
        "focus_until": record.focus_until if in_focus else None,
        "focus_task": record.focus_task if in_focus else None,
        "focus_by": record.focus_by if in_focus else "",
        "missing": record.missing,
        "notes": record.notes,
    }


def span(seconds: float) -> str:
    """A length of time in words for people: `42 s`, `5 min`, `3 h`, `2 days`."""
    if seconds < 120:
        return f"{seconds:.0f} s"
    if seconds < 7200:
        return f"{seconds / 60:.0f} min"
    if seconds < 172_800:
        return f"{seconds / 3600:.0f} h"
    return f"{seconds / 86_400:.0f} days"
