"""A daemon without a record: it registers, beats and heeds; its ways of failing are arguments."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from datetime import timedelta

from coffee_daemon.config import load_config
from coffee_daemon.doorbell import Doorbell, daemon_bell
from coffee_daemon.errors import CoffeeError
from coffee_daemon.process import Register
from coffee_daemon.runner import Run
from coffee_daemon.system import system_clock

HEARTBEAT = timedelta(seconds=0.1)


def serve(ways: set[str]) -> None:
    config = load_config(os.environ, heartbeat=HEARTBEAT)
    stopping = threading.Event()
    nonce = os.environ.get("COFFEE_START_NONCE", "")
    with (
        Register.open(config, clock=system_clock(), nonce=nonce) as register,
        Doorbell(daemon_bell(config)) as bell,
    ):

        def on_stop(_number: int, _frame: object) -> None:
            stopping.set()
            bell.ring()

        if "never-ready" in ways:
            time.sleep(1000)
        signal.signal(signal.SIGTERM, signal.SIG_IGN if "deaf" in ways else on_stop)
        signal.signal(signal.SIGINT, on_stop)
        run = start_agent() if "agent" in ways else None
        task = "PRIORITY 2.6 - CI Testing" if "working" in ways else None
        register.update(state="working" if task else "idle", current_task=task, task_number=1)
        while "deaf" in ways or not stopping.is_set():
            bell.wait(HEARTBEAT.total_seconds())
            request = register.stop_request()
            if request and not (request.after_turn and "working" in ways):
                stopping.set()
            if "hang" not in ways:
                register.beat()
        if run:
            run.end()
        register.close("told to stop")


def start_agent() -> Run:
    config = load_config(os.environ)
    env = {
        "PATH": os.environ["PATH"],
        "COFFEE_HOME": str(config.home),
        "COFFEE_DAEMON": config.name,
        "COFFEE_TURN": "turn-1",
    }
    code = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(1000)"
    argv = [sys.executable, "-c", code]
    folder = config.state / "turns" / "1-1"
    folder.parent.mkdir(exist_ok=True)
    return Run.start(folder, argv=argv, cwd=config.home, env=env, prompt="", kill_after=0.3)


def main() -> int:
    ways = set(sys.argv[1:])
    if "crash" in ways:
        sys.stderr.write("\x1b[31mTraceback: no coffee left\x1b[0m\n")
        return 1
    if "blab" in ways:
        sys.stderr.write("xoxb-\x1b[31m1234567890-canary\x1b[0m is no good\n")
        return 1
    try:
        serve(ways)
    except CoffeeError as error:
        sys.stderr.write(f"{error}\n")
        return error.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main())
