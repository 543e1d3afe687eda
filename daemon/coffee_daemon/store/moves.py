"""Legal moves as SQL: a row changes its state only from where the table of moves allows it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy import update
from sqlalchemy.dialects.sqlite import insert

if TYPE_CHECKING:
    from collections.abc import Mapping
    from enum import StrEnum

    from sqlalchemy import Table, Update
    from sqlalchemy.dialects.sqlite import Insert

State = TypeVar("State", bound="StrEnum")

#: Above every number and id; pages without a bound begin here.
BEYOND = 2**62


def sources(moves: Mapping[State, frozenset[State]], to: State) -> list[State]:
    """Return the states from which `to` can be reached."""
    return [state for state, targets in moves.items() if to in targets]


def moving(
    table: Table, moves: Mapping[State, frozenset[State]], to: State, **values: Any
) -> Update:
    """Return the UPDATE that moves rows of `table` to `to`, from legal sources only."""
    legal = table.c.state.in_(sources(moves, to))
    return update(table).where(legal).values(state=to, **values)


def upsert(table: Table) -> Insert:
    """Return an INSERT that knows ON CONFLICT: the one place that names the dialect for it."""
    return insert(table)
