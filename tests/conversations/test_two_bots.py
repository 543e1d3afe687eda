"""Two bots for one state folder, started at the same moment."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING

import pytest
from waiting import eventually

if TYPE_CHECKING:
    from collections.abc import Iterator

    from coffee_bot.config import BotConfig
    from coffee_bot.sandbox import Sandbox

#: `make endure` has 40.
ROUNDS = int(os.environ.get("COFFEE_TEST_ROUNDS", "2"))


def launch(config: BotConfig) -> subprocess.Popen[str]:
    """Run `coffee bot` as a person does."""
    (admin,) = config.admins
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(config.daemon.home),
        "COFFEE_HOME": str(config.daemon.home),
        "SLACK_API_URL": config.api_url,
        "SLACK_BOT_TOKEN": config.bot_token,
        "SLACK_APP_TOKEN": config.app_token,
        "COFFEE_CHANNEL": config.channel,
        "COFFEE_ADMINS": admin,
    }
    argv = [sys.executable, "-m", "coffee_bot", "bot"]
    return subprocess.Popen(
        argv, env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )


@contextmanager
def both(config: BotConfig) -> Iterator[list[subprocess.Popen[str]]]:
    """Two at the same moment, gone afterwards."""
    with launch(config) as first, launch(config) as second:
        try:
            yield [first, second]
        finally:
            first.kill()
            second.kill()


@pytest.mark.timeout(60 + 20 * ROUNDS)
@pytest.mark.skipif(sys.platform == "win32", reason="no bot ends by signal there")
def test_of_two_bots_that_are_started_at_once_one_stays_and_the_other_says_why(
    config: BotConfig, sandbox: Sandbox
) -> None:
    for _ in range(ROUNDS):
        with both(config) as bots:
            loser = eventually(partial(first_ended, bots), 60, "one has ended")
            (leader,) = [one for one in bots if one is not loser]
            said = loser.communicate()[0]
            assert (loser.returncode, leader.poll()) == (1, None), said
            assert "Another bot" in said
            assert "Traceback" not in said

            eventually(lambda: sandbox.workspace.connections == 1, 60, "the other is connected")
            leader.terminate()
            said = leader.communicate(timeout=60)[0]
            assert (leader.returncode, "Traceback" in said) == (0, False), said
        eventually(lambda: sandbox.workspace.connections == 0)


def first_ended(bots: list[subprocess.Popen[str]]) -> subprocess.Popen[str] | None:
    return next((one for one in bots if one.poll() is not None), None)
