from __future__ import annotations

import json
import logging
import os
import stat
import subprocess
import sys
import threading
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from slack_sdk import WebClient
from waiting import eventually

from coffee_bot.blocks import status_card
from coffee_bot.watch import BotReport, Guard, LineClient, LinkState, Restarts, SocketLink
from coffee_bot.watch.link import LinkHealth, Pulse
from coffee_bot.watch.policy import wants_start
from coffee_daemon import (
    DaemonState,
    DaemonStatus,
    ProcessManager,
    StartFailed,
    Store,
    read_wish,
    system_clock,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from coffee_bot.config import BotConfig
    from coffee_bot.sandbox import Sandbox
    from coffee_daemon import ManualClock

NAME = "code_developer"
#: No real one; what looks like a token must stay out of everything that is kept.
CANARY = "xoxb-1234567890-canary"
QUIET = logging.getLogger("coffee_bot.slack")


class Puppet(ProcessManager):
    """A process manager whose daemon is in the state that a test gives it."""

    state = DaemonState.STOPPED
    starts = 0
    fails = False
    ended_with_host = False
    pid: int | None = None

    def status(self) -> DaemonStatus:
        gave_up = read_wish(self._config).gave_up is not None
        state = DaemonState.GAVE_UP if gave_up else self.state
        return DaemonStatus(
            name=NAME,
            state=state,
            evidence=f"seen {state}",
            pid=self.pid,
            wanted=state is not DaemonState.STOPPED or self.ended_with_host,
            ended_with_host=self.ended_with_host,
        )

    def revive(self) -> bool:
        self.starts += 1
        if self.fails:
            raise StartFailed("It ended at once.")
        self.state, self.ended_with_host = DaemonState.IDLE, False
        return True


@dataclass
class Post:
    """Where a guard stands."""

    guard: Guard
    puppet: Puppet
    clock: ManualClock
    store: Store
    jobs: list[Callable[[], None]] = field(default_factory=list)

    def look(self, state: DaemonState) -> float | None:
        self.puppet.state = state
        return self.guard.look()

    def run_jobs(self) -> None:
        while self.jobs:
            self.jobs.pop(0)()

    def story(self) -> list[str]:
        return [str(one.after) for one in self.store.transitions.after(0)]

    def watch(self, seconds: int) -> None:
        """Look each half second for a while."""
        for _ in range(seconds * 2):
            self.guard.look()
            self.run_jobs()
            self.clock.advance(0.5)


@pytest.fixture
def post(config: BotConfig, store: Store, clock: ManualClock) -> Post:
    puppet = Puppet(config.daemon, clock=clock)
    jobs: list[Callable[[], None]] = []
    guard = Guard(config.daemon, store, puppet, clock, jobs.append, lambda: None)
    return Post(guard, puppet, clock, store, jobs)


# The restart policy


@pytest.mark.parametrize("state", DaemonState)
@pytest.mark.parametrize("wanted", [True, False])
def test_only_what_is_wanted_and_was_ended_by_nobody_is_started(
    state: DaemonState, wanted: bool
) -> None:
    status = DaemonStatus(name=NAME, state=state, evidence="", wanted=wanted)

    assert wants_start(status) is (wanted and state is DaemonState.CRASHED)


@pytest.mark.parametrize("wanted", [True, False])
@pytest.mark.parametrize("with_host", [True, False])
def test_an_end_in_order_is_undone_only_when_it_was_the_hosts(
    wanted: bool, with_host: bool
) -> None:
    ended = DaemonStatus(
        name=NAME,
        state=DaemonState.STOPPED,
        evidence="",
        wanted=wanted,
        ended_with_host=with_host,
    )

    assert wants_start(ended) is (wanted and with_host)


def test_the_waits_grow_and_five_crashes_in_a_minute_are_too_many() -> None:
    restarts = Restarts()

    assert [restarts.crashed(at) for at in (0, 2, 5, 10, 19)] == [1, 2, 4, 8, None]


def test_crashes_far_apart_wait_longer_but_are_never_given_up() -> None:
    restarts = Restarts()

    waits = [restarts.crashed(at) for at in range(0, 3000, 30)]

    assert waits[:7] == [1, 2, 4, 8, 16, 32, 60]
    assert None not in waits


def test_after_a_minute_alive_the_waits_begin_anew() -> None:
    restarts = Restarts()
    restarts.crashed(0)
    restarts.crashed(2)
    restarts.seen_alive(30)
    assert restarts.crashed(31) == 4

    restarts.seen_alive(100)

    assert restarts.crashed(101) == 1


def test_a_wanted_daemon_that_died_is_started_again_after_a_second(post: Post) -> None:
    assert post.look(DaemonState.CRASHED) == pytest.approx(1.0)
    assert post.jobs == []

    post.clock.advance(1)
    post.guard.look()
    post.run_jobs()
    post.guard.look()

    assert post.puppet.starts == 1
    assert post.story() == ["crashed", "idle"]


def test_a_daemon_that_crashes_at_every_start_is_given_up_once(
    post: Post, config: BotConfig
) -> None:
    log = config.daemon.home / "daemon.log"
    log.write_text(f"starting\nBoom {CANARY}\n", encoding="utf-8")
    post.puppet.state, post.puppet.fails = DaemonState.CRASHED, True

    post.watch(40)

    assert post.puppet.starts == 4
    assert post.story() == ["crashed", "gave_up"]
    (given_up,) = [one for one in post.store.transitions.after(0) if one.after == "gave_up"]
    assert "Boom [secret]" in given_up.why
    assert read_wish(config.daemon).gave_up is not None
    kept = [file.read_bytes() for file in config.daemon.home.iterdir() if file != log]
    assert any(b"Boom" in one for one in kept)
    assert not any(CANARY.encode() in one for one in kept)


def test_a_daemon_that_went_down_with_its_host_is_started_again_and_that_is_told(
    post: Post,
) -> None:
    post.store.transitions.observe(NAME, DaemonState.STOPPED, "stopped")
    post.puppet.ended_with_host = True

    post.watch(2)

    assert post.puppet.starts == 1
    assert post.story() == ["stopped", "starting"]
    told = post.store.transitions.last(NAME)
    assert told is not None
    assert told.why == "seen stopped, and is started again"


def test_a_daemon_that_went_down_with_its_host_and_cannot_start_is_given_up(post: Post) -> None:
    post.puppet.ended_with_host, post.puppet.fails = True, True

    post.watch(40)

    assert post.puppet.starts == 4
    assert post.story()[-1] == "gave_up"


@pytest.mark.skipif(sys.platform != "linux", reason="no pidfd there: the next look finds out")
def test_the_end_of_the_daemon_wakes_the_watch_at_once(
    config: BotConfig, store: Store, clock: ManualClock
) -> None:
    woken = threading.Event()
    puppet = Puppet(config.daemon, clock=clock)
    guard = Guard(config.daemon, store, puppet, clock, lambda _job: None, woken.set)
    with subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"]) as daemon:
        puppet.state, puppet.pid = DaemonState.IDLE, daemon.pid
        guard.look()
        woken.clear()
        daemon.kill()

        assert woken.wait(10)
    guard.close()
    assert not [one for one in threading.enumerate() if one.name.startswith("vigil")]


def test_a_stopped_daemon_is_left_alone(post: Post) -> None:
    post.look(DaemonState.STOPPED)
    post.clock.advance(100)
    post.look(DaemonState.STOPPED)

    assert post.jobs == []


def test_a_person_who_starts_it_meanwhile_is_not_disturbed(post: Post) -> None:
    post.look(DaemonState.CRASHED)
    post.clock.advance(1)
    post.look(DaemonState.CRASHED)
    post.puppet.state = DaemonState.IDLE

    post.run_jobs()

    assert post.puppet.starts == 0


# What the daemon cannot tell


def test_what_the_daemon_cannot_tell_is_written_and_so_is_its_way_back(post: Post) -> None:
    post.store.transitions.observe(NAME, DaemonState.WORKING, "a turn")
    for state in (DaemonState.WORKING, DaemonState.UNRESPONSIVE, DaemonState.WORKING):
        post.look(state)

    assert post.story() == ["working", "unresponsive", "working"]


def test_what_the_daemon_tells_itself_is_left_to_it(post: Post) -> None:
    post.store.transitions.observe(NAME, DaemonState.IDLE, "free")
    for state in (DaemonState.IDLE, DaemonState.WORKING, DaemonState.WAITING):
        post.look(state)

    assert post.story() == ["idle"]


def test_a_daemon_that_was_never_started_is_no_news(post: Post) -> None:
    post.look(DaemonState.STOPPED)

    assert post.story() == []


# The line to Slack


def test_a_line_without_pongs_is_deaf_however_connected_it_says_it_is(clock: ManualClock) -> None:
    health = LinkHealth(clock)
    pulse = Pulse(session="s", active=True, stamp=100.0)
    assert health.observe(pulse) is LinkState.CONNECTED

    clock.advance(31)

    assert health.observe(pulse) is LinkState.DEAF
    assert health.observe(replace(pulse, stamp=131.0)) is LinkState.CONNECTED


def test_a_line_is_deaf_after_sleep(clock: ManualClock) -> None:
    health = LinkHealth(clock)
    pulse = Pulse(session="s", active=True, stamp=100.0)
    health.observe(pulse)

    clock.sleep(3600)

    assert health.observe(pulse) is LinkState.DEAF


def test_a_line_that_never_gets_its_first_pong_is_deaf_too(clock: ManualClock) -> None:
    health = LinkHealth(clock)
    pulse = Pulse(session="s", active=True, stamp=None)
    health.observe(pulse)

    clock.advance(31)

    assert health.observe(pulse) is LinkState.DEAF


def test_a_wall_clock_that_jumps_deafens_nobody(clock: ManualClock) -> None:
    health = LinkHealth(clock)
    health.observe(Pulse(session="s", active=True, stamp=10_000.0))

    assert health.observe(Pulse(session="s", active=True, stamp=1.0)) is LinkState.CONNECTED


@pytest.fixture
def line_client(sandbox: Sandbox) -> Iterator[LineClient]:
    web = WebClient(base_url=sandbox.api_url, retry_handlers=[])
    client = LineClient(sandbox.app_token, web_client=web, logger=QUIET, ping_interval=0.5)
    yield client
    client.hang_up()
    client.close()


def test_a_deaf_line_is_rebuilt_and_every_hello_is_told(
    line_client: LineClient, clock: ManualClock
) -> None:
    hellos: list[int] = []
    link = SocketLink(line_client, clock, on_hello=hellos.append)
    line_client.connect()
    eventually(lambda: len(hellos) == 1)
    link.look()
    assert link.state is LinkState.CONNECTED

    clock.sleep(3600)
    link.look()

    eventually(lambda: len(hellos) == 2, 30)
    eventually(lambda: link.look() and link.state is LinkState.CONNECTED, 30)


# What others may know


def test_the_bots_file_tells_how_it_is_to_this_user_alone(
    config: BotConfig, clock: ManualClock
) -> None:
    path = config.daemon.home / "bot_status.json"
    config.daemon.home.mkdir(mode=0o700)
    report = BotReport(config.daemon, clock)

    report.write(link=LinkState.CONNECTED, silence=1.5, troubles={"C1": "is_archived"})

    told: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    assert (told["link"], told["pid"], told["troubles"]) == (
        "connected",
        os.getpid(),
        {"C1": "is_archived"},
    )
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_daemon_is_watched_while_the_bot_lives(config: BotConfig, clock: ManualClock) -> None:
    config.daemon.home.mkdir(mode=0o700)
    process = ProcessManager(config.daemon, clock=clock)
    report = BotReport(config.daemon, clock)
    assert not process.status().watched

    report.write(link=LinkState.CONNECTED, silence=0.0)
    assert process.status().watched

    report.remove()
    assert not process.status().watched


def test_a_deaf_bot_is_told_with_the_time_since_when(config: BotConfig, clock: ManualClock) -> None:
    config.daemon.home.mkdir(mode=0o700)
    process = ProcessManager(config.daemon, clock=clock)
    report = BotReport(config.daemon, clock)

    report.write(link=LinkState.DEAF, silence=60.0, since=clock.now(), notes=["No <token>."])
    status = process.status()

    assert (status.bot_link, status.bot_link_since) == ("deaf", clock.now())
    card = str(status_card(status).blocks)
    assert "The bot has been deaf since" in card
    assert "No &lt;token&gt;." in card

    clock.advance(120)
    assert process.status().bot_link == "silent"


@pytest.mark.parametrize(
    ("link", "words"),
    [
        ("connected", "connected to Slack"),
        ("reconnecting", "reconnecting to Slack for 2 min"),
        ("deaf", "deaf for 2 min"),
    ],
)
def test_the_terminal_tells_how_the_bots_line_is(config: BotConfig, link: str, words: str) -> None:
    home = config.daemon.home
    home.mkdir(mode=0o700)
    clock = system_clock()
    since = clock.now() - timedelta(seconds=125)
    BotReport(config.daemon, clock).write(link=link, silence=0.0, since=since)

    asked = subprocess.run(
        [sys.executable, "-m", "coffee_bot", "status"],
        env={"PATH": os.environ["PATH"], "HOME": str(home), "COFFEE_HOME": str(home)},
        capture_output=True,
        text=True,
        check=False,
    )

    assert words in asked.stdout


@pytest.mark.parametrize("link", LinkState)
def test_the_card_tells_how_the_bots_line_is(
    config: BotConfig, clock: ManualClock, link: LinkState
) -> None:
    config.daemon.home.mkdir(mode=0o700)
    BotReport(config.daemon, clock).write(link=link, silence=0.0, since=clock.now())

    card = status_card(ProcessManager(config.daemon, clock=clock).status())

    assert f"bot {link}" in str(card.blocks)


def test_a_pong_is_life_and_another_session_alone_is_none(clock: ManualClock) -> None:
    health = LinkHealth(clock)
    for number in range(5):
        clock.advance(8)
        state = health.observe(Pulse(session=str(number), active=number % 2 == 0, stamp=None))
    assert state is LinkState.DEAF
    assert not health.stale()

    assert health.observe(Pulse(session="4", active=True, stamp=1.0)) is LinkState.CONNECTED
