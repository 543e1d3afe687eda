"""The verb `history`: a picture for the channel, or the same in text for whoever asked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from coffee_bot import blocks
from coffee_bot.history.posting import Picture, Posted
from coffee_bot.intent import Reply
from coffee_daemon import MOST_DAYS, BadInput, History

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from coffee_bot.channel import Channel
    from coffee_bot.config import BotConfig
    from coffee_bot.history.drawing import Painter
    from coffee_bot.history.posting import Poster
    from coffee_bot.intent import Intent
    from coffee_daemon import Person, Store, Via

_USUAL_DAYS = 7


@dataclass(frozen=True, kw_only=True)
class Album:
    """Draws the last days."""

    config: BotConfig
    store: Store
    painter: Painter
    poster: Poster
    channel: Channel

    @property
    def verbs(self) -> Mapping[str, Callable[[Intent, Person, Via, str], Reply]]:
        """What carries its verb out."""
        return {"history": self._history}

    def _history(self, intent: Intent, who: Person, _via: Via, _source: str) -> Reply:
        past = self._past(self._days(intent.number))
        if not self.painter.can_paint():
            return _in_text(past, blocks.NO_EXTRA)
        title = f"The last {_count(len(past.days))}"
        data = self.painter.paint(past, f"{self.config.daemon.name}: {title.lower()}")
        if data is None:
            return _in_text(past, "The picture could not be drawn; the bot's log tells more.")
        comment = blocks.history_comment(title, past.sums, who).text
        picture = Picture(data=data, title=title, alt=self._alt(past, title), comment=comment)
        posted, why = self.poster.post(picture, self.channel.id)
        if posted is Posted.REFUSED:
            return _in_text(past, blocks.not_posted(why))
        return Reply(message=blocks.history_posted(unclear=posted is Posted.UNCLEAR))

    def _days(self, wanted: int | None) -> int:
        days = _USUAL_DAYS if wanted is None else wanted
        if days > MOST_DAYS:
            raise BadInput(
                f"{MOST_DAYS} days are the most.",
                hint=f"Try `{self.config.command} history 14d`.",
            )
        return days

    def _past(self, count: int) -> History:
        days = tuple(self.store.today().earlier(count - 1 - n) for n in range(count))
        figures = self.store.metrics(self.config.daemon.name, days[0].begins)
        return History(figures=figures, days=days)

    def _alt(self, past: History, title: str) -> str:
        return (
            f"{title} of {self.config.daemon.name}, a row for each day: its states as coloured "
            f"bands by the hour, tasks done, waiting time of each answer. {past.sums}."
        )


def _in_text(past: History, why: str) -> Reply:
    return Reply(message=blocks.history_text(tuple(past.text()), past.sums, why))


def _count(days: int) -> str:
    return f"{days} days" if days > 1 else "day"
