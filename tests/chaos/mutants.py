"""Bots with one deliberately wrong strategy each, and the trouble that shows it.

The wrong part is passed in where the right one would be; everything else is the real bot.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any

from chaos.weather import Exactly

from coffee_bot.sandbox import Effect, Fault, Moment
from coffee_daemon import Post, PostState, Receipt, Store, StoreBusy, StoreTrouble
from coffee_daemon.store.inbox import Inbox
from coffee_daemon.store.posts import Posts
from coffee_daemon.store.questions import Questions
from coffee_daemon.store.rows import posts as rows
from coffee_daemon.store.schema import posts

if TYPE_CHECKING:
    from coffee_bot.config import BotConfig

_POST = "chat.postMessage"
#: The status card, the task and what else comes before the first question.
_BEFORE_QUESTIONS = 4


class _PostThenCommit(Posts):
    """Nothing of the claim stands in the record while the call is made."""

    def claim(self, **which: Any) -> Post | None:
        post = super().claim(**which)
        if post is not None:
            super().pending(post.id)
        return post

    def sent(self, post: int, ts: str | None, *, attempt: int | None = None) -> Post:
        del attempt
        with self.doors.writing() as connection:
            version = posts.c.wanted_version
            rows.move(connection, post, PostState.SENDING, sending_version=version)
        return super().sent(post, ts)

    def pending(self, post: int, not_before: Any = None, *, attempt: int | None = None) -> Post:
        del attempt
        with self.doors.reading() as connection:
            found = rows.as_post(rows.find(connection, post))
        return found if found.state is PostState.PENDING else super().pending(post, not_before)


class _CommitThenPost(Posts):
    """The post counts as sent before the call."""

    def claim(self, **which: Any) -> Post | None:
        post = super().claim(**which)
        return None if post is None else super().sent(post.id, None)

    def sent(self, post: int, ts: str | None, *, attempt: int | None = None) -> Post:
        del attempt
        with self.doors.writing() as connection:
            told = posts.update().where(posts.c.id == post).values(ts=ts)
            return rows.as_post(connection.execute(told.returning(posts)).one())


class _NoKey(Inbox):
    """Every delivery of an event is a new one."""

    def add(self, key: str, **event: Any) -> bool:
        return super().add(_other(key), **event)


class _NoSource(Questions):
    """And so is every reply."""

    def reply(self, number: int, **reply: Any) -> Receipt:
        return super().reply(number, **{**reply, "source": _other(reply["source"])})


def _other(key: str) -> str:
    return f"{key}:{secrets.token_hex(4)}"


@dataclass(frozen=True)
class _Unlucky(Inbox):
    """The database is busy at the first delivery of each event."""

    met: set[str] = field(default_factory=set)

    def add(self, key: str, **event: Any) -> bool:
        if key not in self.met:
            self.met.add(key)
            raise StoreBusy("busy, as the trial wants it")
        return super().add(key, **event)


class _AckFirst(_Unlucky):
    """The event is acknowledged whatever becomes of storing it."""

    def add(self, key: str, **event: Any) -> bool:
        try:
            return super().add(key, **event)
        except StoreTrouble:
            return False


class PostThenCommit(Store):
    @cached_property
    def posts(self) -> Posts:
        return _PostThenCommit(self.doors)


class CommitThenPost(Store):
    @cached_property
    def posts(self) -> Posts:
        return _CommitThenPost(self.doors)


class NoKey(Store):
    @cached_property
    def inbox(self) -> Inbox:
        return _NoKey(self.doors)

    @cached_property
    def questions(self) -> Questions:
        return _NoSource(self.doors)


class Unlucky(Store):
    @cached_property
    def inbox(self) -> Inbox:
        return _Unlucky(self.doors)


class AckFirst(Store):
    @cached_property
    def inbox(self) -> Inbox:
        return _AckFirst(self.doors)


@dataclass(frozen=True, kw_only=True)
class Strategy:
    """A bot's way to work, and faults under which it shows."""

    store: type[Store] = Store
    settle: timedelta = timedelta(seconds=4)
    faults: tuple[Fault, ...] = ()
    #: Kills of the bot, each at the moment when a fault has happened.
    kills: int = 0

    def settings(self, config: BotConfig) -> BotConfig:
        """Return the settings as this strategy has them."""
        return replace(config, settle=self.settle)

    @property
    def weather(self) -> Exactly:
        """Its faults."""
        return Exactly(self.faults)


_LOST_ANSWERS = Fault(
    moment=Moment.STORED, effect=Effect.LOSE_REPLY, of=_POST, times=3, skip=_BEFORE_QUESTIONS
)
_LOST_CALLS = Fault(
    moment=Moment.BEFORE, effect=Effect.LOSE_REPLY, of=_POST, times=3, skip=_BEFORE_QUESTIONS
)
_LATE_LANDINGS = Fault(
    moment=Moment.BEFORE,
    effect=Effect.LAND_LATE,
    of=_POST,
    times=3,
    skip=_BEFORE_QUESTIONS,
    seconds=2.5,
)
_TWICE = Fault(moment=Moment.EVENT, effect=Effect.DUPLICATE, of="message", times=None)

STRATEGIES: dict[str, Strategy] = {
    "post_then_commit": Strategy(store=PostThenCommit, faults=(_LOST_ANSWERS,), kills=1),
    "commit_then_post": Strategy(store=CommitThenPost, faults=(_LOST_CALLS,), kills=1),
    "no_settle_window": Strategy(settle=timedelta(0), faults=(_LATE_LANDINGS,)),
    "no_dedupe_key": Strategy(store=NoKey, faults=(_TWICE,)),
    "ack_first": Strategy(store=AckFirst),
    # The right strategies, in all that trouble at once.
    "right": Strategy(
        store=Unlucky, faults=(_LOST_ANSWERS, _LOST_CALLS, _LATE_LANDINGS, _TWICE), kills=1
    ),
}
