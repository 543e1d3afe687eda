"""Raw events -> what they mean: stored first, worked on after."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from coffee_bot.channel import MARK
from coffee_bot.intake.letters import Kind, Letter, Me, names, never_came, read_event
from coffee_bot.intake.ruling import Fate, Ruling

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import timedelta

    from coffee_bot.intake.mentions import Mentions
    from coffee_bot.intake.news import ChannelNews
    from coffee_bot.intake.threads import Threads
    from coffee_daemon import Clock, InboxRow, Store

log = logging.getLogger(__name__)

#: The fact that tells when storing was last tried after trouble.
_TRIED = "inbox:tried"


@dataclass(frozen=True, kw_only=True)
class Intake:
    """The inbox's two ends: `keep` before Slack is told, `work` whenever there is something."""

    store: Store
    me: Me
    threads: Threads
    mentions: Mentions
    news: ChannelNews
    clock: Clock

    def keep(self, body: Mapping[str, Any]) -> bool:
        """Store an event that concerns us; true when it is new and was stored.

        Raises:
            StoreTrouble: It could not be stored, so Slack must not be told that it was.
        """
        event = body.get("event") or {}
        return self.news.take(event) or self.keep_event(event)

    def keep_event(self, event: Mapping[str, Any]) -> bool:
        """Store an event, or a message read back as one, that concerns us."""
        letter = read_event(event, self.me)
        if letter is None:
            return False
        if letter.kind is Kind.EDIT and not self._is_known(letter):
            letter = never_came(letter, self.me)
            # What was said outside our threads and is changed later asks for nothing anew.
            return letter.kind is Kind.REPLY and self._is_to_us(letter) and self.keep_letter(letter)
        return self._concerns_us(letter) and self.keep_letter(letter)

    def keep_read(self, channel: str, message: Mapping[str, Any]) -> None:
        """Store a message that was read back, as it was written and as it was edited."""
        self.keep_event({"type": "message", "channel": channel, **message})
        if message.get("edited"):
            change = {"type": "message", "subtype": "message_changed", "channel": channel}
            self.keep_event({**change, "message": message})

    def keep_letter(self, letter: Letter) -> bool:
        """Store a letter; false when its key is known."""
        if letter.kind is Kind.DIRECT and self.store.facts.get(f"{MARK}{letter.channel}") is None:
            # From now on this conversation is read back too.
            self.store.facts.keep(f"{MARK}{letter.channel}", letter.ts)
        return self.store.inbox.add(
            letter.key,
            kind=letter.kind,
            channel=letter.channel,
            ts=letter.ts,
            thread_ts=letter.thread_ts,
            user=letter.user,
            payload=dict(letter.payload),
        )

    def try_to_store(self) -> None:
        """Store something, to see whether that works again.

        Raises:
            StoreTrouble: It does not.
        """
        self.store.facts.keep(_TRIED, self.clock.now().isoformat())

    def work(self) -> int:
        """Apply what was received, oldest first; return how many letters were settled."""
        settled, after = 0, None
        while rows := self.store.inbox.received(limit=100, after=after):
            settled += sum(self._settle(row) for row in rows)
            after = rows[-1].id
        return settled

    def forget(self, older_than: timedelta) -> int:
        """Empty what came earlier than so long ago and is settled; return how many letters."""
        return self.store.inbox.blank_before(self.clock.now() - older_than)

    def _concerns_us(self, letter: Letter) -> bool:
        if letter.kind is Kind.EDIT:
            return self._is_known(letter)
        if letter.kind is Kind.DELETE:
            # Kept before its message too: the message may come late, and must not count then.
            return self._is_known(letter) or bool(letter.thread_ts and self._is_to_us(letter))
        if letter.kind is Kind.REPLY:
            return self._is_to_us(letter)
        return letter.kind is not Kind.TALK

    def _is_known(self, letter: Letter) -> bool:
        return self.store.inbox.get(letter.about) is not None

    def _is_to_us(self, letter: Letter) -> bool:
        """Whether a reply's parent is ours, or may turn out to be."""
        return (
            letter.parent_is_ours
            or names(letter.payload, self.me)
            or self.store.posts.by_ts(letter.channel, str(letter.thread_ts)) is not None
            or self.store.posts.sending_in(letter.channel)
        )

    def _settle(self, row: InboxRow) -> bool:
        try:
            ruling = self._rule(row)
        except Exception:
            # One letter that cannot be applied must not keep the others waiting; it stays.
            log.exception("%s cannot be applied", row.key, extra={"action": "letter_failed"})
            return False
        if ruling.fate is Fate.APPLIED:
            self.store.inbox.apply(row.key)
        elif ruling.fate is Fate.REFUSED:
            self.store.inbox.refuse(row.key, ruling.reason)
            if ruling.overheard:
                self.store.inbox.blank_message(row.channel, row.ts)
        return ruling.fate is not Fate.STAYS

    def _rule(self, row: InboxRow) -> Ruling:
        rules = {
            Kind.REPLY: self.threads.reply,
            Kind.EDIT: self.threads.edit,
            Kind.DELETE: self.threads.delete,
        }
        return rules.get(Kind(row.kind), self.mentions.mention)(row)
