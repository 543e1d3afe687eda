"""The status card on the sandbox's page, pressed by a person, with a real daemon behind it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from bot_house import settle
from browser import MISSING

if TYPE_CHECKING:
    from bot_house import House
    from browser import Page


pytestmark = [pytest.mark.browser, pytest.mark.skipif(MISSING is not None, reason=str(MISSING))]


def test_a_person_starts_asks_pins_and_stops_on_the_card(page: Page, house: House) -> None:
    page.sees(".message", "code_developer is stopped")
    # The last edit before anybody presses: a press needs the message as it is.
    page.sees(".message", "bot connected to Slack")
    page.click(".message button", "Start")
    page.sees(".message", "code_developer is idle")
    page.misses(".message .block-actions button", "Start")
    page.sees(".field time, .field", "Last sign of life")

    page.click(".message button", "Ask")
    page.sees("dialog h2", "Hand over, or ask")
    page.find("dialog textarea").send_keys("What did you build?")
    page.click("dialog button", "Send")
    page.misses("dialog")
    page.sees(".message", "What did you build?")
    house.message("Answer to #", "Built with nothing")
    page.sees(".message", "code_developer is idle")

    house.answer_to("pin")
    page.sees(".message.pinned", "Pinned to this channel")
    page.click(".pins", "1 pinned")
    page.click(".menu-item", "code_developer")
    page.misses(".menu-item")

    page.click(".message.pinned button", "Stop")
    page.sees("dialog h2", "Stop code_developer?")
    page.click("dialog button", "Leave it")
    page.misses("dialog")
    assert house.process.is_daemon_running()
    page.click(".message.pinned button", "Stop")
    page.click("dialog button", "Stop")
    page.sees(".message.pinned", "code_developer is stopped")
    settle(lambda: not house.process.is_daemon_running(), "it has stopped")
