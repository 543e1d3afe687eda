from __future__ import annotations

import inspect
import re

from coffee_bot import blocks
from coffee_bot.gallery import Heard, Piece, Place, catalogue

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
    told = {Heard.MENTIONED, Heard.BOTH, Heard.PERSON}
    new = new_messages()

    loud = {one.name for one in new if re.search(r"<[@!](?!date)", str(one.blocks))}
    assert {"question", "task", "halt", "calling", "reminder", "morning"} <= loud
    assert loud == {one.name for one in new if one.heard in told and one.name != "notice"}


def new_messages() -> list[Piece]:
    """Those that others see, as they are first sent: an edit notifies nobody."""
    first: dict[str, Piece] = {}
    for one in catalogue():
        if one.place in {Place.CHANNEL, Place.THREAD, Place.DIRECT}:
            first.setdefault(f"{one.name}:{one.place}", one)
    return list(first.values())


def test_each_notice_hangs_in_its_own_words() -> None:
    hung = [str(one.blocks) for one in catalogue() if one.name == "notice"]

    for begins in ("Not heard from", "Back:", "*Another program", "Nobody else", "I cannot post"):
        assert sum(begins in one for one in hung) == 1
