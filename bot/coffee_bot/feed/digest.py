"""The daily digest: told once, at a set hour, on days when something happened."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from coffee_bot import blocks
from coffee_daemon import Day

if TYPE_CHECKING:
    from collections.abc import Callable

    from coffee_bot.channel import Channel
    from coffee_bot.config import BotConfig
    from coffee_daemon import Clock, Store

#: A digest after a long silence goes back no further.
_LONGEST = timedelta(days=7)


def due_on(day: Day, at: time) -> datetime:
    """When the digest of a day is due, by the machine's local time.

    Of an hour that comes twice when the clocks change the first counts; one that they leave out
    is taken for a moment beside it.
    """
    return datetime.combine(day.on, at).astimezone()


@dataclass
class DailyDigest:
    """Wants one post a day. What it missed on a day is told on that day, or not at all."""

    config: BotConfig
    store: Store
    channel: Channel
    clock: Clock
    #: Says that there is something to post.
    wake: Callable[[], object]
    _next: datetime | None = field(default=None, init=False)

    def look(self) -> None:
        """Tell the digest if it is due."""
        at, now = self.config.digest, self.clock.now()
        if at is None or (self._next is not None and now < self._next):
            return
        today = Day.of(now)
        due = due_on(today, at)
        last = self._last()
        if last is None:
            # What happened before the bot was there is nobody's news.
            self._keep(today if now >= due else today.earlier(1))
        elif now >= due and last.on < today.on:
            self._tell(today, max(due_on(last, at), now - _LONGEST))
            self._keep(today)
        self._next = due if now < due else due_on(today.earlier(-1), at)

    def _tell(self, today: Day, since: datetime) -> None:
        found = self.store.digest(self._daemon, since)
        key = f"digest:{self._daemon}:{today}"
        if not found.happened or self.store.posts.get(key) is not None:
            return
        message = blocks.digest(found, command=self.config.command)
        self.store.posts.want(
            key,
            kind="message",
            channel=self.channel.id,
            text=message.text,
            blocks=[dict(block) for block in message.blocks],
        )
        self.wake()

    def _last(self) -> Day | None:
        """The latest day whose digest was told, or had nothing to tell."""
        known = self.store.facts.get(self._fact)
        return None if known is None else Day(date.fromisoformat(known))

    def _keep(self, day: Day) -> None:
        self.store.facts.keep(self._fact, str(day))

    @property
    def _fact(self) -> str:
        return f"digest:{self._daemon}"

    @property
    def _daemon(self) -> str:
        return self.config.daemon.name
