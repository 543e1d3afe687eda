"""Verbs of the audit: who did what, when, from where, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from coffee_daemon.store.moves import BEYOND
from coffee_daemon.store.nouns import AuditEntry
from coffee_daemon.store.rows import acts, people
from coffee_daemon.store.schema import audit

if TYPE_CHECKING:
    from coffee_daemon.notifications import Person, Via
    from coffee_daemon.store.engine import Doors

Page = list[AuditEntry]


@dataclass(frozen=True)
class Audit:
    """Append only."""

    doors: Doors

    def add(
        self, who: Person, verb: str, target: str, via: Via, outcome: str, detail: str = ""
    ) -> None:
        """Write an act down, a refused one too."""
        with self.doors.writing() as connection:
            acts.add(
                connection, who, verb, target, via, outcome, now=self.doors.now(), detail=detail
            )

    def list(self, before: int | None = None, limit: int = 50) -> Page:
        """Return a page, newest first; `before` is the last id of the page before."""
        wanted = select(audit).where(audit.c.id < (BEYOND if before is None else before))
        with self.doors.reading() as connection:
            found = connection.execute(wanted.order_by(audit.c.id.desc()).limit(limit))
            return [
                AuditEntry(
                    id=row.id,
                    who=people.somebody(row, "who"),
                    verb=row.verb,
                    target=row.target,
                    via=row.via,
                    outcome=row.outcome,
                    detail=row.detail,
                    at=row.at,
                )
                for row in found
            ]
