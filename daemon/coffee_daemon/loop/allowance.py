"""What is left to the daemon today: of turns, of money, and of what its agent may use."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from coffee_daemon.clock import Day
from coffee_daemon.loop.posture import Posture, posture
from coffee_daemon.spending import Budget, Halt, Spent, used_up
from coffee_daemon.status import DaemonState, read_wish

if TYPE_CHECKING:
    from collections.abc import Iterator

    from coffee_daemon.clock import Clock
    from coffee_daemon.config import Config, Limits
    from coffee_daemon.store import Store

log = logging.getLogger(__name__)


class Allowance:
    """Weighs whether a turn may begin, and tells once when a limit of the day is used up.

    Everything is read from the record, so a restart forgets none of it.
    """

    def __init__(self, config: Config, store: Store, clock: Clock, agent: str | None) -> None:
        self._config = config
        self._store = store
        self._clock = clock
        self._agent = agent
        self._halts: tuple[Halt, ...] = ()
        self._told: set[str] = set()

    def weigh(self) -> Posture:
        """Whether a turn may begin now, and if not, why and until when."""
        now = self._clock.now()
        self._halts = tuple(self._find(Day.of(now)))
        wish = read_wish(self._config)
        usage = self._store.halts.usage(self._config.name, self._agent) if self._agent else None
        return posture(
            now.astimezone(),
            hours=self._config.working_hours,
            used_up=_posture(self._halts[0]) if self._halts else None,
            paused_until=wish.paused_until,
            paused_by=wish.paused_by,
            limited_until=usage.until if usage else None,
        )

    def tell(self) -> bool:
        """Tell of what was found used up, once; whether anything was new.

        Call it while no turn runs, so that what the last one cost is in the table.
        """
        fresh = [one for one in self._halts if one.name not in self._told]
        self._told |= {one.name for one in fresh}
        told = [self._tell(one) for one in fresh]
        return any(told)

    def notes(self) -> tuple[str, ...]:
        """What people should know about the limits of the day."""
        return tuple(
            f"{_why(one)}; `continue` lets it go on for the rest of the day" for one in self._halts
        )

    def _find(self, day: Day) -> Iterator[Halt]:
        """The limits that are used up, without what the day went for."""
        spent = self._store.spending.since(self._config.name, day.begins)
        for budget, most, used in _budgets(self._config.limits, spent):
            if most is None or not used_up(used, most):
                continue
            allowed = most + self._store.halts.granted(self._config.name, day)[budget]
            if used_up(used, allowed):
                yield Halt(
                    daemon=self._config.name,
                    day=day,
                    budget=budget,
                    allowed=allowed,
                    more=most,
                    until=day.ends,
                )

    def _tell(self, halt: Halt) -> bool:
        told = halt.went_for(self._store.spending.by_day(halt.daemon, [halt.day])[0])
        if not self._store.halts.tell(told, f"The day's limit is used up: {told.limit}", say(told)):
            return False
        log.warning("%s; it pauses until midnight.", _why(told), extra={"action": "day_limit"})
        return True


def say(halt: Halt) -> str:
    """Tell in plain words what a day went for, and how to go on."""
    lines = [
        f"It pauses until midnight: {_why(halt)}.",
        f"`coffee continue` lets it go on today, for {halt.offer}.",
        *(f"#{one.task} {one.title}: {_took(one.spent)}" for one in halt.tasks),
        *([f"{halt.others} more tasks"] if halt.others else []),
        f"Together: {_took(halt.total)}",
    ]
    return "\n".join(lines)


def _took(spent: Spent) -> str:
    return f"{spent.count}, {spent.cost}"


def _budgets(limits: Limits, spent: Spent) -> tuple[tuple[Budget, float | None, float], ...]:
    """Each limit of the day, and how much of it was used."""
    return (
        (Budget.TURNS, limits.turns_per_day, spent.turns),
        (Budget.DOLLARS, limits.dollars_per_day, spent.dollars),
    )


def _posture(halt: Halt) -> Posture:
    return Posture(state=DaemonState.LIMITED, why=_why(halt), until=halt.until)


def _why(halt: Halt) -> str:
    return f"the day's limit of {halt.limit} is used up"
