"""Trouble by chance: the same seed, the same fate."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from coffee_bot.sandbox import Effect, Fault, FaultPlan, Moment, Rates, Sandbox

if TYPE_CHECKING:
    from coffee_bot.sandbox import Settings

POST = "chat.postMessage"
RATES = Rates(lose_reply=0.05, duplicate=0.2, ratelimit=0.05, server_error_after=0.03)


def fates(plan: FaultPlan, moment: Moment, what: str, count: int) -> list[Fault | None]:
    return [plan.take(moment, what) for _ in range(count)]


def test_the_same_seed_brings_the_same_trouble_and_another_one_does_not() -> None:
    first, again, other = (FaultPlan.random(seed, RATES) for seed in (7, 7, 8))
    expected = fates(first, Moment.STORED, POST, 200)

    assert any(expected)
    assert fates(again, Moment.STORED, POST, 200) == expected
    assert fates(other, Moment.STORED, POST, 200) != expected


def test_what_else_goes_on_does_not_change_a_calls_fate() -> None:
    quiet, busy = FaultPlan.random(7, RATES), FaultPlan.random(7, RATES)
    expected = fates(quiet, Moment.STORED, POST, 100)
    seen = []
    for _ in range(100):
        busy.take(Moment.EVENT, "message")
        busy.take(Moment.STORED, "chat.update")
        seen.append(busy.take(Moment.STORED, POST))

    assert seen == expected


def test_each_trouble_comes_as_often_as_its_rate_says() -> None:
    plan = FaultPlan.random(1, RATES)
    for moment, what in ((Moment.BEFORE, POST), (Moment.STORED, POST), (Moment.EVENT, "message")):
        fates(plan, moment, what, 4_000)

    assert plan.happened[Effect.LOSE_REPLY] == pytest.approx(200, rel=0.25)
    assert plan.happened[Effect.SERVER_ERROR] == pytest.approx(120, rel=0.25)
    assert plan.happened[Effect.RATE_LIMITED] == pytest.approx(200, rel=0.25)
    assert plan.happened[Effect.DUPLICATE] == pytest.approx(800, rel=0.25)


@pytest.mark.parametrize("name", [name for name in Rates.NAMES if name != "lose_click"])
def test_every_rate_brings_its_trouble(name: str) -> None:
    rates: dict[str, Any] = {name: 1}
    plan = FaultPlan.random(3, Rates(**rates))
    asked = {moment: plan.take(moment, "message") for moment in Moment}
    happened = [fault for fault in asked.values() if fault]

    assert len(happened) == 1
    assert plan.take(Moment.EVENT, "interactive") is None


def test_clicks_are_lost_by_a_rate_of_their_own() -> None:
    plan = FaultPlan.random(3, Rates(lose_click=1))

    assert plan.take(Moment.EVENT, "message") is None
    for kind in ("interactive", "slash_commands"):
        fault = plan.take(Moment.EVENT, kind)
        assert fault
        assert fault.effect is Effect.LOSE_EVENT


def test_lateness_is_by_chance_too_and_bounded() -> None:
    plan = FaultPlan.random(5, Rates(land_late=1, late_seconds=0.3, ratelimit=0))
    seconds = [fault.pause for fault in fates(plan, Moment.BEFORE, POST, 50) if fault]

    assert len(set(seconds)) > 10
    assert max(seconds) <= 0.3


def test_methods_can_be_spared() -> None:
    plan = FaultPlan.random(5, Rates(lose_reply=1, methods=(POST,)))

    assert plan.take(Moment.STORED, "auth.test") is None
    assert plan.take(Moment.STORED, POST)


def test_what_was_planned_comes_before_chance() -> None:
    plan = FaultPlan.random(5, Rates(lose_reply=1))
    plan.add(Fault(moment=Moment.STORED, effect=Effect.SERVER_ERROR))
    effects = [fault.effect for fault in fates(plan, Moment.STORED, POST, 2) if fault]

    assert effects == [Effect.SERVER_ERROR, Effect.LOSE_REPLY]
    assert [one.by_chance for one in plan.log] == [False, True]
    plan.clear()
    assert plan.take(Moment.STORED, POST) is None


def test_the_report_names_the_seed_the_rates_and_what_happened() -> None:
    plan = FaultPlan.random(5, Rates(land_late=1, late_seconds=0))
    plan.add(Fault(moment=Moment.STORED, effect=Effect.SERVER_ERROR))
    plan.take(Moment.BEFORE, POST)
    plan.take(Moment.STORED, POST)

    assert plan.report().splitlines() == [
        "seed 5: land_late=1, late_seconds=0",
        "before chat.postMessage #1: land_late (0 s), by chance",
        "stored chat.postMessage #1: server_error, as planned",
    ]


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"lose_reply": 1.5}, "lose_reply must be a share from 0 to 1, not 1.5"),
        ({"lose_reply": -1}, "lose_reply must be a share"),
        ({"lose_reply": 0.6, "server_error_after": 0.6}, "exceed 1: server_error_after"),
        ({"retry_after": 0}, "retry_after and page_size"),
        ({"late_seconds": -1}, "seconds must not be below 0"),
    ],
)
def test_rates_that_make_no_sense_are_refused(given: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        Rates(**given)


def test_a_whole_sandbox_runs_on_a_plan_and_two_runs_agree(settings: Settings) -> None:
    def run() -> list[str]:
        plan = FaultPlan.random(11, Rates(lose_reply=0.2, ratelimit=0.2, server_error_after=0.1))
        with Sandbox(settings, faults=plan) as sandbox:
            client = WebClient(token=sandbox.bot_token, base_url=sandbox.api_url, retry_handlers=[])
            return [post(client) for _ in range(40)]

    first = run()
    assert run() == first
    assert set(Counter(first)) == {"sent", "429", "500", "lost"}


def post(client: WebClient) -> str:
    try:
        client.chat_postMessage(channel="C0DEV00001", text="x")
    except SlackApiError as error:
        return str(error.response.status_code)
    except OSError:
        return "lost"
    return "sent"
