"""Telling the admins in person that a channel takes no posts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from coffee_bot import blocks
from coffee_bot.channel import MOVED

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from coffee_bot.intent import Message
    from coffee_daemon import Post, Store

_PREFIX = "held:"


@dataclass(frozen=True)
class Alarm:
    """Wants one direct message to each admin for each trouble of a channel."""

    store: Store
    #: The user ids of the admins.
    admins: Callable[[], Iterable[str]]

    def known(self) -> dict[str, str]:
        """Why channels refuse us, by channel, as far as it was told."""
        found = self.store.facts.beginning_with(_PREFIX)
        return {name.removeprefix(_PREFIX): reason for name, reason in found.items()}

    def over(self, channel: str) -> None:
        """Note that a channel takes posts again, so that its next trouble is told again."""
        self.store.facts.forget(f"{_PREFIX}{channel}")

    def raise_for(self, channel: str, reason: str, cause: str) -> None:
        """Say that a channel takes no posts, and why, once until that is over.

        Args:
            channel: Its id.
            reason: What Slack says, and what to do.
            cause: What met the trouble first, which makes the message unique: dying before it
                is noted meets the trouble with the same one again.
        """
        if self.store.facts.get(f"{_PREFIX}{channel}") == reason:
            return
        told = cannot_post(channel, reason)
        for admin in self.admins():
            self.store.posts.want(
                f"{_PREFIX}{channel}:{cause}:{admin}"[:255],
                kind="message",
                channel=admin,
                text=told.text,
                blocks=[dict(block) for block in told.blocks] or None,
            )
        self.store.facts.keep(f"{_PREFIX}{channel}", reason)

    def is_one(self, post: Post) -> bool:
        """Whether a post is worth nothing once the trouble is over, such as these messages."""
        return post.key.startswith((_PREFIX, MOVED))


def cannot_post(channel: str, reason: str) -> Message:
    """Tell an admin that a channel takes no posts."""
    return blocks.notice(
        "⚠️",
        f"I cannot post in the channel {channel}: {reason}. "
        "What I have to say there is kept, and follows when that is mended.",
    )
