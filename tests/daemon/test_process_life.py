"""Whatever people, the watch and accidents do: one daemon at most, and its true status."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import psutil
import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from process_house import ADA, House
from waiting import eventually

from coffee_bot.watch.policy import wants_start
from coffee_daemon.config import Config
from coffee_daemon.errors import ProcessTrouble, StartFailed, Unproven
from coffee_daemon.process import StateFiles, StopRequest
from coffee_daemon.process.files import write_stop_request
from coffee_daemon.status import DaemonState, StatusRecord, read_record, read_wish, wish_file
from coffee_daemon.system import process_facts

if TYPE_CHECKING:
    from collections.abc import Callable

#: `make endure` lives more of them.
LIVES = int(os.environ.get("COFFEE_TEST_LIVES", "5"))
STEPS = 14
TERMINAL = Path(__file__).with_name("stand_in_terminal.py")
GRACE_SECONDS = 1.0
START_SECONDS = 5.0
SETTLE_SECONDS = 10.0

#: Looks like the daemon and never was one; tells when anybody signals it.
INNOCENT = """
import signal, sys, time
def hit(number, _frame):
    open(sys.argv[1], "a").write(f"{number} ")
for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
    signal.signal(number, hit)
print("ready", flush=True)
while True:
    time.sleep(1000)
