"""The App Home over the wire: what somebody sees there, and what a press there does."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from bot_house import PROGRAM, settle
from slack_sdk import WebClient
from waiting import eventually

if TYPE_CHECKING:
    from bot_house import House

    from coffee_bot.config import BotConfig
    from coffee_bot.sandbox.nouns import View


@pytest.fixture
def config(config: BotConfig) -> BotConfig:
    """With time to see that an answer is in before it is picked up."""
    return replace(config, quiet=config.quiet * 10)


def words(view: View) -> str:
    return json.dumps(view.body["blocks"], ensure_ascii=False)


def sees(house: House, user: str, *parts: str) -> View:
    """Wait until this person's Home holds all these words."""

    def look() -> View | None:
        view = house.workspace.home(user)
        return view if view and all(part in words(view) for part in parts) else None

    return eventually(look, 60, f"{parts} in the Home of {user}")


def test_a_home_shows_what_goes_on_to_each_person_by_what_they_may_do(house: House) -> None:
    house.command("tell Write a haiku")
    house.ask("Which colour?", "Red", "Blue")
    house.workspace.change_user("eve", is_restricted=False)

    for user in ("ada", "bob", "eve"):
        house.workspace.open_home(user)

    ada = words(sees(house, "ada", "Which colour?", "2. Blue", "Write a haiku", "/archives/"))
    assert "is stopped" in ada
    bob = words(sees(house, "bob", "Which colour?", "2. Blue", "answerer", "COFFEE_OPERATORS"))
    eve = words(sees(house, "eve", "Which colour?", "viewer", "COFFEE_MEMBERS"))
    assert '"action_id": "start"' in ada
    assert '"action_id": "start"' not in bob
    assert "action_id" not in eve
    assert house.workspace.user("eve").id in eve
    assert house.store.inbox.received(limit=10) == []


def test_somebody_who_may_not_look_is_told_why_and_shown_nothing(house: House) -> None:
    house.ask("Which colour?", "Red", "Blue")

    house.workspace.open_home("eve")

    shown = words(sees(house, "eve", "Guests may not do this."))
    assert "Which colour?" not in shown


def test_a_question_is_answered_in_the_home_which_shows_the_decision(house: House) -> None:
    colour = house.ask("Which colour?", "Red", "Blue")
    house.workspace.open_home("bob")
    sees(house, "bob", "2. Blue")

    pressed = house.workspace.press_in_home("bob", "choose:2")

    assert pressed.acked
    sees(house, "bob", "Answered by Bob", "✓ 2. Blue", "Take it back")
    (answer,) = house.store.questions.answers(colour.number)
    assert (answer.text, answer.who.id) == ("Blue", house.workspace.user("bob").id)
    house.message("Which colour?", "Answered by Bob")


def test_an_answer_in_ones_own_words_is_given_from_the_home(house: House) -> None:
    name = house.ask("Which name?", "Ada", "Grace")
    house.workspace.open_home("bob")
    sees(house, "bob", "Which name?")

    house.workspace.press_in_home("bob", "other")
    (form,) = eventually(lambda: house.workspace.views("bob"), what="the modal")
    house.workspace.submit_view("bob", form.id, {"answer": {"words": "Katherine"}})

    sees(house, "bob", "Answered by Bob", "Katherine")
    assert [one.text for one in house.store.questions.answers(name.number)] == ["Katherine"]


def test_a_press_that_comes_too_late_is_told_in_the_home_alone(house: House) -> None:
    colour = house.ask("Which colour?", "Red", "Blue")
    house.workspace.open_home("bob")
    sees(house, "bob", "2. Blue")
    seen = house.workspace.home("bob")
    assert seen is not None
    house.store.questions.withdraw(colour.number, who=PROGRAM)

    house.workspace.press_in_home("bob", "choose:2")

    sees(house, "bob", "was withdrawn by agent, so nothing was stored")
    assert house.workspace.ephemerals("bob", "dev") == ()


def test_a_daemon_is_started_from_the_home(house: House) -> None:
    house.workspace.open_home("ada")
    sees(house, "ada", "is stopped")

    house.workspace.press_in_home("ada", "start")

    sees(house, "ada", "Daemon Started Successfully")
    house.message("Ada started code_developer")


def test_who_looks_sees_what_changes_and_nobody_else_costs_anything(house: House) -> None:
    house.ask("Which colour?")
    house.message("Which colour?")
    assert house.workspace.calls("views.publish") == ()

    house.workspace.open_home("ada")
    sees(house, "ada", "Which colour?")
    house.ask("Which shape?")

    sees(house, "ada", "Which shape?")
    assert {one.arguments["user_id"] for one in house.workspace.calls("views.publish")} == {
        house.workspace.user("ada").id
    }


def test_a_home_that_somebody_else_published_meanwhile_is_made_anew(
    house: House,
) -> None:
    house.workspace.open_home("ada")
    view = sees(house, "ada", "No open questions")
    other = {"type": "home", "blocks": [{"type": "divider"}]}
    client = WebClient(token=house.config.bot_token, base_url=house.config.api_url)
    client.views_publish(user_id=house.workspace.user("ada").id, hash=view.hash, view=other)

    house.ask("Which colour?")

    sees(house, "ada", "Which colour?")
    errors = [one.answer.get("error") for one in house.workspace.calls("views.publish")]
    assert "hash_conflict" in errors


def test_a_press_in_a_home_from_before_the_bots_restart_works_and_brings_it_up_to_date(
    house: House,
) -> None:
    house.ask("Which colour?", "Red", "Blue")
    house.workspace.open_home("bob")
    sees(house, "bob", "2. Blue")

    house.restart_bot()
    house.workspace.press_in_home("bob", "choose:1")

    sees(house, "bob", "Answered by Bob", "✓ 1. Red")


def test_a_home_that_was_open_when_the_bot_restarts_follows_by_itself(house: House) -> None:
    house.workspace.open_home("bob")
    sees(house, "bob", "No open questions")
    house.bot.stop()
    house.ask("Which colour?", "Red", "Blue")

    house.restart_bot()

    sees(house, "bob", "2. Blue")


def test_a_look_at_the_messages_publishes_nothing(house: House) -> None:
    house.workspace.open_home("ada", "messages")
    house.workspace.open_home("bob")

    sees(house, "bob", "No open questions")
    settle(lambda: house.workspace.home("ada") is None, "no Home for Ada")
