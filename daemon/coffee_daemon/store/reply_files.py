"""Verbs of the files that came with replies: who fetches them says how far each one is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import delete, func, select, update

from coffee_daemon.reply_files import FILE_MOVES, FileState
from coffee_daemon.store.moves import moving
from coffee_daemon.store.rows import answers as answer_rows
from coffee_daemon.store.rows import reply_files as rows
from coffee_daemon.store.schema import answers, reply_files

if TYPE_CHECKING:
    from datetime import datetime

    from coffee_daemon.notifications import Answer
    from coffee_daemon.reply_files import ReplyFile
    from coffee_daemon.store.engine import Doors

#: The files that a fetcher has to do with.
_LOOSE = (FileState.WANTED, FileState.DROPPED)


@dataclass(frozen=True)
class ReplyFiles:
    """wanted -> kept or refused. Only a fetcher of the task's own daemon sees what is to do."""

    doors: Doors

    def due(self, daemon: str, limit: int = 20) -> list[ReplyFile]:
        """Return what is to be fetched or removed now, oldest first."""
        wanted = select(reply_files).where(reply_files.c.daemon == daemon)
        wanted = wanted.where(reply_files.c.not_before <= self.doors.now()).limit(limit)
        with self.doors.reading() as connection:
            found = [
                rows.as_file(row)
                for state in _LOOSE
                for row in connection.execute(wanted.where(reply_files.c.state == state))
            ]
        return sorted(found, key=lambda one: one.id)

    def next_try(self, daemon: str) -> datetime | None:
        """When the next file is to be tried again."""
        wanted = select(func.min(reply_files.c.not_before)).where(reply_files.c.daemon == daemon)
        wanted = wanted.where(reply_files.c.state == FileState.WANTED)
        with self.doors.reading() as connection:
            found: datetime | None = connection.execute(wanted).scalar_one()
        return found

    def of_task(self, task: int) -> tuple[ReplyFile, ...]:
        """Return a task's files, oldest first."""
        with self.doors.reading() as connection:
            return rows.of_task(connection, task)

    def of_answer(self, answer: int) -> tuple[ReplyFile, ...]:
        """Return the files of one answer, in their order."""
        with self.doors.reading() as connection:
            return rows.of_answer(connection, answer)

    def keep(self, file: int, size: int) -> bool:
        """Say that a file lies in the state folder; False when nobody wants it any more."""
        had = select(answers.c.id).where(answers.c.id == reply_files.c.answer)
        late = had.where(answers.c.turn.is_not(None)).exists()
        return self._settle(file, FileState.KEPT, size=size, reason="", late=late)

    def refuse(self, file: int, reason: str) -> bool:
        """Say that a file is not taken, and why; False when nobody wants it any more."""
        return self._settle(file, FileState.REFUSED, reason=reason)

    def later(self, file: int, until: datetime, reason: str) -> None:
        """Have a file tried again, after what went wrong this time."""
        again = update(reply_files).where(reply_files.c.id == file)
        again = again.values(not_before=until, reason=reason, tries=reply_files.c.tries + 1)
        with self.doors.writing() as connection:
            connection.execute(again)

    def forget(self, file: int) -> None:
        """Remove a dropped file from the record."""
        gone = delete(reply_files).where(reply_files.c.id == file)
        with self.doors.writing() as connection:
            connection.execute(gone.where(reply_files.c.state == FileState.DROPPED))

    def answer(self, number: int) -> Answer | None:
        """Return the answer of that id; None when it was taken back."""
        with self.doors.reading() as connection:
            return answer_rows.by_id(connection, number)

    def _settle(self, file: int, to: FileState, **values: object) -> bool:
        step = moving(reply_files, FILE_MOVES, to, settled_at=self.doors.now(), **values)
        step = step.where(reply_files.c.id == file).returning(reply_files.c.id)
        with self.doors.writing() as connection:
            return connection.execute(step).one_or_none() is not None
