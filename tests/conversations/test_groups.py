"""Roles by user group, over the wire: given, taken, and refused when nobody can tell."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from bot_house import settle

from coffee_bot.sandbox import Sandbox, Settings
from coffee_bot.sandbox.settings import ALL_SCOPES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot_house import House

    from coffee_bot.config import BotConfig

SCOPES = {"granted": ALL_SCOPES, "missing": ALL_SCOPES - {"usergroups:read"}}


@pytest.fixture
def granted() -> str:
    return "granted"


@pytest.fixture
def sandbox(granted: str) -> Iterator[Sandbox]:
    settings = Settings(limits=None, retry_seconds=(0.0, 0.2, 0.5), scopes=SCOPES[granted])
    with Sandbox(settings) as running:
        running.workspace.set_group("baristas", ["bob"])
        yield running


@pytest.fixture
def config(config: BotConfig, sandbox: Sandbox) -> BotConfig:
    """Nobody but the group may control; nobody is asked first but the group."""
    group = sandbox.workspace.group("baristas").id
    nobody = frozenset[str]()
    operators = frozenset({group})
    return replace(config, admins=nobody, operators=operators, members=nobody, ask_first=(group,))


def test_a_member_of_the_group_may_control_and_loses_that_when_taken_out(house: House) -> None:
    assert "Only operators" in house.answer_to("pause 2h", user="ada")
    assert "begins nothing before" in house.answer_to("pause 2h", user="bob")

    house.workspace.set_group("baristas", ["ada"])

    # The bot believes its earlier word until Slack's event tells it better.
    settle(lambda: "Only operators" in house.answer_to("resume", user="bob"), "bob is out")
    settle(lambda: "goes on" in house.answer_to("resume", user="ada"), "ada is in")
    refused = [one for one in house.store.audit.list() if one.outcome == "refused"]
    assert {one.verb for one in refused} == {"pause", "resume"}


@pytest.mark.parametrize("granted", ["missing"])
def test_while_slack_does_not_say_who_is_in_it_the_group_gives_nothing(
    granted: str, house: House
) -> None:
    said = house.answer_to("stop", user="bob")

    assert "(missing_scope)" in said
    assert "the answer is no" in said
    assert "STOPPED" in house.answer_to("status", user="bob")


def test_the_home_of_somebody_in_the_group_has_the_buttons_of_the_role(house: House) -> None:
    house.workspace.open_home("bob")
    house.workspace.open_home("ada")

    def home_of(user: str) -> str:
        shown = house.workspace.home(user)
        return str(shown.body if shown else "")

    settle(lambda: "'start'" in home_of("bob"), "Bob may start")
    settle(lambda: "code_developer" in home_of("ada"), "Ada sees it")
    assert "'start'" not in home_of("ada")


def test_a_question_that_is_nobodys_mentions_the_group(house: House) -> None:
    group = house.workspace.group("baristas").id

    house.store.questions.ask(daemon="code_developer", text="Which roast?", options=["dark"])

    asked = house.message("Which roast?")
    assert f"<!subteam^{group}>" in asked.text
    pings = [one for one in house.workspace.pings if one.ts == asked.ts]
    assert {(one.kind, one.target) for one in pings} == {("subteam", group)}
