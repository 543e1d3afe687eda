"""Raw events -> what they mean: stored first, worked on after."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from coffee_bot.intake.letters import Kind, Letter, Me, names, read_event
from coffee_bot.intake.ruling import Fate, Ruling

if TYPE_CHECKING:
    from collections.abc import Mapping

    from coffee_bot.intake.mentions import Mentions
    from coffee_bot.intake.threads import Threads
    from coffee_daemon import InboxRow, Store

log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Intake:
    """The inbox's two ends: `keep` before Slack is told, `work` whenever there is something."""

    store: Store
    me: Me
    threads: Threads
    mentions: Mentions

    def keep(self, body: Mapping[str, Any]) -> bool:
        """Store an event that concerns us; true when it is new and was stored.

        Raises:
            StoreTrouble: It could not be stored, so Slack must not be told that it was.
        """
        return self.keep_event(body.get("event") or {})

    def keep_event(self, event: Mapping[str, Any]) -> bool:
        """Store an event, or a message read back as one, that concerns us."""
        letter = read_event(event, self.me)
        if letter is None or not self._concerns_us(letter):
            return False
        return self.keep_letter(letter)

    def keep_letter(self, letter: Letter) -> bool:
        """Store a letter; false when its key is known."""
        return self.store.inbox.add(
            letter.key,
            kind=letter.kind,
            channel=letter.channel,
            ts=letter.ts,
            thread_ts=letter.thread_ts,
            user=letter.user,
            payload=dict(letter.payload),
        )

    def work(self) -> int:
        """Apply what was received, oldest first; return how many letters were settled."""
        settled, after = 0, None
        while rows := self.store.inbox.received(limit=100, after=after):
            settled += sum(self._settle(row) for row in rows)
            after = rows[-1].id
        return settled

    def _concerns_us(self, letter: Letter) -> bool:
        if letter.kind in {Kind.EDIT, Kind.DELETE}:
            return self.store.inbox.get(letter.about) is not None
        if letter.kind is Kind.REPLY:
            return self._is_to_us(letter)
        return letter.kind is not Kind.TALK

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
        return ruling.fate is not Fate.STAYS

    def _rule(self, row: InboxRow) -> Ruling:
        rules = {
            Kind.REPLY: self.threads.reply,
            Kind.EDIT: self.threads.edit,
            Kind.DELETE: self.threads.delete,
        }
        return rules.get(Kind(row.kind), self.mentions.mention)(row)
