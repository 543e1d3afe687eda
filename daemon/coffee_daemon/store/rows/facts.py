"""Rows of facts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, select

from coffee_daemon.store.moves import upsert
from coffee_daemon.store.schema import facts

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.engine import Connection


def get(connection: Connection, name: str, *, alone: bool = False) -> str | None:
    """Return the text known by that name; `alone` keeps others from changing it meanwhile."""
    wanted = select(facts.c.value).where(facts.c.name == name)
    wanted = wanted.with_for_update() if alone else wanted
    return connection.execute(wanted).scalar_one_or_none()


def beginning_with(connection: Connection, prefix: str) -> dict[str, str]:
    """Return every text whose name begins so, by name; there are never many facts."""
    wanted = select(facts.c.name, facts.c.value)
    found = connection.execute(wanted.where(facts.c.name.startswith(prefix, autoescape=True)))
    return {row.name: row.value for row in found}


def keep(connection: Connection, name: str, value: str, now: datetime) -> None:
    """Keep a text, in place of the earlier one."""
    row = upsert(facts).values(name=name, value=value, updated_at=now)
    row = row.on_conflict_do_update(
        index_elements=["name"],
        set_={"value": row.excluded.value, "updated_at": row.excluded.updated_at},
    )
    connection.execute(row)


def keep_first(connection: Connection, name: str, value: str, now: datetime) -> bool:
    """Keep a text unless there is one by that name; tell whether there was none."""
    row = upsert(facts).values(name=name, value=value, updated_at=now)
    row = row.on_conflict_do_nothing(index_elements=["name"])
    return connection.execute(row.returning(facts.c.name)).one_or_none() is not None


def forget(connection: Connection, name: str) -> None:
    """Know nothing by that name any more."""
    connection.execute(delete(facts).where(facts.c.name == name))
