"""Finding out what became of posts whose call had no clear end."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from itertools import groupby
from typing import TYPE_CHECKING

from coffee_bot.delivery.outcomes import CALL_ERRORS, Fate, judge

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime, timedelta

    from coffee_bot.delivery.line import Line
    from coffee_daemon import Clock, Post, Store

log = logging.getLogger(__name__)

#: Waited after a reading that failed.
AGAIN_SECONDS = 15.0


@dataclass
class ReadBack:
    """Reads the channel or thread once the settle window of an attempt has passed.

    Slack publishes no bound on how late a post may appear; the window is our bound. Only a
    complete reading that does not show the post allows a second try.
    """

    store: Store
    line: Line
    clock: Clock
    settle: timedelta
    #: When to look next, on the monotonic clock.
    _next: float | None = field(default=0.0)

    def expect(self, post: Post) -> None:
        """Note a post whose outcome is unclear, to be looked for after the settle window."""
        log.info("%s may be there; reading back later", post.key, extra={"action": "post_unclear"})
        self._plan(self.settle.total_seconds())

    def due_in(self) -> float | None:
        """Seconds until it is worth looking; None when nothing is known to be unclear."""
        return None if self._next is None else max(0.0, self._next - self.clock.monotonic())

    def work(self) -> None:
        """Settle every unclear post whose window has passed.

        The store is asked each time, because an earlier process may have left some.
        """
        now = self.clock.now()
        unclear = self.store.posts.unclear(older_than=now)
        ripe = [post for post in unclear if post.attempt_at and post.attempt_at + self.settle < now]
        self._next = None
        if len(ripe) < len(unclear):
            self._plan(min(1.0, self.settle.total_seconds()))
        for place, posts in groupby(sorted(ripe, key=_place), key=_place):
            self._settle(place, tuple(posts))

    def _settle(self, place: tuple[str, str], posts: Sequence[Post]) -> None:
        channel, thread = place
        try:
            shown = self.line.shown_since(channel, thread or None, _first(posts))
        except CALL_ERRORS as error:
            verdict = judge(error)
            log.info("%s cannot be read: %s", channel, verdict.reason)
            if verdict.fate is Fate.DEAD:
                # The thread is gone, and whatever was to stand in it with it.
                self._give_up(posts, verdict.reason)
                return
            self._plan(verdict.wait.total_seconds() if verdict.wait else AGAIN_SECONDS)
            return
        for post in posts:
            self._conclude(post, shown.get(post.key))

    def _give_up(self, posts: Sequence[Post], reason: str) -> None:
        for post in posts:
            self.store.posts.dead(post.id, reason)

    def _conclude(self, post: Post, ts: str | None) -> None:
        if ts is None:
            self.store.posts.pending(post.id)
        else:
            self.store.posts.sent(post.id, ts)

    def _plan(self, seconds: float) -> None:
        at = self.clock.monotonic() + seconds
        self._next = at if self._next is None else min(at, self._next)


def _place(post: Post) -> tuple[str, str]:
    return post.channel, post.thread_ts or ""


def _first(posts: Iterable[Post]) -> datetime:
    return min(post.attempt_at for post in posts if post.attempt_at)
