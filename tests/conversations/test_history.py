"""The picture of the last days, asked for over the wire."""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING

import pytest
from bot_house import words
from waiting import eventually

if TYPE_CHECKING:
    from bot_house import House

pytestmark = pytest.mark.skipif(
    find_spec("matplotlib") is None, reason="the extra history is not installed"
)
LONG = 60.0


def test_whoever_asks_gets_a_picture_into_the_channel_once(house: House) -> None:
    house.command("tell build it")
    house.command("start")
    house.message("Built with nothing")

    house.command("history 3d", "bob")

    def pictures() -> list[str]:
        found = house.workspace.messages("dev")
        return [one.text for one in found if any(f["name"] == "history.png" for f in one.files)]

    (text,) = eventually(pictures, LONG, "the picture")
    assert "asked for by Bob" in text
    told = eventually(lambda: house.workspace.ephemerals("bob", "dev"), LONG)
    assert "in the channel" in words(told[-1])
    house.message("asked for by Bob", "done")
    assert len(pictures()) == 1


def test_a_mention_may_ask_too(house: House) -> None:
    bot = house.sandbox.bot_user_id
    house.say(f"<@{bot}> history")

    house.message("The last 7 days", seconds=LONG)
