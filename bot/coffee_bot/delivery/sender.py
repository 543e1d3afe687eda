"""Posts -> Slack, each exactly once."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from queue import SimpleQueue
from typing import TYPE_CHECKING

from coffee_bot.calling import CALL_ERRORS
from coffee_bot.channel import Channel
from coffee_bot.delivery.alarm import Alarm
from coffee_bot.delivery.door import Door
from coffee_bot.delivery.outcomes import Fate, Verdict, explained, judge
from coffee_bot.delivery.pace import UNREACHABLE_SECONDS, Pace
from coffee_bot.delivery.readback import ReadBack
from coffee_bot.delivery.reader import Reader
from coffee_bot.waits import soonest
from coffee_daemon import IllegalMove

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from coffee_bot.config import BotConfig
    from coffee_bot.delivery.line import Line
    from coffee_daemon import Clock, Post, Store

log = logging.getLogger(__name__)

#: Between the claim and the call the process may have been stopped for long, and another may
#: have taken over: then the claim is given back instead. Counted with sleep included.
CLAIM_LASTS_SECONDS = 5.0
#: How often a channel that refuses us is tried again.
HELD_SECONDS = 60.0
#: How often the record is looked at although nothing in it has changed, for example for an edit
#: that was claimed by a bot that was killed. A look is the dearest thing that an idle bot does.
LOOK_SECONDS = 300.0
_MESSAGES = frozenset({"message"})
_OTHERS = frozenset({"reaction", "ephemeral"})
_EDITS = "edits"


@dataclass
class Delivery:
    """Sends what is wanted: claim, commit, call, and record what came of it.

    Only one may run per state folder. `work()` is called by one thread; the rest of the
    promise stands in the store, so it may be killed anywhere.
    """

    store: Store
    line: Line
    config: BotConfig
    clock: Clock
    #: Goes into each claim, to tell this run's attempts from an earlier one's.
    owner: str
    #: Asked between two posts; true ends the work early.
    stopping: Callable[[], bool] = lambda: False
    #: The user ids of the admins, who are told of trouble; by default those in the settings.
    admins: Callable[[], Iterable[str]] | None = None
    #: Why a channel refuses us, by channel; empty when all is well.
    troubles: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._marker: int | None = None
        #: When to look without any change in the record, on the monotonic clock.
        self._due = 0.0
        self._pace = Pace(self.clock, self.store)
        self._door = Door(self.line, self.clock, allow_external=self.config.allow_external)
        self._alarm = Alarm(self.store, self.admins or (lambda: sorted(self.config.admins)))
        self._found: SimpleQueue[Post] = SimpleQueue()
        reader = Reader(self.line, self._pace)
        self._readback = ReadBack(
            self.store, reader, self.clock, self.config.settle, self._found.put
        )
        self._feed = Channel(self.store, self.config.channel)
        self._news: SimpleQueue[tuple[str, str]] = SimpleQueue()
        #: Channels to be tried; None until it is known where an earlier run left held posts.
        self._suspects: set[str] | None = None
        self.troubles.update(self._alarm.known())
        self._sends = {"message": self._post, "reaction": self._react, "ephemeral": self._whisper}

    def refused(self, channel: str, reason: str) -> None:
        """Take it from elsewhere that a channel takes no posts; safe from any thread."""
        self._news.put((channel, reason))

    def mended(self, channel: str) -> None:
        """Take it from elsewhere that a channel takes posts again; safe from any thread."""
        self._news.put((channel, ""))

    def found(self) -> list[Post]:
        """Return, once each, the posts that were found by reading back."""
        return [self._found.get() for _ in range(self._found.qsize())]

    def work(self) -> float | None:
        """Send what may be sent now.

        Returns:
            Seconds after which it is worth calling again; None when nothing is known to wait.
        """
        marker, now = self.store.change_marker(), self.clock.monotonic()
        if marker != self._marker or now >= self._due or not self._news.empty():
            # Read before working: what is wanted meanwhile is seen at the next call.
            self._marker = marker
            wait = self._work()
            self._due = now + (LOOK_SECONDS if wait is None else min(wait, LOOK_SECONDS))
            return wait
        return self._due - now

    def _work(self) -> float | None:
        self._readback.work()
        self._hear()
        self._release()
        while not self.stopping() and self._one():
            pass
        for channel, why in self.troubles.items():
            if self._pace.rests(channel):
                # So that everybody can see what waits there, and why.
                self.store.posts.hold_waiting(channel, why)
        return soonest(self._pace.shortest(), self._readback.due_in(), self._edit_in())

    def _edit_in(self) -> float | None:
        at = self.store.posts.next_edit()
        return None if at is None else (at - self.store.now()).total_seconds()

    def _one(self) -> bool:
        """Send or edit one post; false when nothing may be sent now."""
        claimed_at = self.clock.boot()
        # Looked at once: a rest that ends while this one looks must still be known to `_work`,
        # or nobody would come back for what it has held up.
        resting = self._pace.resting()
        post = self._claim(resting)
        if post is None:
            return self._edit(resting)
        try:
            self._send(post, claimed_at)
        except IllegalMove as error:
            log.warning("Another poster took over: %s", error, extra={"action": "claim_lost"})
        return True

    def _claim(self, resting: frozenset[str]) -> Post | None:
        kinds = _OTHERS - resting
        post = self.store.posts.claim(attempt_owner=self.owner, kinds=kinds) if kinds else None
        if post is not None or resting & _MESSAGES:
            return post
        return self.store.posts.claim(
            attempt_owner=self.owner, kinds=_MESSAGES, skip_channels=resting
        )

    def _send(self, post: Post, claimed_at: float) -> None:
        try:
            refusal = self._door.refusal(post.channel)
            if refusal:
                self._hold(post, refusal)
                return
        except CALL_ERRORS as error:
            self._not_sent(post, judge(error))
            return
        if self.clock.boot() - claimed_at > CLAIM_LASTS_SECONDS:
            self._give_back(post)
            return
        self._call(post)

    def _call(self, post: Post) -> None:
        try:
            ts = self._sends[post.kind](post)
        except CALL_ERRORS as error:
            self._failed(post, judge(error))
        else:
            self.store.posts.sent(post.id, ts, attempt=post.attempts)
            self._over(post.channel)

    def _post(self, post: Post) -> str | None:
        self._pace.rest(post.channel, self.config.post_interval.total_seconds())
        return self.line.post(post)

    def _react(self, post: Post) -> str | None:
        self.line.react(post)
        return None

    def _whisper(self, post: Post) -> str | None:
        self.line.whisper(post)
        return None

    def _failed(self, post: Post, verdict: Verdict) -> None:
        log.info("%s: %s", post.key, verdict.reason, extra={"action": "post_failed"})
        if verdict.fate is Fate.LATER:
            self._wait(post, verdict)
        elif verdict.fate is Fate.DONE:
            self.store.posts.sent(post.id, None, attempt=post.attempts)
        elif post.kind == "ephemeral":
            # Best effort, once: a second one would be shown twice.
            self.store.posts.dead(post.id, verdict.reason, attempt=post.attempts)
        elif verdict.fate is Fate.UNCLEAR:
            self._unclear(post)
        elif verdict.fate is Fate.HELD:
            self._hold(post, verdict.reason)
        else:
            log.error("%s is refused: %s", post.key, verdict.reason, extra={"action": "post_dead"})
            self.store.posts.dead(post.id, verdict.reason, attempt=post.attempts)

    def _not_sent(self, post: Post, verdict: Verdict) -> None:
        """Give a claim back whose message has surely not left."""
        if verdict.fate is Fate.HELD:
            self._hold(post, verdict.reason)
        else:
            self._wait(post, verdict)

    def _wait(self, post: Post, verdict: Verdict) -> None:
        self._pace.wait(post.channel if post.kind == "message" else post.kind, verdict)
        self._give_back(post)

    def _give_back(self, post: Post) -> None:
        self.store.posts.pending(post.id, attempt=post.attempts)

    def _unclear(self, post: Post) -> None:
        """Leave a message for reading back; a reaction can simply be put again."""
        if post.kind == "reaction":
            self._pace.rest(post.kind, UNREACHABLE_SECONDS)
            self._give_back(post)
        else:
            self._readback.expect(post)

    def _hold(self, post: Post, reason: str) -> None:
        if self._alarm.is_one(post):
            self.store.posts.dead(post.id, reason, attempt=post.attempts)
            return
        why = explained(reason, self.config.command)
        self._refuses(post.channel, why, str(post.id))
        self.store.posts.hold(post.id, why, attempt=post.attempts)

    def _refuses(self, channel: str, why: str, cause: str) -> None:
        if self.troubles.get(channel) != why:
            self._alarm.raise_for(channel, why, cause)
            log.error(
                "Channel %s takes no posts: %s. They are kept.",
                channel,
                why,
                extra={"action": "channel_held"},
            )
        self.troubles[channel] = why
        self._pace.rest(channel, HELD_SECONDS)

    def _hear(self) -> None:
        """Take what was told of channels since the last work."""
        while not self._news.empty():
            channel, reason = self._news.get()
            if reason:
                cause = f"{self.owner}:{self.clock.now().timestamp():.0f}"
                self._refuses(channel, explained(reason, self.config.command), cause)
            else:
                self._pace.wake(channel)
                self.store.posts.release_held(channel)
                self._over(channel)

    def _release(self) -> None:
        """Try a refused channel again when its rest is over."""
        suspects, self._suspects = self._suspects, set()
        if suspects is None:
            suspects = {one.channel for one in self.store.posts.troubles()}
        for channel in (set(self.troubles) | suspects) - self._pace.resting():
            freed = self.store.posts.release_held(channel)
            if not freed and channel in self.troubles and channel != self._feed.id:
                # Nothing is to be said there any more.
                self._over(channel)

    def _over(self, channel: str) -> None:
        if self.troubles.pop(channel, None):
            self._alarm.over(channel)

    def _edit(self, resting: frozenset[str]) -> bool:
        if _EDITS in resting:
            return False
        elsewhere = {one.removeprefix(_EDITS) for one in resting if one.startswith(_EDITS)}
        post = self.store.posts.claim_edit(elsewhere - {""})
        if post is None:
            return False
        self._pace.rest(_EDITS, self.config.post_interval.total_seconds())
        try:
            self.line.edit(post)
        except CALL_ERRORS as error:
            return self._edit_failed(post, judge(error))
        self.store.posts.shown(post.id, post.wanted_version)
        return True

    def _edit_failed(self, post: Post, verdict: Verdict) -> bool:
        """Edits are idempotent: whatever may pass is tried again, the rest is let go."""
        if verdict.fate in {Fate.DONE, Fate.DEAD}:
            log.info("%s is not edited: %s", post.key, verdict.reason)
            self.store.posts.shown(post.id, post.wanted_version)
            return True
        self.store.posts.pending(post.id)
        if verdict.fate is Fate.HELD:
            # A channel that was left may never take it again: the others do not wait for that.
            self._pace.rest(f"{_EDITS}{post.channel}", HELD_SECONDS)
            return True
        self._pace.wait(_EDITS, verdict)
        return False
