"""What only looks: status, tasks, questions and stories."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING

from coffee_bot import blocks
from coffee_bot.intent import Reply
from coffee_daemon import ENDED, StoreTrouble

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from coffee_bot.config import BotConfig
    from coffee_bot.intent import Intent
    from coffee_daemon import Person, ProcessManager, Question, Store, Via

log = logging.getLogger(__name__)

#: How many rows a list in Slack shows.
_SHOWN = 20
_SHOWN_NOTIFICATIONS = 10
#: More open questions than this are not counted one by one.
_MOST_QUESTIONS = 500


@dataclass
class Open:
    """The open questions, read again when the record has changed: the status asks often."""

    store: Store
    daemon: str
    #: The record's marker at the last reading, and what was read.
    _known: tuple[int, Sequence[Question]] | None = None

    def questions(self) -> Sequence[Question]:
        """Return them, oldest first.

        Raises:
            StoreTrouble: The record cannot be read.
        """
        # Before reading: what is asked meanwhile is seen at the next call.
        marker = self.store.change_marker()
        known = self._known
        if known is None or known[0] != marker:
            found = self.store.questions.open(self.daemon, limit=_MOST_QUESTIONS)
            known = self._known = (marker, found)
        return known[1]


@dataclass(frozen=True)
class Looking:
    """Carries out the verbs that change nothing."""

    config: BotConfig
    store: Store
    process: ProcessManager
    open: Open

    @property
    def verbs(self) -> Mapping[str, Callable[[Intent, Person, Via, str], Reply]]:
        """What carries each of its verbs out."""
        return {
            "status": self._status,
            "tasks": self._tasks,
            "show": self._show,
            "questions": self._questions,
            "notifications": self._notifications,
            "help": self._help,
        }

    def _status(self, _intent: Intent, _who: Person, _via: Via, _source: str) -> Reply:
        now = self.process.status()
        return Reply(
            message=blocks.status(
                now, questions=self._open_questions(), command=self.config.command
            )
        )

    def _tasks(self, _intent: Intent, _who: Person, _via: Via, _source: str) -> Reply:
        found = self.store.tasks.open(self._daemon, limit=_SHOWN + 1)
        room = _SHOWN + 1 - len(found)
        if room > 0:
            found += self.store.tasks.list(daemon=self._daemon, states=ENDED, limit=room)
        return Reply(
            message=blocks.tasks(
                found[:_SHOWN],
                more=len(found) > _SHOWN,
                now=self.process.status(),
                command=self.config.command,
            )
        )

    def _show(self, intent: Intent, _who: Person, _via: Via, _source: str) -> Reply:
        story = self.store.story(intent.number or 0)
        return Reply(message=blocks.story(story, command=self.config.command))

    def _questions(self, _intent: Intent, _who: Person, _via: Via, _source: str) -> Reply:
        asked = self.store.questions.open(self._daemon, limit=_MOST_QUESTIONS)
        return Reply(message=blocks.questions(asked, command=self.config.command))

    def _notifications(self, _intent: Intent, _who: Person, _via: Via, _source: str) -> Reply:
        found = self.store.notifications.list(limit=_SHOWN_NOTIFICATIONS + 1)
        return Reply(
            message=blocks.notifications(
                found[:_SHOWN_NOTIFICATIONS],
                more=len(found) > _SHOWN_NOTIFICATIONS,
                held=self.store.posts.troubles(),
                command=self.config.command,
            )
        )

    def _help(self, _intent: Intent, _who: Person, _via: Via, _source: str) -> Reply:
        return Reply(message=blocks.help_page(command=self.config.command, daemon=self._daemon))

    def _open_questions(self) -> Sequence[Question]:
        """The open questions; none while the record cannot be read, for status must not fail."""
        try:
            return self.open.questions()
        except StoreTrouble as error:
            log.warning("Status without questions: %s", error, extra={"action": "no_questions"})
            return ()

    @property
    def _daemon(self) -> str:
        return self.config.daemon.name
