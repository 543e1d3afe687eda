"""Forgetting what ended long ago, in small transactions. What is open never goes.

Each table is walked by its own key from the oldest row on, and only as far as rows are old: no
index on times is needed, and nobody waits for a long transaction.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import delete, select, update

from coffee_daemon.store.nouns import InboxState
from coffee_daemon.store.pruning.shelves import PLAIN
from coffee_daemon.store.pruning.stories import loose_questions, stories
from coffee_daemon.store.pruning.threads import threads
from coffee_daemon.store.schema import inbox

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from datetime import datetime

    from coffee_daemon.store.engine import Doors
    from coffee_daemon.store.pruning.shelves import Shelf

#: How long what Slack sent is kept word for word.
PAYLOADS_KEPT = timedelta(days=7)
_PAYLOADS_AT_ONCE = 200


def prune(doors: Doors, *, keep: timedelta, spare: Collection[int] = ()) -> Iterator[int]:
    """Forget what ended longer than `keep` ago; each step is a few milliseconds of work.

    Args:
        doors: To the database.
        keep: How long what has ended stays.
        spare: Numbers of tasks that stay nevertheless.

    Yields:
        How many rows the step has changed or removed; often none.

    Raises:
        StoreTrouble: As all verbs do; the next call goes on where this one stopped.
    """
    now = doors.now()
    yield from _blank(doors, now - PAYLOADS_KEPT)
    # Tasks first: what belongs to one may go only with it.
    for shelf in (stories(spare), loose_questions(), *PLAIN[:-1], threads(), PLAIN[-1]):
        yield from _clear(doors, shelf, now - keep)


def _clear(doors: Doors, shelf: Shelf, before: datetime) -> Iterator[int]:
    after = -1
    while True:
        page = select(shelf.key, shelf.at, shelf.gone(before)).where(shelf.key > after)
        with doors.reading() as connection:
            found = connection.execute(page.order_by(shelf.key).limit(shelf.page)).all()
        old = [(key, gone) for key, at, gone in found if at < before]
        keys = [key for key, gone in old if gone]
        yield _take(doors, shelf, keys, before) if keys else 0
        if len(old) < shelf.page:
            return
        after = old[-1][0]


def _take(doors: Doors, shelf: Shelf, keys: list[int], before: datetime) -> int:
    with doors.writing() as connection:
        if shelf.take is not None:
            return shelf.take(connection, keys, before)
        # Looked at again: somebody may have used it since.
        gone = delete(shelf.key.table).where(shelf.key.in_(keys), shelf.gone(before))
        return connection.execute(gone).rowcount


def _blank(doors: Doors, before: datetime) -> Iterator[int]:
    """Empty the payloads of settled events."""
    settled = inbox.c.state.in_((InboxState.APPLIED, InboxState.REFUSED))
    full = select(inbox.c.id).where(inbox.c.blank.is_(False), inbox.c.received_at < before)
    some = full.where(settled).limit(_PAYLOADS_AT_ONCE)
    emptied = update(inbox).where(inbox.c.id.in_(some.scalar_subquery()))
    count = _PAYLOADS_AT_ONCE
    while count == _PAYLOADS_AT_ONCE:
        with doors.writing() as connection:
            count = connection.execute(emptied.values(payload={}, blank=True)).rowcount
        yield count
