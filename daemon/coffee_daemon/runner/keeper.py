"""The runner's own process: the agent's parent, and the end of everything the agent starts."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from coffee_daemon.runner.order import Order, Result
from coffee_daemon.runner.output import BoundedOutput
from coffee_daemon.runner.tree import end_tree, reap
from coffee_daemon.system import SignalBell, become_reaper, resolve_program

if TYPE_CHECKING:
    from types import FrameType

_CHUNK_BYTES = 65_536
_LIFE_LINE = 0
#: The pipe closes when the tree is gone; this is for whoever was handed it from outside.
_LAST_WORDS_SECONDS = 2.0


def keep(folder: Path) -> None:
    """Run the turn described in `folder`, and leave its result there.

    Standard input is the life line: when it closes, the whole tree is taken down.
    """
    os.umask(0o077)
    with SignalBell() as bell:
        news = News(bell)
        _listen(news)
        order = Order.read(folder)
        become_reaper()
        with BoundedOutput(folder / order.output_file, order.output_limit) as output:
            result = _Turn(folder, order, output, news).run()
        result.write(folder)


class News:
    """What wakes the keeper: a child that ended, and the wish to stop."""

    def __init__(self, bell: SignalBell) -> None:
        self.bell = bell
        #: The daemon let go of the life line, or somebody asked.
        self.stop = False

    def on_stop(self) -> None:
        """Stop; safe from signal handlers and threads."""
        self.stop = True
        self.bell.ring()


class _Turn:
    """The agent from its start to the end of the last process it left."""

    def __init__(self, folder: Path, order: Order, output: BoundedOutput, news: News) -> None:
        self._folder = folder
        self._order = order
        self._output = output
        self._news = news
        self._stopped = False
        self._timed_out = False

    def run(self) -> Result:
        try:
            agent = self._start()
        except OSError as error:
            return Result(error=_cannot_run(self._order, error))
        with agent:
            reader = threading.Thread(target=self._read, args=(agent,), daemon=True)
            reader.start()
            self._wait(agent)
            end_tree(agent, self._order.kill_after)
            reader.join(_LAST_WORDS_SECONDS)
        return self._result(agent.returncode)

    def _start(self) -> subprocess.Popen[bytes]:
        order = self._order
        program = resolve_program(order.argv[0], os.environ.get("PATH"))
        if program is None:
            raise FileNotFoundError(f"there is no program {order.argv[0]!r} on its PATH")
        with (self._folder / order.prompt_file).open("rb") as prompt:
            agent = subprocess.Popen(
                [program, *order.argv[1:]],
                cwd=order.cwd,
                stdin=prompt,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                bufsize=0,
                # Apart from us, so that whatever it does to its own group spares its keeper.
                start_new_session=True,
            )
        if os.name == "nt":
            threading.Thread(target=_watch, args=(agent, self._news), daemon=True).start()
        return agent

    def _read(self, agent: subprocess.Popen[bytes]) -> None:
        assert agent.stdout is not None  # noqa: S101 - for the type checker
        with suppress(ValueError):  # closed under us, after the last words
            while data := agent.stdout.read(_CHUNK_BYTES):
                self._output.write(data)

    def _wait(self, agent: subprocess.Popen[bytes]) -> None:
        limit = self._order.time_limit
        deadline = None if limit is None else time.monotonic() + limit
        while agent.returncode is None and not self._news.stop:
            left = None if deadline is None else max(0.0, deadline - time.monotonic())
            if not self._news.bell.wait(left):
                self._timed_out = True
                return
            reap(agent)
        # Who ended well at that very moment has ended well.
        self._stopped = self._news.stop and agent.returncode != 0

    def _result(self, code: int) -> Result:
        return Result(
            exit=code if code >= 0 else None,
            signal=-code if code < 0 else None,
            stopped=self._stopped,
            timed_out=self._timed_out,
            output_bytes=self._output.total,
            cut=self._output.cut,
        )


def _listen(news: News) -> None:
    """Heed signals and the life line's end."""

    def on_stop(_number: int, _frame: FrameType | None) -> None:
        news.on_stop()

    def on_child(_number: int, _frame: FrameType | None) -> None:
        """The bell has rung already."""

    signal.signal(signal.SIGTERM, on_stop)
    signal.signal(signal.SIGINT, on_stop)
    if sys.platform != "win32":
        signal.signal(signal.SIGHUP, on_stop)
        signal.signal(signal.SIGCHLD, on_child)
    threading.Thread(target=_hold, args=(news,), daemon=True).start()


def _hold(news: News) -> None:
    """Hold the life line until its other end is let go of."""
    with suppress(OSError):
        while os.read(_LIFE_LINE, 1):
            pass
    news.on_stop()


def _watch(agent: subprocess.Popen[bytes], news: News) -> None:
    """Windows has no SIGCHLD. Not run here."""
    agent.wait()
    news.bell.ring()


def _cannot_run(order: Order, error: OSError) -> str:
    if not Path(order.cwd).is_dir():
        return f"The agent cannot be run: its folder {order.cwd} is gone."
    return f"The agent cannot be run: {error.strerror or error}."
