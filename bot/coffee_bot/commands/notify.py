"""What is sent to whoever asks: shown, and changed by that person alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coffee_bot import blocks
from coffee_bot.intent import Reply
from coffee_bot.reminding import ALWAYS, read_hours, said
from coffee_daemon import BadInput, Matter

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from coffee_bot.config import BotConfig
    from coffee_bot.intent import Intent, Message
    from coffee_bot.reaching import Reach
    from coffee_daemon import Person, Store, Via

_SWITCH = {"on": True, "off": False}
#: What stands for the team's hours, and for every hour.
_USUAL, _ALWAYS = ("usual", "default"), ("always", "any")


class Notify:
    """Carries out `notify`. Nobody changes what is sent to somebody else."""

    def __init__(self, config: BotConfig, store: Store, reach: Callable[[], Reach]) -> None:
        """Take what it needs.

        Args:
            config: The bot's settings.
            store: The record.
            reach: Knows people's hours.
        """
        self._config = config
        self._contacts = store.contacts
        self._reach = reach

    @property
    def verbs(self) -> Mapping[str, Callable[[Intent, Person, Via, str], Reply]]:
        """What carries its verb out."""
        return {"notify": self._notify}

    def _notify(self, intent: Intent, who: Person, _via: Via, _source: str) -> Reply:
        words = intent.text.lower().removeprefix("me ").split()
        if words[:1] == ["hours"]:
            self._set_hours(who, " ".join(words[1:]))
        elif words:
            self._switch(who, words)
        return Reply(message=self._shown(who))

    def _switch(self, who: Person, words: list[str]) -> None:
        *names, last = words
        on = _SWITCH.get(last)
        found = [self._matter(name.strip(",")) for name in names]
        if on is None or not found:
            raise self._wrong("That is nothing I can switch.")
        for matters in found:
            for matter in matters:
                self._contacts.choose(who.id, matter, on=on)

    def _matter(self, name: str) -> list[Matter]:
        if name in {"all", "everything"}:
            return list(Matter)
        if name not in set(Matter):
            raise self._wrong(f"There is nothing called {name[:40]!r} to be told of.")
        return [Matter(name)]

    def _set_hours(self, who: Person, words: str) -> None:
        hours = ALWAYS if words in _ALWAYS else read_hours(words)
        if hours is None and words not in _USUAL:
            raise self._wrong("Those are no hours; they last an hour at least.")
        self._contacts.set_hours(who.id, "" if hours is None else said(hours))

    def _wrong(self, why: str) -> BadInput:
        named = ", ".join(Matter)
        command = self._config.command
        return BadInput(
            why,
            hint=f"Say `{command} notify questions off`; there are {named} and all. Or say "
            f"`{command} notify hours mon-fri 7:00-15:00`, `hours usual` or `hours always`.",
        )

    def _shown(self, who: Person) -> Message:
        reach = self._reach()
        reach.look()
        contact = reach.contact(who.id)
        zone = reach.zone(contact)
        return blocks.choices(
            contact, reach.hours_in_words(contact), str(zone), command=self._config.command
        )
