"""The line to Slack, over the wire: lost, ended, refused, shared, and a bot that is frozen."""

from __future__ import annotations

import json
import logging
import os
import signal
import socket
import subprocess
import sys
import time
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest
from bot_house import key_of
from slack_sdk import WebClient
from waiting import eventually

from coffee_bot.app import build_app
from coffee_bot.app.slack import SDK_LOG
from coffee_bot.channel import Channel
from coffee_bot.sandbox import Effect, Fault, Moment, Sandbox, Settings
from coffee_bot.watch import Absence, BackOff, Checkup, LineClient, Rivals, Roll
from coffee_bot.watch.rivals import ALIVE
from coffee_daemon import Config, ManualClock, Store, bot_bell, ring, system_clock

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from coffee_bot.app import Bot
    from coffee_bot.config import BotConfig

NAME = "code_developer"


class Shifted:
    """Slack's clock, which a test can put forward."""

    ahead = 0.0

    def __call__(self) -> float:
        return time.time() + self.ahead


@pytest.fixture
def slacks_clock() -> Shifted:
    return Shifted()


@pytest.fixture
def sandbox(slacks_clock: Shifted) -> Iterator[Sandbox]:
    with Sandbox(Settings(limits=None, now=slacks_clock)) as running:
        yield running


@pytest.fixture
def bot(config: BotConfig) -> Iterator[Bot]:
    quick = replace(config, post_interval=timedelta(0))
    with Store.open(quick.daemon.database, clock=system_clock()) as store:
        built = build_app(quick, store=store)
        try:
            built.start()
            yield built
        finally:
            built.stop()


def at_rest(sandbox: Sandbox) -> bool:
    """Whether Slack has not been asked anything for two seconds."""
    return time.time() - sandbox.workspace.calls()[-1].at > 2


def card(bot: Bot) -> dict[str, Any]:
    path = bot.config.daemon.home / "bot_status.json"
    told: dict[str, Any] = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    return told


@pytest.mark.parametrize("how", [Effect.RESET_SOCKET, Effect.DROP_SOCKET, Effect.SILENT_FIN])
def test_a_line_that_is_cut_is_back_within_seconds_and_told_in_one_line(
    bot: Bot, sandbox: Sandbox, how: Effect, caplog: pytest.LogCaptureFixture
) -> None:
    eventually(lambda: card(bot).get("link") == "connected")
    caplog.clear()

    with caplog.at_level(logging.INFO, logger="coffee_bot"):
        sandbox.workspace.end_sockets(how)
        eventually(lambda: "it is back after" in caplog.text, 8)

    said = [one for one in caplog.records if one.levelno >= logging.WARNING]
    assert [one.getMessage()[:28] for one in said] == ["The line to Slack was lost; "]
    assert [one.exc_info for one in said] == [None]
    assert sandbox.workspace.command("ada", "dev", "/coffee", "help").acked


def test_a_reply_that_went_into_a_half_open_line_is_recorded_once_the_line_is_rebuilt(
    bot: Bot, sandbox: Sandbox, config: BotConfig
) -> None:
    eventually(lambda: card(bot).get("link") == "connected", 30)
    with Store.open(config.daemon.database, clock=system_clock()) as store:
        asked = store.questions.ask(daemon=NAME, text="Which database?")
        bot.wake()
        (ts,) = eventually(lambda: shown(sandbox, f"question:{asked.number}"), 30)
        # What is still reading back since the start would find the reply without a new line.
        eventually(lambda: at_rest(sandbox), 60, "the bot is at rest")
        opened = len(sandbox.workspace.calls("apps.connections.open"))

        assert sandbox.workspace.end_sockets(Effect.HALF_OPEN, seconds=120) == 1
        sandbox.workspace.say("ada", "dev", "SQLite", thread_ts=ts)

        eventually(lambda: store.questions.answers(asked.number), 90, "the reply is recorded")
        assert len(sandbox.workspace.calls("apps.connections.open")) > opened
    eventually(lambda: card(bot).get("link") == "connected", 30)


