"""Rows of posts."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, delete, func, or_, select, update

from coffee_daemon.errors import IllegalMove, NotFound
from coffee_daemon.store.moves import moving
from coffee_daemon.store.nouns import POST_MOVES, Held, Post, PostKind, PostState
from coffee_daemon.store.schema import posts

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from datetime import datetime

    from sqlalchemy import ColumnElement, Row, Update
    from sqlalchemy.engine import Connection

#: Other rows of the same table in one statement. Made once: it takes longer than the query.
_PARENT, _SENDING, _EARLIER, _COPIES = (
    posts.alias(name) for name in ("parent", "sending", "earlier", "copies")
)
#: States of what has surely not been shown.
_WAITS = (PostState.PENDING, PostState.HELD)
#: The key of a second copy, in a channel to which the feed has moved.
_COPY = re.compile(r"(.+)@[0-9]+")


def as_post(row: Row[Any]) -> Post:
    """Return the noun."""
    return Post(
        id=row.id,
        key=row.key,
        kind=row.kind,
        channel=row.channel,
        text=row.text,
        blocks=row.blocks,
        parent=row.parent,
        thread_ts=row.thread_ts,
        target_ts=row.target_ts,
        user=row.user,
        state=row.state,
        wanted_version=row.wanted_version,
        shown_version=row.shown_version,
        ts=row.ts,
        attempts=row.attempts,
        attempt_at=row.attempt_at,
        not_before=row.not_before,
        reason=row.reason,
        created_at=row.created_at,
        sent_at=row.sent_at,
    )


def by_key(connection: Connection, key: str) -> Row[Any] | None:
    """Return the row of that key."""
    return connection.execute(select(posts).where(posts.c.key == key)).one_or_none()


def by_ts(connection: Connection, channel: str, ts: str) -> Row[Any] | None:
    """Return the row of the message that Slack gave this ts."""
    wanted = select(posts).where(posts.c.channel == channel, posts.c.ts == ts)
    return connection.execute(wanted.order_by(posts.c.id).limit(1)).one_or_none()


def find(connection: Connection, post: int) -> Row[Any]:
    """Return the row of that id.

    Raises:
        NotFound: There is none.
    """
    row = connection.execute(select(posts).where(posts.c.id == post)).one_or_none()
    if row is None:
        raise NotFound(f"There is no post {post}.")
    return row


def move(
    connection: Connection, post: int, to: PostState, attempt: int | None = None, **values: Any
) -> Post:
    """Take a post to another state, with whatever else changes along.

    Args:
        connection: Writes.
        post: Its id.
        to: Its new state.
        attempt: The attempt that this ends; None for whatever is under way.
        values: The other columns.

    Raises:
        IllegalMove: Its state has no such move, or another attempt has begun; nothing was changed.
    """
    step = moving(posts, POST_MOVES, to, **values).where(posts.c.id == post)
    if attempt is not None:
        step = step.where(posts.c.state == PostState.SENDING, posts.c.attempts == attempt)
    row = connection.execute(step.returning(posts)).one_or_none()
    if row is None:
        found = find(connection, post)
        tries = "" if attempt in {None, found.attempts} else f" in attempt {found.attempts}"
        raise IllegalMove(f"The post {found.key} is {found.state}{tries}; it cannot become {to}.")
    return as_post(row)


def claiming(
    now: datetime, owner: str, kinds: Collection[str], skip_channels: Collection[str]
) -> Update:
    """Return the one UPDATE that claims the oldest post that may be sent."""
    thread_ts = select(_PARENT.c.ts).where(_PARENT.c.key == posts.c.parent).scalar_subquery()
    step = moving(
        posts,
        POST_MOVES,
        PostState.SENDING,
        attempt_at=now,
        attempt_owner=owner,
        attempts=posts.c.attempts + 1,
        sending_version=posts.c.wanted_version,
        thread_ts=func.coalesce(thread_ts, posts.c.thread_ts),
        not_before=None,
    )
    oldest = _oldest(now).where(posts.c.kind.in_(kinds), posts.c.channel.not_in(skip_channels))
    return step.where(posts.c.id == oldest.scalar_subquery()).returning(posts)


def claiming_edit(now: datetime, again_at: datetime, skip_channels: Collection[str]) -> Update:
    """Return the one UPDATE that takes the oldest message whose content changed."""
    # What is put off for longer was so before the clock was set back.
    ready = or_(*_ready(now), posts.c.not_before > again_at)
    due = select(posts.c.id).where(posts.c.edit_due.is_(True), ready)
    due = due.where(posts.c.channel.not_in(skip_channels))
    oldest = due.order_by(posts.c.id).limit(1).scalar_subquery()
    step = update(posts).where(posts.c.id == oldest, posts.c.edit_due.is_(True))
    return step.values(attempt_at=now, not_before=again_at).returning(posts)


def rehoming(to: str, leaving: Collection[str], keep: str) -> Update:
    """Return the one UPDATE that lets unsent messages begin in another channel.

    One of which a copy stands there already stays where it is.
    """
    roots = posts.c.parent.is_(None) & posts.c.thread_ts.is_(None)
    copies = [posts.c.key + f"@{place}" for place in range(len(leaving) + 1)]
    there = select(_COPIES.c.id).where(_COPIES.c.key.in_(copies), _COPIES.c.channel == to)
    waits = posts.c.state.in_(_WAITS)
    step = update(posts).where(posts.c.channel.in_(leaving), waits, roots)
    step = step.where(posts.c.kind == PostKind.MESSAGE, ~posts.c.key.startswith(keep))
    step = step.where(~there.correlate(posts).exists())
    return step.values(state=PostState.PENDING, channel=to, reason="", not_before=None)


def following_parents(to: str, leaving: Collection[str]) -> Update:
    """Return the one UPDATE that lets unsent replies follow their messages into a channel."""
    waits = posts.c.state.in_(_WAITS)
    there = select(_PARENT.c.key).where(_PARENT.c.key == posts.c.parent, _PARENT.c.channel == to)
    step = update(posts).where(posts.c.channel.in_(leaving), waits, there.exists())
    return step.values(state=PostState.PENDING, channel=to, reason="", not_before=None)


def drop_copies(connection: Connection, leaving: Collection[str]) -> None:
    """Forget what a channel that is left should have shown too, and never did.

    The first copy stands elsewhere, and what waits below follows that one. Should the channel be
    returned to, the second copy is wanted anew.
    """
    waits = select(posts.c.key).where(posts.c.channel.in_(leaving), posts.c.state.in_(_WAITS))
    waits = waits.where(posts.c.kind == PostKind.MESSAGE, posts.c.key.contains("@"))
    for key in connection.execute(waits).scalars().all():
        found = _COPY.fullmatch(key)
        first = by_key(connection, found[1]) if found else None
        if first is not None:
            below = update(posts).where(posts.c.parent == key, posts.c.state.in_(_WAITS))
            first_thread = {"parent": first.key, "thread": first.key, "channel": first.channel}
            connection.execute(below.values(state=PostState.PENDING, reason="", **first_thread))
            connection.execute(delete(posts).where(posts.c.key == key))


def held(found: Iterable[Row[Any]]) -> list[Held]:
    """Return held rows, oldest first, as one noun for each channel and reason."""
    by_cause: dict[tuple[str, str], list[Row[Any]]] = {}
    for row in found:
        by_cause.setdefault((row.channel, row.reason), []).append(row)
    return [
        Held(
            channel=channel,
            reason=reason,
            posts=len(rows),
            since=min(row.created_at for row in rows),
        )
        for (channel, reason), rows in by_cause.items()
    ]


def _oldest(now: datetime) -> Any:
    has_parent = (
        select(_PARENT.c.id)
        .where(_PARENT.c.key == posts.c.parent, _PARENT.c.state == PostState.SENT)
        .correlate(posts)
        .exists()
    )
    being_sent = (
        select(_SENDING.c.id)
        .where(_SENDING.c.thread == posts.c.thread, _SENDING.c.state == PostState.SENDING)
        .correlate(posts)
        .exists()
    )
    comes_first = (
        select(_EARLIER.c.id)
        .where(_EARLIER.c.thread == posts.c.thread, _EARLIER.c.state == PostState.PENDING)
        .where(_EARLIER.c.id < posts.c.id)
        .correlate(posts)
        .exists()
    )
    wanted = select(posts.c.id).where(posts.c.state == PostState.PENDING, *_ready(now))
    wanted = wanted.where(or_(posts.c.parent.is_(None), has_parent))
    return wanted.where(and_(~being_sent, ~comes_first)).order_by(posts.c.id).limit(1)


def _ready(now: datetime) -> tuple[ColumnElement[bool], ...]:
    return (or_(posts.c.not_before.is_(None), posts.c.not_before <= now),)
