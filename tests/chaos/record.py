"""What the database says, read with plain SQL: nobody's word but its own."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

_UNSENT = """
    select key from posts where kind != 'ephemeral'
    and (state not in ('sent') or (kind = 'message' and edit_due)) order by id
"""
_STANDING = """
    select (select count(*) from questions), (select group_concat(state) from tasks),
        (select count(*) from answers), (select count(*) from turns),
        (select count(*) from posts), (select count(*) from posts where state = 'sent'),
        (select sum(shown_version) from posts), (select count(*) from inbox)
"""


@dataclass(frozen=True)
class Record:
    """The database file, looked at whenever asked."""

    path: Path

    def questions(self) -> dict[int, str]:
        """The words of every question by its number."""
        return dict(self._rows("select number, text from questions order by number"))

    def open_questions(self) -> list[int]:
        """Questions that nobody has picked up the answer of."""
        found = self._rows("select number from questions where state != 'picked_up'")
        return [number for (number,) in found]

    def answers(self) -> list[tuple[int | None, str]]:
        """Every answer as it stands: its question, None for a follow-up, and its words."""
        return self._rows("select question, text from answers where deleted_at is null")

    def turns(self) -> list[tuple[str, int, int, str]]:
        """Every turn: nonce, task, number, and how it ended."""
        return self._rows("select nonce, task, number, coalesce(outcome, state) from turns")

    def unfinished_tasks(self) -> list[int]:
        """Tasks that are not done."""
        return [one for (one,) in self._rows("select number from tasks where state != 'done'")]

    def unsent(self) -> list[str]:
        """Posts that Slack does not show as they are wanted."""
        return [key for (key,) in self._rows(_UNSENT)]

    def in_the_middle(self) -> list[str]:
        """Posts whose call has begun and whose outcome is not known."""
        return [key for (key,) in self._rows("select key from posts where state = 'sending'")]

    def unread(self) -> list[str]:
        """Events that were stored and not looked at."""
        return [key for (key,) in self._rows("select key from inbox where state = 'received'")]

    def standing(self) -> tuple[Any, ...]:
        """Changes whenever something has happened."""
        return tuple(self._rows(_STANDING)[0])

    def integrity(self) -> str:
        """SQLite's own word on the file."""
        ((said,),) = self._rows("pragma integrity_check(1)")
        return str(said)

    def _rows(self, query: str) -> list[Any]:
        # Not read-only: what a killed writer has left half must first be rolled back.
        with closing(sqlite3.connect(self.path, timeout=30)) as connection:
            return connection.execute(query).fetchall()
