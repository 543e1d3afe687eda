"""Focus: letting the daemon work on one task alone until a time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from coffee_bot import blocks
from coffee_bot.intent import Reply
from coffee_daemon import BadInput, focus, read_moment, unfocus

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from coffee_bot.commands.noting import Noting
    from coffee_bot.config import BotConfig
    from coffee_bot.intent import Intent
    from coffee_daemon import Person, ProcessManager, Store, Via


@dataclass(frozen=True)
class Focusing:
    """Carries out `focus`, whether the daemon runs or not."""

    config: BotConfig
    store: Store
    process: ProcessManager
    #: Wakes the daemon.
    ring: Callable[[], object]
    note: Noting

    @property
    def verbs(self) -> Mapping[str, Callable[[Intent, Person, Via, str], Reply]]:
        """What carries each of its verbs out."""
        return {"focus": self._focus}

    def _focus(self, intent: Intent, who: Person, via: Via, _source: str) -> Reply:
        if intent.text == "off":
            return self._end(who, via)
        until = read_moment(intent.text, self.store.now())
        if until is None:
            raise BadInput(
                "That is no time within the next 31 days.",
                hint=f"Try `{self.config.command} focus 2h`, `focus until 14:00` or "
                "`focus 2h on 12`, by the clock of the daemon's machine.",
            )
        running = self.process.status().task_number
        daemon, on = self.config.daemon, intent.number
        task = focus(daemon, self.store, until=until, who=who, on=on, running=running)
        self.ring()
        number = task.number if task else None
        target = f"#{number}" if number else "what begins next"
        self.note(who, "focus", daemon.name, via, f"on {target} until {until:%Y-%m-%d %H:%M %z}")
        return Reply(
            message=blocks.in_focus(daemon.name, task, until, command=self.config.command),
            public=blocks.did_focus(who, daemon.name, task, until),
        )

    def _end(self, who: Person, via: Via) -> Reply:
        daemon = self.config.daemon.name
        ended = unfocus(self.config.daemon, self.store.now())
        self.ring()
        self.note(who, "focus", daemon, via, "ended" if ended else "no focus")
        return Reply(
            message=blocks.out_of_focus(daemon, was=ended is not None),
            public=blocks.did_unfocus(who, daemon) if ended else None,
        )
