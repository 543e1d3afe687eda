"""A person's two columns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from coffee_daemon.notifications import Person

if TYPE_CHECKING:
    from sqlalchemy import Row


def somebody(row: Row[Any], prefix: str) -> Person:
    """Return the person in the columns that begin with `prefix`, which are never empty."""
    found = maybe(row, prefix)
    if found is None:
        raise LookupError(f"{prefix} is empty.")
    return found


def maybe(row: Row[Any], prefix: str) -> Person | None:
    """Return the person in the columns that begin with `prefix`, or None."""
    fields = row._mapping  # noqa: SLF001 - SQLAlchemy's public name for it
    who = fields[f"{prefix}_id"]
    return None if who is None else Person(id=who, name=fields[f"{prefix}_name"])


def columns(prefix: str, who: Person | None) -> dict[str, str | None]:
    """Return the values of the two columns."""
    return {
        f"{prefix}_id": who.id if who else None,
        f"{prefix}_name": who.name if who else None,
    }
