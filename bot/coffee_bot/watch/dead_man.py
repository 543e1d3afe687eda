"""The dead man's message: Slack itself says that nobody is home, if we cannot.

Facts and limits: https://docs.slack.dev/reference/methods/chat.scheduleMessage (30 messages
per five minutes and channel, none with metadata) and
https://docs.slack.dev/reference/methods/chat.deleteScheduledMessage (not within 60 s of its
time).
"""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from slack_sdk.errors import SlackApiError

from coffee_bot.calling import CALL_ERRORS
from coffee_bot.watch import words
from coffee_bot.watch.pauses import BackOff
from coffee_bot.watch.socket_link import asked_to_wait
from coffee_daemon import TaskState

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from slack_sdk import WebClient

    from coffee_bot.channel import Channel
    from coffee_daemon import Clock, Store

log = logging.getLogger(__name__)

#: Slack does not take a message back when it is this near.
LOCKED = timedelta(seconds=60)
#: Less than this ahead, it could not be replaced in time.
LEAST = timedelta(seconds=180)
#: In a channel that takes nothing any more Slack will not post it either.
_GONE = frozenset({"channel_not_found", "is_archived", "not_in_channel"})
#: Short tasks in a row share one message: it is taken back only after so long without any.
_CALM_SECONDS = 60.0
#: How long an orderly end waits for a call that is under way.
_CLOSE_SECONDS = 2.0
#: The time of the latest message that was planned, and of the latest that was dealt with.
_PLANNED, _SETTLED = "watch:dead_man", "watch:dead_man:settled"


@dataclass(frozen=True, kw_only=True)
class Planned:
    """A message that Slack will post."""

    id: str
    channel: str
    #: Whole seconds since 1970, as Slack counts.
    post_at: int


