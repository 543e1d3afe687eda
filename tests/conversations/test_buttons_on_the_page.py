"""Answers given on the sandbox's page, with a real bot behind it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from browser import MISSING

if TYPE_CHECKING:
    from bot_house import House
    from browser import Page


pytestmark = [pytest.mark.browser, pytest.mark.skipif(MISSING is not None, reason=str(MISSING))]


def test_a_person_answers_by_button_by_modal_and_decides_an_approval(
    page: Page, house: House
) -> None:
    colour = house.ask("Which colour?", "Red", "Blue")
    page.click("button", "2. Blue")
    house.answered(colour, "Blue")
    page.sees(".message", "✓ 2. Blue")

    name = house.ask("Which name?", "Ada", "Grace")
    page.sees(".message", "Which name?")
    page.click("button", "Other…")
    page.find("dialog textarea").send_keys("   ")
    page.click("dialog button", "Answer")
    page.sees("dialog .input-error", "Write at least a word.")
    page.find("dialog textarea").send_keys("Katherine & <b>")
    page.click("dialog button", "Answer")
    page.misses("dialog")
    house.answered(name, "Katherine & <b>")
    page.sees(".message", "Katherine & <b>")

    push = house.ask("git push --force", approve=True)
    page.sees(".message", "asks for approval")
    page.click("button", "Approve")
    page.click("dialog button", "Not yet")
    page.misses("dialog")
    assert house.store.questions.answers(push.number) == ()
    page.click("button", "Approve")
    page.click("dialog button", "Approve")
    house.answered(push, "Approve")
    page.sees(".message", "Decided by Ada")


def test_a_person_chooses_from_a_menu(page: Page, house: House) -> None:
    region = house.ask("Which region?", *(f"Region {number}" for number in range(1, 13)))
    page.sees(".message", "Which region?")

    page.find("select").send_keys("12")

    house.answered(region, "Region 12")
