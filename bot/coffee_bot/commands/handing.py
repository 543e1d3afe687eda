"""Handing work over, answering, and taking either back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from coffee_bot import blocks
from coffee_bot.intent import Reply
from coffee_daemon import NotFound, TaskState

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from coffee_bot.commands.noting import Noting
    from coffee_bot.config import BotConfig
    from coffee_bot.intent import Intent
    from coffee_daemon import Person, ProcessManager, Store, Via

#: Words of a command cannot be edited later, so nothing is waited for.
_AT_ONCE = timedelta(0)


@dataclass(frozen=True)
class Handing:
    """Carries out `tell`, `answer` and `cancel`."""

    config: BotConfig
    store: Store
    process: ProcessManager
    #: Wakes the daemon, which then looks into the record.
    ring: Callable[[], object]
    note: Noting

    @property
    def verbs(self) -> Mapping[str, Callable[[Intent, Person, Via, str], Reply]]:
        """What carries each of its verbs out."""
        return {"tell": self._tell, "answer": self._answer, "cancel": self._cancel}

    def _tell(self, intent: Intent, who: Person, via: Via, source: str) -> Reply:
        """Keep the words, daemon or not. The feed shows them in the channel as a task's message."""
        task = self.store.tasks.tell(
            daemon=self.config.daemon.name,
            text=intent.text,
            who=who,
            via=via,
            wants_answer=intent.wants_answer,
            source=source,
        )
        self.ring()
        self.note(who, "tell", f"#{task.number}", via, "stored")
        now = self.process.status()
        return Reply(message=blocks.stored(task, now, command=self.config.command))

    def _answer(self, intent: Intent, who: Person, via: Via, source: str) -> Reply:
        """Record an answer. The feed shows it, with the name, in the question's message."""
        number = intent.number or 0
        receipt = self.store.questions.reply(
            number, text=intent.text, who=who, via=via, source=source, quiet=_AT_ONCE
        )
        self.ring()
        self.note(who, "answer", f"#{number}", via, receipt.recorded.value)
        return Reply(message=blocks.answered(receipt))

    def _cancel(self, intent: Intent, who: Person, via: Via, _source: str) -> Reply:
        number = intent.number or 0
        try:
            task = self.store.tasks.cancel(number, who=who, via=via)
        except NotFound:
            return self._withdraw(number, who, via)
        self.ring()
        asked = "asked" if task.state is TaskState.RUNNING else "cancelled"
        self.note(who, "cancel", f"#{number}", via, asked)
        return Reply(
            message=blocks.cancelled(task, command=self.config.command),
            public=blocks.did_cancel(number, task.title, who),
        )

    def _withdraw(self, number: int, who: Person, via: Via) -> Reply:
        try:
            question = self.store.questions.withdraw(number, who=who)
        except NotFound:
            raise NotFound(
                f"There is no task and no question #{number}.",
                hint=f"`{self.config.command} tasks` and `{self.config.command} questions` "
                "show their numbers.",
            ) from None
        self.ring()
        self.note(who, "cancel", f"#{number}", via, "withdrawn")
        return Reply(
            message=blocks.withdrawn(number),
            public=blocks.did_cancel(number, question.text, who, question=True),
        )