@dataclass
class DeadMan:
    """Keeps one message some minutes ahead. `work()` is called by one thread."""

    store: Store
    client: WebClient
    clock: Clock
    channel: Channel
    #: Whom it is about: the daemon, and its host.
    daemon: str
    host: str
    #: How far ahead; zero switches it off.
    ahead: timedelta
    #: Says that there is something to post.
    wake: Callable[[], object] = lambda: None
    _planned: Planned | None = None
    _known: bool = False
    _closed: bool = False
    _marker: int | None = None
    _busy: bool = False
    _calm_since: float = 0.0
    _back_off: BackOff = field(default_factory=BackOff)
    _alone: threading.Lock = field(default_factory=threading.Lock)
    _told_trouble: str = ""

    def __post_init__(self) -> None:
        if self.ahead:
            self.ahead = max(self.ahead, LEAST)

    def work(self) -> float | None:
        """Plan, replace or take back, as is due.

        Returns:
            Seconds after which to call again; None when nothing is planned or wanted.
        """
        with self._alone:
            now = self.clock.boot()
            if self._closed or not self._back_off.due(now):
                return None if self._closed else self._back_off.wait(now)
            try:
                wait = self._work()
            except CALL_ERRORS as error:
                # It may have been planned all the same: ask Slack what there is.
                self._known = False
                self._tell(error)
                self._back_off.tried(self.clock.boot(), asked_to_wait(error))
                return self._back_off.wait(self.clock.boot())
            self._back_off.forget()
            self._told_trouble = ""
            return wait

    def close(self) -> None:
        """Take the message back at an orderly end: nobody is missed who said goodbye."""
        self._closed = True
        if not self._alone.acquire(timeout=_CLOSE_SECONDS):
            log.warning("Slack is still being asked; it may say that nobody is home.")
            return
        try:
            self._take_back()
        except CALL_ERRORS as error:
            self._tell(error)
        finally:
            self._alone.release()

    def _work(self) -> float | None:
        if self._planned is not None and self._planned.channel != self.channel.id:
            # Moved by a person, or given another id by Slack, which takes the message along.
            self._known = False
        if not self._known:
            self._find()
            self._known = True
        self._overdue()
        if self._is_busy():
            return self._keep_ahead()
        if self._planned is None:
            return None
        calm = self.clock.boot() - self._calm_since
        if calm < _CALM_SECONDS:
            return _CALM_SECONDS - calm
        self._take_back()
        return None

    def _find(self) -> None:
        """Find what an earlier bot planned before it was killed; of several, keep the last."""
        ours = sorted(self._ours(), key=lambda one: one.post_at)
        for one in ours[:-1]:
            self._delete(one)
        self._planned = ours[-1] if ours else None
        if self._planned is not None:
            self.store.cursors.move(_PLANNED, self._planned.post_at)
        self._posted_before()

    def _posted_before(self) -> None:
        """Notice that Slack posted the message of an earlier bot, which did not live to see it."""
        told = self.store.cursors.get(_PLANNED) or 0
        settled = self.store.cursors.get(_SETTLED) or 0
        gone = self._planned is None or self._planned.post_at != told
        if gone and settled < told <= self.clock.now().timestamp():
            self._back(told)

    def _ours(self) -> Iterator[Planned]:
        # In whatever channel: the feed may have been moved, or its channel may have a new id.
        begins = words.not_heard_begins(self._who())
        answer: Any = self.client.chat_scheduledMessages_list(limit=100)
        for one in answer["scheduled_messages"]:
            if begins in str(one.get("text", "")):
                yield Planned(
                    id=str(one["id"]), channel=str(one["channel_id"]), post_at=int(one["post_at"])
                )

    def _overdue(self) -> None:
        """Say that we were away, if Slack has said that we were missed.

        A message whose time is past by our clock and that Slack still gives back was not
        posted: then our clock was set forward.
        """
        one = self._planned
        if one is None or one.post_at > self.clock.now().timestamp():
            return
        if self._delete(one):
            self.store.cursors.move(_SETTLED, one.post_at)
        else:
            self._back(one.post_at)
        self._planned = None

    def _back(self, post_at: int) -> None:
        """Tell that we were missed and are back; the key makes it one message."""
        since = datetime.fromtimestamp(post_at, UTC) - self.ahead
        said = words.back(self._who(), since, self.clock.now())
        self.store.posts.want(
            f"back:{post_at}",
            kind="message",
            channel=self.channel.id,
            text=said.text,
            blocks=[dict(block) for block in said.blocks],
        )
        self.store.cursors.move(_SETTLED, post_at)
        self.wake()

    def _is_busy(self) -> bool:
        """Whether a task runs or a question is open; asked only when the record has changed."""
        marker = self.store.change_marker()
        if marker != self._marker:
            busy = bool(
                self.store.tasks.list(daemon=self.daemon, states={TaskState.RUNNING}, limit=1)
                or self.store.questions.open(daemon=self.daemon, limit=1)
            )
            if self._busy and not busy:
                self._calm_since = self.clock.boot()
            self._marker, self._busy = marker, busy
        return self._busy and bool(self.ahead)

    def _keep_ahead(self) -> float:
        now = self.clock.now()
        third = self.ahead / 3
        if self._planned is not None:
            left = datetime.fromtimestamp(self._planned.post_at, UTC) - now
            in_time = third * 2 < left <= self.ahead + third
            if in_time and self._planned.channel == self.channel.id:
                return (left - third * 2).total_seconds()
        # The new one first: dying in between leaves one too many rather than none.
        before, self._planned = self._planned, self._plan(now)
        if before is not None and not self._delete(before):
            self._back(before.post_at)
        return third.total_seconds()

    def _plan(self, now: datetime) -> Planned:
        post_at = int((now + self.ahead).timestamp())
        channel = self.channel.id
        answer: Any = self.client.chat_scheduleMessage(
            channel=channel,
            post_at=post_at,
            text=words.not_heard(self._who(), now),
            unfurl_links=False,
            unfurl_media=False,
        )
        self.store.cursors.move(_PLANNED, post_at)
        return Planned(id=str(answer["scheduled_message_id"]), channel=channel, post_at=post_at)

    def _take_back(self) -> None:
        if self._planned is None:
            return
        if self._delete(self._planned):
            self.store.cursors.move(_SETTLED, self._planned.post_at)
        self._planned = None

    def _delete(self, one: Planned) -> bool:
        """Take one back; false when Slack has posted it, or is about to."""
        try:
            self.client.chat_deleteScheduledMessage(
                channel=one.channel, scheduled_message_id=one.id
            )
        except SlackApiError as error:
            why = error.response.get("error")
            if why not in _GONE | {"invalid_scheduled_message_id"}:
                raise
            return why in _GONE
        return True

    def _who(self) -> str:
        return words.named(self.daemon, self.host)

    def _tell(self, error: Exception) -> None:
        said = f"{type(error).__name__}: {error}"[:200]
        if said != self._told_trouble:
            self._told_trouble = said
            log.warning(
                "Slack takes no message for the case that nobody is home (%s).",
                said.splitlines()[0],
                extra={"action": "dead_man"},
            )
