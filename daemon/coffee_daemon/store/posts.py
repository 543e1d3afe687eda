"""Verbs of posts: what Slack should show, and how far it has come."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, insert, select, update

from coffee_daemon.store.moves import moving
from coffee_daemon.store.nouns import POST_MOVES, Held, Post, PostKind, PostState
from coffee_daemon.store.rows import posts as rows
from coffee_daemon.store.schema import posts

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from sqlalchemy import Row
    from sqlalchemy.engine import Connection

    from coffee_daemon.store.engine import Doors

#: After this an edit that was claimed and not told to be shown is claimed again.
EDIT_AGAIN = timedelta(seconds=60)
_MOST_HELD = 1000


@dataclass(frozen=True)
class Posts:
    """pending -> sending -> sent, each post once by its key."""

    doors: Doors

    def want(
        self,
        key: str,
        *,
        kind: PostKind | str,
        channel: str,
        text: str,
        blocks: list[dict[str, Any]] | None = None,
        parent: str | None = None,
        thread_ts: str | None = None,
        target_ts: str | None = None,
        user: str | None = None,
    ) -> Post:
        """Say what Slack should show under `key`; other content than before becomes an edit.

        Args:
            key: What makes it unique, such as `question:12`.
            kind: message, reaction or ephemeral.
            channel: Where; a known key stays in its channel and thread.
            text: The text, or a reaction's emoji name; with `-` before it, it is taken away.
            blocks: Block Kit.
            parent: The key of the post in whose thread it belongs; it is sent after that one.
            thread_ts: A thread that no post of ours began.
            target_ts: The message that a reaction is put on.
            user: Whose eyes an ephemeral post is for.
        """
        with self.doors.reading() as connection:
            row = rows.by_key(connection, key)
            if row is not None and _same(row, text, blocks):
                return rows.as_post(row)
        with self.doors.writing() as connection:
            row = rows.by_key(connection, key)
            if row is not None:
                return _changed(connection, row, text, blocks)
            if parent is None and thread_ts is not None:
                root = rows.by_ts(connection, channel, thread_ts)
                parent = None if root is None else root.key
            made = insert(posts).values(
                key=key,
                kind=PostKind(kind),
                channel=channel,
                text=text,
                blocks=blocks,
                parent=parent,
                thread_ts=thread_ts,
                target_ts=target_ts,
                user=user,
                thread=parent or (thread_ts and f"{channel}:{thread_ts}"),
                state=PostState.PENDING,
                created_at=self.doors.now(),
            )
            return rows.as_post(connection.execute(made.returning(posts)).one())

    def claim(
        self,
        *,
        attempt_owner: str,
        kinds: Collection[str] = tuple(PostKind),
        skip_channels: Collection[str] = (),
    ) -> Post | None:
        """Take the oldest post that may be sent: pending -> sending.

        Order is kept within a thread; a thread with one that is being sent holds back the rest
        of it. What became of a claimed post must be told: `sent`, `pending`, `hold` or `dead`,
        with its `attempts` as the attempt: that tells it from whatever another poster, or a later
        try, has made of it meanwhile.

        Args:
            attempt_owner: Who takes it.
            kinds: Only posts of these kinds.
            skip_channels: Channels that rest.
        """
        step = rows.claiming(self.doors.now(), attempt_owner, kinds, skip_channels)
        with self.doors.writing() as connection:
            row = connection.execute(step).one_or_none()
        return None if row is None else rows.as_post(row)

    def claim_edit(self, skip_channels: Collection[str] = ()) -> Post | None:
        """Take the oldest sent message whose content changed; tell `shown` or `pending` after."""
        now = self.doors.now()
        step = rows.claiming_edit(now, now + EDIT_AGAIN, skip_channels)
        with self.doors.writing() as connection:
            row = connection.execute(step).one_or_none()
        return None if row is None else rows.as_post(row)

    def next_edit(self) -> datetime | None:
        """When an edit that is put off may be tried again; None when none is.

        One may be put off by another poster, which has died over it.
        """
        now = self.doors.now()
        waiting = select(func.min(posts.c.not_before)).where(posts.c.edit_due.is_(True))
        with self.doors.reading() as connection:
            at: datetime | None = connection.execute(
                waiting.where(posts.c.not_before > now)
            ).scalar_one()
        return at

    def sent(self, post: int, ts: str | None, *, attempt: int | None = None) -> Post:
        """Slack has it, under this ts.

        Raises:
            IllegalMove: It was not being sent, or by another attempt. Nothing was changed.
        """
        with self.doors.writing() as connection:
            return rows.move(
                connection,
                post,
                PostState.SENT,
                attempt,
                ts=ts,
                sent_at=self.doors.now(),
                shown_version=posts.c.sending_version,
                edit_due=_edit_due(posts.c.sending_version),
                reason="",
            )

    def shown(self, post: int, version: int) -> None:
        """Slack shows this version of a sent message."""
        done = update(posts).where(posts.c.id == post, posts.c.shown_version < version)
        done = done.values(shown_version=version, edit_due=_edit_due(version), not_before=None)
        with self.doors.writing() as connection:
            connection.execute(done)

    def pending(
        self, post: int, not_before: datetime | None = None, *, attempt: int | None = None
    ) -> Post:
        """Slack has definitely not taken it: try again, not before that moment.

        For a sent message, and without an attempt, it is the edit that is tried again, a minute
        later at the latest.

        Raises:
            IllegalMove: It is held or dead, or already pending; or another attempt has begun.
                Nothing was changed.
        """
        with self.doors.writing() as connection:
            if attempt is None and rows.find(connection, post).state is PostState.SENT:
                later = update(posts).where(posts.c.id == post).values(not_before=not_before)
                return rows.as_post(connection.execute(later.returning(posts)).one())
            return rows.move(connection, post, PostState.PENDING, attempt, not_before=not_before)

    def hold(self, post: int, reason: str, *, attempt: int | None = None) -> Post:
        """Keep it until the channel's trouble is gone.

        Raises:
            IllegalMove: It is neither pending nor being sent, or by another attempt.
        """
        with self.doors.writing() as connection:
            return rows.move(connection, post, PostState.HELD, attempt, reason=reason)

    def hold_waiting(self, channel: str, reason: str) -> int:
        """Keep every message that waits to be sent to a channel; returns how many."""
        step = moving(posts, POST_MOVES, PostState.HELD, reason=reason)
        step = step.where(posts.c.channel == channel, posts.c.state == PostState.PENDING)
        with self.doors.writing() as connection:
            return connection.execute(step.where(posts.c.kind == PostKind.MESSAGE)).rowcount

    def dead(self, post: int, reason: str, *, attempt: int | None = None) -> Post:
        """Give it up, and with it what waits to follow in its thread.

        Raises:
            IllegalMove: It was sent or given up before, or another attempt has begun.
        """
        with self.doors.writing() as connection:
            given_up = rows.move(connection, post, PostState.DEAD, attempt, reason=reason)
            thread = moving(posts, POST_MOVES, PostState.DEAD, reason="its thread was not posted")
            connection.execute(thread.where(posts.c.parent == given_up.key))
            return given_up

    def unclear(self, older_than: datetime | None = None, limit: int = 100) -> list[Post]:
        """Return those still `sending`, of attempts begun at or before a moment if one is given."""
        wanted = select(posts).where(posts.c.state == PostState.SENDING)
        if older_than is not None:
            wanted = wanted.where(posts.c.attempt_at <= older_than)
        wanted = wanted.order_by(posts.c.id).limit(limit)
        with self.doors.reading() as connection:
            return [rows.as_post(row) for row in connection.execute(wanted)]

    def held(self, channel: str, limit: int = 100) -> list[Post]:
        """Return what is held in a channel, oldest first."""
        wanted = select(posts).where(posts.c.channel == channel, posts.c.state == PostState.HELD)
        with self.doors.reading() as connection:
            found = connection.execute(wanted.order_by(posts.c.id).limit(limit))
            return [rows.as_post(row) for row in found]

    def troubles(self) -> list[Held]:
        """Return what is held, a row for each channel and reason, the longest held first.

        More than a thousand posts are not looked at.
        """
        wanted = select(posts).where(posts.c.state == PostState.HELD).order_by(posts.c.id)
        with self.doors.reading() as connection:
            return rows.held(connection.execute(wanted.limit(_MOST_HELD)))

    def rehome(self, to: str, leaving: Collection[str], keep: str) -> int:
        """Let what never reached the channels that are left be posted in another one.

        A second copy, of what stands in another channel already, is let go. Replies, reactions
        and private words stay with the message that they belong to.

        Args:
            to: The channel where it is posted now.
            leaving: The channels that are left.
            keep: Posts whose keys begin so stay where they are.
        """
        with self.doors.writing() as connection:
            rows.drop_copies(connection, leaving)
            moved = connection.execute(rows.rehoming(to, leaving, keep)).rowcount
            return moved + connection.execute(rows.following_parents(to, leaving)).rowcount

    def release_held(self, channel: str) -> int:
        """Let a channel's held posts go on; returns how many."""
        freed = moving(posts, POST_MOVES, PostState.PENDING, reason="", not_before=None)
        freed = freed.where(posts.c.channel == channel, posts.c.state == PostState.HELD)
        with self.doors.writing() as connection:
            return connection.execute(freed).rowcount

    def get(self, key: str) -> Post | None:
        """Return the post of that key."""
        with self.doors.reading() as connection:
            row = rows.by_key(connection, key)
        return None if row is None else rows.as_post(row)

    def by_ts(self, channel: str, ts: str) -> Post | None:
        """Return our message that Slack gave this ts."""
        with self.doors.reading() as connection:
            row = rows.by_ts(connection, channel, ts)
        return None if row is None else rows.as_post(row)

    def sending_in(self, channel: str) -> bool:
        """Whether any post of a channel is being sent, or unclear."""
        wanted = select(posts.c.id).where(posts.c.channel == channel)
        wanted = wanted.where(posts.c.state == PostState.SENDING).limit(1)
        with self.doors.reading() as connection:
            return connection.execute(wanted).first() is not None


def _same(row: Row[Any], text: str, blocks: list[dict[str, Any]] | None) -> bool:
    return bool(row.text == text and row.blocks == blocks)


def _changed(
    connection: Connection, row: Row[Any], text: str, blocks: list[dict[str, Any]] | None
) -> Post:
    if _same(row, text, blocks):
        return rows.as_post(row)
    editable = row.state is PostState.SENT and row.kind is PostKind.MESSAGE
    news = update(posts).where(posts.c.id == row.id)
    news = news.values(
        text=text, blocks=blocks, wanted_version=posts.c.wanted_version + 1, edit_due=editable
    )
    return rows.as_post(connection.execute(news.returning(posts)).one())


def _edit_due(shown: Any) -> Any:
    return (posts.c.wanted_version > shown) & (posts.c.kind == PostKind.MESSAGE)
