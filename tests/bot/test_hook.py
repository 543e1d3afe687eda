from __future__ import annotations

import json
import logging
import sys
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import psutil
import pytest
from waiting import eventually

from coffee_bot.hook import Hook
from coffee_daemon import DaemonState, NotificationType, Person, Store, Via, run_bounded

if TYPE_CHECKING:
    from pathlib import Path

    from coffee_bot.config import BotConfig

DAEMON = "code_developer"
#: Adds what it is given, and a name of its environment, to a file.
KEEPER = """\
import json, os, sys
event = json.loads(sys.stdin.read())
event["environment"] = {k: v for k, v in os.environ.items() if "COFFEE" in k or "SLACK" in k}
event["own"] = os.environ.get("PAGER_KEY")
with open(sys.argv[1], "a") as out:
    out.write(json.dumps(event) + "\\n")
"""


def told(config: BotConfig, *command: str) -> BotConfig:
    environment = {"PAGER_KEY": "mine"}
    daemon = replace(config.daemon, on_event=(sys.executable, "-c", *command))
    return replace(config, daemon=daemon, environment=environment)


def events(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


def test_each_event_is_handed_over_once_and_what_was_before_is_not(
    config: BotConfig, store: Store, tmp_path: Path
) -> None:
    kept = tmp_path / "events"
    store.create_notification(NotificationType.ERROR, "Old", "Long ago.")
    store.transitions.observe(DAEMON, DaemonState.CRASHED, "old")
    hook = Hook(told(config, KEEPER, str(kept)), store)
    assert hook.work() is None

    task = store.tasks.tell(
        daemon=DAEMON, text="build it", who=Person(id="U1", name="Ada"), via=Via.CLI
    )
    question = store.questions.ask(daemon=DAEMON, text="Which <one> & why, größer?")
    store.transitions.observe(DAEMON, DaemonState.WORKING, "")
    store.transitions.observe(DAEMON, DaemonState.CRASHED, "exit code 1")
    store.transitions.observe("another", DaemonState.CRASHED, "not ours")
    while hook.work() is not None:
        pass
    Hook(told(config, KEEPER, str(kept)), store).work()

    found = events(kept)
    assert [(one["event"], one["number"]) for one in found] == [
        ("question", question.number),
        ("crashed", None),
    ]
    assert found[0]["text"] == "Which <one> & why, größer?"
    assert (found[1]["text"], found[1]["daemon"]) == ("exit code 1", DAEMON)
    assert task.number not in [one["number"] for one in found]


def test_it_sees_its_own_environment_and_nothing_that_is_ours(
    config: BotConfig, store: Store, tmp_path: Path
) -> None:
    kept = tmp_path / "events"
    hook = Hook(told(config, KEEPER, str(kept)), store)
    hook.work()
    store.questions.ask(daemon=DAEMON, text="Which?")
    hook.work()

    [found] = events(kept)
    assert found["own"] == "mine"
    assert found["environment"] == {
        "COFFEE_HOME": str(config.daemon.home),
        "COFFEE_DAEMON": DAEMON,
    }


@pytest.mark.parametrize(
    ("script", "said"),
    [("import sys; sys.exit(3)", "ended with 3"), ("not python", "ended with 1")],
)
def test_a_command_that_fails_is_told_in_the_log_and_not_called_again(
    config: BotConfig, store: Store, caplog: pytest.LogCaptureFixture, script: str, said: str
) -> None:
    hook = Hook(told(config, script), store)
    hook.work()
    store.questions.ask(daemon=DAEMON, text="Which?")

    with caplog.at_level(logging.WARNING):
        hook.work()
        hook.work()

    assert [said in one.getMessage() for one in caplog.records] == [True]


def test_a_command_that_is_not_there_is_told_and_nothing_stops(
    config: BotConfig, store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    daemon = replace(config.daemon, on_event=("/nowhere/at-all",))
    hook = Hook(replace(config, daemon=daemon), store)
    hook.work()
    store.questions.ask(daemon=DAEMON, text="Which?")

    assert hook.work() == 0.0
    assert "cannot be run" in caplog.text


def test_a_program_that_takes_too_long_is_ended_with_what_it_has_started(tmp_path: Path) -> None:
    pids = tmp_path / "pids"
    script = (
        "import os, subprocess, sys, time\n"
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'])\n"
        f"open({str(pids)!r}, 'w').write(f'{{os.getpid()}} {{child.pid}}')\n"
        "time.sleep(600)\n"
    )
    argv = (sys.executable, "-c", script)

    code = run_bounded(argv, b"x" * 20_000, env={}, seconds=60, stopping=pids.exists)

    assert code is None
    numbers = [int(one) for one in pids.read_text().split()]
    eventually(lambda: not any(psutil.pid_exists(pid) for pid in numbers), what="both are gone")
