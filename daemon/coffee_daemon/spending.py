"""What turns cost, and the halts that a day's limits bring: nouns, and their words."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from coffee_daemon.tasks import TurnState

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from coffee_daemon.clock import Day
    from coffee_daemon.config import Limits
    from coffee_daemon.notifications import Person
    from coffee_daemon.tasks import Turn

#: What was never reported is not known, which is not nothing.
NOT_REPORTED = "not reported by this agent"

#: A usage limit that is met again so soon after its end is the same one, grown longer.
JUST_AFTER = timedelta(minutes=10)

_CENT = 0.01
#: Tasks that a halt names one by one.
_NAMED = 15
#: Sums of fractions miss their mark by less than this.
_SMALL = 1e-9
_UNDER_WAY = frozenset({TurnState.READY, TurnState.RUNNING})


@dataclass(frozen=True, kw_only=True)
class Spent:
    """Turns, and the money they cost as far as the agent has reported it."""

    turns: int = 0
    #: Those whose cost is known.
    reported: int = 0
    #: Those that have not ended, so that nobody can know.
    running: int = 0
    #: US dollars of the reported ones.
    dollars: float = 0.0

    @classmethod
    def one(cls, state: TurnState, cost: float | None) -> Spent:
        """What a single turn has taken."""
        known, running = cost is not None, state in _UNDER_WAY
        return cls(turns=1, reported=int(known), running=int(running), dollars=cost or 0.0)

    @classmethod
    def of(cls, turns: Iterable[Turn]) -> Spent:
        """What these turns have taken together."""
        return sum((cls.one(turn.state, turn.cost) for turn in turns), cls())

    def __add__(self, other: Spent) -> Spent:
        return Spent(
            turns=self.turns + other.turns,
            reported=self.reported + other.reported,
            running=self.running + other.running,
            dollars=self.dollars + other.dollars,
        )

    @property
    def known(self) -> float | None:
        """US dollars; None where no turn has reported any."""
        return self.dollars if self.reported else None

    @property
    def cost(self) -> str:
        """What is known of the cost in words, never a number where nothing was reported."""
        if self.reported == self.turns:
            return money(self.dollars) if self.turns else "nothing"
        if self.reported:
            told = f"{self.reported} of {self.turns} turns reported"
            return f"at least {money(self.dollars)} ({told})"
        return "not known yet" if self.running == self.turns else NOT_REPORTED

    @property
    def count(self) -> str:
        """The turns in words: `1 turn`, `500 turns`."""
        return Budget.TURNS.amount(self.turns)


@dataclass(frozen=True, kw_only=True)
class TaskSpent:
    """What one task has taken in some time."""

    task: int
    title: str
    spent: Spent


@dataclass(frozen=True, kw_only=True)
class DaySpent:
    """What the turns that began on one day have taken, task by task, the dearest first."""

    day: Day
    tasks: tuple[TaskSpent, ...] = ()

    @property
    def total(self) -> Spent:
        """All of them together."""
        return total(self.tasks)

    def out_of(self, limits: Limits, granted: Mapping[Budget, float]) -> str:
        """How much of the day's limits is used: `3 of 500 turns; of $5.00: $1.20`."""
        used, turns = self.total, limits.turns_per_day + granted[Budget.TURNS]
        said = f"{used.turns} of {Budget.TURNS.amount(turns)}"
        if limits.dollars_per_day is None:
            return said
        dollars = limits.dollars_per_day + granted[Budget.DOLLARS]
        return f"{said}; of {money(dollars)}: {used.cost}"


class Budget(StrEnum):
    """What a day has a limited amount of."""

    TURNS = "turns"
    DOLLARS = "dollars"

    def amount(self, much: float) -> str:
        """So much of it in words: `2 turns`, `$5.00`."""
        if self is Budget.DOLLARS:
            return money(much)
        return "1 turn" if much == 1 else f"{much:,.0f} turns"


