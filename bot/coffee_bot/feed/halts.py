"""Each limit that was reached: a channel message, kept up to date."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from coffee_bot import blocks

if TYPE_CHECKING:
    from coffee_bot.config import BotConfig
    from coffee_bot.feed.board import Board
    from coffee_bot.reaching import Reach
    from coffee_daemon import Halt, Store, UsageLimit


@dataclass
class HaltPosts:
    """Derives the posts of halts and usage limits. What was over before it was told is not told."""

    store: Store
    board: Board
    config: BotConfig
    reach: Reach

    def derive(self) -> int:
        """Want what changed; return how many posts did."""
        today = self.store.today()
        found = self.store.halts.of_days([today.earlier(1), today])
        changed = sum(self._halt(one, over=one.day < today) for one in found)
        return changed + sum(self._usage(one) for one in self.store.halts.usages())

    def _halt(self, halt: Halt, *, over: bool) -> int:
        key = f"halt:{halt.name}"
        if over and not self.board.has(key):
            return 0
        shown = blocks.halt(
            halt,
            over=over,
            mentions=self.reach.admins(key),
            command=self.config.command,
        )
        changed = int(self.board.want(key, shown))
        if halt.continued is None:
            return changed
        went_on = blocks.went_on(halt, halt.continued.who)
        return changed + self.board.want(f"continued:{halt.name}", went_on)

    def _usage(self, limit: UsageLimit) -> bool:
        key = f"usage:{limit.daemon}:{limit.agent}:{int(limit.since.timestamp())}"
        if limit.until <= self.store.now() and not self.board.has(key):
            return False
        return self.board.want(key, blocks.usage_limit(limit, command=self.config.command))
