"""The morning on the sandbox's page, with a real bot behind it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from bot_house import settle
from bot_town import town_at_work, town_settings
from browser import MISSING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot_town import Town
    from browser import Page

    from coffee_bot.config import BotConfig
    from coffee_bot.sandbox import Sandbox

pytestmark = [pytest.mark.browser, pytest.mark.skipif(MISSING is not None, reason=str(MISSING))]

ZONES = """
return [...document.querySelectorAll(".switcher .person")].map((one) => one.title)
"""


@pytest.fixture
def config(config: BotConfig, sandbox: Sandbox) -> BotConfig:
    return town_settings(config, sandbox)


@pytest.fixture
def town(sandbox: Sandbox, config: BotConfig) -> Iterator[Town]:
    with town_at_work(sandbox, config) as town:
        yield town


def test_a_person_answers_in_the_morning_what_came_at_night(page: Page, town: Town) -> None:
    town.clock.set(2, 22)
    name = town.ask("Which name?")
    push = town.ask("git push --force", approve=True)
    base = town.ask("Which database?", "SQLite", "PostgreSQL")
    page.sees(".message", "🌙 mentions nobody now")
    town.clock.set(3, 9, 1)
    town.direct("ada", "3 questions are open")
    page.open(f"channel={town.workspace.dm('ada')}")

    page.click("button", "Answer together…")
    page.sees("dialog", "git push --force")
    page.find("dialog textarea").send_keys("Grace")
    page.click("dialog .choice", "Reject")
    page.click("dialog button", "Answer")
    page.misses("dialog")

    settle(lambda: _said(town, name.number) == ["Grace"])
    settle(lambda: _said(town, push.number) == ["Reject"])
    assert _said(town, base.number) == [], "it was left empty"
    page.sees(".message", "2 answers are stored")


def test_the_page_tells_where_peoples_clocks_stand(page: Page, town: Town) -> None:
    page.sees(".switcher .person", "Ada")

    zones = " ".join(page.ask(ZONES))

    assert "Europe/Berlin, " in zones
    assert "America/New_York, " in zones
    assert town.workspace.user("ada").tz == "Europe/Berlin"


def _said(town: Town, number: int) -> list[str]:
    return [one.text for one in town.store.questions.answers(number)]
