"""The Home on the sandbox's page, with a real bot behind it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from bot_house import settle
from browser import MISSING

if TYPE_CHECKING:
    from bot_house import House
    from browser import Page


pytestmark = [pytest.mark.browser, pytest.mark.skipif(MISSING is not None, reason=str(MISSING))]

MORE_OF_BOBS = """
[...document.querySelectorAll(".message")]
  .find((one) => one.innerText.includes("The login is slow"))
  .querySelector('.toolbar [aria-label="More actions"]').click()
"""


def test_questions_are_answered_in_the_home(page: Page, house: House) -> None:
    colour = house.ask("Which colour?", "Red", "Blue")
    page.click(".place", "code_developer")
    page.click(".tab", "Home")
    page.sees(".home", "code_developer is stopped")
    page.sees(".home", "You are here as admin")

    page.click(".home button", "2. Blue")
    house.answered(colour, "Blue")
    page.sees(".home", "Answered by Ada")

    name = house.ask("Which name?", "Ada", "Grace")
    page.sees(".home", "Which name?")
    page.click(".home button", "Other…")
    page.find("dialog textarea").send_keys("Katherine & <b>")
    page.click("dialog button", "Answer")
    page.misses("dialog")
    house.answered(name, "Katherine & <b>")
    page.sees(".home", "Katherine & <b>")

    push = house.ask("git push --force", approve=True)
    page.click(".home button", "Approve")
    page.click("dialog button", "Not yet")
    assert house.store.questions.answers(push.number) == ()
    page.click(".home button", "Approve")
    page.click("dialog button", "Approve")
    house.answered(push, "Approve")
    page.sees(".home", "Decided by Ada")


def test_a_message_is_sent_on_from_its_menu(page: Page, house: House) -> None:
    house.workspace.say("bob", "dev", "The login is slow")
    page.sees(".message", "The login is slow")
    # Of Bob's message, wherever the card stands by then.
    page.ask(MORE_OF_BOBS)
    page.click(".menu-item", "Send to code_developer")
    page.sees("dialog h2", "Send to code_developer")
    page.find("dialog [data-read='note/note']").send_keys("Find out why")
    page.click("dialog button", "Send")
    page.misses("dialog")

    page.sees(".message.ephemeral", "Stored as #")
    settle(lambda: len(house.store.tasks.list()) == 1, "the task")
    (task,) = house.store.tasks.list()
    assert task.title == "Find out why"
    assert "> The login is slow" in task.prompt


def test_each_person_sees_a_home_of_their_own(page: Page, house: House) -> None:
    house.ask("Which colour?", "Red", "Blue")

    page.click(".person", "Bob")
    page.click(".place", "code_developer")
    page.click(".tab", "Home")
    page.sees(".home", "You are here as answerer")
    page.misses(".home button", "Start")

    page.click(".person", "Eve")
    page.click(".place", "code_developer")
    page.click(".tab", "Home")
    page.sees(".home", "Guests may not do this.")
    page.misses(".home", "Which colour?")
