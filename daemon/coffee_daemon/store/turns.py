"""Verbs of turns: picking up, settling, and what happens in between."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select, update

from coffee_daemon.errors import TurnOver
from coffee_daemon.store import ending, picking
from coffee_daemon.store.rows import answers
from coffee_daemon.store.rows import turns as rows
from coffee_daemon.store.schema import questions, tasks, turns
from coffee_daemon.tasks import Assignment, Outcome, Task, Turn, TurnState

if TYPE_CHECKING:
    from datetime import datetime

    from coffee_daemon.config import Limits
    from coffee_daemon.notifications import Answer
    from coffee_daemon.store.engine import Doors


@dataclass(frozen=True)
class Turns:
    """Runs of the agent. A turn begins and ends in one transaction each."""

    doors: Doors

    def pick_up(
        self,
        daemon: str,
        *,
        nonce: str,
        skip: frozenset[int] = frozenset(),
        only: int | None = None,
    ) -> Assignment | None:
        """Begin a turn on the next task, and hand it every answer that nobody has yet.

        Answers of a turn that was lost or interrupted are handed over again.

        Args:
            daemon: Whose tasks.
            nonce: What the turn's processes will carry; never used before.
            skip: Numbers of tasks that may not start now.
            only: The one task that may start.

        Returns:
            None when no task may start now.
        """
        with self.doors.writing() as connection:
            return picking.pick_up(
                connection, daemon, nonce, now=self.doors.now(), skip=skip, only=only
            )

    def started(self, turn: int, *, agent: str | None = None) -> Turn:
        """Mark that the agent runs, and which one.

        Raises:
            IllegalMove: It was started before, or is over.
        """
        with self.doors.writing() as connection:
            return rows.move(
                connection, turn, TurnState.RUNNING, started_at=self.doors.now(), agent=agent
            )

    def session(self, nonce: str, token: str) -> None:
        """Keep the agent's name for its conversation, for this turn and those after it.

        Raises:
            TurnOver: No turn with this nonce is ready or running.
        """
        told = update(turns).where(turns.c.nonce == nonce, turns.c.state.in_(rows.ACTIVE))
        with self.doors.writing() as connection:
            done = connection.execute(
                told.values(session=token).returning(turns.c.id, turns.c.task, turns.c.agent)
            )
            turn = done.one_or_none()
            if turn is None:
                raise TurnOver
            known = update(tasks).where(tasks.c.number == turn.task)
            connection.execute(known.values(session=token, agent=turn.agent))
            # Some agents tell it late, after they have asked.
            asked = update(questions).where(questions.c.turn == turn.id)
            connection.execute(asked.values(session=token))

    def progress(self, nonce: str, text: str) -> None:
        """Keep the agent's last word on its progress.

        Raises:
            TurnOver: No turn with this nonce is ready or running.
        """
        said = update(turns).where(turns.c.nonce == nonce, turns.c.state.in_(rows.ACTIVE))
        with self.doors.writing() as connection:
            done = connection.execute(said.values(progress=text).returning(turns.c.id))
            if done.one_or_none() is None:
                raise TurnOver

    def report(self, nonce: str, text: str) -> tuple[Answer, ...]:
        """Keep the agent's word on its progress, and hand it the follow-ups that wait.

        They count as this turn's from then on, so they are handed again only if it is cut short.

        Raises:
            TurnOver: No turn with this nonce is ready or running.
        """
        said = update(turns).where(turns.c.nonce == nonce, turns.c.state.in_(rows.ACTIVE))
        with self.doors.writing() as connection:
            done = connection.execute(
                said.values(progress=text).returning(turns.c.id, turns.c.task)
            )
            turn = done.one_or_none()
            if turn is None:
                raise TurnOver
            return answers.hand_over(connection, turn.task, turn.id, self.doors.now())

    def output_seen(self, turn: int, at: datetime) -> None:
        """Keep when the turn last put anything out."""
        seen = update(turns).where(turns.c.id == turn).values(last_output_at=at)
        with self.doors.writing() as connection:
            connection.execute(seen)

    def settle(self, turn: int, outcome: Outcome, *, limits: Limits) -> Task:
        """End a turn and decide where its task goes, in one transaction.

        Raises:
            NotFound: There is no such turn.
            IllegalMove: It was settled before.
        """
        with self.doors.writing() as connection:
            return ending.settle(connection, turn, outcome, limits=limits, now=self.doors.now())

    def sweep_lost(self, daemon: str, *, limits: Limits) -> list[Task]:
        """Mark the turns that an earlier daemon left as lost, and settle their tasks.

        Call it only after what that daemon left running has been ended.
        """
        left = select(turns.c.id).where(turns.c.daemon == daemon, turns.c.state.in_(rows.ACTIVE))
        with self.doors.writing() as connection:
            now = self.doors.now()
            return [
                ending.lose(connection, turn, limits=limits, now=now)
                for turn in connection.execute(left.order_by(turns.c.id)).scalars().all()
            ]

    def get(self, turn: int) -> Turn:
        """Return the turn of that id.

        Raises:
            NotFound: There is none.
        """
        with self.doors.reading() as connection:
            return rows.find(connection, turn)

    def first_since(self, daemon: str, moment: datetime) -> int | None:
        """Return the number of the task whose turn began first since then."""
        wanted = select(turns.c.task).where(turns.c.daemon == daemon)
        wanted = wanted.where(turns.c.created_at >= moment)
        with self.doors.reading() as connection:
            first = wanted.order_by(turns.c.created_at).limit(1)
            return connection.execute(first).scalar_one_or_none()

    def by_nonce(self, nonce: str) -> Turn | None:
        """Return the turn whose processes carry `nonce`."""
        with self.doors.reading() as connection:
            return rows.by_nonce(connection, nonce)

    def last(self, task: int) -> Turn | None:
        """Return a task's newest turn."""
        with self.doors.reading() as connection:
            return rows.last(connection, task)

    def of_task(self, task: int) -> list[Turn]:
        """Return a task's turns, oldest first."""
        with self.doors.reading() as connection:
            return rows.of_task(connection, task)
