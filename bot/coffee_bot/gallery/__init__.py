"""Every message that the bot can show, to look at on one page of the sandbox."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coffee_bot.gallery import asking, control, looking, reaching, trust, watching, work
from coffee_bot.gallery.nouns import Heard, Piece, Place
from coffee_bot.sandbox import Exhibit

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Heard", "Piece", "Place", "catalogue", "exhibits"]


def catalogue() -> tuple[Piece, ...]:
    """Return a piece of every kind, those of one place one after the other."""
    rooms = (asking, work, control, looking, trust, reaching, watching)
    found = [piece for room in rooms for piece in room.pieces()]
    places = list(Place)
    return tuple(sorted(found, key=lambda one: places.index(one.place)))


def exhibits() -> Sequence[Exhibit]:
    """Return them as the sandbox's gallery page takes them."""
    return [
        Exhibit(
            name=one.name,
            place=one.place.value,
            notifies=one.heard.value,
            when=one.when,
            blocks=one.blocks,
        )
        for one in catalogue()
    ]
