"""Verbs of facts: short texts known by a name, such as the feed's channel."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from coffee_daemon.store.rows import facts as rows

if TYPE_CHECKING:
    from collections.abc import Callable

    from coffee_daemon.store.engine import Doors


@dataclass(frozen=True)
class Facts:
    """What is known by a name and is no row of anything else."""

    doors: Doors

    def get(self, name: str) -> str | None:
        """Return the text known by that name."""
        with self.doors.reading() as connection:
            return rows.get(connection, name)

    def beginning_with(self, prefix: str) -> dict[str, str]:
        """Return every text whose name begins so, by name."""
        with self.doors.reading() as connection:
            return rows.beginning_with(connection, prefix)

    def keep(self, name: str, value: str) -> None:
        """Keep a text, in place of the earlier one."""
        with self.doors.writing() as connection:
            rows.keep(connection, name, value, self.doors.now())

    def change(self, name: str, to: Callable[[str | None], str | None]) -> None:
        """Keep what `to` makes of a text, if it is anything; nobody else changes it meanwhile."""
        with self.doors.writing() as connection:
            known = rows.get(connection, name, alone=True)
            value = to(known)
            if value is not None and value != known:
                rows.keep(connection, name, value, self.doors.now())

    def forget(self, name: str) -> None:
        """Know nothing by that name any more."""
        with self.doors.writing() as connection:
            rows.forget(connection, name)