"""


class Life(RuleBasedStateMachine):
    """The bot, terminals, the watch and accidents around the process of one daemon."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="process-life-"))
        self.house = House(Config(home=self.folder / "home", project=self.folder))
        self.house.config.home.mkdir(mode=0o700)
        self.files = StateFiles.of(self.house.config)
        self.victim = self.folder / "victim"
        self.victim.write_text("12345")
        self.innocent = innocent_process(self.folder / "hits")
        #: Whether the last one who said something about it wants it to run.
        self.wanted = False
        self.frozen = False

    @initialize(agent=st.booleans())
    def choose_a_daemon(self, agent: bool) -> None:
        self.ways = ("agent",) if agent else ()
        self.bot = self.house.manager(*self.ways, start_timeout=START_SECONDS)
        self.start(bot=True)

    # People

    @rule(bot=st.booleans())
    def start(self, bot: bool) -> None:
        if self._done("start", bot=bot):
            self._runs()

    @rule(bot=st.booleans())
    def stop(self, bot: bool) -> None:
        if self._done("stop", bot=bot):
            self.wanted = self.frozen = False
            assert self.daemons() == []

    @rule(bot=st.booleans())
    def restart(self, bot: bool) -> None:
        before = self.daemons()
        if self._done("restart", bot=bot):
            self.frozen = False
            self._runs()
            assert self.daemons() != before

    @rule()
    def two_starts_at_once(self) -> None:
        with ThreadPoolExecutor(2) as pool:
            both = [pool.submit(self._done, "start", bot=bot) for bot in (True, False)]
            done = [one.result() for one in both]
        if any(done):
            self._runs()

    @rule()
    def a_start_and_a_stop_at_once(self) -> None:
        with ThreadPoolExecutor(2) as pool:
            start = pool.submit(self._done, "start", bot=False)
            stop = pool.submit(self._done, "stop", bot=True)
            done = (start.result(), stop.result())
        if all(done):
            self.frozen = False
            self.wanted = read_wish(self.house.config).wanted
            assert len(self.daemons()) == self.wanted

    # The watch

    @rule()
    def the_watch_looks(self) -> None:
        before = self.daemons()
        if wants_start(self.bot.status()):
            with suppress(StartFailed):
                self.bot.revive()
        if not self.wanted:
            assert self.daemons() == before, "the watch started what a person had stopped"

    # Accidents

    @precondition(lambda self: self.daemons())
    @rule()
    def it_is_killed(self) -> None:
        self._signal(signal.SIGKILL)
        self.frozen = False
        eventually(lambda: not self.daemons(), SETTLE_SECONDS, "the killed daemon to go")

    @precondition(lambda self: self.daemons() and not self.frozen)
    @rule()
    def it_falls_asleep(self) -> None:
        self._signal(signal.SIGSTOP)
        self.frozen = True

    @precondition(lambda self: self.frozen)
    @rule()
    def it_wakes(self) -> None:
        self._signal(signal.SIGCONT)
        self.frozen = False

    @rule(content=st.sampled_from(["", "1", "12ab", "9" * 99, "0", "99999", "innocent"]))
    def something_stands_in_the_pid_file(self, content: str) -> None:
        text = content.replace("innocent", str(self.innocent.pid))
        unlinked(self.files.pid).write_text(text)

    @rule(which=st.sampled_from(["pid", "status", "stop"]))
    def a_link_lies_there(self, which: str) -> None:
        unlinked(getattr(self.files, which)).symlink_to(self.victim)

    @rule(which=st.sampled_from(["pid", "status", "stop"]))
    def a_file_is_gone(self, which: str) -> None:
        unlinked(getattr(self.files, which))

    @rule(which=st.sampled_from(["status", "stop"]))
    def a_file_is_torn(self, which: str) -> None:
        path: Path = getattr(self.files, which)
        if path.is_file() and not path.is_symlink():
            half = path.read_bytes()
            unlinked(path).write_bytes(half[: len(half) // 2])

    @precondition(lambda self: self.has_record())
    @rule()
    def the_record_names_an_innocent_process(self) -> None:
        record = read_record(self.files.status)
        if isinstance(record, StatusRecord):
            start = process_facts(self.innocent.pid).start
            table = json.loads(self.files.status.read_text(encoding="utf-8"))
            forged = table | {"pid": self.innocent.pid, "process_start": start, "state": "idle"}
            unlinked(self.files.status).write_text(json.dumps(forged), encoding="utf-8")

    @rule(content=st.sampled_from(["", '{"wanted": tr', "[" * 90_000, '{"wanted": "yes"}']))
    def the_wish_is_spoilt(self, content: str) -> None:
        wish_file(self.house.config).write_text(content)
        self.wanted = False

    @precondition(lambda self: self.has_record())
    @rule(meant=st.booleans())
    def somebody_leaves_a_request_to_stop(self, meant: bool) -> None:
        record = read_record(self.files.status)
        if isinstance(record, StatusRecord):
            nonce = record.nonce if meant else "another"
            request = StopRequest(nonce=nonce, at=record.last_updated)
            unlinked(self.files.stop)
            write_stop_request(self.files.stop, request)

    # What always holds

    @invariant()
    def all_is_well(self) -> None:
        def settled() -> dict[str, list[int]] | None:
            """One that found another needs a moment to leave, and so does an agent's tree."""
            found = self.house.inhabitants_by("COFFEE_START_NONCE", "COFFEE_TURN")
            daemons, agents = found.values()
            return found if len(daemons) <= 1 and (daemons or not agents) else None

        eventually(settled, SETTLE_SECONDS, "one daemon at most, and no orphan")
        # Who is dying has no environment any more, for a moment before it is dead.
        eventually(self._status_is_true, SETTLE_SECONDS, "a true status")
        assert self.innocent.poll() is None
        assert not (self.folder / "hits").exists()
        assert self.victim.read_text() == "12345"
        eventually(lambda: not zombies(), SETTLE_SECONDS, "every child to be buried")

    def _status_is_true(self) -> bool:
        status, daemons = self.bot.status(), self.daemons()
        if status.running:
            return [status.pid] == daemons
        return not daemons or status.state is DaemonState.UNKNOWN

    def teardown(self) -> None:
        self.innocent.kill()
        self.innocent.wait()
        # Again and again: one that was just being born is not there at the first look.
        eventually(lambda: not self._end_all(), SETTLE_SECONDS, "all to go")
        eventually(lambda: not zombies(), SETTLE_SECONDS, "every child to be buried")
        shutil.rmtree(self.folder)

    def _end_all(self) -> list[int]:
        left = self.house.inhabitants()
        for pid in left:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        return left

    def daemons(self) -> list[int]:
        return self.house.inhabitants("COFFEE_START_NONCE")

    def has_record(self) -> bool:
        return isinstance(read_record(self.files.status), StatusRecord)

    def _signal(self, number: int) -> None:
        (pid,) = self.daemons()
        os.kill(pid, number)

    def _runs(self) -> None:
        self.wanted = True
        eventually(lambda: len(self.daemons()) == 1, SETTLE_SECONDS, "one daemon")

    def _done(self, verb: str, *, bot: bool) -> bool:
        """Have it done; False when it was refused for a good reason."""
        trouble = self._by_bot(verb) if bot else self._by_terminal(verb)
        if trouble is None:
            return True
        assert trouble in {Unproven.__name__, StartFailed.__name__}
        return False

    def _by_bot(self, verb: str) -> str | None:
        verbs: dict[str, Callable[[], object]] = {
            "start": lambda: self.bot.start(ADA),
            "stop": lambda: self.bot.stop(ADA, timeout=GRACE_SECONDS),
            "restart": lambda: self.bot.restart(ADA, timeout=GRACE_SECONDS),
        }
        try:
            verbs[verb]()
        except ProcessTrouble as trouble:
            return type(trouble).__name__
        return None

    def _by_terminal(self, verb: str) -> str | None:
        argv = [sys.executable, "-P", str(TERMINAL), verb, str(self.house.config.home), *self.ways]
        done = subprocess.run(argv, capture_output=True, text=True, check=False, timeout=60)
        return done.stderr.partition(":")[0] if done.returncode else None


def innocent_process(hits: Path) -> subprocess.Popen[bytes]:
    words = "notes about code-developer -m coffee_daemon"
    process = subprocess.Popen(
        [sys.executable, "-c", INNOCENT, str(hits), words], stdout=subprocess.PIPE
    )
    assert process.stdout is not None
    with process.stdout as said:
        said.readline()
    return process


def unlinked(path: Path) -> Path:
    path.unlink(missing_ok=True)
    return path


def zombies() -> list[int]:
    found = []
    for child in psutil.Process().children():
        with suppress(psutil.NoSuchProcess):
            if child.status() == psutil.STATUS_ZOMBIE:
                found.append(child.pid)
    return found


@pytest.mark.timeout(60 + 30 * LIVES)
@pytest.mark.skipif(sys.platform == "win32", reason="written with POSIX signals")
def test_whatever_happens_there_is_one_daemon_at_most_and_its_status_is_true() -> None:
    run_state_machine_as_test(
        Life,
        settings=settings(
            max_examples=LIVES,
            stateful_step_count=STEPS,
            deadline=None,
            derandomize=LIVES < 10,
            database=None,
            # A life takes seconds, and to find a shorter one that fails takes minutes.
            phases=(Phase.generate,),
            suppress_health_check=list(HealthCheck),
        ),
    )
