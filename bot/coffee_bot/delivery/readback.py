"""Finding out what became of posts whose call had no clear end."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import TYPE_CHECKING

from coffee_bot.delivery.outcomes import CALL_ERRORS, Fate, judge

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from datetime import datetime, timedelta

    from coffee_bot.delivery.line import Copy, Line
    from coffee_daemon import Clock, Post, Store

log = logging.getLogger(__name__)

#: Waited after a reading that failed.
AGAIN_SECONDS = 15.0
#: So many settle windows after a second try it is looked whether the first one came late.
LATE_WINDOWS = 5


@dataclass(frozen=True, kw_only=True)
class _SecondTry:
    """Where a post was sent again because a complete reading did not show it."""

    channel: str
    thread: str | None
    since: datetime
    #: When to look whether the first one has landed, on the monotonic clock.
    due: float


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
    #: Takes what was found: it stood there for a while, and nobody has read the replies to it.
    found: Callable[[Post], object] = lambda _: None
    #: When to look next, on the monotonic clock.
    _next: float | None = field(default=0.0)
    _second_tries: list[_SecondTry] = field(default_factory=list)

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
        self._look_again()

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
            copies = shown.get(post.key)
            self._conclude(post, copies[0].ts if copies else None)
        self._tidy(channel, shown)

    def _look_again(self) -> None:
        """Look at the places where a second try was made: the first may have landed after all."""
        now = self.clock.monotonic()
        due = [one for one in self._second_tries if one.due <= now]
        self._second_tries = [one for one in self._second_tries if one.due > now]
        for one in due:
            try:
                self._tidy(one.channel, self.line.shown_since(one.channel, one.thread, one.since))
            except CALL_ERRORS as error:
                log.info("%s cannot be read: %s", one.channel, judge(error).reason)
                self._second_tries.append(replace(one, due=now + AGAIN_SECONDS))
        for one in self._second_tries:
            self._plan(one.due - now)

    def _tidy(self, channel: str, shown: Mapping[str, Sequence[Copy]]) -> None:
        """Of messages with one key keep the one that the record knows, else the oldest."""
        for key, copies in shown.items():
            if len(copies) > 1:
                post = self.store.posts.get(key)
                kept = post.ts if post is not None and post.ts else copies[0].ts
                if kept in {copy.ts for copy in copies}:
                    self._remove(channel, key, [copy for copy in copies if copy.ts != kept])

    def _remove(self, channel: str, key: str, copies: Sequence[Copy]) -> None:
        # Whoever began a thread below one shall not lose it.
        removed = sum(self._is_removed(channel, one.ts) for one in copies if not one.has_replies)
        log.warning(
            "%s was there %d times; %d removed.",
            key,
            len(copies) + 1,
            removed,
            extra={"action": "duplicates_removed"},
        )

    def _is_removed(self, channel: str, ts: str) -> bool:
        try:
            self.line.remove(channel, ts)
        except CALL_ERRORS as error:
            log.info("%s in %s cannot be removed: %s", ts, channel, judge(error).reason)
            return False
        return True

    def _give_up(self, posts: Sequence[Post], reason: str) -> None:
        for post in posts:
            self.store.posts.dead(post.id, reason)

    def _conclude(self, post: Post, ts: str | None) -> None:
        if ts is None:
            self.store.posts.pending(post.id)
            self._expect_second(post)
        else:
            self.store.posts.sent(post.id, ts)
            self.found(post)

    def _expect_second(self, post: Post) -> None:
        late = LATE_WINDOWS * self.settle.total_seconds()
        self._second_tries.append(
            _SecondTry(
                channel=post.channel,
                thread=post.thread_ts,
                since=_first([post]),
                due=self.clock.monotonic() + late,
            )
        )
        self._plan(late)

    def _plan(self, seconds: float) -> None:
        at = self.clock.monotonic() + seconds
        self._next = at if self._next is None else min(at, self._next)


def _place(post: Post) -> tuple[str, str]:
    return post.channel, post.thread_ts or ""


def _first(posts: Iterable[Post]) -> datetime:
    return min(post.attempt_at for post in posts if post.attempt_at)
