"""Bot and daemon frozen together, as by a host that sleeps: real processes, a clock that jumps."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
from waiting import eventually

from coffee_bot.sandbox import Sandbox, Settings
from coffee_daemon import Config, ProcessManager, Store, system_clock

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from coffee_bot.sandbox.envelopes import Envelope

MISSED, BACK = "Not heard from", "had not been heard of"
#: A bot as `coffee bot` runs it, but for its clock: that is ahead by what a file says.
BOT = """
import os, sys
from pathlib import Path
from coffee_bot.app import build_app
from coffee_bot.config import load_bot_config
from coffee_daemon import Store, SystemClock, system_clock

AHEAD = Path(sys.argv[1])


class Jumping(SystemClock):
    def now(self):
        from datetime import timedelta
        return super().now() + timedelta(seconds=float(AHEAD.read_text()))


clock = Jumping(system_clock().boot_source)
config = load_bot_config(os.environ)
with Store.open(config.daemon.database, clock=clock) as store:
    build_app(config, store=store, clock=clock).run()
"""


@dataclass
class Host:
    """A machine with a bot and a daemon, which can be put to sleep."""

    sandbox: Sandbox
    store: Store
    bot: subprocess.Popen[bytes]
    daemon: int
    ahead: Path

    def both(self, number: int) -> None:
        self.bot.send_signal(number)
        os.kill(self.daemon, number)

    def sleep(self, seconds: float) -> None:
        """Freeze both; time goes on for Slack."""
        self.both(signal.SIGSTOP)
        self.ahead.write_text(str(float(self.ahead.read_text()) + seconds))
        self.sandbox.workspace.post_due()

    def said(self, words: str) -> int:
        found = self.sandbox.workspace.messages("dev", replies=True)
        return sum(words in one.text for one in found)


@pytest.fixture
def ahead(tmp_path: Path) -> Path:
    path = tmp_path / "ahead"
    path.write_text("0")
    return path


@pytest.fixture
def sandbox(ahead: Path) -> Iterator[Sandbox]:
    def now() -> float:
        return time.time() + float(ahead.read_text() or 0)

    with Sandbox(Settings(limits=None, now=now)) as running:
        yield running


@pytest.fixture
def host(tmp_path: Path, sandbox: Sandbox, ahead: Path) -> Iterator[Host]:
    home = tmp_path / "home"
    home.mkdir(mode=0o700)
    (home / "config.toml").write_text(f'[daemon]\nworkdir = "{tmp_path}"\n')
    config = Config(home=home, project=tmp_path)
    own = {"HOME": str(home), "PATH": os.environ["PATH"], "COFFEE_HOME": str(home)}
    process = ProcessManager(config, clock=system_clock(), environment=own)
    slack = {
        "SLACK_BOT_TOKEN": sandbox.bot_token,
        "SLACK_APP_TOKEN": sandbox.app_token,
        "SLACK_API_URL": sandbox.api_url,
        "COFFEE_CHANNEL": "#dev",
        "COFFEE_ADMINS": sandbox.workspace.user("ada").id,
        "COFFEE_AWAY_SECONDS": "600",
        "COFFEE_POST_SECONDS": "0.05",
        "COFFEE_SETTLE_SECONDS": "1",
    }
    process.start()
    daemon = process.status().pid
    assert daemon is not None
    bot = subprocess.Popen([sys.executable, "-c", BOT, str(ahead)], env=own | slack)
    try:
        with Store.open(config.database, clock=system_clock()) as store:
            store.questions.ask(daemon=config.name, text="Which colour?")
            yield Host(sandbox, store, bot, daemon, ahead)
    finally:
        for number in (signal.SIGCONT, signal.SIGTERM):
            bot.send_signal(number)
        os.kill(daemon, signal.SIGCONT)
        bot.wait(20)
        process.stop()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGSTOP")
def test_bot_and_daemon_frozen_together_are_missed_once_and_an_orderly_stop_is_not(
    host: Host, sandbox: Sandbox
) -> None:
    def until(look: Callable[[], object], what: str) -> None:
        eventually(lambda: bool(look()), 40, what)

    until(lambda: sandbox.workspace.scheduled, "Slack has a message for the case")
    until(lambda: host.said("Which colour?"), "the question is shown")

    host.sleep(4 * 3600)
    host.sleep(4 * 3600)
    assert host.said(MISSED) == 1
    host.both(signal.SIGCONT)

    until(lambda: host.said(BACK), "it says that it is back")
    until(lambda: sandbox.workspace.scheduled, "and looks ahead again")
    assert (host.said(MISSED), host.said(BACK)) == (1, 1)
    assert host.said("for 8 h") == 1

    host.bot.terminate()
    assert host.bot.wait(20) == 0
    assert sandbox.workspace.scheduled == ()
    host.ahead.write_text(str(24 * 3600))
    sandbox.workspace.post_due()
    assert (host.said(MISSED), host.said(BACK)) == (1, 1)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGSTOP")
def test_a_reply_to_a_frozen_bot_is_one_answer_and_nothing_is_posted_twice(
    host: Host, sandbox: Sandbox
) -> None:
    workspace, store = sandbox.workspace, host.store
    (number,) = [one.number for one in store.questions.open()]
    eventually(lambda: host.said("Which colour?"), 40, "the question is shown")
    (ts,) = [one.ts for one in workspace.messages("dev") if "Which colour?" in one.text]
    eventually(lambda: workspace.scheduled, 40, "Slack has a message for the case")

    host.sleep(4 * 3600)
    workspace.say("ada", "dev", "Blue", thread_ts=ts)
    eventually(lambda: len(sent(sandbox, "Blue")) >= 2, 40, "Slack has repeated the reply")
    host.both(signal.SIGCONT)

    # The bot finds both in its socket, and reads the thread too.
    eventually(lambda: store.questions.answers(number), 40, "the reply is recorded")
    eventually(lambda: host.said(BACK), 40, "it says that it is back")
    eventually(lambda: any(one.acked_at for one in sent(sandbox, "Blue")), 40, "it is acknowledged")
    host.bot.terminate()
    assert host.bot.wait(20) == 0
    assert [one.text for one in store.questions.answers(number)] == ["Blue"]
    assert host.said("Which colour?") == 1
    assert host.said(MISSED) == host.said(BACK) == 1


def sent(sandbox: Sandbox, text: str) -> list[Envelope]:
    """Every time that Slack sent a message with these words."""
    events = [one for one in sandbox.workspace.envelopes if one.kind == "events_api"]
    return [one for one in events if one.payload["event"].get("text") == text]
