from __future__ import annotations

import sys
from contextlib import closing
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from a_week import CRASHES, QUESTIONS, TASKS, Week

from coffee_bot.config import BotConfig
from coffee_bot.sandbox import Sandbox, Settings
from coffee_daemon import Config, ManualClock, Store, TaskState

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Iterator
    from pathlib import Path

MOST = 150


@pytest.fixture
def week(tmp_path: Path) -> Iterator[Week]:
    clock = ManualClock()
    now = Settings(limits=None, now=lambda: clock.now().timestamp())
    with Sandbox(now) as sandbox:
        config = settings(tmp_path, sandbox)
        with (
            Store.open(config.daemon.database, clock=clock) as store,
            closing(Week(sandbox, config, store, clock)) as played,
        ):
            yield played


def settings(folder: Path, sandbox: Sandbox) -> BotConfig:
    ada, bob = (sandbox.workspace.user(name).id for name in ("ada", "bob"))
    return BotConfig(
        daemon=Config(home=folder / "home", project=folder),
        bot_token=sandbox.bot_token,
        app_token=sandbox.app_token,
        api_url=sandbox.api_url,
        channel=sandbox.workspace.channel("dev").id,
        admins=frozenset({ada}),
        members=frozenset({bob}),
        ask_first=(bob,),
        post_interval=timedelta(seconds=1),
    )


def told(channel: Counter[str], threads: Counter[str]) -> str:
    by_kind = ", ".join(f"{count} {kind}" for kind, count in channel.most_common())
    below = ", ".join(f"{count} {kind}" for kind, count in threads.most_common())
    return (
        f"\nA week in the channel: {channel.total()} messages: {by_kind}\n"
        f"and in threads {threads.total()}: {below}\n"
    )


@pytest.mark.timeout(300)
def test_a_week_of_work_is_told_in_fewer_than_150_messages(
    week: Week, capsys: pytest.CaptureFixture[str]
) -> None:
    week.play()

    channel, threads = week.counted()
    with capsys.disabled():
        sys.stdout.write(told(channel, threads))
    assert channel["task"] == TASKS
    assert len(week.asked) == QUESTIONS
    assert channel["question"] == QUESTIONS - week.untold()
    assert channel["transition"] >= CRASHES
    assert sum(channel.values()) < MOST
    assert not week.store.posts.troubles()
    done = week.store.tasks.list(daemon="code_developer", states={TaskState.DONE}, limit=100)
    assert len(done) > TASKS / 2
