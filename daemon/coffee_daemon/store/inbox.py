"""Verbs of the inbox: what came from Slack, stored before Slack is told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import select, update

from coffee_daemon.errors import IllegalMove
from coffee_daemon.store.moves import moving, upsert
from coffee_daemon.store.nouns import INBOX_MOVES, InboxRow, InboxState
from coffee_daemon.store.schema import inbox

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sqlalchemy import ColumnElement, Row

    from coffee_daemon.store.engine import Doors


@dataclass(frozen=True)
class Inbox:
    """Each event is kept once, whatever way and however often it came."""

    doors: Doors

    def add(
        self,
        key: str,
        *,
        kind: str,
        channel: str,
        ts: str,
        thread_ts: str | None,
        user: str | None,
        payload: Mapping[str, Any],
    ) -> bool:
        """Store an event; False when its key is known, and then nothing changes."""
        row = upsert(inbox).values(
            key=key,
            kind=kind,
            channel=channel,
            ts=ts,
            thread_ts=thread_ts,
            user=user,
            payload=dict(payload),
            state=InboxState.RECEIVED,
            received_at=self.doors.now(),
        )
        row = row.on_conflict_do_nothing(index_elements=["key"])
        with self.doors.writing() as connection:
            return connection.execute(row.returning(inbox.c.id)).one_or_none() is not None

    def received(self, limit: int = 100, after: int | None = None) -> list[InboxRow]:
        """Return what nobody has settled yet, oldest first; `after` is an id to go on from."""
        wanted = select(inbox).where(inbox.c.state == InboxState.RECEIVED)
        wanted = wanted.where(inbox.c.id > (after or 0)).order_by(inbox.c.id).limit(limit)
        with self.doors.reading() as connection:
            return [_as_inbox_row(row) for row in connection.execute(wanted)]

    def get(self, key: str) -> InboxRow | None:
        """Return the event of that key."""
        with self.doors.reading() as connection:
            row = connection.execute(select(inbox).where(inbox.c.key == key)).one_or_none()
        return None if row is None else _as_inbox_row(row)

    def apply(self, key: str) -> None:
        """Mark an event as done.

        Raises:
            IllegalMove: It is settled already, or there is none.
        """
        self._move(key, InboxState.APPLIED, "")

    def refuse(self, key: str, reason: str) -> None:
        """Mark an event as refused.

        Raises:
            IllegalMove: It is settled already, or there is none.
        """
        self._move(key, InboxState.REFUSED, reason)

    def blank_before(self, moment: datetime) -> int:
        """Empty the payloads of settled events that came before `moment`; returns how many."""
        settled = inbox.c.state.in_((InboxState.APPLIED, InboxState.REFUSED))
        return self._blank(inbox.c.received_at < moment, settled)

    def blank_message(self, channel: str, ts: str) -> int:
        """Empty the payloads of settled events about one message, which was deleted."""
        settled = inbox.c.state.in_((InboxState.APPLIED, InboxState.REFUSED))
        return self._blank(inbox.c.channel == channel, inbox.c.ts == ts, settled)

    def _move(self, key: str, to: InboxState, reason: str) -> None:
        step = moving(inbox, INBOX_MOVES, to, reason=reason, settled_at=self.doors.now())
        step = step.where(inbox.c.key == key).returning(inbox.c.id)
        with self.doors.writing() as connection:
            if connection.execute(step).one_or_none() is None:
                raise IllegalMove(f"The event {key} is not waiting any more.")

    def _blank(self, *which: ColumnElement[bool]) -> int:
        emptied = update(inbox).where(inbox.c.blank.is_(False), *which)
        emptied = emptied.values(payload={}, blank=True)
        with self.doors.writing() as connection:
            return connection.execute(emptied).rowcount


def _as_inbox_row(row: Row[Any]) -> InboxRow:
    return InboxRow(
        id=row.id,
        key=row.key,
        kind=row.kind,
        channel=row.channel,
        ts=row.ts,
        thread_ts=row.thread_ts,
        user=row.user,
        payload=row.payload,
        state=row.state,
        reason=row.reason,
        received_at=row.received_at,
    )
