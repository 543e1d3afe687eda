"""How the bot tells a person what became of a message: reactions and private words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from coffee_bot.intent import Message
    from coffee_daemon import InboxRow, Store

#: The emoji on a reply that is stored.
STORED = "white_check_mark"
#: The emoji on a reply that is not taken.
NOT_TAKEN = "no_entry_sign"


@dataclass(frozen=True)
class Marks:
    """Wants posts that answer letters; each is unique by the letter's key."""

    store: Store

    def stored(self, row: InboxRow) -> None:
        """Mark a message as stored."""
        self._react(row, STORED)

    def not_taken(self, row: InboxRow, why: Message) -> None:
        """Mark a message as not taken, and say why to its author alone."""
        self._react(row, NOT_TAKEN)
        self.whisper(row, why)

    def was_stored(self, source: str) -> bool:
        """Whether the message of that key was marked as stored."""
        mark = self.store.posts.get(f"mark:{source}")
        return mark is not None and mark.text == STORED

    def unstored(self, source: str) -> None:
        """Take the mark of a stored message away again; `source` is the message's key."""
        if not source.startswith("msg:"):
            return
        _team, channel, ts = source.removeprefix("msg:").split(":")
        self.store.posts.want(
            f"unmark:{source}", kind="reaction", channel=channel, text=f"-{STORED}", target_ts=ts
        )

    def whisper(self, row: InboxRow, message: Message, *, once: str = "") -> None:
        """Say something to the author alone; a bot has no eyes for it.

        Args:
            row: Their message.
            message: What to say.
            once: Names it where it is not to be said again at the next message.
        """
        if row.user is None or row.payload.get("bot_id"):
            return
        self.store.posts.want(
            once or f"why:{row.key}",
            kind="ephemeral",
            channel=row.channel,
            text=message.text,
            blocks=_blocks(message),
            thread_ts=row.thread_ts,
            user=row.user,
        )

    def reply(self, row: InboxRow, message: Message) -> None:
        """Answer in the thread of a mention, or in the direct conversation itself."""
        direct = row.channel.startswith("D")
        self.store.posts.want(
            f"reply:{row.key}",
            kind="message",
            channel=row.channel,
            text=message.text,
            blocks=_blocks(message),
            thread_ts=row.thread_ts or (None if direct else row.ts),
        )

    def announce(self, row: InboxRow, message: Message, channel: str) -> None:
        """Show everybody what somebody changed elsewhere."""
        self.store.posts.want(
            f"public:{row.key}",
            kind="message",
            channel=channel,
            text=message.text,
            blocks=_blocks(message),
        )

    def _react(self, row: InboxRow, emoji: str) -> None:
        self.store.posts.want(
            f"mark:{row.key}",
            kind="reaction",
            channel=row.channel,
            text=emoji,
            target_ts=row.ts,
        )


def _blocks(message: Message) -> list[dict[str, Any]] | None:
    return [dict(block) for block in message.blocks] or None
