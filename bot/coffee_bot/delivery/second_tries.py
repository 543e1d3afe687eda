"""Posts that were sent again because a complete reading did not show them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import groupby
from typing import TYPE_CHECKING

from coffee_bot.delivery.reader import Unread

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from coffee_bot.delivery.duplicates import Duplicates
    from coffee_bot.delivery.reader import Reader
    from coffee_daemon import Clock, Post, Store

#: So many settle windows after a second try it is looked whether the first one came late.
LATE_WINDOWS = 5
#: Also where there is no settle window to speak of.
LEAST_SECONDS = 1.0
_PREFIX = "second_try:"


@dataclass(frozen=True, kw_only=True)
class _SecondTry:
    key: str
    #: When the first try was made.
    since: datetime
    #: When to look whether it has landed after all, on the monotonic clock.
    due: float


@dataclass
class SecondTries:
    """Looks some windows later whether the first try has landed too.

    They are noted in the record: a bot that is started meanwhile looks all the same.
    """

    store: Store
    clock: Clock
    settle: timedelta
    reader: Reader
    duplicates: Duplicates
    _noted: dict[str, _SecondTry] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name, value in self.store.facts.beginning_with(_PREFIX).items():
            key, (since, noted) = name.removeprefix(_PREFIX), value.split()
            gone = (self.clock.now() - datetime.fromisoformat(noted)).total_seconds()
            # The clock may have been set meanwhile.
            wait = min(self._late, max(0.0, self._late - gone))
            self._remember(key, datetime.fromisoformat(since), wait)

    def note(self, post: Post, since: datetime) -> None:
        """Note a post before it may be sent again."""
        known = self._noted.get(post.key)
        since = min(since, known.since) if known else since
        value = f"{since.isoformat()} {self.clock.now().isoformat()}"
        self.store.facts.keep(f"{_PREFIX}{post.key}", value)
        self._remember(post.key, since, self._late)

    def due_in(self) -> float | None:
        """Seconds until it is worth looking; None when there is nothing to look for."""
        dues = [one.due for one in self._noted.values()]
        return max(0.0, min(dues) - self.clock.monotonic()) if dues else None

    def work(self) -> None:
        """Look at the places of those that are due, and remove what landed late."""
        due = sorted(self._due(), key=_place)
        for (channel, thread), tries in groupby(due, key=_place):
            self._look(channel, thread or None, [one for _, one in tries])

    def _due(self) -> Iterator[tuple[Post, _SecondTry]]:
        now = self.clock.monotonic()
        for one in [one for one in self._noted.values() if one.due <= now]:
            post = self.store.posts.get(one.key)
            if post is None or post.state == "dead":
                self._over([one])
            elif post.state == "sent":
                yield post, one
            else:
                # It waits itself, so that there are no two yet.
                self._put_off([one], self._late)

    def _look(self, channel: str, thread: str | None, tries: Sequence[_SecondTry]) -> None:
        try:
            shown = self.reader.shown_since(channel, thread, min(one.since for one in tries))
            self.duplicates.remove(channel, shown)
        except Unread as unread:
            if not unread.gone:
                self._put_off(tries, unread.wait)
                return
        self._over(tries)

    def _put_off(self, tries: Sequence[_SecondTry], seconds: float) -> None:
        due = self.clock.monotonic() + seconds
        self._noted |= {one.key: replace(one, due=due) for one in tries}

    def _over(self, tries: Sequence[_SecondTry]) -> None:
        for one in tries:
            self.store.facts.forget(f"{_PREFIX}{one.key}")
            del self._noted[one.key]

    def _remember(self, key: str, since: datetime, seconds: float) -> None:
        due = self.clock.monotonic() + seconds
        self._noted[key] = _SecondTry(key=key, since=since, due=due)

    @property
    def _late(self) -> float:
        return max(LEAST_SECONDS, LATE_WINDOWS * self.settle.total_seconds())


def _place(one: tuple[Post, _SecondTry]) -> tuple[str, str]:
    return one[0].channel, one[0].thread_ts or ""
