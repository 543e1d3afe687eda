"""Everything the tour needs, started and taken down again."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from coffee_bot.demo.project import make_project, write_settings
from coffee_bot.sandbox import Sandbox, Settings
from coffee_daemon import CoffeeError, DaemonState, ProcessManager, load_config, private_folder

if TYPE_CHECKING:
    from types import TracebackType
    from typing import Self

CHANNEL = "dev"

_BOT_READY_SECONDS = 20.0
_BOT_STOP_SECONDS = 10.0


class Stage:
    """A sandbox, a project, a home, a running bot; the daemon is started by the tour."""

    def __init__(self, port: int = 0, agent: str | None = None) -> None:
        self._agent = agent
        # The limits are Slack's own; a tour of half a minute would spend it waiting for them.
        self.sandbox = Sandbox(Settings(port=port, limits=None))
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        try:
            self._set()
        except BaseException:
            self._stack.close()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stack.close()

    def bot_log(self) -> str:
        """The last lines of what the bot printed."""
        lines = self._log.read_text(encoding="utf-8", errors="replace").splitlines()
        return "\n".join(lines[-10:])

    def daemon_pid(self) -> int | None:
        """The process of the daemon, once it waits for people; None while it is at something."""
        now = self._manager().status()
        return now.pid if now.state is DaemonState.WAITING else None

    def kill_daemon(self, pid: int) -> None:
        """End the daemon as a crash would: at once, with no last word."""
        # Where there is no KILL, TERM is as hard.
        os.kill(pid, getattr(signal, "SIGKILL", signal.SIGTERM))

    def _set(self) -> None:
        folder = Path(self._stack.enter_context(TemporaryDirectory(prefix="coffee-demo-")))
        self.home, self.project = folder / "home", folder / "coffee-corner"
        self._log = folder / "bot.log"
        private_folder(self.home)
        make_project(self.project)
        write_settings(self.home, self.project, self._agent)
        self._stack.enter_context(self.sandbox)
        self._stack.callback(self._stop_daemon)
        self._start_bot()

    def _start_bot(self) -> None:
        log = self._stack.enter_context(self._log.open("w", encoding="utf-8"))
        bot = subprocess.Popen(
            [sys.executable, "-m", "coffee_bot", "bot"],
            cwd=self.project,
            env=self._environment(),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            # Ctrl-C is for us alone: we end the bot in order.
            start_new_session=True,
        )
        self._stack.callback(_end, bot)
        deadline = time.monotonic() + _BOT_READY_SECONDS
        while not self.sandbox.workspace.connections:
            if bot.poll() is not None or time.monotonic() > deadline:
                raise CoffeeError("The bot did not start.", hint=self.bot_log())
            time.sleep(0.05)

    def _environment(self) -> dict[str, str]:
        ours = {
            "COFFEE_HOME": str(self.home),
            "COFFEE_CHANNEL": f"#{CHANNEL}",
            "COFFEE_ADMINS": self.sandbox.workspace.user("ada").id,
            "COFFEE_MEMBERS": self.sandbox.workspace.user("bob").id,
            "COFFEE_QUIET_SECONDS": "2",
            "COFFEE_POST_SECONDS": "0.2",
            "SLACK_API_URL": self.sandbox.api_url,
            "SLACK_BOT_TOKEN": self.sandbox.bot_token,
            "SLACK_APP_TOKEN": self.sandbox.app_token,
        }
        return {**_without_settings(os.environ), **ours}

    def _stop_daemon(self) -> None:
        self._manager().stop()

    def _manager(self) -> ProcessManager:
        return ProcessManager(load_config({"COFFEE_HOME": str(self.home)}))


def _without_settings(environment: os._Environ[str]) -> dict[str, str]:
    """The person's environment without their own bot's settings and tokens."""
    return {
        name: value
        for name, value in environment.items()
        if not name.startswith(("COFFEE_", "SLACK_"))
    }


def _end(bot: subprocess.Popen[bytes]) -> None:
    bot.terminate()
    try:
        bot.wait(_BOT_STOP_SECONDS)
    except subprocess.TimeoutExpired:
        bot.kill()
        bot.wait()
