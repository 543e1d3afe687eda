"""Whether the daemon may begin a turn now, and if not, why and until when. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING

from coffee_daemon.status import DaemonState

if TYPE_CHECKING:
    from coffee_daemon.config import WorkingHours


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
    used_up: Posture | None = None,
    paused_until: datetime | None = None,
    paused_by: str = "",
    limited_until: datetime | None = None,
) -> Posture:
    """Weigh a person's pause, the agent's usage limit, the day's limits and the working hours.

    Args:
        now: Aware; the working hours are those of its time zone, so pass the local time.
        hours: None works at any hour.
        used_up: What a used up limit of the day makes of it; None while there is something left.
        paused_until: By a person.
        paused_by: That person's name.
        limited_until: By the agent.
    """
    if paused_until is not None and now < paused_until:
        why = f"paused by {paused_by or 'a person'}"
        return Posture(state=DaemonState.PAUSED, why=why, until=paused_until)
    if limited_until is not None and now < limited_until:
        return Posture(
            state=DaemonState.LIMITED, why="the agent's usage limit", until=limited_until
        )
    if used_up is not None:
        return used_up
    if hours is not None and not hours.contains(now.time()):
        return Posture(
            state=DaemonState.RESTING,
            why="outside its working hours",
            until=_next(now, hours.start),
        )
    return Posture()


def _next(now: datetime, moment: time) -> datetime:
    """The next time the clock on the wall shows `moment`."""
    today = now.replace(hour=moment.hour, minute=moment.minute, second=moment.second, microsecond=0)
    return today if today > now else today + timedelta(days=1)
