"""A command of one's own for each event: e-mail, a pager, whatever there is."""

from __future__ import annotations

import json
import logging
from typing import TYPE_CHECKING, Any

from coffee_daemon import DaemonState, NotificationType, run_bounded

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from coffee_bot.config import BotConfig
    from coffee_daemon import Notification, Store, Transition

log = logging.getLogger(__name__)

#: How long the command may take for one event; then it is ended.
SECONDS = 30.0
#: Characters of an event's words; a pipe holds them all.
WORDS = 2_000
#: Events read at a time.
_PAGE = 50

_TOLD = frozenset(
    {
        NotificationType.QUESTION,
        NotificationType.COMPLETION,
        NotificationType.ERROR,
        NotificationType.WARNING,
    }
)
_DOWN = frozenset({DaemonState.CRASHED, DaemonState.GAVE_UP, DaemonState.UNRESPONSIVE})


class Hook:
    """Hands each event to the command once, as JSON on its standard input.

    A command that fails or takes too long is told in the log and not called again for that event.
    """

    def __init__(
        self,
        config: BotConfig,
        store: Store,
        stopping: Callable[[], bool] = lambda: False,
    ) -> None:
        """Take what it needs.

        Args:
            config: Names the command, and holds what it may see of our environment.
            store: Holds what happened, and how far the command has been told of it.
            stopping: Whether the bot is about to end.
        """
        self._config = config.daemon
        self._store = store
        self._stopping = stopping
        self._environment = {
            **config.environment,
            "COFFEE_HOME": str(config.daemon.home),
            "COFFEE_DAEMON": config.daemon.name,
        }

    def work(self) -> float | None:
        """Hand over what is new; returns 0 while there may be more, else None."""
        told = list(self._notifications()) + list(self._transitions())
        return 0.0 if told and not self._stopping() else None

    def _notifications(self) -> Iterator[int]:
        cursor = self._begun("notifications", self._store.notifications.latest)
        for one in self._store.notifications.after(cursor, limit=_PAGE):
            if self._stopping():
                return
            self._store.cursors.move(self._reader("notifications"), one.number)
            if one.type in _TOLD:
                self._hand_over(_of_notification(one))
            yield one.number

    def _transitions(self) -> Iterator[int]:
        cursor = self._begun("transitions", self._store.transitions.latest_id)
        for one in self._store.transitions.after(cursor, limit=_PAGE):
            if self._stopping():
                return
            self._store.cursors.move(self._reader("transitions"), one.id)
            if one.daemon == self._config.name and one.after in _DOWN:
                self._hand_over(_of_transition(one))
            yield one.id

    def _begun(self, what: str, latest: Callable[[], int]) -> int:
        """How far it has come; at first, what happened before is passed over."""
        cursor = self._store.cursors.get(self._reader(what))
        if cursor is None:
            cursor = latest()
            self._store.cursors.move(self._reader(what), cursor)
        return cursor

    def _reader(self, what: str) -> str:
        return f"hook:{self._config.name}:{what}"

    def _hand_over(self, event: Mapping[str, Any]) -> None:
        data = _line({**event, "daemon": self._config.name})
        try:
            code = run_bounded(
                self._config.on_event,
                data,
                env=self._environment,
                seconds=SECONDS,
                stopping=self._stopping,
            )
        except OSError as error:
            log.warning("on_event cannot be run: %s", error, extra={"action": "on_event"})
            return
        if code != 0:
            how = "was ended, for it took too long" if code is None else f"ended with {code}"
            log.warning("on_event %s (%s).", how, event["event"], extra={"action": "on_event"})


def _line(event: Mapping[str, Any]) -> bytes:
    return (json.dumps(event, ensure_ascii=False) + "\n").encode()


def _of_notification(one: Notification) -> dict[str, Any]:
    return {
        "event": one.type.value,
        "number": one.number,
        "task": one.task,
        "title": one.title[:WORDS],
        "text": one.message[:WORDS],
        "at": one.created_at.isoformat(),
    }


def _of_transition(one: Transition) -> dict[str, Any]:
    return {
        "event": one.after.value,
        "number": None,
        "task": None,
        "title": f"The daemon is {one.after.value.replace('_', ' ')}",
        # Below the reason there may be lines of a log, which are for those who ask.
        "text": one.why.partition("\n")[0][:WORDS],
        "at": one.at.isoformat(),
    }
