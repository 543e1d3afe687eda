"""Getting to know Slack at the start, while it is in no mood to answer."""

from __future__ import annotations

from threading import Event
from typing import TYPE_CHECKING

import pytest

from coffee_bot.app.signin import SignIn
from coffee_bot.sandbox import Effect, Fault, Moment
from coffee_daemon import CoffeeError

if TYPE_CHECKING:
    from slack_sdk import WebClient

    from coffee_bot.config import BotConfig
    from coffee_bot.sandbox import Sandbox


class Waits(Event):
    """Takes no time, and keeps for how long it was waited."""

    def __init__(self) -> None:
        super().__init__()
        self.seconds: list[float | None] = []

    def wait(self, timeout: float | None = None) -> bool:
        self.seconds.append(timeout)
        return self.is_set()


@pytest.fixture
def waits() -> Waits:
    return Waits()


@pytest.fixture
def sign_in(config: BotConfig, client: WebClient, waits: Waits) -> SignIn:
    return SignIn(config=config, client=client, stopping=waits)


def trouble(sandbox: Sandbox, effect: Effect, times: int, seconds: float | None = None) -> None:
    sandbox.faults.add(
        Fault(moment=Moment.BEFORE, effect=effect, of="auth.test", times=times, seconds=seconds)
    )


def test_a_start_waits_for_as_long_as_slack_asks(
    sign_in: SignIn, sandbox: Sandbox, waits: Waits
) -> None:
    trouble(sandbox, Effect.RATE_LIMITED, times=2, seconds=10)
    trouble(sandbox, Effect.RATE_LIMITED, times=1, seconds=90)

    assert sign_in.me().user == sandbox.bot_user_id

    assert waits.seconds == [10, 10, 90]
    assert len(sandbox.workspace.calls("auth.test")) == 4


def test_a_start_that_gets_no_answer_is_tried_ever_less_often(
    sign_in: SignIn, sandbox: Sandbox, waits: Waits
) -> None:
    trouble(sandbox, Effect.SERVER_ERROR, times=3)
    trouble(sandbox, Effect.RATE_LIMITED, times=1, seconds=1)
    trouble(sandbox, Effect.SERVER_ERROR, times=3)

    sign_in.me()

    assert waits.seconds == [1, 2, 4, 8, 16, 32, 60]


def test_a_start_that_is_given_up_waits_for_nobody(
    sign_in: SignIn, sandbox: Sandbox, waits: Waits
) -> None:
    trouble(sandbox, Effect.RATE_LIMITED, times=1, seconds=3600)
    waits.set()

    with pytest.raises(CoffeeError, match="not reached before the stop"):
        sign_in.me()
