"""Steering the queue: trying again, and what comes first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coffee_bot import blocks
from coffee_bot.intent import Reply

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from coffee_bot.intent import Intent
    from coffee_daemon import Person, Store, Via


class Steering:
    """Carries out `retry`. The record itself notes who did what, in the same transaction."""

    def __init__(self, store: Store, ring: Callable[[], object]) -> None:
        """Take what they need.

        Args:
            store: The record.
            ring: Wakes the daemon.
        """
        self._store = store
        self._ring = ring

    @property
    def verbs(self) -> Mapping[str, Callable[[Intent, Person, Via, str], Reply]]:
        """What carries each of its verbs out."""
        return {"retry": self._retry}

    def _retry(self, intent: Intent, who: Person, via: Via, _source: str) -> Reply:
        """Queue it again. The feed shows that in its message, too."""
        task = self._store.tasks.retry(intent.number or 0, who=who, via=via)
        self._ring()
        return Reply(message=blocks.retried(task), public=blocks.did_retry(who, task))
