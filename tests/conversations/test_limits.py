from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from bot_house import key_of, settle
from waiting import eventually

from coffee_bot.sandbox import Effect, Fault, Moment
from coffee_daemon import DaemonState, TaskState

if TYPE_CHECKING:
    from bot_house import House

    from coffee_bot.config import BotConfig
    from coffee_bot.sandbox import Message


@pytest.fixture
def config(config: BotConfig) -> BotConfig:
    """The same with two turns a day."""
    settings = config.daemon.home / "config.toml"
    text = settings.read_text(encoding="utf-8")
    settings.write_text(f"{text}[limits]\nturns_per_day = 2\n", encoding="utf-8")
    return replace(
        config, daemon=replace(config.daemon, limits=replace(config.daemon.limits, turns_per_day=2))
    )


def at_the_limit(house: House) -> Message:
    """Use the day's turns up; return the message that tells of it."""
    for words in ("build one", "build two & <three>", "build four"):
        house.command(f"tell {words}")
    house.command("start")
    return house.message("has used up the day's limit of 2 turns", "Continue today")


def test_the_limit_of_a_day_is_told_once_with_what_it_went_for(house: House) -> None:
    told = at_the_limit(house)
    admin = house.workspace.user("ada").id
    shown = house.message("What the day went for")

    assert shown.ts == told.ts
    assert "build two &amp; &lt;three&gt; · 1 turn · not reported by this agent" in str(told.blocks)
    assert f"<@{admin}>" in told.text
    house.restart_bot()
    house.process.restart()
    settle(lambda: house.process.status().state is DaemonState.LIMITED)
    house.command("tell something else")
    house.message("something else")
    house.message("is at a limit", "PID")
    assert house.count("has used up the day's limit") == 1
    assert house.count("is at a limit") == 1, "the card alone"
    assert len(house.store.tasks.list(states={TaskState.DONE})) == 2


def test_an_admin_continues_by_the_button_and_pressing_twice_grants_once(house: House) -> None:
    told = at_the_limit(house)
    # The button is taken away by an edit, which must not come before the second press.
    house.sandbox.faults.add(
        Fault(moment=Moment.BEFORE, effect=Effect.RATE_LIMITED, of="chat.update", seconds=1)
    )

    for _ in range(2):
        assert house.workspace.press("ada", "dev", told.ts, "continue").acked

    house.message("Ada lets code_developer go on today: 2 more turns")
    edited = house.message("has used up the day's limit of 2 turns", "let it go on")
    assert edited.ts == told.ts
    assert "Continue today" not in str(edited.blocks)
    settle(lambda: house.store.tasks.open() == [], "the last task is done")

    def both() -> str:
        said = " ".join(one.text for one in house.workspace.ephemerals("ada", "dev"))
        return said if "may go on today" in said and "Already continued by Ada" in said else ""

    eventually(both, what="two private answers")
    outcomes = [one.outcome for one in house.store.audit.list() if one.verb == "continue"]
    assert sorted(outcomes) == ["continued", "had gone on before"]
    keys = [key_of(one) for one in house.workspace.messages("dev")]
    assert not [key for key in keys if key.startswith("transition:")], "told by who let it go on"


def test_an_answerer_may_not_continue_and_is_told_why(house: House) -> None:
    told = at_the_limit(house)

    house.workspace.press("bob", "dev", told.ts, "continue")
    refusal = eventually(lambda: house.workspace.ephemerals("bob", "dev"))
    assert "Only admins" in refusal[0].text
    assert "COFFEE_ADMINS" in house.answer_to("continue", user="bob")
    assert not house.store.halts.of_day("code_developer", house.store.today())[0].continued
    refused = [one for one in house.store.audit.list() if one.verb == "continue"]
    assert [one.outcome for one in refused] == ["refused", "refused"]


def test_continue_is_typed_too_and_says_when_there_is_nothing_to_continue(house: House) -> None:
    assert "nothing to continue" in house.answer_to("continue")
    assert "No turn has begun" in house.answer_to("cost", user="bob")
    at_the_limit(house)

    said = house.answer_to("cost", user="bob")
    assert "*today* · 2 turns · not reported by this agent" in said
    assert "build one · 1 turn" in said
    assert "2 of 2 turns" in said
    assert "$" not in said
    assert "2 more turns" in house.answer_to("continue")
    assert "Already continued by Ada" in house.answer_to("continue")
