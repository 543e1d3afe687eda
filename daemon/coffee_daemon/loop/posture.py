"""Whether the daemon may begin a turn now, and if not, why and until when. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING

from coffee_daemon.status import DaemonState

if TYPE_CHECKING:
    from coffee_daemon.config import Limits, WorkingHours


@dataclass(frozen=True, kw_only=True)
class Posture:
    """A daemon that is free to begin a turn, or the reason why it is not."""

    state: DaemonState = DaemonState.IDLE
    why: str = "free"
    until: datetime | None = None

    @property
    def free(self) -> bool:
        """Whether a turn may begin."""
        return self.state is DaemonState.IDLE


def posture(
    now: datetime,
    *,
    hours: WorkingHours | None,
    limits: Limits,
    turns_today: int = 0,
    paused_until: datetime | None = None,
    limited_until: datetime | None = None,
) -> Posture:
    """Weigh a person's pause, the agent's usage limit, the day's turns and the working hours.

    Args:
        now: Aware; the working hours are those of its time zone, so pass the local time.
        hours: None works at any hour.
        limits: Of the settings.
        turns_today: Turns begun since midnight, in the same zone.
        paused_until: By a person.
        limited_until: By the agent.
    """
    if paused_until is not None and now < paused_until:
        return Posture(state=DaemonState.PAUSED, why="paused by a person", until=paused_until)
    if limited_until is not None and now < limited_until:
        return Posture(
            state=DaemonState.LIMITED, why="the agent's usage limit", until=limited_until
        )
    if turns_today >= limits.turns_per_day:
        why = f"{turns_today} turns today, as many as [limits] turns_per_day allows"
        return Posture(state=DaemonState.LIMITED, why=why, until=_next(now, time(0)))
    if hours is not None and not hours.contains(now.time()):
        return Posture(
            state=DaemonState.RESTING,
            why="outside its working hours",
            until=_next(now, hours.start),
        )
    return Posture()


def midnight(now: datetime) -> datetime:
    """When the day of `now` began, in its own zone."""
    return now.replace(hour=0, minute=0, second=0, microsecond=0)


def _next(now: datetime, moment: time) -> datetime:
    """The next time the clock on the wall shows `moment`."""
    today = now.replace(hour=moment.hour, minute=moment.minute, second=moment.second, microsecond=0)
    return today if today > now else today + timedelta(days=1)
