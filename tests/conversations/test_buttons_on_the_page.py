"""Answers given on the sandbox's page, with a real bot behind it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from bot_house import settle
from browser import MISSING

from coffee_daemon import Person

if TYPE_CHECKING:
    from bot_house import House
    from browser import Page

    from coffee_daemon import Question

pytestmark = [pytest.mark.browser, pytest.mark.skipif(MISSING is not None, reason=str(MISSING))]

AGENT = Person(id="local:agent", name="agent")


def ask(house: House, text: str, *options: str, approve: bool = False) -> Question:
    name = house.config.daemon.name
    question = house.store.questions.ask(
        daemon=name, text=text, options=options, approve=approve, who=AGENT
    )
    house.bot.wake()
    return question


def answered(house: House, question: Question, text: str) -> None:
    def told() -> bool:
        return [one.text for one in house.store.questions.answers(question.number)] == [text]

    settle(told, f"the answer {text}")


def test_a_person_answers_by_button_by_modal_and_decides_an_approval(
    page: Page, house: House
) -> None:
    colour = ask(house, "Which colour?", "Red", "Blue")
    page.click("button", "2. Blue")
    answered(house, colour, "Blue")
    page.sees(".message", "✓ 2. Blue")

    name = ask(house, "Which name?", "Ada", "Grace")
    page.sees(".message", "Which name?")
    page.click("button", "Other…")
    page.find("dialog textarea").send_keys("   ")
    page.click("dialog button", "Answer")
    page.sees("dialog .input-error", "Write at least a word.")
    page.find("dialog textarea").send_keys("Katherine & <b>")
    page.click("dialog button", "Answer")
    page.misses("dialog")
    answered(house, name, "Katherine & <b>")
    page.sees(".message", "Katherine & <b>")

    push = ask(house, "git push --force", approve=True)
    page.sees(".message", "asks for approval")
    page.click("button", "Approve")
    page.click("dialog button", "Not yet")
    page.misses("dialog")
    assert house.store.questions.answers(push.number) == ()
    page.click("button", "Approve")
    page.click("dialog button", "Approve")
    answered(house, push, "Approve")
    page.sees(".message", "Decided by Ada")


def test_a_person_chooses_from_a_menu(page: Page, house: House) -> None:
    region = ask(house, "Which region?", *(f"Region {number}" for number in range(1, 13)))
    page.sees(".message", "Which region?")

    page.find("select").send_keys("12")

    answered(house, region, "Region 12")
