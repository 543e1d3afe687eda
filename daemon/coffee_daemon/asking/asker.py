"""Whoever asks: an agent's turn, or a program outside any."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from coffee_daemon.config import Config, load_config
from coffee_daemon.doorbell import bot_bell, daemon_bell, ring
from coffee_daemon.errors import BadInput, Refused, TurnOver
from coffee_daemon.notifications import Person, Question, local_person
from coffee_daemon.system import system_clock
from coffee_daemon.tasks import TURN_MOVES, Exchange

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from typing import Any, TypeVar

    from coffee_daemon.notifications import Answer
    from coffee_daemon.silence import Silence
    from coffee_daemon.store import Store
    from coffee_daemon.tasks import Turn

    Found = TypeVar("Found")

#: How often a program that waits for an answer looks for it.
_LOOK_SECONDS = 0.5


@dataclass(frozen=True)
class Asker:
    """A program that asks: an agent's turn, or any other where `turn` is None.

    Every verb opens the record for itself, so an asker may live for days without holding it.
    """

    config: Config
    #: The nonce of the turn that this program belongs to.
    turn: str | None = None

    @classmethod
    def here(cls, environment: Mapping[str, str] | None = None) -> Asker:
        """The asker that this process is, by its environment.

        Raises:
            BadConfig: A setting cannot be used.
        """
        found = os.environ if environment is None else environment
        return cls(load_config(found), found.get("COFFEE_TURN") or None)

    def ask(
        self,
        text: str,
        *,
        options: Sequence[str] = (),
        why: str = "",
        approve: bool = False,
        subject: Mapping[str, Any] | None = None,
        silence: Silence | None = None,
    ) -> Question:
        """Store a question; returns at once. The same open question asked again is one question.

        Args:
            text: What to decide.
            options: Labels of choices.
            why: Why it matters.
            approve: It is decided by one of its options, exactly; Approve and Reject unless given.
            subject: What the asker needs to go on with the answer; kept as JSON.
            silence: What happens while nobody answers; None waits for ever.

        Raises:
            BadInput: The question is empty or too long, or its silence cannot be kept.
            Refused: It assumes what may not be assumed.
            TurnOver: The turn has ended.
            TooManyQuestions: The task has as many open as it may.
            StoreTrouble: The record cannot be used.
        """
        return self._changed(
            lambda store: store.questions.ask(
                daemon=self.config.name,
                text=text,
                options=options,
                why=why,
                approve=approve,
                subject=subject,
                turn_nonce=self.turn,
                silence=silence,
                who=None if self.turn else local_person(),
                most_open=self.config.limits.open_questions,
            )
        )

    def look(self, number: int) -> Exchange:
        """Return a question and its replies; an answer that is ready is taken by this.

        Until `question.state` is `picked_up`, look again later.

        Raises:
            NotFound: There is no such question.
            StoreTrouble: The record cannot be used.
        """
        with self._store() as store:
            return self._look(store, number)

    def wait(self, number: int) -> Exchange:
        """Look again and again until the question is closed, however long it takes.

        Raises:
            Refused: This is an agent's turn, which never waits for a person.
            NotFound: There is no such question.
            StoreTrouble: The record cannot be used.
        """
        self.may_wait()
        with self._store() as store:
            while not (found := self._look(store, number)).question.closed:
                time.sleep(_LOOK_SECONDS)
        return found

    def may_wait(self) -> None:
        """Make sure that this program may wait for a person.

        Raises:
            Refused: It is an agent's turn.
        """
        if self.turn is not None:
            raise Refused("A turn never waits for a person.", hint="Ask, and end it.")

    def open(self) -> list[Question]:
        """Return the questions that this asker still has, oldest first: its task's, or of no task.

        They are open, or answered and not fetched.

        Raises:
            TurnOver: The turn has ended.
            StoreTrouble: The record cannot be used.
        """
        with self._store() as store:
            turn = self._turn(store)
            found = store.questions.of_task(turn.task) if turn else _changeable(store)
            mine = [one for one in found if one.daemon == self.config.name and not one.closed]
        return [one for one in mine if one.task == (turn.task if turn else None)]

    def exchanges(self) -> tuple[Exchange, ...]:
        """Return every question of this turn's task with its replies, oldest first.

        No answer is taken by this: that is `look`, for whoever goes on with it.

        Raises:
            TurnOver: This is no running turn.
            StoreTrouble: The record cannot be used.
        """
        self._needs_turn()
        with self._store() as store:
            turn = self._turn(store)
            return tuple(
                Exchange(question=one, answers=store.questions.answers(one.number))
                for one in (store.questions.of_task(turn.task) if turn else ())
            )

    def withdraw(self, number: int) -> Question:
        """Take back a question that this asker asked and nobody needs to answer any more.

        Raises:
            NotFound: There is no such question.
            Refused: It is somebody else's.
            IllegalMove: It is closed already.
            TurnOver: The turn has ended.
        """
        return self._changed(lambda store: self._withdraw(store, number))

    def report(self, text: str) -> tuple[Answer, ...]:
        """Say how far the turn has come, and take what people have added to its task since.

        What is returned is the turn's from then on: it is not told again, unless the turn is cut
        short.

        Raises:
            BadInput: There are no words.
            TurnOver: This is no running turn.
        """
        turn, words = self._needs_turn(), text.strip()
        if not words:
            raise BadInput("There is nothing to report.", hint='Try: coffee report "Running tests"')
        return self._changed(lambda store: store.turns.report(turn, words))

    def progress(self, text: str) -> None:
        """Say how far the turn has come in the agent's place, which gets nothing by it.

        Raises:
            TurnOver: This is no running turn.
        """
        turn = self._needs_turn()
        self._changed(lambda store: store.turns.progress(turn, text))

    def session(self, token: str) -> None:
        """Keep the agent's own name for its conversation.

        Raises:
            TurnOver: This is no running turn.
        """
        turn = self._needs_turn()
        self._changed(lambda store: store.turns.session(turn, token))

    def _look(self, store: Store, number: int) -> Exchange:
        before = store.questions.get(number).state
        # So that it closes in time although no daemon may run.
        store.questions.close_due()
        question, answers = store.questions.collect(number, self.turn)
        if question.state is not before:
            self._ring()
        return Exchange(question=question, answers=answers)

    def _withdraw(self, store: Store, number: int) -> Question:
        question, turn = store.questions.get(number), self._turn(store)
        if question.task != (turn.task if turn else None):
            raise Refused(f"#{number} was asked by somebody else.", hint="Leave it to them.")
        return store.questions.withdraw(number, who=self._who(), turn_nonce=self.turn)

    def _who(self) -> Person:
        name = self.config.name
        return local_person() if self.turn is None else Person(id=f"daemon:{name}", name=name)

    def _turn(self, store: Store) -> Turn | None:
        """The turn that this program belongs to; None outside any."""
        if self.turn is None:
            return None
        turn = store.turns.by_nonce(self.turn)
        if turn is None or not TURN_MOVES[turn.state]:
            raise TurnOver
        return turn

    def _needs_turn(self) -> str:
        if self.turn is None:
            raise TurnOver("Only an agent's turn can report.", hint="Hand over work: coffee tell")
        return self.turn

    def _changed(self, verb: Callable[[Store], Found]) -> Found:
        """Carry a verb out, and tell daemon and bot that there is news."""
        with self._store() as store:
            found = verb(store)
        self._ring()
        return found

    def _ring(self) -> None:
        ring(daemon_bell(self.config))
        ring(bot_bell(self.config))

    def _store(self) -> Store:
        from coffee_daemon.store import Store  # noqa: PLC0415 - SQLAlchemy takes its time to load

        return Store.open(self.config.database, clock=system_clock(), migrate=False)


def _changeable(store: Store) -> Iterable[Question]:
    """Every question that is open, or answered and not picked up, page by page."""
    page = store.questions.changeable()
    while page:
        yield from page
        page = store.questions.changeable(after=page[-1].number)
