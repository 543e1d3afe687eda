"""Bots that die by their own hand at one named point of their work, and who lets them.

What dies is passed in where the real one would be; everything else is the real bot.
"""

from __future__ import annotations

import os
import sys
import threading
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING, Any, Never

from chaos.mutants import Strategy
from sqlalchemy import select
from waiting import eventually

from coffee_bot.sandbox import Effect, Fault, Moment
from coffee_daemon import Post, PostState, Store
from coffee_daemon.store.inbox import Inbox
from coffee_daemon.store.posts import Posts
from coffee_daemon.store.rows import posts as rows
from coffee_daemon.store.schema import posts

if TYPE_CHECKING:
    from chaos.sides import BotSide

    from coffee_bot.sandbox.plan import FaultPlan

#: What a bot ends with that has come to its point.
DIED = 70
#: How long it may take until a bot comes by, on a busy machine.
_COMES_BY_SECONDS = 120.0


class Point(StrEnum):
    """Where a bot may die, between a reply and its acknowledgement or around a post."""

    BEFORE_STORING = "before-storing"
    BEFORE_ACK = "before-ack"
    BEFORE_CLAIM = "before-claim"
    AFTER_CLAIM = "after-claim"
    IN_CALL = "in-call"  # Slack has heard it, and done nothing yet
    IN_CALL_STORED = "in-call-stored"  # Slack has stored the message, and said nothing yet
    BEFORE_COMMIT = "before-commit"
    AFTER_COMMIT = "after-commit"


#: A bot does not notice these by itself: it is killed when Slack is there.
_IN_CALL = {Point.IN_CALL: Moment.BEFORE, Point.IN_CALL_STORED: Moment.STORED}


def die() -> Never:
    """End without any last word, as by `kill -9`."""
    os._exit(DIED)


@dataclass(frozen=True)
class _DyingPosts(Posts):
    """Dies around the first question that it comes across."""

    point: Point

    def claim(self, **which: Any) -> Post | None:
        if self.point is Point.BEFORE_CLAIM and self._question_waits():
            die()
        post = super().claim(**which)
        if self.point is Point.AFTER_CLAIM and post is not None and _is_question(post):
            die()
        return post

    def sent(self, post: int, ts: str | None, *, attempt: int | None = None) -> Post:
        if self.point is Point.BEFORE_COMMIT and self._is_question(post):
            die()
        found = super().sent(post, ts, attempt=attempt)
        if self.point is Point.AFTER_COMMIT and _is_question(found):
            die()
        return found

    def _question_waits(self) -> bool:
        waiting = select(posts).where(posts.c.state == PostState.PENDING)
        with self.doors.reading() as connection:
            return any(_is_question(rows.as_post(row)) for row in connection.execute(waiting))

    def _is_question(self, post: int) -> bool:
        with self.doors.reading() as connection:
            return _is_question(rows.as_post(rows.find(connection, post)))


@dataclass(frozen=True)
class _DyingInbox(Inbox):
    """Dies around the first reply that comes in."""

    point: Point

    def add(self, key: str, **event: Any) -> bool:
        is_reply = bool(event["thread_ts"])
        if is_reply and self.point is Point.BEFORE_STORING:
            die()
        new = super().add(key, **event)
        if is_reply and self.point is Point.BEFORE_ACK:
            die()
        return new


def _is_question(post: Post) -> bool:
    return post.key.startswith("question:")


def store_that_dies(point: Point) -> type[Store]:
    """A store at whose hands a bot dies at this point."""

    class Dying(Store):
        @cached_property
        def posts(self) -> Posts:
            return _DyingPosts(self.doors, point)

        @cached_property
        def inbox(self) -> Inbox:
            return _DyingInbox(self.doors, point)

    return Dying


#: For `chaos.bot`, by the point's name.
DYING = {
    point.value: Strategy(store=store_that_dies(point), settle=timedelta(seconds=2))
    for point in Point
}


@dataclass
class Points:
    """Lets one bot after the other die, each at the next point; the last one lives on."""

    side: BotSide
    faults: FaultPlan
    kills: int
    killed: int = 0
    killed_early: int = 0
    _stopping: threading.Event = field(default_factory=threading.Event)

    def work(self) -> None:
        """Start, wait until it has died, start again."""
        real, points = self.side.argv, tuple(Point)
        self.side.meant = DIED
        while self.killed < self.kills and not self._stopping.is_set():
            point = points[self.killed % len(points)]
            self.side.argv = [sys.executable, "-m", "chaos.bot", point]
            self._let_die(point)
        self.side.argv = real
        self.side.begin()
        self.side.wait_up()

    def stop(self) -> None:
        """Let nobody die any more."""
        self._stopping.set()

    @property
    def done(self) -> float:
        """Which part of the deaths is done."""
        return self.killed / self.kills if self.kills else 1.0

    def _let_die(self, point: Point) -> None:
        if point in _IN_CALL:
            hang = Fault(moment=_IN_CALL[point], effect=Effect.HANG, of="chat.postMessage")
            self.faults.add(hang)
        before = self.faults.happened[Effect.HANG]
        self.side.begin()
        eventually(
            lambda: (
                self._stopping.is_set()
                or self.side.ended == DIED
                or self.faults.happened[Effect.HANG] > before
            ),
            _COMES_BY_SECONDS,
            f"a bot dies {point}",
        )
        self.killed += self.side.kill() or self.side.ended == DIED
