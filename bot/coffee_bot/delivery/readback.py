"""Finding out what became of posts whose call had no clear end."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import TYPE_CHECKING

from coffee_bot.delivery.duplicates import Duplicates
from coffee_bot.delivery.reader import Unread
from coffee_bot.delivery.second_tries import SecondTries
from coffee_bot.delivery.windows import Windows
from coffee_daemon import IllegalMove

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime, timedelta

    from coffee_bot.delivery.line import Copy
    from coffee_bot.delivery.reader import Reader
    from coffee_daemon import Clock, Post, Store

log = logging.getLogger(__name__)

#: Ids of people: Slack posts to them, and lets nobody read what stands there by such an id.
_PEOPLE = ("U", "W")
_UNREADABLE = "its answer was lost, and Slack does not show what was sent to a person's id"


@dataclass
class ReadBack:
    """Reads the channel or thread once the settle window of an attempt has passed.

    Slack publishes no bound on how late a post may appear; the window is our bound. Only a
    complete reading that does not show the post allows a second try.
    """

    store: Store
    reader: Reader
    clock: Clock
    settle: timedelta
    #: Takes what was found: it stood there for a while, and nobody has read the replies to it.
    found: Callable[[Post], object] = lambda _: None
    #: When to look next, on the monotonic clock.
    _next: float | None = field(default=0.0)

    def __post_init__(self) -> None:
        self._windows = Windows(self.clock, self.settle)
        self._duplicates = Duplicates(self.store, self.reader)
        self._second_tries = SecondTries(
            self.store, self.clock, self.settle, self.reader, self._duplicates
        )

    def expect(self, post: Post) -> None:
        """Note a post whose outcome is unclear, to be looked for after the settle window."""
        log.info("%s may be there; reading back later", post.key, extra={"action": "post_unclear"})
        self._windows.begin(post)
        self._plan(self.settle.total_seconds())

    def due_in(self) -> float | None:
        """Seconds until it is worth looking; None when nothing is known to be unclear."""
        return None if self._next is None else max(0.0, self._next - self.clock.monotonic())

    def work(self) -> None:
        """Settle every unclear post whose window has passed.

        The store is asked each time, because an earlier process may have left some.
        """
        self._next = None
        unclear = self.store.posts.unclear()
        ripe = [post for post in unclear if self._windows.has_passed(post)]
        if len(ripe) < len(unclear):
            self._plan_soon()
        placed = [one for post in ripe if (one := self._placed(post)) is not None]
        for place, posts in groupby(sorted(placed, key=_place), key=_place):
            self._settle(place, tuple(posts))
        self._second_tries.work()
        wait = self._second_tries.due_in()
        if wait is not None:
            self._plan(wait)

    def _placed(self, post: Post) -> Post | None:
        """A reply of a restored record does not know its thread: its parent comes first."""
        if post.parent is None or post.thread_ts is not None:
            return post
        parent = self.store.posts.get(post.parent)
        if parent is not None and parent.ts is not None:
            return replace(post, thread_ts=parent.ts)
        if parent is not None and parent.state == "sending":
            self._plan_soon()
        else:
            self._conclude(post, None, self._windows.begun(post))
        return None

    def _settle(self, place: tuple[str, str], posts: Sequence[Post]) -> None:
        channel, thread = place
        if channel.startswith(_PEOPLE):
            self._give_up(posts, _UNREADABLE)
            return
        since = min(self._windows.begun(post) for post in posts)
        try:
            shown = self.reader.shown_since(channel, thread or None, since)
        except Unread as unread:
            if unread.gone:
                # The thread is gone, and whatever was to stand in it with it.
                self._give_up(posts, unread.gone)
            else:
                self._plan(unread.wait)
            return
        for post in posts:
            copies = shown.get(post.key)
            self._conclude(post, copies[0].ts if copies else None, since)
        self._tidy(channel, shown, posts, since)

    def _tidy(
        self,
        channel: str,
        shown: Mapping[str, Sequence[Copy]],
        posts: Sequence[Post],
        since: datetime,
    ) -> None:
        try:
            self._duplicates.remove(channel, shown)
        except Unread:
            for post in posts:
                self._second_tries.note(post, since)

    def _give_up(self, posts: Sequence[Post], reason: str) -> None:
        for post in posts:
            self._end(post, lambda one: self.store.posts.dead(one.id, reason, attempt=one.attempts))

    def _conclude(self, post: Post, ts: str | None, since: datetime) -> None:
        if ts is None:
            if post.kind == "message":
                self._second_tries.note(post, since)
            self._end(post, lambda one: self.store.posts.pending(one.id, attempt=one.attempts))
        elif self._end(post, lambda one: self.store.posts.sent(one.id, ts, attempt=one.attempts)):
            self.found(post)

    def _end(self, post: Post, end: Callable[[Post], object]) -> bool:
        """Settle an attempt; false when its own poster has told meanwhile what came of it."""
        self._windows.end(post)
        try:
            end(post)
        except IllegalMove as error:
            log.info("%s", error, extra={"action": "claim_lost"})
            return False
        return True

    def _plan_soon(self) -> None:
        self._plan(min(1.0, self.settle.total_seconds()))

    def _plan(self, seconds: float) -> None:
        at = self.clock.monotonic() + seconds
        self._next = at if self._next is None else min(at, self._next)


def _place(post: Post) -> tuple[str, str]:
    return post.channel, post.thread_ts or ""
