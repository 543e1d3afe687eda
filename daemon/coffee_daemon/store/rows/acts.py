"""Rows of the audit, and the two facts that hold both ends of its chain."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import insert, select, update

from coffee_daemon.errors import BadInput
from coffee_daemon.journal import read_act
from coffee_daemon.notifications import Person, Via
from coffee_daemon.store.chain import START, AuditHead, after, link
from coffee_daemon.store.nouns import AuditEntry
from coffee_daemon.store.rows import facts, people
from coffee_daemon.store.schema import audit

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sqlalchemy import ColumnElement, Row
    from sqlalchemy.engine import Connection

#: The last entry with its hash.
_HEAD = "audit:head"
#: The last entry that was pruned, with its hash.
_ANCHOR = "audit:anchor"
#: With the folder behind it: the files that were taken in at the last time.
_TAKEN = "audit:taken:"
_PAGE = 500


def add(
    connection: Connection,
    who: Person,
    verb: str,
    target: str,
    via: Via,
    outcome: str,
    *,
    now: datetime,
    detail: str = "",
) -> AuditHead:
    """Write an act down at the end of the chain; return the new head."""
    head = _held(connection, now)
    for entry in _since(connection, head.id):
        head = after(head, entry)
    act = insert(audit).values(
        verb=verb,
        target=target,
        via=via,
        outcome=outcome,
        detail=detail,
        at=now,
        **people.columns("who", who),
    )
    # As the database has kept it: that is what will be read when the chain is looked at.
    entry = as_entry(connection.execute(act.returning(audit)).one())
    head = AuditHead(entry.id, link(head.hash, entry))
    connection.execute(update(audit).where(audit.c.id == head.id).values(hash=head.hash))
    facts.keep(connection, _HEAD, str(head), now)
    return head


def take_in(connection: Connection, folder: Path, waiting: list[str], now: datetime) -> int:
    """Write down the acts that wait in a folder; those of the last time are known by name.

    Whoever died before it had removed their files left them there.
    """
    known = f"{_TAKEN}{folder}"
    facts.keep_first(connection, known, "", now)
    taken = (facts.get(connection, known, alone=True) or "").split("\n")
    new = [name for name in waiting if name not in taken]
    for act in (read_act(folder / name) for name in new):
        who = Person(id=act.who_id, name=act.who_name)
        add(
            connection,
            who,
            act.verb,
            act.target,
            Via.CLI,
            act.outcome,
            now=act.at,
            detail=act.detail,
        )
    facts.keep(connection, known, "\n".join(waiting), now)
    return len(new)


def head(connection: Connection) -> AuditHead | None:
    """Return the chain's end as the record keeps it beside the entries."""
    found = _read(facts.get(connection, _HEAD))
    return None if found == START else found


def anchor(connection: Connection) -> AuditHead:
    """Return what the oldest entry that is still there is bound to."""
    return _read(facts.get(connection, _ANCHOR)) or START


def hold_at(connection: Connection, pruned: AuditHead, at: datetime) -> None:
    """Note that the entries up to this one are removed in good order, being older than `at`."""
    facts.keep(connection, _ANCHOR, str(pruned), at)


def page(connection: Connection, behind: int, limit: int = _PAGE) -> list[AuditEntry]:
    """Return entries behind that number, the oldest first."""
    return read(connection, audit.c.id > behind, order=audit.c.id, limit=limit)


def read(
    connection: Connection, *which: ColumnElement[bool], order: ColumnElement[int], limit: int
) -> list[AuditEntry]:
    """Return some entries; one into which somebody has written nonsense says so."""
    wanted = select(audit).where(*which).order_by(order).limit(limit)
    try:
        return [as_entry(row) for row in connection.execute(wanted)]
    except (LookupError, TypeError, ValueError):
        keys = wanted.with_only_columns(audit.c.id, audit.c.hash)
        return [_one(connection, *key) for key in connection.execute(keys).all()]


def begin(connection: Connection, now: datetime) -> None:
    """Bind what was written before there were hashes, with an entry that says so."""
    if head(connection) is None and page(connection, 0, 1):
        add(
            connection,
            Person(id="coffee", name="Coffee"),
            "audit",
            "",
            Via.PROGRAM,
            "chain begins",
            now=now,
            detail="The hash of this entry covers all before it.",
        )


def as_entry(row: Row[Any]) -> AuditEntry:
    """Return the noun."""
    return AuditEntry(
        id=row.id,
        who=people.somebody(row, "who"),
        verb=row.verb,
        target=row.target,
        via=row.via,
        outcome=row.outcome,
        detail=row.detail,
        at=row.at,
        hash=row.hash,
    )


def _since(connection: Connection, behind: int) -> Iterator[AuditEntry]:
    """What an older program that still runs has written without a hash."""
    while entries := page(connection, behind):
        yield from entries
        behind = entries[-1].id


def _held(connection: Connection, now: datetime) -> AuditHead:
    """The head, kept from others until the commit, so that no two entries follow the same one."""
    if facts.get(connection, _HEAD, alone=True) is None:
        facts.keep_first(connection, _HEAD, str(START), now)
    return _read(facts.get(connection, _HEAD, alone=True)) or START


def _read(text: str | None) -> AuditHead | None:
    try:
        return None if text is None else AuditHead.read(text)
    except BadInput:
        # Somebody has written into it; the entries tell what they are without it.
        return None


def _one(connection: Connection, number: int, told: str | None) -> AuditEntry:
    try:
        return as_entry(connection.execute(select(audit).where(audit.c.id == number)).one())
    except (LookupError, TypeError, ValueError):
        return AuditEntry(
            id=number,
            who=Person(id="", name="?"),
            verb="?",
            target="",
            via=Via.PROGRAM,
            outcome="cannot be read",
            at=datetime.min.replace(tzinfo=UTC),
            hash=told,
        )
