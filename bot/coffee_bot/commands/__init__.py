"""What a person may ask for: a verb -> what was done, and what to say about it.

Whether this person may is decided before: see `access`.
"""

from __future__ import annotations

from secrets import token_hex
from typing import TYPE_CHECKING

from coffee_bot import blocks
from coffee_bot.commands.control import Control
from coffee_bot.commands.focusing import Focusing
from coffee_bot.commands.handing import Handing
from coffee_bot.commands.interrupting import Interrupting
from coffee_bot.commands.limits import Limits
from coffee_bot.commands.looking import Looking, Open
from coffee_bot.commands.notify import Notify
from coffee_bot.commands.noting import Noting
from coffee_bot.commands.rest import Rest
from coffee_bot.commands.roles import Roles
from coffee_bot.commands.steering import Steering
from coffee_bot.intent import Intent, Misunderstood, Reply
from coffee_daemon import CoffeeError, ProcessTrouble

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from coffee_bot.config import BotConfig
    from coffee_daemon import Person, ProcessManager, Store, Via

    #: Carries a verb out: what was asked for, who asked, where, and the message that asked.
    _Does = Callable[[Intent, Person, Via, str], Reply]

__all__ = ["Commands", "Notify"]


__all__ = ["Commands", "Roles"]


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
        further: Mapping[str, _Does] | None = None,
    ) -> None:
        """Take what the verbs need.

        Args:
            config: The bot's settings.
            store: The record.
            process: Controls the daemon's process.
            ring: Wakes the daemon, which then looks into the record.
            further: Verbs that other rooms carry out, such as `here`.
        """
        self._config = config
        self._note = Noting(store)
        self._verbs: dict[str, _Does] = {
            **Looking(config, store, process, Open(store, config.daemon.name)).verbs,
            **Control(config, process, self._note).verbs,
            **Interrupting(store, ring, self._note).verbs,
            **Handing(config, store, process, ring, self._note).verbs,
            **Limits(config, store, ring).verbs,
            **Rest(config, store.now, ring, self._note).verbs,
            **Focusing(config, store, process, ring, self._note).verbs,
            **Steering(store, ring, config.command).verbs,
            **(further or {}),
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
            return Reply(
                message=blocks.not_understood(command=self._config.command, daemon=self._daemon)
            )
        if isinstance(intent, Misunderstood):
            return Reply(message=blocks.usage(intent, command=self._config.command))
        does = self._verbs.get(intent.verb, self._verbs["help"])
        try:
            return does(intent, who, via, source or f"ask:{token_hex(8)}")
        except CoffeeError as error:
            return self._failed(intent, who, via, error)

    def refused(
        self, intent: Intent | Misunderstood | None, who: Person, via: Via, reason: str
    ) -> None:
        """Note that somebody was not allowed to change something."""
        if isinstance(intent, Intent) and intent.changes:
            self._note(who, intent.verb, self._target(intent), via, "refused", reason)

    def _failed(self, intent: Intent, who: Person, via: Via, error: CoffeeError) -> Reply:
        if intent.changes:
            self._note(who, intent.verb, self._target(intent), via, "failed", str(error))
        if isinstance(error, ProcessTrouble):
            return Reply(message=blocks.process_failure(intent.verb, error, error.log_tail))
        return Reply(message=blocks.trouble(error, command=self._config.command))

    def _target(self, intent: Intent) -> str:
        return f"#{intent.number}" if intent.number else self._daemon

    @property
    def _daemon(self) -> str:
        return self._config.daemon.name
