"""Steering the queue: trying again, what comes first, and what is held back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coffee_bot import blocks
from coffee_bot.intent import Reply

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from coffee_bot.intent import Intent
    from coffee_daemon import Person, Store, Task, Via


class Steering:
    """Carries out what steers the queue. The record itself notes who did what."""

    def __init__(self, store: Store, ring: Callable[[], object], command: str) -> None:
        """Take what they need.

        Args:
            store: The record.
            ring: Wakes the daemon.
            command: The slash command's name.
        """
        self._store = store
        self._ring = ring
        self._command = command

    @property
    def verbs(self) -> Mapping[str, Callable[[Intent, Person, Via, str], Reply]]:
        """What carries each of its verbs out."""
        return {
            "retry": self._retry,
            "first": self._first,
            "last": self._last,
            "move": self._move,
            "hold": self._hold,
            "release": self._release,
        }

    def _retry(self, intent: Intent, who: Person, via: Via, _source: str) -> Reply:
        """Queue it again. The feed shows that in its message, too."""
        task = self._store.tasks.retry(intent.number or 0, who=who, via=via)
        self._ring()
        return Reply(message=blocks.retried(task), public=blocks.did_retry(who, task))

    def _first(self, intent: Intent, who: Person, via: Via, _source: str) -> Reply:
        task = self._store.queue.first(intent.number or 0, who=who, via=via)
        return self._moved(task, "first", who)

    def _last(self, intent: Intent, who: Person, via: Via, _source: str) -> Reply:
        task = self._store.queue.last(intent.number or 0, who=who, via=via)
        return self._moved(task, "last", who)

    def _move(self, intent: Intent, who: Person, via: Via, _source: str) -> Reply:
        other, after = intent.other or 0, intent.text == "after"
        task = self._store.queue.move(intent.number or 0, other, after=after, who=who, via=via)
        return self._moved(task, f"{'after' if after else 'before'} #{other}", who)

    def _moved(self, task: Task, where: str, who: Person) -> Reply:
        self._ring()
        return Reply(
            message=blocks.moved(task, where, command=self._command),
            public=blocks.did_put(who, task, where),
        )

    def _hold(self, intent: Intent, who: Person, via: Via, _source: str) -> Reply:
        """Hold it back. The feed shows that in its message, too."""
        task = self._store.queue.hold(intent.number or 0, who=who, via=via)
        self._ring()
        return Reply(
            message=blocks.on_hold(task, command=self._command), public=blocks.did_hold(who, task)
        )

    def _release(self, intent: Intent, who: Person, via: Via, _source: str) -> Reply:
        task = self._store.queue.release(intent.number or 0, who=who, via=via)
        self._ring()
        return Reply(message=blocks.released(task), public=blocks.did_release(who, task))
