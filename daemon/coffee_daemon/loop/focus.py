"""The one task that a person wants it at: nothing else begins a turn meanwhile."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from coffee_daemon.errors import NotFound
from coffee_daemon.status import read_wish
from coffee_daemon.tasks import ENDED

if TYPE_CHECKING:
    from datetime import datetime

    from coffee_daemon.config import Config
    from coffee_daemon.store import Store


@dataclass(frozen=True, kw_only=True)
class Focus:
    """A focus that lasts."""

    until: datetime
    #: Who wants it, by name.
    by: str
    #: None while nothing has begun since it was wanted: then it is whichever begins first.
    task: int | None


def find_focus(config: Config, store: Store, now: datetime) -> Focus | None:
    """Return the focus that lasts, if there is one; its task's end ends it.

    Whichever task began first is in the record, so a restart forgets nothing.
    """
    wish = read_wish(config)
    if wish.focus_until is None or now >= wish.focus_until:
        return None
    number = wish.focus_task
    if number is None and wish.focus_at is not None:
        number = store.turns.first_since(config.name, wish.focus_at)
    if number is not None and _has_ended(store, number):
        return None
    return Focus(until=wish.focus_until, by=wish.focus_by, task=number)


def _has_ended(store: Store, number: int) -> bool:
    try:
        return store.tasks.get(number).state in ENDED
    except NotFound:
        # A record that was brought back from before it.
        return True
