"""The two sides: a bot and a daemon, each a real process that is started and killed."""

from __future__ import annotations

import subprocess
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from chaos import inhabitants
from waiting import eventually
from workshop import ADA

from coffee_daemon import ProcessManager, ProcessTrouble

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chaos.place import Place

    from coffee_bot.sandbox import Workspace

_UP_SECONDS = 60.0


class Side(Protocol):
    """What can be started, killed, and ended in order."""

    #: What went wrong without our doing.
    troubles: list[str]

    def begin(self) -> None:
        """Start it; returns at once."""

    def wait_up(self) -> None:
        """Wait until it works, or has given up."""

    def kill(self) -> bool:
        """Kill it; false when there was nothing to kill."""
        ...

    def stop(self) -> None:
        """End it in order."""


@dataclass
class BotSide:
    """The bot, started with an argv of ours."""

    place: Place
    workspace: Workspace
    argv: Sequence[str]
    troubles: list[str] = field(default_factory=list)
    #: An exit code that is no trouble, for it is wanted.
    meant: int | None = None
    _process: subprocess.Popen[bytes] | None = None

    def begin(self) -> None:
        with self.place.bot_log.open("ab") as log:
            self._process = subprocess.Popen(
                self.argv,
                env=self.place.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )

    def wait_up(self) -> None:
        eventually(lambda: self._is_up() or not self._lives(), _UP_SECONDS, "the bot is connected")
        self._note_an_end_of_its_own()

    def kill(self) -> bool:
        self._note_an_end_of_its_own()
        if not self._lives():
            return False
        assert self._process is not None
        self._process.kill()
        self._process.wait()
        return True

    def stop(self) -> None:
        self._note_an_end_of_its_own()
        if self._process is not None and self._lives():
            self._process.terminate()
            if self._process.wait(timeout=30):
                self.troubles.append(f"the bot ended with {self._process.returncode}")

    @property
    def ended(self) -> int | None:
        """The exit code of the last one; None while it lives, or before there is one."""
        return None if self._process is None else self._process.poll()

    def _lives(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def _is_up(self) -> bool:
        return self._lives() and self.workspace.connections > 0

    def _note_an_end_of_its_own(self) -> None:
        if self.ended not in {None, self.meant}:
            self.troubles.append(f"the bot ended with {self.ended}")


@dataclass
class DaemonSide:
    """The daemon, started as a person does it."""

    place: Place
    troubles: list[str] = field(default_factory=list)
    #: Processes of turns that a new daemon had not ended when it was ready.
    orphans: set[int] = field(default_factory=set)
    _starter: threading.Thread | None = None
    _failure: ProcessTrouble | None = None

    def __post_init__(self) -> None:
        keep = {"HOME", "PATH"}
        environment = {name: self.place.environment[name] for name in keep}
        # How fast it starts is not the question here, on a machine this busy.
        self._manager = ProcessManager(
            self.place.config, environment=environment, start_timeout=_UP_SECONDS
        )

    def begin(self) -> None:
        self._failure = None
        self._starter = threading.Thread(target=self._start)
        self._starter.start()

    def wait_up(self) -> None:
        assert self._starter is not None
        self._starter.join()
        if self._failure is not None:
            self.troubles.append(str(self._failure))
            return
        for pid in inhabitants.daemons(self.place.config.home):
            self.orphans.update(inhabitants.left_behind(self.place.config.home, pid))

    def kill(self) -> bool:
        found = inhabitants.daemons(self.place.config.home)
        for pid in found:
            inhabitants.kill(pid)
        if self._starter is not None:
            self._starter.join()
        return bool(found)

    def kill_runner(self) -> bool:
        """Kill the runner of the present turn; false when there is none."""
        found = inhabitants.runners(self.place.config.home)
        for pid in found:
            inhabitants.kill(pid)
        return bool(found)

    def stop(self) -> None:
        self._manager.stop(who=ADA)

    def _start(self) -> None:
        try:
            self._manager.start(who=ADA)
        except ProcessTrouble as trouble:
            self._failure = trouble


@dataclass
class BothSides:
    """Bot and daemon as one side: they die at the same instant."""

    bot: BotSide
    daemon: DaemonSide
    #: Each of the two has its own.
    troubles: list[str] = field(default_factory=list)

    def begin(self) -> None:
        self.bot.begin()
        self.daemon.begin()

    def wait_up(self) -> None:
        self.bot.wait_up()
        self.daemon.wait_up()

    def kill(self) -> bool:
        # Found first, so that nothing lies between the two kills.
        daemons = inhabitants.daemons(self.daemon.place.config.home)
        for pid in daemons:
            inhabitants.kill(pid)
        return self.bot.kill() | self.daemon.kill() | bool(daemons)

    def stop(self) -> None:
        self.bot.stop()
        self.daemon.stop()
