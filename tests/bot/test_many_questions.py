"""Five thousand questions at once: who looks sees the first ones, and that there are more."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import insert, select

from coffee_bot.commands import Commands
from coffee_bot.intent import Intent
from coffee_daemon import Person, ProcessManager, Via, system_clock
from coffee_daemon.store.schema import notifications, numbers, questions

if TYPE_CHECKING:
    from coffee_bot.config import BotConfig
    from coffee_bot.intent import Reply
    from coffee_daemon import Store

MANY = 5000
ADA = Person(id="U0ADA00001", name="Ada")


@pytest.fixture
def full(store: Store) -> Store:
    """A record in which that many questions are open, all like the first."""
    first = store.questions.ask(daemon="code_developer", text="Which?", options=("A", "B"))
    with store.writing() as connection:
        for table in (numbers, notifications, questions):
            row = dict(connection.execute(select(table)).mappings().one())
            at = range(first.number + 1, first.number + MANY)
            connection.execute(insert(table), [row | {"number": number} for number in at])
    return store


def test_of_five_thousand_questions_the_first_are_shown_and_that_there_are_more(
    full: Store, config: BotConfig
) -> None:
    process = ProcessManager(config.daemon, clock=system_clock())
    commands = Commands(config, full, process, ring=lambda: None)

    listed = looked(commands, "questions")

    assert "more" in str(listed.message.blocks)
    assert "#1*" in str(listed.message.blocks)
    for verb in ("questions", "status", "notifications", "tasks"):
        found = looked(commands, verb).message
        # Slack takes no more (https://docs.slack.dev/reference/block-kit/blocks).
        assert len(found.blocks) <= 50
        assert len(str(found.blocks)) < 40_000
    assert len(full.questions.open()) <= 100
    assert len(full.questions.changeable()) <= 200


def looked(commands: Commands, verb: str) -> Reply:
    return commands.run(Intent(verb=verb), ADA, Via.SLACK)


def test_the_terminal_shows_twenty_of_five_thousand_questions_and_says_so(
    full: Store, config: BotConfig
) -> None:
    environment = {**os.environ, "COFFEE_HOME": str(config.daemon.home)}
    argv = [sys.executable, "-m", "coffee_bot", "questions"]

    done = subprocess.run(argv, env=environment, capture_output=True, text=True, check=True)

    assert full.questions.get(20).number == 20
    assert done.stdout.count("Which?") == 20
    assert "There are more: coffee questions --lines 200" in done.stdout
