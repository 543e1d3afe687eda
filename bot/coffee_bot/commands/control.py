"""Controlling the daemon's process."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from coffee_bot import blocks
from coffee_bot.intent import Reply

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from coffee_bot.commands.noting import Noting
    from coffee_bot.config import BotConfig
    from coffee_bot.intent import Intent, Message
    from coffee_daemon import Person, ProcessManager, Via


@dataclass(frozen=True)
class Control:
    """Carries out `start`, `stop` and `restart`, each of which may take seconds."""

    config: BotConfig
    process: ProcessManager
    note: Noting

    @property
    def verbs(self) -> Mapping[str, Callable[[Intent, Person, Via, str], Reply]]:
        """What carries each of its verbs out."""
        return {"start": self._start, "stop": self._stop, "restart": self._restart}

    def _start(self, _intent: Intent, who: Person, via: Via, _source: str) -> Reply:
        ran = self.process.status().running
        self.process.start(who)
        now = self.process.status()
        self.note(who, "start", self._daemon, via, "was running" if ran else "started")
        if ran:
            return Reply(message=blocks.already_running(now))
        return self._shown(blocks.started(now, command=self.config.command), "start", who)

    def _stop(self, _intent: Intent, who: Person, via: Via, _source: str) -> Reply:
        report = self.process.stop(who)
        self.note(who, "stop", self._daemon, via, report.how)
        if report.how == "not running":
            return Reply(message=blocks.not_running(self._daemon))
        said = blocks.stopped(command=self.config.command, daemon=self._daemon)
        return self._shown(said, "stop", who)

    def _restart(self, _intent: Intent, who: Person, via: Via, _source: str) -> Reply:
        report = self.process.restart(who)
        self.note(who, "restart", self._daemon, via, f"restarted, {report.how}")
        return self._shown(blocks.restarted(self.process.status()), "restart", who)

    def _shown(self, message: Message, verb: str, who: Person) -> Reply:
        return Reply(message=message, public=blocks.did(verb, who, self._daemon))

    @property
    def _daemon(self) -> str:
        return self.config.daemon.name
