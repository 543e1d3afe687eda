"""Figures and the limits of a day: what was done, what it has cost, and going on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coffee_bot import blocks
from coffee_bot.intent import Reply

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from coffee_bot.config import BotConfig
    from coffee_bot.intent import Intent
    from coffee_daemon import Person, Store, Via

#: Days that the answers to `cost` and `metrics` tell of.
_DAYS = 7


class Limits:
    """Carries out `cost`, `metrics` and `continue`. The record itself notes who let it go on."""

    def __init__(self, config: BotConfig, store: Store, ring: Callable[[], object]) -> None:
        """Take what they need.

        Args:
            config: The bot's settings; those of its daemon among them.
            store: The record.
            ring: Wakes the daemon.
        """
        self._config = config
        self._store = store
        self._ring = ring

    @property
    def verbs(self) -> Mapping[str, Callable[[Intent, Person, Via, str], Reply]]:
        """What carries each of its verbs out."""
        return {"cost": self._cost, "metrics": self._metrics, "continue": self._continue}

    def _cost(self, _intent: Intent, _who: Person, _via: Via, _source: str) -> Reply:
        today = self._store.today()
        days = [today.earlier(n) for n in range(_DAYS)]
        spent = self._store.spending.by_day(self._daemon, days)
        granted = self._store.halts.granted(self._daemon, today)
        used = spent[0].out_of(self._config.daemon.limits, granted)
        return Reply(message=blocks.cost(spent, used))

    def _metrics(self, _intent: Intent, _who: Person, _via: Via, _source: str) -> Reply:
        days = [self._store.today().earlier(_DAYS - 1 - n) for n in range(_DAYS)]
        figures = self._store.metrics(self._daemon, days[0].begins)
        return Reply(message=blocks.metrics(figures, days))

    def _continue(self, intent: Intent, who: Person, via: Via, _source: str) -> Reply:
        """Let it go on: from the halt that a button names, else from all at which it stands.

        The feed shows in the channel who did.
        """
        halts = self._store.halts
        if intent.text:
            came = halts.go_on(intent.text, who, via)
        else:
            came = halts.go_on_today(self._daemon, who, via)
        self._ring()
        return Reply(
            message=blocks.gone_on(self._daemon, came, command=self._config.command),
            public=blocks.did_lift(who, self._daemon) if came.lifted else None,
        )

    @property
    def _daemon(self) -> str:
        return self._config.daemon.name
