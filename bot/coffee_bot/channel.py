"""Where the feed is: the record says so, and whoever posts asks each time."""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from coffee_daemon import Store

_FACT = "channel"
#: What is read back in a channel, by the channel's id.
MARK = "history:"
#: Keys of posts that are about the move itself, and stay in the channel that was left.
MOVED = "moved:"
_CONVERSATION = re.compile(r"(question|task):([0-9]+)(?:@[0-9]+)?")


@dataclass(frozen=True, kw_only=True)
class Stay:
    """What the record knows of the feed's channel."""

    #: Every channel where the feed has ever been. A place in this list never changes.
    places: tuple[str, ...]
    #: Which of them it is now, and which it was before.
    here: int = 0
    before: int | None = None
    #: How often it was moved.
    moves: int = 0
    #: The setting that it was decided under; a newer setting outranks an older move.
    setting: str
    #: The channel's name when it was last heard.
    name: str = ""

    @property
    def key(self) -> str:
        """Names the latest move in what is said of it."""
        return f"{MOVED}{self.moves}"

    def at(self, channel: str) -> Stay:
        """The same after a move to that channel."""
        places = self.places if channel in self.places else (*self.places, channel)
        here = places.index(channel)
        if here == self.here:
            return self
        return replace(self, places=places, here=here, before=self.here, moves=self.moves + 1)

    def under(self, old: str, new: str) -> Stay:
        """The same after a channel got another id."""
        if old not in self.places or new in self.places:
            return self
        return replace(self, places=tuple(new if one == old else one for one in self.places))


@dataclass(frozen=True)
class Channel:
    """The feed's channel by its id, whatever it is called and wherever it was moved.

    Nobody keeps the id: it may change while the bot runs, by a person or by Slack.
    """

    store: Store
    #: The setting, which counts until the record knows better.
    setting: str

    @property
    def id(self) -> str:
        """Where the feed is now."""
        stay = self._stay()
        return stay.places[stay.here]

    @property
    def name(self) -> str:
        """What it was called when it was last heard; empty when that is not known."""
        return self._stay().name

    @property
    def earlier(self) -> tuple[str, ...]:
        """The other channels where the feed has been."""
        stay = self._stay()
        return tuple(one for number, one in enumerate(stay.places) if number != stay.here)

    @property
    def left(self) -> tuple[str, str] | None:
        """The channel that was left, with a key for what is said there; None once it was told."""
        stay = self._stay()
        if stay.before is None:
            return None
        return stay.places[stay.before], stay.key

    @property
    def is_decided(self) -> bool:
        """Whether the record knows the channel, and by the setting as it is now."""
        return self.store.facts.get(_FACT) is not None and self._stay().setting == self.setting

    def decide(self, channel: str, name: str) -> None:
        """Take the channel that the setting means.

        Args:
            channel: Its id.
            name: What it is called.
        """

        def decided(fact: str | None) -> str:
            first = Stay(places=(channel,), setting=self.setting)
            stay = first if fact is None else _read(fact).at(channel)
            return _written(replace(stay, setting=self.setting, name=name))

        self.store.facts.change(_FACT, decided)

    def move(self, channel: str, name: str) -> str | None:
        """Let the feed go on in another channel; return the one that is left, None for none."""
        here = self.id
        if here == channel:
            return None
        self._change(lambda stay: replace(stay.at(channel), name=name))
        return here

    def told(self, key: str) -> None:
        """Note that the channel that was left has been told; `key` is that of `left`."""
        self._change(lambda stay: replace(stay, before=None) if stay.key == key else stay)

    def follow(self, old: str, new: str) -> None:
        """Take the new id that Slack gave to a channel; another channel's is no matter."""
        self.store.follow_channel(old, new)
        if (mark := self.store.facts.get(f"{MARK}{old}")) is not None:
            self.store.facts.keep(f"{MARK}{new}", mark)
            self.store.facts.forget(f"{MARK}{old}")
        self._change(lambda stay: stay.under(old, new))

    def rename(self, channel: str, name: str) -> None:
        """Note another name; the id is what counts."""
        self._change(
            lambda stay: replace(stay, name=name) if stay.places[stay.here] == channel else stay
        )

    def key(self, base: str) -> str:
        """The key of a post as it stands in this channel.

        A post that was begun elsewhere has a second key here, so that it is posted here once.
        """
        stay = self._stay()
        first = self.store.posts.get(base) if len(stay.places) > 1 else None
        if first is None or first.channel == stay.places[stay.here]:
            return base
        return f"{base}@{stay.here}"

    def keys(self, base: str) -> tuple[str, ...]:
        """The keys that a post may have, wherever the feed has been."""
        places = self._stay().places
        if len(places) == 1:
            return (base,)
        return (base, *(f"{base}@{number}" for number in range(len(places))))

    def _stay(self) -> Stay:
        return self._known(self.store.facts.get(_FACT))

    def _known(self, fact: str | None) -> Stay:
        return Stay(places=(self.setting,), setting=self.setting) if fact is None else _read(fact)

    def _change(self, to: Callable[[Stay], Stay]) -> None:
        """Change what is known: persons, Slack and the feed itself may do so at the same time."""

        def changed(fact: str | None) -> str | None:
            stay = self._known(fact)
            other = to(stay)
            return fact if other is stay else _written(other)

        self.store.facts.change(_FACT, changed)


def _read(fact: str) -> Stay:
    told = json.loads(fact)
    return Stay(**{**told, "places": tuple(told["places"])})


def _written(stay: Stay) -> str:
    return json.dumps(asdict(stay))


def conversation(key: str) -> tuple[str, int] | None:
    """What a thread is about by its post's key: `question` or `task`, and the number."""
    found = _CONVERSATION.fullmatch(key)
    return (found[1], int(found[2])) if found else None
