"""Whether the settle window of an attempt has passed."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from coffee_daemon import Clock, Post


@dataclass
class Windows:
    """Measures for how long attempts have been unclear.

    Somebody may set the wall clock meanwhile. So it is asked only about the attempts of an
    earlier process, of which nothing else is known; and also one of those is not waited for
    longer than a window after it was first seen.
    """

    clock: Clock
    settle: timedelta
    #: When an attempt was first seen, by post and attempt, on the clock that nobody sets.
    _seen: dict[tuple[int, int], float] = field(default_factory=dict)
    _ours: set[tuple[int, int]] = field(default_factory=set)

    def begin(self, post: Post) -> None:
        """Note an attempt of this process."""
        self._ours.add(_attempt(post))
        self._seen[_attempt(post)] = self.clock.boot()

    def has_passed(self, post: Post) -> bool:
        """Whether an attempt has been unclear for long enough to be looked for."""
        if self._waited(post) >= self.settle:
            return True
        if _attempt(post) in self._ours or post.attempt_at is None:
            return False
        return post.attempt_at + self.settle < self.clock.now()

    def begun(self, post: Post) -> datetime:
        """From when on its message can stand there, by the clock as it is now."""
        latest = self.clock.now() - self._waited(post)
        return min(post.attempt_at or latest, latest)

    def end(self, post: Post) -> None:
        """Forget an attempt that is settled."""
        self._ours.discard(_attempt(post))
        self._seen.pop(_attempt(post), None)

    def _waited(self, post: Post) -> timedelta:
        now = self.clock.boot()
        return timedelta(seconds=now - self._seen.setdefault(_attempt(post), now))


def _attempt(post: Post) -> tuple[int, int]:
    return post.id, post.attempts
