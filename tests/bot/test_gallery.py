from __future__ import annotations

import inspect

from coffee_bot import blocks
from coffee_bot.gallery import Heard, Place, catalogue

#: What a function of `blocks` returns that people get to see.
SHOWN = {"Message", "tuple[Message, ...]", "Mapping[str, Any]"}


def what_can_be_shown() -> set[str]:
    made = {name: getattr(blocks, name) for name in blocks.__all__}
    functions = {name: one for name, one in made.items() if inspect.isfunction(one)}
    return {
        name for name, one in functions.items() if inspect.signature(one).return_annotation in SHOWN
    }


def test_the_gallery_shows_everything_that_the_bot_can_show() -> None:
    hung = {piece.name for piece in catalogue()}

    wanted = what_can_be_shown()
    assert hung == wanted, "hang it in coffee_bot/gallery, and name it in docs/reference/gallery.md"


def test_nothing_that_only_one_person_sees_is_said_to_notify() -> None:
    quiet = {Place.PRIVATE, Place.WINDOW, Place.HOME}

    loud = [one.name for one in catalogue() if one.place in quiet and one.heard is not Heard.NOBODY]

    assert loud == []


def test_what_mentions_somebody_is_said_to_notify_them() -> None:
    for piece in catalogue():
        mentions = "<@" in str(piece.blocks) and piece.name in {"question", "halt"}
        assert not mentions or piece.heard is Heard.MENTIONED
