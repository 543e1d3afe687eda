"""What is still to go wrong, and what has: asked for one by one, or by chance."""

from __future__ import annotations

import threading
from collections import Counter, deque
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from coffee_bot.sandbox.chance import Chance, Rates

if TYPE_CHECKING:
    from coffee_bot.sandbox.faults import Effect, Fault, Moment

#: Enough for the longest run of chaos.
_HAPPENED_KEPT = 100_000


@dataclass(frozen=True, kw_only=True)
class Happened:
    """A fault that took place."""

    fault: Fault
    #: The method or the event type.
    what: str
    #: The how manieth of its kind it was, from 1.
    nth: int
    by_chance: bool

    def __str__(self) -> str:
        how = "by chance" if self.by_chance else "as planned"
        seconds = f" ({self.fault.seconds:g} s)" if self.fault.seconds is not None else ""
        where = f"{self.fault.moment.value} {self.what} #{self.nth}"
        return f"{where}: {self.fault.effect.value}{seconds}, {how}"


class FaultPlan:
    """What shall go wrong: first what was planned, in that order, then chance.

    Usable from any thread.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._faults: list[Fault] = []
        self._chance: Chance | None = None
        self._asked: Counter[tuple[Moment, str]] = Counter()
        self._log: deque[Happened] = deque(maxlen=_HAPPENED_KEPT)
        #: How often each effect has happened.
        self.happened: Counter[Effect] = Counter()

    @classmethod
    def random(cls, seed: int, rates: Rates) -> FaultPlan:
        """Return a plan that lets things go wrong by chance, the same for the same seed."""
        plan = cls()
        plan.randomly(seed, rates)
        return plan

    def randomly(self, seed: int, rates: Rates) -> None:
        """From now on let things go wrong by chance, besides what was planned one by one."""
        with self._lock:
            self._chance = Chance(seed=seed, rates=rates)
            # The same seed means the same fate from here on.
            self._asked.clear()

    def add(self, fault: Fault) -> None:
        """Plan `fault`, after those planned before."""
        with self._lock:
            self._faults.append(fault)

    def clear(self) -> None:
        """Let nothing more go wrong."""
        with self._lock:
            self._faults.clear()
            self._chance = None

    @property
    def left(self) -> tuple[Fault, ...]:
        """What was planned one by one and has not happened yet."""
        with self._lock:
            return tuple(self._faults)

    @property
    def chance(self) -> Chance | None:
        """The seed and the rates, if chance has its share."""
        return self._chance

    @property
    def log(self) -> tuple[Happened, ...]:
        """What has gone wrong, in that order."""
        with self._lock:
            return tuple(self._log)

    def report(self) -> str:
        """Say what has gone wrong, a line each, below the seed and the rates."""
        lines = [str(one) for one in self.log]
        if chance := self._chance:
            shown = ", ".join(f"{key}={value}" for key, value in chance.rates.as_json().items())
            lines.insert(0, f"seed {chance.seed}: {shown}")
        return "\n".join(lines)

    def take(self, moment: Moment, what: str) -> Fault | None:
        """Return what goes wrong with `what` at `moment` this time, if anything does."""
        with self._lock:
            self._asked[moment, what] += 1
            nth = self._asked[moment, what]
            planned = self._planned(moment, what)
            fault = planned
            if fault is None and self._chance is not None:
                fault = self._chance.choose(moment, what, nth)
            if fault is not None:
                self.happened[fault.effect] += 1
                by_chance = planned is None
                self._log.append(Happened(fault=fault, what=what, nth=nth, by_chance=by_chance))
            return fault

    def _planned(self, moment: Moment, what: str) -> Fault | None:
        for index, fault in enumerate(self._faults):
            if fault.moment is not moment or fault.of not in {None, what}:
                continue
            if fault.skip:
                self._faults[index] = replace(fault, skip=fault.skip - 1)
                continue
            self._use(index, fault)
            return fault
        return None

    def _use(self, index: int, fault: Fault) -> None:
        if fault.times == 1:
            del self._faults[index]
        elif fault.times is not None:
            self._faults[index] = replace(fault, times=fault.times - 1)
