"""Tables, and which of their rows may be forgotten."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import delete, func, select

from coffee_daemon.notifications import NotificationState
from coffee_daemon.store.chain import after
from coffee_daemon.store.nouns import InboxState, RequestState
from coffee_daemon.store.rows import acts
from coffee_daemon.store.schema import (
    audit,
    inbox,
    notifications,
    numbers,
    posts,
    questions,
    requests,
    tasks,
    transitions,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from sqlalchemy import Column, ColumnElement
    from sqlalchemy.engine import Connection


@dataclass(frozen=True, kw_only=True)
class Shelf:
    """Rows in the order of their key, which is the order of time too."""

    key: Column[int]
    #: When a row came; the walk ends at the first one that is not old.
    at: Column[datetime]
    #: True for a row that ended before that moment and that nothing needs any more.
    gone: Callable[[datetime], ColumnElement[bool]]
    #: Removes rows of these keys with what belongs to them; None when nothing does.
    take: Callable[[Connection, Sequence[int], datetime], int] | None = None
    #: Rows looked at in one transaction.
    page: int = 200


def _request_gone(before: datetime) -> ColumnElement[bool]:
    settled = requests.c.state.in_((RequestState.APPLIED, RequestState.REFUSED))
    return settled & (requests.c.settled_at < before)


def _notification_gone(before: datetime) -> ColumnElement[bool]:
    asked = select(questions.c.number).where(questions.c.number == notifications.c.number).exists()
    loose = notifications.c.task.is_(None) & ~asked
    seen = notifications.c.state == NotificationState.SEEN
    return loose & seen & (notifications.c.seen_at < before)


def _transition_gone(before: datetime) -> ColumnElement[bool]:
    """All but a daemon's last one, which tells in what state it is."""
    later = transitions.alias("later")
    last = select(func.max(later.c.id)).where(later.c.daemon == transitions.c.daemon)
    return (transitions.c.at < before) & (transitions.c.id < last.scalar_subquery())


def _act_gone(before: datetime) -> ColumnElement[bool]:
    return audit.c.at < before


def _take_acts(connection: Connection, keys: Sequence[int], before: datetime) -> int:
    """Take them from the oldest on, without a gap, and keep what the next one is bound to."""
    head, count = acts.anchor(connection), 0
    for entry in acts.page(connection, 0, len(keys)):
        if entry.at >= before:
            break
        head, count = after(head, entry), count + 1
    if count:
        connection.execute(delete(audit).where(audit.c.id <= head.id))
        acts.hold_at(connection, head, before)
    return count


def _number_gone(before: datetime) -> ColumnElement[bool]:
    task = select(tasks.c.number).where(tasks.c.number == numbers.c.number).exists()
    told = select(notifications.c.number).where(notifications.c.number == numbers.c.number).exists()
    return (numbers.c.given_at < before) & ~task & ~told


def _event_gone(before: datetime) -> ColumnElement[bool]:
    """Settled, and not in a thread that may be read back: there its key is still needed."""
    thread = select(posts.c.id).where(posts.c.channel == inbox.c.channel)
    thread = thread.where(posts.c.ts == inbox.c.thread_ts)
    settled = inbox.c.state.in_((InboxState.APPLIED, InboxState.REFUSED))
    return settled & (inbox.c.settled_at < before) & ~thread.exists()


#: Those without belongings; the inbox comes last, behind the threads it is about.
PLAIN = (
    Shelf(key=requests.c.id, at=requests.c.created_at, gone=_request_gone),
    Shelf(key=notifications.c.number, at=notifications.c.created_at, gone=_notification_gone),
    Shelf(key=numbers.c.number, at=numbers.c.given_at, gone=_number_gone),
    Shelf(key=transitions.c.id, at=transitions.c.at, gone=_transition_gone),
    Shelf(key=audit.c.id, at=audit.c.at, gone=_act_gone, take=_take_acts),
    Shelf(key=inbox.c.id, at=inbox.c.received_at, gone=_event_gone),
)
