"""What a person may ask for: a verb -> what was done, and what to say about it.

Whether this person may is decided before: see `access`.
"""

from __future__ import annotations

import logging
from datetime import timedelta
from secrets import token_hex
from typing import TYPE_CHECKING

from coffee_bot import blocks
from coffee_bot.intent import Intent, Misunderstood, Reply
from coffee_bot.limits import Limits
from coffee_bot.rest import Rest
from coffee_daemon import (
    ENDED,
    CoffeeError,
    NotFound,
    ProcessTrouble,
    StoreTrouble,
    TaskState,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from coffee_bot.config import BotConfig
    from coffee_bot.intent import Message
    from coffee_daemon import (
        Person,
        ProcessManager,
        Question,
        Store,
        Via,
    )

    #: Carries a verb out: what was asked for, who asked, where, and the message that asked.
    _Does = Callable[[Intent, Person, Via, str], Reply]

log = logging.getLogger(__name__)

#: Words of a command cannot be edited later, so nothing is waited for.
_AT_ONCE = timedelta(0)
#: How many rows a list in Slack shows.
_SHOWN = 20
_SHOWN_NOTIFICATIONS = 10
#: More open questions than this are not counted one by one.
_MOST_QUESTIONS = 500


class Commands:
    """Carries out what somebody clearly asked for, and says what came of it.

    `start`, `stop` and `restart` wait for the daemon's process, which may take seconds.
    """

    def __init__(
        self,
        config: BotConfig,
        store: Store,
        process: ProcessManager,
        ring: Callable[[], object],
        here: _Does | None = None,
    ) -> None:
        """Take what the verbs need.

        Args:
            config: The bot's settings.
            store: The record.
            process: Controls the daemon's process.
            ring: Wakes the daemon, which then looks into the record.
            here: Moves the feed to where it was said.
        """
        self._config = config
        self._store = store
        self._process = process
        self._ring = ring
        self._verbs: dict[str, _Does] = {
            "status": self._status,
            "start": self._start,
            "stop": self._stop,
            "restart": self._restart,
            "tell": self._tell,
            "tasks": self._tasks,
            "show": self._show,
            "cancel": self._cancel,
            **Limits(config, store, ring).verbs,
            **Rest(config, store.now, ring, self._audit).verbs,
            "questions": self._questions,
            "answer": self._answer,
            "notifications": self._notifications,
            "here": here or self._help,
            "help": self._help,
        }

    def run(
        self,
        intent: Intent | Misunderstood | None,
        who: Person,
        via: Via,
        *,
        source: str | None = None,
    ) -> Reply:
        """Carry it out. What goes wrong becomes a reply that says so.

        Args:
            intent: What was asked for. A command that cannot be carried out gets its usage,
                None a few words on how to ask.
            who: Who asked.
            via: Where.
            source: Names the message that asked, so that the same one is not obeyed twice.
        """
        if intent is None:
            return Reply(message=blocks.not_understood(**self._names))
        if isinstance(intent, Misunderstood):
            return Reply(message=blocks.usage(intent, command=self._config.command))
        try:
            return self._verbs[intent.verb](intent, who, via, source or f"ask:{token_hex(8)}")
        except CoffeeError as error:
            return self._failed(intent, who, via, error)

    def refused(
        self, intent: Intent | Misunderstood | None, who: Person, via: Via, reason: str
    ) -> None:
        """Note that somebody was not allowed to change something."""
        if isinstance(intent, Intent) and intent.changes:
            self._audit(who, intent.verb, self._target(intent), via, "refused", reason)

    @property
    def _names(self) -> dict[str, str]:
        return {"command": self._config.command, "daemon": self._daemon}

    @property
    def _daemon(self) -> str:
        return self._config.daemon.name

    # Looking

    def _status(self, _intent: Intent, _who: Person, _via: Via, _source: str) -> Reply:
        now = self._process.status()
        return Reply(
            message=blocks.status(
                now, questions=self._open_questions(), command=self._config.command
            )
        )

    def _tasks(self, _intent: Intent, _who: Person, _via: Via, _source: str) -> Reply:
        found = self._store.tasks.open(self._daemon, limit=_SHOWN + 1)
        room = _SHOWN + 1 - len(found)
        if room > 0:
            found += self._store.tasks.list(daemon=self._daemon, states=ENDED, limit=room)
        return Reply(
            message=blocks.tasks(
                found[:_SHOWN],
                more=len(found) > _SHOWN,
                now=self._process.status(),
                command=self._config.command,
            )
        )

    def _show(self, intent: Intent, _who: Person, _via: Via, _source: str) -> Reply:
        story = self._store.story(intent.number or 0)
        return Reply(message=blocks.story(story, command=self._config.command))

    def _questions(self, _intent: Intent, _who: Person, _via: Via, _source: str) -> Reply:
        asked = self._store.questions.open(self._daemon, limit=_MOST_QUESTIONS)
        return Reply(message=blocks.questions(asked, command=self._config.command))

    def _notifications(self, _intent: Intent, _who: Person, _via: Via, _source: str) -> Reply:
        found = self._store.notifications.list(limit=_SHOWN_NOTIFICATIONS + 1)
        return Reply(
            message=blocks.notifications(
                found[:_SHOWN_NOTIFICATIONS],
                more=len(found) > _SHOWN_NOTIFICATIONS,
                held=self._store.posts.troubles(),
                command=self._config.command,
            )
        )

    def _help(self, _intent: Intent, _who: Person, _via: Via, _source: str) -> Reply:
        return Reply(message=blocks.help_page(**self._names))

    def _open_questions(self) -> Sequence[Question]:
        """The open questions; none while the record cannot be read, for status must not fail."""
        try:
            return self._store.questions.open(self._daemon, limit=_MOST_QUESTIONS)
        except StoreTrouble as error:
            log.warning("Status without questions: %s", error, extra={"action": "no_questions"})
            return ()

    # Controlling the process

    def _start(self, _intent: Intent, who: Person, via: Via, _source: str) -> Reply:
        ran = self._process.status().running
        self._process.start(who)
        now = self._process.status()
        self._audit(who, "start", self._daemon, via, "was running" if ran else "started")
        if ran:
            return Reply(message=blocks.already_running(now))
        return self._shown(blocks.started(now, command=self._config.command), "start", who)

    def _stop(self, _intent: Intent, who: Person, via: Via, _source: str) -> Reply:
        report = self._process.stop(who)
        self._audit(who, "stop", self._daemon, via, report.how)
        if report.how == "not running":
            return Reply(message=blocks.not_running(self._daemon))
        return self._shown(blocks.stopped(**self._names), "stop", who)

    def _restart(self, _intent: Intent, who: Person, via: Via, _source: str) -> Reply:
        report = self._process.restart(who)
        self._audit(who, "restart", self._daemon, via, f"restarted, {report.how}")
        return self._shown(blocks.restarted(self._process.status()), "restart", who)

    def _shown(self, message: Message, verb: str, who: Person) -> Reply:
        return Reply(message=message, public=blocks.did(verb, who, self._daemon))

    # Handing over and answering

    def _tell(self, intent: Intent, who: Person, via: Via, source: str) -> Reply:
        """Keep the words, daemon or not. The feed shows them in the channel as a task's message."""
        task = self._store.tasks.tell(
            daemon=self._daemon,
            text=intent.text,
            who=who,
            via=via,
            wants_answer=intent.wants_answer,
            source=source,
        )
        self._ring()
        self._audit(who, "tell", f"#{task.number}", via, "stored")
        now = self._process.status()
        return Reply(message=blocks.stored(task, now, command=self._config.command))

    def _answer(self, intent: Intent, who: Person, via: Via, source: str) -> Reply:
        """Record an answer. The feed shows it, with the name, in the question's message."""
        number = intent.number or 0
        receipt = self._store.questions.reply(
            number, text=intent.text, who=who, via=via, source=source, quiet=_AT_ONCE
        )
        self._ring()
        self._audit(who, "answer", f"#{number}", via, receipt.recorded.value)
        return Reply(message=blocks.answered(receipt))

    def _cancel(self, intent: Intent, who: Person, via: Via, _source: str) -> Reply:
        number = intent.number or 0
        try:
            task = self._store.tasks.cancel(number, who=who, via=via)
        except NotFound:
            return self._withdraw(number, who, via)
        self._ring()
        asked = "asked" if task.state is TaskState.RUNNING else "cancelled"
        self._audit(who, "cancel", f"#{number}", via, asked)
        return Reply(
            message=blocks.cancelled(task, command=self._config.command),
            public=blocks.did_cancel(number, task.title, who),
        )

    def _withdraw(self, number: int, who: Person, via: Via) -> Reply:
        try:
            question = self._store.questions.withdraw(number, who=who)
        except NotFound:
            raise NotFound(
                f"There is no task and no question #{number}.",
                hint=f"`{self._config.command} tasks` and `{self._config.command} questions` "
                "show their numbers.",
            ) from None
        self._ring()
        self._audit(who, "cancel", f"#{number}", via, "withdrawn")
        return Reply(
            message=blocks.withdrawn(number),
            public=blocks.did_cancel(number, question.text, who),
        )

    # What went wrong, and what was done

    def _failed(self, intent: Intent, who: Person, via: Via, error: CoffeeError) -> Reply:
        if intent.changes:
            self._audit(who, intent.verb, self._target(intent), via, "failed", str(error))
        if isinstance(error, ProcessTrouble):
            return Reply(message=blocks.process_failure(intent.verb, error, error.log_tail))
        return Reply(message=blocks.trouble(error, command=self._config.command))

    def _target(self, intent: Intent) -> str:
        return f"#{intent.number}" if intent.number else self._daemon

    def _audit(
        self, who: Person, verb: str, target: str, via: Via, outcome: str, detail: str = ""
    ) -> None:
        """Write it down. What was done stays done, even when it cannot be written down."""
        try:
            self._store.audit.add(who, verb, target, via, outcome, detail)
        except StoreTrouble as error:
            log.warning(
                "%s by %s is not in the audit: %s", verb, who.id, error, extra={"action": verb}
            )
