"""The last lines of what failed, for those who ask for them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from coffee_bot import blocks
from coffee_daemon import turn_tail

if TYPE_CHECKING:
    from coffee_bot.intent import Message
    from coffee_bot.listeners.press import Press
    from coffee_daemon import Config, Person, Store


@dataclass(frozen=True, kw_only=True)
class LastLines:
    """Shows what a turn's agent printed last, or what the log held when a daemon crashed."""

    config: Config
    store: Store

    def show(self, press: Press, _who: Person) -> Message:
        """Show the lines that the button names, to whoever pressed it."""
        kind, *numbers = press.ids or ("",)
        asked = [int(one) for one in numbers if one.isdecimal()]
        if kind == "turn" and len(asked) == 2:
            return self._of_turn(*asked)
        if kind == "change" and len(asked) == 1:
            return self._of_change(*asked)
        return blocks.last_lines("it", ())

    def _of_turn(self, task: int, number: int) -> Message:
        lines = turn_tail(self.config, task, number) or self._summary(task, number)
        return blocks.last_lines(f"turn {number} of #{task}", lines)

    def _summary(self, task: int, number: int) -> tuple[str, ...]:
        """What the record itself kept, where the output is gone."""
        turns = self.store.turns.of_task(task)
        found = next((one for one in turns if one.number == number), None)
        return tuple(found.summary.splitlines()) if found else ()

    def _of_change(self, change: int) -> Message:
        found = self.store.transitions.get(change)
        lines = found.why.splitlines()[1:] if found else ()
        return blocks.last_lines(f"{found.daemon}'s log" if found else "the log", lines)
