"""The daemon's side of a run: start it, wait for it, stop it, look at what it prints."""

from __future__ import annotations

import subprocess
import sys
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from coffee_daemon.errors import AgentTrouble
from coffee_daemon.runner.order import Order, Result
from coffee_daemon.runner.output import read_tail
from coffee_daemon.system import private_folder, spawn_on_life_line, sweep, write_private

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

#: What the runner itself has to say, beside its result.
_RUNNER_LOG = "runner.log"
#: Seconds beyond its limits after which a runner that says nothing is taken for stuck. Generous:
#: it may still be taking down a large tree.
_STUCK_SECONDS = 60.0
#: Seconds beyond `kill_after` in which a runner ends after it was told to.
_STOP_PATIENCE_SECONDS = 6.0


class Run:
    """One run of an agent under a runner of its own. Its methods may be called from any thread.

    The tree ends with the agent, with `stop`, and with this process, however that ends. Take its
    end with `wait`, or a zombie stays until this process ends.
    """

    def __init__(
        self, folder: Path, order: Order, env: Mapping[str, str], runner: subprocess.Popen[bytes]
    ) -> None:
        self._folder = folder
        self._order = order
        self._marks = (env.get("COFFEE_HOME"), env.get("COFFEE_DAEMON"), env.get("COFFEE_TURN"))
        self._runner = runner

    @classmethod
    def start(
        cls,
        folder: Path,
        *,
        argv: Sequence[str],
        cwd: Path,
        env: Mapping[str, str],
        prompt: str,
        output_limit: int = 10_000_000,
        time_limit: float | None = None,
        kill_after: float = 5.0,
    ) -> Run:
        """Start an agent; returns as soon as its runner is on its way.

        Args:
            folder: The turn's own; made with mode 0700. What an earlier run left there is gone.
            argv: The agent's program and arguments. Never the prompt: that is data.
            cwd: Where it works.
            env: Its whole environment; hold COFFEE_HOME, COFFEE_DAEMON and COFFEE_TURN in it, or
                what it leaves behind cannot be found after a crash of daemon and runner.
            prompt: Given on standard input.
            output_limit: Bytes kept of what it prints.
            time_limit: Seconds it may take; None for ever.
            kill_after: Seconds between asking the tree to end and ending it.

        Raises:
            AgentTrouble: The runner cannot be started. What is wrong with the agent's own program
                is told by `Result.error`.
        """
        order = Order(
            argv=tuple(argv),
            cwd=str(cwd),
            output_limit=output_limit,
            time_limit=time_limit,
            kill_after=kill_after,
        )
        try:
            _lay_out(folder, order, prompt)
            runner = spawn_on_life_line(
                [sys.executable, "-P", "-E", "-m", "coffee_daemon.runner", str(folder)],
                cwd=folder,
                env=env,
                log=folder / _RUNNER_LOG,
            )
        except OSError as error:
            raise AgentTrouble(f"The agent's runner cannot be started: {error}.") from error
        return cls(folder, order, env, runner)

    @property
    def pid(self) -> int:
        """The runner's process number."""
        return self._runner.pid

    @property
    def patience(self) -> float | None:
        """Seconds after its start within which its runner ends it by itself; None without limit."""
        limit = self._order.time_limit
        return None if limit is None else limit + self._order.kill_after + _STUCK_SECONDS

    def wait(self, timeout: float | None = None) -> Result | None:
        """Wait until the whole tree has ended; None when `timeout` seconds were not enough."""
        try:
            self._runner.wait(timeout)
        except subprocess.TimeoutExpired:
            return None
        self._let_go()
        return Result.read(self._folder) or self._lost()

    def stop(self) -> None:
        """Tell the whole tree to end, by force after `kill_after`; returns at once."""
        self._let_go()

    def end(self) -> Result:
        """Stop it and wait; a runner that does not heed is killed with all it started."""
        self.stop()
        result = self.wait(self._order.kill_after + _STOP_PATIENCE_SECONDS)
        if result is None:
            self._runner.kill()
            self._runner.wait()
            result = self._lost()
        return result

    def last_output(self) -> datetime | None:
        """When the tree last printed something; None when it has not yet."""
        try:
            found = self._output.stat()
        except FileNotFoundError:
            return None
        return datetime.fromtimestamp(found.st_mtime, UTC) if found.st_size else None

    def tail(self, lines: int = 20, max_chars: int = 3000) -> str:
        """The last lines it printed, fit for showing."""
        return read_tail(self._output, lines=lines, max_chars=max_chars)

    @property
    def _output(self) -> Path:
        return self._folder / self._order.output_file

    def _let_go(self) -> None:
        assert self._runner.stdin is not None  # noqa: S101 - for the type checker
        with suppress(OSError):
            self._runner.stdin.close()

    def _lost(self) -> Result:
        """The runner died without a word: end what it left."""
        home, daemon, turn = self._marks
        if home and daemon and turn:
            sweep(Path(home), daemon, turn=turn)
        log = read_tail(self._folder / _RUNNER_LOG, lines=3, max_chars=500)
        said = f" It said: {log}" if log else ""
        return Result(error=f"The agent's runner died (exit {self._runner.returncode}).{said}")


def _lay_out(folder: Path, order: Order, prompt: str) -> None:
    private_folder(folder)
    for name in ("result.json", order.output_file, _RUNNER_LOG):
        (folder / name).unlink(missing_ok=True)
    write_private(folder / order.prompt_file, prompt, durable=False)
    order.write(folder)
