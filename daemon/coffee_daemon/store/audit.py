"""Verbs of the audit: who did what, when, from where, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import func, or_

from coffee_daemon.journal import waiting_acts
from coffee_daemon.store.moves import BEYOND
from coffee_daemon.store.nouns import AuditEntry
from coffee_daemon.store.rows import acts
from coffee_daemon.store.schema import audit
from coffee_daemon.store.walking import Walk

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from sqlalchemy import ColumnElement

    from coffee_daemon.notifications import Person, Via
    from coffee_daemon.store.chain import AuditHead, AuditVerdict
    from coffee_daemon.store.engine import Doors

Page = list[AuditEntry]

_STEPS_AT_ONCE = 500


@dataclass(frozen=True)
class Audit:
    """Append only, and chained: see `chain`."""

    doors: Doors

    def add(
        self, who: Person, verb: str, target: str, via: Via, outcome: str, detail: str = ""
    ) -> None:
        """Write an act down, a refused one too."""
        with self.doors.writing() as connection:
            acts.add(
                connection, who, verb, target, via, outcome, now=self.doors.now(), detail=detail
            )

    def list(
        self,
        before: int | None = None,
        limit: int = 50,
        *,
        who: str | None = None,
        verb: str | None = None,
        since: datetime | None = None,
    ) -> Page:
        """Return a page, newest first.

        Args:
            before: The last id of the page before.
            limit: How many at most.
            who: Only what this person did, by id or name.
            verb: Only this verb.
            since: Only what was done then or later.
        """
        wanted = [audit.c.id < (BEYOND if before is None else before), *_which(who, verb, since)]
        with self.doors.reading() as connection:
            return acts.read(connection, *wanted, order=audit.c.id.desc(), limit=limit)

    def take_in(self, folder: Path) -> int:
        """Take in, once each, what was done without the database; return how many acts.

        Args:
            folder: Where such acts wait; see `journal`.
        """
        if not waiting_acts(folder):
            return 0
        with self.doors.writing() as connection:
            # Looked at again under the lock: another process may have been here since.
            waiting = waiting_acts(folder)
            count = acts.take_in(connection, folder, waiting, self.doors.now())
        for name in waiting:
            (folder / name).unlink(missing_ok=True)
        return count

    def head(self) -> AuditHead | None:
        """Return the chain's end, which stands for all that was written; None before the first.

        Told where others keep it, such as in the daily digest, it shows later whether the record
        was cut or written anew.
        """
        with self.doors.reading() as connection:
            return acts.head(connection)

    def verify(self, asked: AuditHead | None = None) -> AuditVerdict:
        """Walk along the whole chain, a page at a time, and tell where it does not hold.

        Args:
            asked: A head that was told earlier, to be looked for.
        """
        walk = Walk(asked)
        while True:
            with self.doors.reading() as connection:
                anchor = acts.anchor(connection)
                if anchor.id > walk.at:
                    walk.pruned(anchor)
                entries = acts.page(connection, walk.at, _STEPS_AT_ONCE)
                kept = acts.head(connection)
            for entry in entries:
                walk.step(entry)
            if len(entries) < _STEPS_AT_ONCE:
                return walk.end(kept)


def _which(
    who: str | None, verb: str | None, since: datetime | None
) -> tuple[ColumnElement[bool], ...]:
    found: list[ColumnElement[bool]] = []
    if who is not None:
        found.append(or_(audit.c.who_id == who, func.lower(audit.c.who_name) == who.lower()))
    if verb is not None:
        found.append(audit.c.verb == verb)
    if since is not None:
        found.append(audit.c.at >= since)
    return tuple(found)