@dataclass(frozen=True, kw_only=True)
class Continued:
    """Somebody let a halted daemon go on."""

    who: Person
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Halt:
    """A daemon has used up what a day allows, and pauses until the day ends."""

    daemon: str
    day: Day
    budget: Budget
    #: What the day has allowed so far, in turns or US dollars.
    allowed: float
    #: What *Continue today* adds to that.
    more: float
    #: When it goes on by itself.
    until: datetime
    #: What it went for: the dearest tasks, those besides them, and all together.
    tasks: tuple[TaskSpent, ...] = ()
    others: int = 0
    total: Spent = Spent()
    #: Who let it go on, if anybody did.
    continued: Continued | None = None

    @property
    def name(self) -> str:
        """What makes it one: the day, the daemon, the limit, and how far it had gone."""
        return f"{self.day}:{self.daemon}:{self.budget}:{_plain(self.allowed)}"

    def went_for(self, spent: DaySpent) -> Halt:
        """The same with what the day went for: the dearest tasks by name, the others counted."""
        return replace(
            self,
            tasks=spent.tasks[:_NAMED],
            others=len(spent.tasks[_NAMED:]),
            total=spent.total,
        )

    @property
    def limit(self) -> str:
        """The limit in words: `2 turns`, `$5.00`."""
        return self.budget.amount(self.allowed)

    @property
    def offer(self) -> str:
        """What *Continue today* adds, in words: `2 more turns`, `$5.00 more`."""
        much = self.budget.amount(self.more)
        return f"{much} more" if self.budget is Budget.DOLLARS else much.replace(" ", " more ")


@dataclass(frozen=True, kw_only=True)
class UsageLimit:
    """An agent's own limit: it takes no work until then."""

    daemon: str
    agent: str
    until: datetime
    #: The task whose turn met it.
    task: int
    #: When it was met.
    at: datetime
    #: When it was met first, of several times one right after the other.
    since: datetime

    @property
    def again(self) -> bool:
        """Whether the agent was tried again in vain."""
        return self.at > self.since

    def spans(self, moment: datetime) -> bool:
        """Whether it held at that moment, or had just been tried again."""
        return self.since <= moment < self.until + JUST_AFTER


@dataclass(frozen=True, kw_only=True)
class GoneOn:
    """What came of a person's wish that a daemon at its limit goes on."""

    #: What this wish has let go on.
    halts: tuple[Halt, ...] = ()
    #: Usage limits before whose end the agent is tried again.
    lifted: tuple[UsageLimit, ...] = ()
    #: What somebody, whom it names, had let go on before.
    before: Halt | None = None
    #: What its day's end has let go on.
    over: Halt | None = None

    @property
    def changed(self) -> bool:
        """Whether it has let anything go on."""
        return bool(self.halts or self.lifted)


def total(tasks: Iterable[TaskSpent]) -> Spent:
    """What these tasks have taken together."""
    return sum((one.spent for one in tasks), Spent())


def spent_by_task(days: Iterable[DaySpent]) -> tuple[TaskSpent, ...]:
    """What each task has taken on all these days, the dearest first."""
    merged: dict[int, TaskSpent] = {}
    for one in (task for day in days for task in day.tasks):
        before = merged[one.task].spent if one.task in merged else Spent()
        merged[one.task] = TaskSpent(task=one.task, title=one.title, spent=before + one.spent)
    return dearest(merged.values())


def dearest(tasks: Iterable[TaskSpent]) -> tuple[TaskSpent, ...]:
    """By what is known of their cost, then by their turns, then by their numbers."""
    return tuple(sorted(tasks, key=lambda one: (-one.spent.dollars, -one.spent.turns, one.task)))


def used_up(used: float, allowed: float) -> bool:
    """Whether nothing is left of what is allowed."""
    return used > allowed - _SMALL


def money(dollars: float) -> str:
    """An amount as people write it: `$1,234.50`, `<$0.01`."""
    return "<$0.01" if 0 < dollars < _CENT - _SMALL else f"${dollars:,.2f}"


def _plain(much: float) -> str:
    return f"{much:.2f}".removesuffix(".00")
