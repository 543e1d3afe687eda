"""What hangs in the gallery."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from coffee_bot.intent import Message


class Place(StrEnum):
    """Where something is shown."""

    CHANNEL = "channel"
    THREAD = "thread"
    DIRECT = "direct message"
    PRIVATE = "private"  # to one person in the channel, gone when Slack is started again
    WINDOW = "window"  # a modal that one person opened
    HOME = "home"  # the app's Home tab, drawn for one person


class Heard(StrEnum):
    """Whom Slack notifies."""

    NOBODY = "nobody"
    MENTIONED = "whom it mentions"
    FOLLOWERS = "who follows the thread"
    BOTH = "whom it mentions, and who follows the thread"
    PERSON = "the person"


@dataclass(frozen=True, kw_only=True)
class Piece:
    """One thing that the bot can show."""

    #: The function in `blocks` that makes it.
    name: str
    place: Place
    heard: Heard = Heard.NOBODY
    #: In a few words.
    when: str
    blocks: tuple[Mapping[str, Any], ...]


def private(name: str, when: str, message: Message) -> Piece:
    """What only the person who asked sees."""
    return Piece(name=name, place=Place.PRIVATE, when=when, blocks=message.blocks)


def public(name: str, when: str, message: Message, heard: Heard = Heard.NOBODY) -> Piece:
    """What stands in the channel."""
    return Piece(name=name, place=Place.CHANNEL, heard=heard, when=when, blocks=message.blocks)


def threaded(name: str, when: str, message: Message, heard: Heard = Heard.FOLLOWERS) -> Piece:
    """What is said in a thread."""
    return Piece(
        name=name,
        place=Place.THREAD,
        heard=heard,
        when=when,
        blocks=message.blocks,
    )


def drawn(name: str, when: str, view: Mapping[str, Any], place: Place) -> Piece:
    """A view of one person's."""
    return Piece(name=name, place=place, when=when, blocks=tuple(view["blocks"]))