def shown(sandbox: Sandbox, key: str) -> list[str]:
    return [one.ts for one in sandbox.workspace.messages("dev") if key_of(one) == key]


def test_a_line_that_slack_turns_away_is_tried_ever_less_often(bot: Bot, sandbox: Sandbox) -> None:
    away = Fault(moment=Moment.SOCKET, effect=Effect.TURN_AWAY, times=None)
    sandbox.faults.add(away)
    sandbox.workspace.end_sockets(Effect.RESET_SOCKET)

    eventually(lambda: len(sandbox.faults.log) >= 2)
    begun = time.monotonic()
    eventually(lambda: len(sandbox.faults.log) >= 3, 8)

    assert time.monotonic() - begun > 0.5
    sandbox.faults.clear()
    eventually(lambda: sandbox.workspace.command("ada", "dev", "/coffee", "help").acked, 45)
    assert bot.config.channel


def test_another_program_on_the_line_is_told_in_the_channel(
    bot: Bot, sandbox: Sandbox, caplog: pytest.LogCaptureFixture
) -> None:
    sandbox.workspace.set_rivals(1)
    # Each cut line brings another hello, with Slack's count.
    for number in (1, 2):
        sandbox.workspace.end_sockets(Effect.RESET_SOCKET)
        eventually(partial(is_back, caplog, number), 45)

    eventually(lambda: alarmed(sandbox), 45)
    eventually(lambda: card(bot).get("shared_connections"))
    assert any("Another program" in one for one in card(bot)["notes"])


def is_back(caplog: pytest.LogCaptureFixture, times: int) -> bool:
    return caplog.text.count("it is back after") >= times


def alarmed(sandbox: Sandbox) -> bool:
    return any("🚨" in one.text for one in sandbox.workspace.messages("dev"))


def test_a_handshake_that_nobody_answers_leaves_no_socket_open() -> None:
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        line = LineClient(
            "xapp-1-A0-x", web_client=WebClient(token="xoxb-x"), logger=SDK_LOG, ping_interval=3.0
        )
        line.wss_uri = f"ws://127.0.0.1:{deaf.getsockname()[1]}/link"

        line.connect()

        heard, _ = deaf.accept()
        with heard:
            heard.settimeout(5)
            while heard.recv(4096):
                pass
        line.close()


def test_a_bot_writes_its_row_and_says_goodbye(bot: Bot, config: BotConfig) -> None:
    with Store.open(config.daemon.database, clock=system_clock()) as store:
        (row,) = eventually(store.presence.list_bots)
        assert (row.pid, row.state) == (os.getpid(), "at work")

        bot.stop()

        assert [one.state for one in store.presence.list_bots()] == ["stopped"]


# Pauses


def test_the_first_try_comes_at_once_and_then_the_pauses_grow() -> None:
    back_off, now, waits = BackOff(), 1000.0, []
    for _ in range(9):
        assert back_off.due(now)
        back_off.tried(now)
        waits.append(back_off.wait(now))
        now += waits[-1]

    assert waits == [1, 2, 4, 8, 16, 32, 60, 60, 60]


def test_sleep_a_frozen_process_and_a_clock_that_was_set_are_noticed(clock: ManualClock) -> None:
    absence = Absence(clock)
    assert not absence.look()
    clock.advance(15)
    assert not absence.look()
    clock.sleep(60)
    assert absence.look()
    clock.advance(60)
    assert absence.look()
    clock.at -= timedelta(hours=1)
    assert absence.look()
    assert not absence.look()


# The token


def test_a_token_that_was_taken_away_is_told_once(
    sandbox: Sandbox, client: WebClient, clock: ManualClock, caplog: pytest.LogCaptureFixture
) -> None:
    checkup = Checkup(client, clock)
    assert checkup.look() == pytest.approx(60)
    sandbox.faults.add(
        Fault(
            moment=Moment.BEFORE,
            effect=Effect.REFUSE,
            of="auth.test",
            error="token_revoked",
            times=3,
        )
    )
    for _ in range(3):
        clock.advance(60)
        checkup.look()

    assert "token_revoked" in checkup.trouble
    assert caplog.text.count("token_revoked") == 1
    clock.advance(60)
    checkup.look()
    assert checkup.trouble == ""


