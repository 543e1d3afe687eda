"""Pauses: letting the daemon begin nothing before a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coffee_bot import blocks
from coffee_bot.intent import Reply
from coffee_daemon import BadInput, pause, read_moment, resume, unfocus

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from coffee_bot.config import BotConfig
    from coffee_bot.intent import Intent, Message
    from coffee_daemon import Person, Via


class Rest:
    """Carries out `pause` and `resume`. Both work whether the daemon runs or not."""

    def __init__(
        self,
        config: BotConfig,
        now: Callable[[], datetime],
        ring: Callable[[], object],
        audit: Callable[[Person, str, str, Via, str], None],
    ) -> None:
        """Take what they need.

        Args:
            config: The bot's settings; those of its daemon among them.
            now: Tells the time.
            ring: Wakes the daemon.
            audit: Writes down who did what to whom, from where, and what came of it.
        """
        self._config = config
        self._now = now
        self._ring = ring
        self._audit = audit

    @property
    def verbs(self) -> Mapping[str, Callable[[Intent, Person, Via, str], Reply]]:
        """What carries each of its verbs out."""
        return {"pause": self._pause, "resume": self._resume}

    def _pause(self, intent: Intent, who: Person, via: Via, _source: str) -> Reply:
        until = read_moment(intent.text, self._now())
        if until is None:
            raise BadInput(
                "That is no time within the next 31 days.",
                hint=f"Try `{self._config.command} pause 2h`, `pause until 14:00` or "
                "`pause monday 9:00`, by the clock of the daemon's machine.",
            )
        pause(self._config.daemon, until, who)
        self._ring()
        self._audit(who, "pause", self._daemon, via, f"until {until:%Y-%m-%d %H:%M %z}")
        return Reply(
            message=blocks.paused(self._daemon, until, command=self._config.command),
            public=blocks.did_pause(who, self._daemon, until),
        )

    def _resume(self, _intent: Intent, who: Person, via: Via, _source: str) -> Reply:
        now = self._now()
        paused, in_focus = resume(self._config.daemon, now), unfocus(self._config.daemon, now)
        self._ring()
        ended = paused or in_focus
        self._audit(who, "resume", self._daemon, via, "ended" if ended else "no pause")
        return Reply(
            message=blocks.resumed(self._daemon, paused=ended is not None),
            public=self._did_resume(who, paused=paused is not None) if ended else None,
        )

    def _did_resume(self, who: Person, *, paused: bool) -> Message:
        did = blocks.did_resume if paused else blocks.did_unfocus
        return did(who, self._daemon)

    @property
    def _daemon(self) -> str:
        return self._config.daemon.name
