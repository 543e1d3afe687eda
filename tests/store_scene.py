"""A record with people in it, for telling stories in tests."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from coffee_daemon.config import Limits
from coffee_daemon.notifications import Person, Via
from coffee_daemon.tasks import Outcome, TurnEnd

if TYPE_CHECKING:
    from collections.abc import Iterator

    from coffee_daemon.clock import ManualClock
    from coffee_daemon.notifications import Question, Receipt
    from coffee_daemon.store import Store
    from coffee_daemon.tasks import Assignment, Task

ADA = Person(id="U1", name="Ada")
BOB = Person(id="U2", name="Bob")
DAEMON = "code_developer"
QUIET = timedelta(seconds=60)


@dataclass
class Scene:
    store: Store
    clock: ManualClock
    limits: Limits = field(default_factory=Limits)
    _count: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def tell(self, text: str = "Mend the tests", **more: Any) -> Task:
        told = {"daemon": DAEMON, "text": text, "who": ADA, "via": Via.CLI, **more}
        return self.store.tasks.tell(**told)

    def try_turn(self, **more: Any) -> Assignment | None:
        return self.store.turns.pick_up(DAEMON, nonce=f"nonce-{next(self._count)}", **more)

    def turn(self, **more: Any) -> Assignment:
        assignment = self.try_turn(**more)
        assert assignment is not None
        self.store.turns.started(assignment.turn.id)
        return assignment

    def ask(self, assignment: Assignment, text: str = "Which database?", **more: Any) -> Question:
        nonce = assignment.turn.nonce
        return self.store.questions.ask(daemon=DAEMON, text=text, turn_nonce=nonce, **more)

    def reply(self, question: Question, text: str = "SQLite", **more: Any) -> Receipt:
        said: dict[str, Any] = {"who": ADA, "via": Via.SLACK, "quiet": QUIET, "text": text}
        said["source"] = f"auto:{next(self._count)}"
        return self.store.questions.reply(question.number, **(said | more))

    def follow_up(self, task: Task, text: str = "And the docs", **more: Any) -> Receipt:
        said: dict[str, Any] = {"who": ADA, "via": Via.SLACK, "quiet": QUIET, "text": text}
        said["source"] = f"auto:{next(self._count)}"
        return self.store.tasks.follow_up(task.number, **(said | more))

    def end(self, assignment: Assignment, end: TurnEnd = TurnEnd.OK, **more: Any) -> Task:
        outcome = Outcome(end=end, **more)
        return self.store.turns.settle(assignment.turn.id, outcome, limits=self.limits)

    def sweep(self) -> list[Task]:
        return self.store.turns.sweep_lost(DAEMON, limits=self.limits)

    def waiting(self, text: str = "Which database?") -> Question:
        """A task of its own that waits for the answer to a question."""
        task = self.tell(f"Work that asks: {text}")
        assignment = self.turn(only=task.number)
        question = self.ask(assignment, text)
        self.end(assignment)
        return question

    def done(self) -> Task:
        """A task of its own that is done."""
        task = self.tell("Work that ends")
        return self.end(self.turn(only=task.number), summary="All green.")
