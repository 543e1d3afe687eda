"""The rooms that reach people, wired together."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from coffee_bot.app.lookups import about_person, direct_with
from coffee_bot.commands import Notify
from coffee_bot.listeners import Reaching
from coffee_bot.reaching import Reach, Whereabouts

if TYPE_CHECKING:
    from collections.abc import Callable

    from coffee_bot.channel import Channel
    from coffee_bot.config import BotConfig
    from coffee_daemon import Clock, Store


@dataclass(frozen=True)
class People:
    """Makes each of them once."""

    config: BotConfig
    store: Store
    clock: Clock
    channel: Channel
    ring_daemon: Callable[[], object]

    @cached_property
    def whereabouts(self) -> Whereabouts:
        """Where people are."""
        about, direct = about_person(self.config), direct_with(self.config)
        return Whereabouts(self.store, self.clock, about, direct)

    @cached_property
    def notify(self) -> Notify:
        """What people may choose."""
        return Notify(self.config, self.store, self._reach)

    @cached_property
    def reaching(self) -> Reaching:
        """What people press about being reached."""
        return Reaching(
            store=self.store,
            reach=self._reach,
            ring_daemon=self.ring_daemon,
            quiet=self.config.quiet,
            channel=lambda: self.channel.id,
        )

    def _reach(self) -> Reach:
        """What is known of people; each thread has its own."""
        return Reach(self.store, self.config, self.whereabouts)