# Others on our connections


@pytest.fixture
def rivals(store: Store, clock: ManualClock, config: BotConfig) -> Rivals:
    roll = Roll(config.daemon, store, clock, "ada-laptop")
    asked: list[None] = []
    return Rivals(
        store, roll, clock, Channel(store, config.channel), lambda: asked.append(None), lambda: None
    )


def alarms(store: Store) -> list[str]:
    found = [store.posts.get(f"rivals:{number}") for number in range(1, 9)]
    return [post.text for post in found if post is not None]


def test_two_hellos_with_strangers_raise_one_alarm_until_it_is_over(
    rivals: Rivals, store: Store
) -> None:
    rivals.hello(2)
    assert alarms(store) == []
    for _ in range(3):
        rivals.hello(2)

    (alarm,) = alarms(store)
    assert "Slack counts 2, but 1 bot is at work" in alarm
    assert "Stop the other program" in alarm

    rivals.hello(1)
    rivals.hello(1)
    assert [one[:1] for one in alarms(store)] == ["🚨", "✅"]


def test_a_connection_of_our_own_that_was_ending_is_no_alarm(
    rivals: Rivals, store: Store, clock: ManualClock
) -> None:
    rivals.hello(2)
    assert rivals.look() == pytest.approx(120)
    clock.advance(121)
    asked = rivals.look()
    rivals.hello(1)

    assert asked
    assert alarms(store) == []
    assert rivals.look() is None


def test_another_bot_of_the_same_record_is_no_stranger(
    rivals: Rivals, store: Store, clock: ManualClock, config: BotConfig
) -> None:
    other = Roll(Config(home=config.daemon.home, project=config.daemon.project), store, clock, "b")
    other.sign()
    rivals.hello(2)
    rivals.hello(2)
    assert alarms(store) == []

    clock.advance(ALIVE.total_seconds() + 1)
    rivals.hello(2)
    rivals.hello(2)
    assert len(alarms(store)) == 1


# Nobody home


def test_a_frozen_bot_is_missed_once_and_one_that_was_stopped_is_not(
    sandbox: Sandbox, slacks_clock: Shifted, config: BotConfig, tmp_path: Path
) -> None:
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(tmp_path),
        "COFFEE_HOME": str(config.daemon.home),
        "SLACK_BOT_TOKEN": sandbox.bot_token,
        "SLACK_APP_TOKEN": sandbox.app_token,
        "SLACK_API_URL": sandbox.api_url,
        "COFFEE_CHANNEL": config.channel,
    }
    with Store.open(config.daemon.database, clock=system_clock()) as store:
        store.questions.ask(daemon=NAME, text="Which database?")
    argv = [sys.executable, "-m", "coffee_bot", "bot"]
    with subprocess.Popen(argv, env=environment, cwd=tmp_path) as running:
        try:
            eventually(lambda: len(planned(sandbox)) == 1, 45)
            running.send_signal(signal.SIGSTOP)
            for _ in range(3):
                slacks_clock.ahead += 1000
                sandbox.workspace.post_due()
            assert len(missed(sandbox)) == 1

            # Slack's clock is far ahead of the bot's by now: only its going is looked at.
            slacks_clock.ahead = 0
            running.send_signal(signal.SIGCONT)
            running.send_signal(signal.SIGTERM)
            running.wait(15)
        finally:
            running.kill()
    assert planned(sandbox) == []
    assert len(missed(sandbox)) == 1
    assert ring(bot_bell(config.daemon)) is False


def planned(sandbox: Sandbox) -> list[Any]:
    client = WebClient(token=sandbox.bot_token, base_url=sandbox.api_url, retry_handlers=[])
    answer: Any = client.chat_scheduledMessages_list()
    return list(answer["scheduled_messages"])


def missed(sandbox: Sandbox) -> list[str]:
    texts = [one.text for one in sandbox.workspace.messages("dev")]
    return [one for one in texts if "Not heard from" in one]
