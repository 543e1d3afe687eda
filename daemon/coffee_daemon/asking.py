"""Asking people from any program: the question is stored and the asker goes on.

The same few verbs stand behind `coffee ask`, the MCP server, the agents' adapters and the
functions that a Python program may call.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from coffee_daemon.config import Config, load_config
from coffee_daemon.doorbell import bot_bell, daemon_bell, ring
from coffee_daemon.errors import BadInput, Refused, TurnOver
from coffee_daemon.notifications import Question, local_person
from coffee_daemon.store import Store
from coffee_daemon.system import system_clock
from coffee_daemon.tasks import Exchange

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import Any, TypeVar

    from coffee_daemon.notifications import Answer

    Found = TypeVar("Found")

_LONGEST = timedelta(days=3650)


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
        expires_in: timedelta | None = None,
    ) -> Question:
        """Store a question; returns at once. The same open question asked again is one question.

        Args:
            text: What to decide.
            options: Labels of choices.
            why: Why it matters.
            approve: It is decided by one of its options, exactly; Approve and Reject unless given.
            subject: What the asker needs to go on with the answer; kept as JSON.
            expires_in: When it is closed unanswered; None waits for ever.

        Raises:
            BadInput: The question is empty or too long, or the time is none.
            TurnOver: The turn has ended.
            StoreTrouble: The record cannot be used.
        """
        if expires_in is not None and not timedelta(0) < expires_in <= _LONGEST:
            raise BadInput(
                "A question expires after more than no time, and ten years at most.",
                hint="Leave it out for a question that waits for ever.",
            )
        now = system_clock().now()
        return self._changed(
            lambda store: store.questions.ask(
                daemon=self.config.name,
                text=text,
                options=options,
                why=why,
                approve=approve,
                subject=subject,
                turn_nonce=self.turn,
                expires_at=now + expires_in if expires_in else None,
                who=None if self.turn else local_person(),
            )
        )

    def look(self, number: int) -> tuple[Question, tuple[Answer, ...]]:
        """Return a question and its replies; an answer that is ready is taken by this.

        Raises:
            NotFound: There is no such question.
            StoreTrouble: The record cannot be used.
        """
        return self._changed(lambda store: store.questions.collect(number, self.turn))

    def open(self) -> list[Question]:
        """Return this asker's open questions, oldest first: its task's, or those of no task."""
        with self._store() as store:
            turn = store.turns.by_nonce(self.turn) if self.turn else None
            if turn is not None:
                return [one for one in store.questions.of_task(turn.task) if not one.closed]
            return [one for one in store.questions.open(self.config.name) if one.task is None]

    def exchanges(self) -> tuple[Exchange, ...]:
        """Return every question of this turn's task with its replies, oldest first.

        No answer is taken by this: that is `look`, for whoever goes on with it.

        Raises:
            TurnOver: This is no turn's program.
            StoreTrouble: The record cannot be used.
        """
        with self._store() as store:
            turn = store.turns.by_nonce(self._needs_turn())
            if turn is None:
                raise TurnOver
            return tuple(
                Exchange(question=one, answers=store.questions.answers(one.number))
                for one in store.questions.of_task(turn.task)
            )

    def withdraw(self, number: int) -> Question:
        """Take back a question that this asker asked and nobody needs to answer any more.

        Raises:
            NotFound: There is no such question.
            Refused: It is somebody else's.
            IllegalMove: It is closed already.
        """
        return self._changed(lambda store: self._withdraw(store, number))

    def report(self, text: str) -> None:
        """Say how far the turn has come.

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

    def _withdraw(self, store: Store, number: int) -> Question:
        question = store.questions.get(number)
        turn = store.turns.by_nonce(self.turn) if self.turn else None
        if question.task != (turn.task if turn else None):
            raise Refused(f"#{number} was asked by somebody else.", hint="Leave it to them.")
        return store.questions.withdraw(number, who=local_person())

    def _needs_turn(self) -> str:
        if self.turn is None:
            raise TurnOver("Only an agent's turn can report.", hint="Hand over work: coffee tell")
        return self.turn

    def _changed(self, verb: Callable[[Store], Found]) -> Found:
        """Carry a verb out, and tell daemon and bot that there is news."""
        with self._store() as store:
            found = verb(store)
        ring(daemon_bell(self.config))
        ring(bot_bell(self.config))
        return found

    def _store(self) -> Store:
        return Store.open(self.config.database, clock=system_clock(), migrate=False)
