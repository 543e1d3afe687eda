"""Telling the admins in person that a channel takes no posts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from coffee_bot import blocks

if TYPE_CHECKING:
    from coffee_bot.config import BotConfig
    from coffee_daemon import Post, Store

_PREFIX = "held:"


@dataclass(frozen=True)
class Alarm:
    """Wants one direct message to each admin for each trouble of a channel."""

    store: Store
    config: BotConfig

    def raise_for(self, post: Post, reason: str) -> None:
        """Say that a post is held back, and why.

        The post that met the trouble first makes it unique: a bot that is started anew meets it
        with the same one.
        """
        told = blocks.notice(
            "⚠️",
            f"I cannot post in the channel {post.channel}: {reason}. "
            "What I have to say there is kept, and follows when that is mended.",
        )
        for admin in sorted(self.config.admins):
            self.store.posts.want(
                f"{_PREFIX}{post.channel}:{reason}:{post.id}:{admin}"[:255],
                kind="message",
                channel=admin,
                text=told.text,
                blocks=[dict(block) for block in told.blocks] or None,
            )

    def is_one(self, post: Post) -> bool:
        """Whether a post is such a message: it is worth nothing once the trouble is over."""
        return post.key.startswith(_PREFIX)
