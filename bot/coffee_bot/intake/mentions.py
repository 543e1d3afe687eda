"""Mentions and direct messages: read, allowed or not, carried out, answered where they were."""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Protocol

from coffee_bot import blocks
from coffee_bot.intake.letters import time_of
from coffee_bot.intake.people import writer
from coffee_bot.intake.ruling import APPLIED, Fate, Ruling, refused
from coffee_bot.intake.words import plain, without_greeting, without_mention
from coffee_bot.intent import Intent, Role, read_language
from coffee_daemon import Day, Person, Via

if TYPE_CHECKING:
    from collections.abc import Callable

    from coffee_bot.channel import Channel
    from coffee_bot.intake.letters import Me
    from coffee_bot.intake.marks import Marks
    from coffee_bot.intake.people import People
    from coffee_bot.intent import Misunderstood, Reply
    from coffee_daemon import Clock, InboxRow

log = logging.getLogger(__name__)

#: Verbs that wait for a process or for Slack, up to some seconds.
SLOW = frozenset({"start", "stop", "restart", "here", "pin", "unpin", "history"})
#: Wishes of a moment: whoever said one a day ago may have seen to it otherwise since.
_PASSING = SLOW
_OBEYED_FOR = timedelta(days=1)
#: What allows more than a day's limit allows it for the day on which it was said, and no other.
_OF_ITS_DAY = frozenset({"continue"})


class Runs(Protocol):
    """What carries an intent out: `commands.Commands`."""

    def run(
        self,
        intent: Intent | Misunderstood | None,
        who: Person,
        via: Via,
        *,
        source: str | None = None,
    ) -> Reply:
        """Carry it out and say what came of it."""
        ...

    def refused(
        self, intent: Intent | Misunderstood | None, who: Person, via: Via, reason: str
    ) -> None:
        """Note that it was not allowed."""
        ...


@dataclass(frozen=True, kw_only=True)
class Mentions:
    """Lets people talk with the bot as they type `/coffee`."""

    me: Me
    people: People
    marks: Marks
    commands: Runs
    #: Where everybody sees what was changed.
    channel: Channel
    clock: Clock
    #: Says that there is something to post.
    wake: Callable[[], object]
    #: Takes what lasts long and runs it elsewhere, one after the other.
    slow: Callable[[Callable[[], None]], None]

    def mention(self, row: InboxRow) -> Ruling:
        """Read a mention or a direct message and answer it."""
        if row.payload.get("bot_id"):
            # Two bots that answer each other never end.
            return refused("a bot wrote it")
        raw = without_greeting(row.payload.get("text") or "", self.me)
        text = plain(without_mention(raw, self.me))
        return self.run(row, text)

    def run(self, row: InboxRow, words: str) -> Ruling:
        """Carry out what the words clearly mean; what they do not mean is not guessed."""
        intent = read_language(words)
        if intent is not None:
            intent = replace(intent, where=row.channel)
        asked = self.people.ask(row, intent.role if intent else Role.VIEWER)
        if isinstance(asked, Ruling):
            if asked.fate is Fate.REFUSED:
                self.commands.refused(
                    intent, writer(row, self.people.access.name), Via.SLACK, asked.reason
                )
            return asked
        if intent is not None and self._is_too_old(row, intent):
            self.marks.reply(row, blocks.too_old(intent.verb, time_of(row.ts)))
            return refused("found too late to be obeyed")
        if intent is not None and intent.verb in SLOW:
            self.slow(lambda: self._carry_out(row, intent, asked))
        else:
            self._carry_out(row, intent, asked)
        return APPLIED

    def _is_too_old(self, row: InboxRow, intent: Intent) -> bool:
        """Whether it was wanted so long ago that it may not be wanted any more."""
        sent, now = time_of(row.ts), self.clock.now()
        if intent.verb in _OF_ITS_DAY:
            return Day.of(sent) != Day.of(now)
        return intent.verb in _PASSING and now - sent > _OBEYED_FOR

    def _carry_out(self, row: InboxRow, intent: Intent | None, who: Person) -> None:
        reply = self.commands.run(intent, who, Via.SLACK, source=row.key)
        self.marks.reply(row, reply.message)
        if reply.public is not None and row.channel != self.channel.id:
            self.marks.announce(row, reply.public, self.channel.id)
        self.wake()
