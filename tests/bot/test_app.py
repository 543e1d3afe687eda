from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
import threading
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from held import held
from waiting import eventually

from coffee_bot.app import build_app
from coffee_bot.app.slack import SDK_LOG
from coffee_bot.app.workers import SlowLane, Worker
from coffee_bot.cli import taken_from
from coffee_bot.sandbox import Effect, Fault, Moment, Sandbox, Settings
from coffee_daemon import (
    BadConfig,
    ManualClock,
    Refused,
    Store,
    bot_bell,
    ring,
    system_clock,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from coffee_bot.app import Bot
    from coffee_bot.config import BotConfig
    from coffee_bot.sandbox.envelopes import Envelope


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    """In real time: sockets and workers know no other."""
    with Sandbox(Settings(limits=None, ack_seconds=0.5, retry_seconds=(0.1, 0.2, 0.3))) as running:
        yield running


@pytest.fixture
def quick(config: BotConfig) -> BotConfig:
    return replace(config, post_interval=timedelta(0), settle=timedelta(seconds=1))


@pytest.fixture
def bot(quick: BotConfig) -> Iterator[Bot]:
    with Store.open(quick.daemon.database, clock=system_clock()) as store:
        built = build_app(quick, store=store)
        try:
            yield built
        finally:
            built.stop()


# Signing in


def test_a_channels_name_is_found(bot: Bot, sandbox: Sandbox) -> None:
    bot.config = replace(bot.config, channel="#dev")

    bot.start()

    assert bot.channel.id == sandbox.workspace.channel("dev").id


def test_a_public_channel_is_joined(bot: Bot, sandbox: Sandbox) -> None:
    bot.config = replace(bot.config, channel="#random")

    bot.start()

    assert sandbox.bot_user_id in sandbox.workspace.channel("random").members


@pytest.mark.parametrize(
    ("setting", "value", "words"),
    [
        ("bot_token", "xoxb-wrong", "SLACK_BOT_TOKEN"),
        ("app_token", "xapp-wrong", "SLACK_APP_TOKEN"),
        ("channel", "#nowhere", "#nowhere"),
        ("channel", "C0NOWHERE1", "/invite"),
    ],
)
def test_what_slack_refuses_is_said_in_one_line(
    bot: Bot, setting: str, value: str, words: str, caplog: pytest.LogCaptureFixture
) -> None:
    wrong: dict[str, Any] = {setting: value}
    bot.config = replace(bot.config, **wrong)

    with pytest.raises(BadConfig) as refused:
        bot.start()

    assert words in str(refused.value)
    assert "\n" not in str(refused.value)
    assert caplog.text == ""


def test_swapped_tokens_are_recognised(bot: Bot) -> None:
    config = bot.config
    bot.config = replace(config, bot_token=config.app_token, app_token=config.bot_token)

    with pytest.raises(BadConfig, match="swapped"):
        bot.start()


def test_an_archived_channel_is_refused(bot: Bot, sandbox: Sandbox) -> None:
    sandbox.workspace.archive("dev")

    with pytest.raises(BadConfig, match="archived"):
        bot.start()


def test_a_private_channel_without_an_invitation_is_refused_until_there_is_one(
    bot: Bot, sandbox: Sandbox
) -> None:
    sandbox.workspace.add_channel("board", members=["ada"], is_private=True)
    bot.config = replace(bot.config, channel="#board")
    with pytest.raises(BadConfig, match=r"#board.*/invite"):
        bot.start()

    sandbox.workspace.add_member("code_developer", "board")
    bot.start()


def test_trouble_of_the_network_is_waited_out_with_one_line(
    bot: Bot, sandbox: Sandbox, caplog: pytest.LogCaptureFixture
) -> None:
    lost = Fault(moment=Moment.BEFORE, effect=Effect.LOSE_REPLY, of="auth.test", times=2)
    sandbox.faults.add(lost)

    bot.start()

    assert sandbox.workspace.connections == 1
    (said,) = [one.getMessage() for one in caplog.records if one.levelname != "INFO"]
    assert "trying again" in said


def test_a_bot_that_nobody_may_control_says_so(bot: Bot, caplog: pytest.LogCaptureFixture) -> None:
    bot.config = replace(bot.config, admins=frozenset())

    bot.start()

    assert "COFFEE_ADMINS" in caplog.text


def test_bolt_finds_nothing_to_warn_of(bot: Bot, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING, logger=SDK_LOG.name)

    bot.start()

    assert "token" not in caplog.text


def test_slacks_settings_are_taken_out_of_the_environment() -> None:
    environment = {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_CLIENT_ID": "1.2", "PATH": "/bin"}

    taken = taken_from(environment)

    assert environment == {"PATH": "/bin"}
    assert taken["SLACK_BOT_TOKEN"] == "xoxb-1"


# One bot, and nothing left


def test_a_second_bot_for_the_same_folder_is_refused(bot: Bot, quick: BotConfig) -> None:
    bot.start()
    with Store.open(quick.daemon.database, clock=system_clock()) as store:
        second = build_app(quick, store=store)
        with pytest.raises(Refused, match="Another bot"):
            second.start()
        bot.stop()

        third = build_app(quick, store=store)
        third.start()
        third.stop()


def test_a_stop_leaves_no_thread_no_socket_and_no_file(bot: Bot, sandbox: Sandbox) -> None:
    before = set(threading.enumerate())
    home = bot.config.daemon.home
    bot.start()
    eventually((home / "bot_status.json").exists)

    bot.stop()

    eventually(lambda: sandbox.workspace.connections == 0)
    assert set(threading.enumerate()) <= before
    assert not (home / "bot_status.json").exists()
    assert not bot_bell(bot.config.daemon).exists()


def test_a_failed_start_leaves_nothing_either(bot: Bot) -> None:
    before = set(threading.enumerate())
    bot.config = replace(bot.config, app_token="xapp-wrong")

    with pytest.raises(BadConfig):
        bot.start()

    assert set(threading.enumerate()) <= before


def test_a_stop_does_not_wait_for_a_slack_that_hangs(bot: Bot, sandbox: Sandbox) -> None:
    bot.start()
    hangs = Fault(moment=Moment.BEFORE, effect=Effect.HANG, of="chat.postMessage")
    sandbox.faults.add(hangs)
    sandbox.workspace.say("ada", "dev", "@code_developer status")
    eventually(lambda: not sandbox.faults.left)
    begun = system_clock().monotonic()

    bot.stop()

    assert system_clock().monotonic() - begun < 6
    # Let the call that was left behind end before its record is closed.
    sandbox.stop()
    eventually(lambda: not any(one.name == "posts" for one in threading.enumerate()), 45)


# Acknowledgements


def from_people(sandbox: Sandbox) -> list[Envelope]:
    ada = sandbox.workspace.user("ada").id
    events = [one for one in sandbox.workspace.envelopes if one.kind == "events_api"]
    return [one for one in events if one.payload["event"].get("user") == ada]


def test_an_event_that_is_not_stored_yet_is_not_acknowledged_and_counts_once(
    bot: Bot, sandbox: Sandbox, quick: BotConfig
) -> None:
    bot.start()
    workspace = sandbox.workspace
    direct = workspace.dm("ada")
    with held(quick.daemon.home / "notifications.db"):
        workspace.say("ada", direct, "help")
        eventually(lambda: any(one.attempt for one in from_people(sandbox)), 5)
        assert not any(one.acked_at for one in from_people(sandbox))

    eventually(lambda: any("ask for" in one.text for one in workspace.messages(direct)))
    eventually(lambda: any(one.acked_at for one in from_people(sandbox)))
    assert len([one for one in workspace.messages(direct) if "ask for" in one.text]) == 1


def test_commands_are_answered_while_posts_wait_for_slack(bot: Bot, sandbox: Sandbox) -> None:
    bot.start()
    sandbox.faults.add(
        Fault(moment=Moment.BEFORE, effect=Effect.RATE_LIMITED, of="chat.postMessage", seconds=30)
    )

    seconds = [sandbox.workspace.command("ada", "dev", "/coffee", "help").seconds for _ in "123"]

    assert min(seconds) < 0.1


def test_the_doorbell_wakes_it(bot: Bot, quick: BotConfig, sandbox: Sandbox) -> None:
    bot.start()
    eventually(lambda: sandbox.workspace.messages("dev"))
    with Store.open(quick.daemon.database, clock=system_clock()) as store:
        store.create_notification("warning", "Roadmap", "Heading 2.6 is gone.")
    begun = system_clock().monotonic()

    assert ring(bot_bell(quick.daemon))
    eventually(lambda: any("2.6" in one.text for one in sandbox.workspace.messages("dev")))

    assert system_clock().monotonic() - begun < 2.0


def test_a_reply_below_a_post_of_unclear_outcome_counts_once_that_is_known(
    bot: Bot, quick: BotConfig, sandbox: Sandbox
) -> None:
    fault = Fault(moment=Moment.STORED, effect=Effect.LOSE_REPLY, of="chat.postMessage")
    bot.start()
    eventually(lambda: sandbox.workspace.messages("dev"), what="the status card")
    with Store.open(quick.daemon.database, clock=system_clock()) as store:
        sandbox.faults.add(fault)
        asked = store.questions.ask(daemon=quick.daemon.name, text="Which database?")
        bot.wake()
        (shown,) = eventually(lambda: sandbox.workspace.messages("dev")[1:])

        sandbox.workspace.say("ada", "dev", "SQLite", thread_ts=shown.ts)

        # The poll that backs everything up comes much later.
        eventually(lambda: store.questions.answers(asked.number), 8)


# In the foreground


def test_the_command_runs_until_a_signal(sandbox: Sandbox, tmp_path: Path) -> None:
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(tmp_path),
        "COFFEE_HOME": str(tmp_path / "home"),
        "COFFEE_CHANNEL": "#dev",
        "COFFEE_ADMINS": sandbox.workspace.user("ada").id,
        "SLACK_API_URL": sandbox.api_url,
        "SLACK_BOT_TOKEN": sandbox.bot_token,
        "SLACK_APP_TOKEN": sandbox.app_token,
    }
    running = subprocess.Popen(
        [sys.executable, "-m", "coffee_bot", "bot"],
        cwd=tmp_path,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        eventually(lambda: sandbox.workspace.connections == 1, 45)
        running.send_signal(signal.SIGTERM)
        said, _ = running.communicate(timeout=10)
    finally:
        running.kill()
        running.wait()

    assert running.returncode == 0
    assert "Traceback" not in said
    assert sandbox.bot_token not in said


# Workers


def test_a_worker_that_fails_goes_on() -> None:
    calls: list[None] = []

    def work() -> float | None:
        calls.append(None)
        if len(calls) == 1:
            raise OSError("the disk is full")
        return None

    worker = Worker("test", work)
    worker.start()
    eventually(lambda: len(calls) == 1)
    worker.wake()
    eventually(lambda: len(calls) == 2)
    worker.stop()


def test_what_comes_while_a_worker_works_wakes_it_again() -> None:
    calls: list[None] = []
    may_go_on = threading.Event()

    def work() -> float | None:
        calls.append(None)
        may_go_on.wait(5)
        return None

    worker = Worker("test", work)
    worker.start()
    eventually(lambda: len(calls) == 1)
    worker.wake()
    may_go_on.set()
    eventually(lambda: len(calls) == 2)
    worker.stop()


def test_slow_jobs_run_one_after_the_other_and_outlive_a_failure() -> None:
    done: list[int] = []
    lane = SlowLane(system_clock())
    lane.start()

    def fail() -> None:
        raise OSError("no")

    lane.add(fail)
    lane.add(lambda: done.append(1))
    lane.add(lambda: done.append(2))
    lane.stop()

    assert done == [1, 2]


def test_what_a_job_set_off_is_known_for_its_after_other_jobs_have_run() -> None:
    clock = ManualClock()
    lane = SlowLane(clock)
    lane.start()
    moments: list[datetime] = []

    def look(seconds: float) -> None:
        moments.append(clock.now())
        clock.advance(seconds)

    lane.add(lambda: look(10))
    lane.add(lambda: look(3600))
    lane.add(lambda: look(10))
    lane.stop()

    assert [lane.busy_at(moment) for moment in moments] == [True, True, True]
    assert lane.busy_at(moments[0] + timedelta(seconds=9))
    assert not lane.busy_at(moments[0] - timedelta(seconds=1))
    assert not lane.busy_at(clock.now() + timedelta(seconds=4))
