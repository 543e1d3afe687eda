"""Removing what stands there twice."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from coffee_bot.delivery.line import Copy
    from coffee_bot.delivery.reader import Reader
    from coffee_daemon import Store

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Duplicates:
    """Of messages with one key keeps the one that the record knows, else the oldest."""

    store: Store
    reader: Reader

    def remove(self, channel: str, shown: Mapping[str, Sequence[Copy]]) -> None:
        """Remove what is too much of what was read in a channel.

        Raises:
            Unread: It must be tried again later.
        """
        for key, copies in shown.items():
            if len(copies) > 1:
                post = self.store.posts.get(key)
                kept = post.ts if post is not None and post.ts else copies[0].ts
                if kept in {copy.ts for copy in copies}:
                    self._remove(channel, key, [copy for copy in copies if copy.ts != kept])

    def _remove(self, channel: str, key: str, copies: Sequence[Copy]) -> None:
        # Whoever began a thread below one shall not lose it.
        bare = [one for one in copies if not one.has_replies]
        removed = sum(self.reader.remove(channel, one.ts) for one in bare)
        log.warning(
            "%s was there %d times; %d removed.",
            key,
            len(copies) + 1,
            removed,
            extra={"action": "duplicates_removed"},
        )
