from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from process_house import ADA, BEN, House
from waiting import eventually

from coffee_daemon.config import Config
from coffee_daemon.errors import AlreadyRuns, BadConfig, ProcessTrouble, StartFailed, Unproven
from coffee_daemon.process import ProcessManager, StateFiles, StopRequest
from coffee_daemon.process.files import read_pid, write_stop_request
from coffee_daemon.status import DaemonState, StatusRecord, Wish, read_record, read_wish, write_wish
from coffee_daemon.system import Identity, environment_of, process_facts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    house = House(Config(home=tmp_path / "home", project=tmp_path))
    yield house
    for pid in house.inhabitants():
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


@pytest.fixture
def innocent() -> Iterator[subprocess.Popen[bytes]]:
    """A process that only looks like the daemon."""
    look = "import time; time.sleep(1000)"
    argv = [sys.executable, "-c", look, "notes about code-developer -m coffee_daemon"]
    with subprocess.Popen(argv) as process:
        yield process
        process.kill()


def running_pid(manager: ProcessManager) -> int:
    pid = manager.status().pid
    assert pid is not None
    return pid


# Starting and stopping


def test_a_daemon_that_never_started_is_stopped(house: House) -> None:
    manager = house.manager()
    status = manager.status()

    assert not manager.is_daemon_running()
    assert status.state is DaemonState.STOPPED
    assert status.evidence == "it has never been started"
    assert not house.config.home.exists()


def test_a_started_daemon_is_ready_when_start_returns(house: House) -> None:
    manager = house.manager()
    began = time.monotonic()

    assert manager.start_daemon()
    assert time.monotonic() - began < 3
    assert manager.is_daemon_running()
    status = manager.get_daemon_status()
    assert status["running"] is True
    assert status["status"] == "idle"
    assert status["pid"] == manager._read_pid_file()
    assert status["memory_mb"] > 1


def test_a_stop_is_graceful_and_leaves_no_process_and_no_request(house: House) -> None:
    manager = house.manager()
    manager.start(ADA)
    pid = running_pid(manager)
    report = manager.stop(BEN)

    assert report.how == "graceful"
    assert report.seconds < 2
    assert process_facts(pid).alive is False
    assert not manager.is_daemon_running()
    assert sorted(path.name for path in house.config.home.iterdir()) == [
        "control.lock",
        "daemon.lock",
        "daemon.log",
        "daemon_status.json",
        "wanted.json",
    ]
    assert manager.status().evidence == "stopped by Ben"


def test_a_restart_gives_another_process(house: House) -> None:
    manager = house.manager()
    manager.start(ADA)
    before = running_pid(manager)
    report = manager.restart(BEN)

    assert report.how == "graceful"
    assert running_pid(manager) != before
    assert read_wish(house.config).by == "Ben"


def test_a_restart_of_a_stopped_daemon_starts_it(house: House) -> None:
    manager = house.manager()

    assert manager.restart(ADA).how == "not running"
    assert manager.is_daemon_running()


def test_a_start_that_fails_tells_the_last_lines_of_the_log(house: House) -> None:
    manager = house.manager("crash")
    with pytest.raises(StartFailed) as failed:
        manager.start(ADA)

    assert failed.value.log_tail == ("Traceback: no coffee left",)
    assert "exit code 1" in str(failed.value)
    assert not read_wish(house.config).wanted


def test_what_a_failed_start_tells_of_the_log_holds_no_secrets(house: House) -> None:
    with pytest.raises(StartFailed) as failed:
        house.manager("blab").start(ADA)

    assert failed.value.log_tail == ("[secret] is no good",)


def test_a_daemon_that_does_not_get_ready_is_ended(house: House) -> None:
    with pytest.raises(StartFailed, match=r"not ready within 1 s"):
        house.manager("never-ready", start_timeout=1).start(ADA)

    eventually(lambda: house.inhabitants() == [], 5)


def test_a_program_that_cannot_be_run_is_told(house: House) -> None:
    manager = ProcessManager(house.config, argv=["/no/such/program"])
    with pytest.raises(StartFailed, match="cannot be started"):
        manager.start()


def test_a_daemon_in_the_foreground_returns_when_it_is_stopped(house: House) -> None:
    manager = house.manager()
    with ThreadPoolExecutor() as pool:
        front = pool.submit(manager.start_daemon, background=False)
        eventually(lambda: manager.status().state is DaemonState.IDLE)
        manager.stop(ADA)

        assert front.result(5)


def test_a_daemon_in_the_foreground_that_fails_is_told(house: House) -> None:
    with pytest.raises(StartFailed, match="ended with 1"):
        house.manager("crash").start_daemon(background=False)


def test_the_daemon_gets_neither_the_bots_secrets_nor_its_starters_turn(house: House) -> None:
    environment = {
        **os.environ,
        "SLACK_BOT_TOKEN": "xoxb-canary",
        "COFFEE_TURN": "t1",
        "COFFEE_TASK_ID": "12",
        "KEPT": "yes",
    }
    manager = house.manager(environment=environment)
    manager.start(ADA)
    seen = environment_of(running_pid(manager)) or {}

    assert "xoxb-canary" not in seen.values()
    assert not {"COFFEE_TURN", "COFFEE_TASK_ID"} & set(seen)
    assert (seen["KEPT"], seen["COFFEE_DAEMON"]) == ("yes", "code_developer")


def test_files_of_the_state_folder_are_private(house: House) -> None:
    house.manager().start(ADA)
    home = house.config.home

    assert home.stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in home.iterdir()} == {0o600}


def test_a_large_log_is_put_aside_at_a_start(house: House) -> None:
    manager = house.manager("crash")
    with pytest.raises(StartFailed):
        manager.start()
    log = StateFiles.of(house.config).log
    os.truncate(log, 6_000_000)
    with pytest.raises(StartFailed) as failed:
        manager.start()

    assert log.stat().st_size < 1000
    assert failed.value.log_tail == ("Traceback: no coffee left",)


# The specification's edge case 1: a stale PID file


def test_stale_pid_cleanup(house: House) -> None:
    manager = house.manager()
    manager._write_pid_file(99999)

    assert manager.is_daemon_running() is False
    assert not manager.pid_file.exists()


def a_number(text: str) -> Callable[[Path, Path], None]:
    def write(path: Path, _victim: Path) -> None:
        path.write_text(text)

    return write


def a_folder(path: Path, _victim: Path) -> None:
    (path / "inside").mkdir(parents=True)


def a_link(path: Path, victim: Path) -> None:
    path.symlink_to(victim)


def a_dead_link(path: Path, victim: Path) -> None:
    path.symlink_to(victim.with_name("nothing"))


def a_pipe(path: Path, _victim: Path) -> None:
    os.mkfifo(path)


def a_hundred_megabytes(path: Path, _victim: Path) -> None:
    path.touch()
    os.truncate(path, 100_000_000)


def ourselves(path: Path, _victim: Path) -> None:
    path.write_text(str(os.getpid()))


@pytest.mark.parametrize(
    "spoil",
    [
        pytest.param(a_number(""), id="empty"),
        pytest.param(a_number(" \n"), id="blank"),
        pytest.param(a_number("12abc"), id="letters"),
        pytest.param(a_number("-1"), id="negative"),
        pytest.param(a_number("0"), id="zero"),
        pytest.param(a_number("1"), id="init"),
        pytest.param(a_number(str(2**31)), id="large"),
        pytest.param(a_number("9" * 99), id="huge"),
        pytest.param(a_number("٣٤"), id="other digits"),
        ourselves,
        a_folder,
        a_link,
        a_dead_link,
        a_pipe,
        a_hundred_megabytes,
    ],
)
def test_whatever_lies_where_the_pid_file_belongs_a_start_works(
    house: House, tmp_path: Path, spoil: Callable[[Path, Path], None]
) -> None:
    victim = tmp_path / "victim"
    victim.write_text("12345")
    house.config.home.mkdir()
    manager = house.manager()
    spoil(manager.pid_file, victim)

    assert not manager.is_daemon_running()
    assert manager.start(ADA)
    assert manager._read_pid_file() == running_pid(manager)
    assert victim.read_text() == "12345"


def test_a_pid_file_that_is_lost_under_a_running_daemon_comes_back(house: House) -> None:
    manager = house.manager()
    manager.start(ADA)
    pid = running_pid(manager)
    manager.pid_file.write_text("99999")

    assert manager.is_daemon_running()
    eventually(lambda: manager._read_pid_file() == pid)


# Edge case 2: multiple starts


def test_a_second_start_finds_the_first(house: House) -> None:
    manager = house.manager()
    manager.start(ADA)
    pid = running_pid(manager)

    assert house.manager("crash").start_daemon()
    assert running_pid(manager) == pid


def test_of_eight_simultaneous_starts_exactly_one_daemon_comes(house: House) -> None:
    managers = [house.manager() for _ in range(8)]
    with ThreadPoolExecutor(8) as pool:
        for _ in range(10):
            started = list(pool.map(lambda manager: manager.start(ADA), managers))

            assert started == [True] * 8
            eventually(lambda: len(house.inhabitants()) == 1, 10, "one daemon")
            assert house.inhabitants() == [running_pid(managers[0])]
            assert managers[0].stop(ADA).how == "graceful"


def test_of_eight_daemons_without_a_manager_one_stays(house: House) -> None:
    manager = house.manager()
    with ExitStack() as stack:
        eight = [stack.enter_context(house.spawn_by_hand()) for _ in range(8)]
        eventually(lambda: [one.poll() for one in eight].count(None) == 1, 20)

        assert {one.returncode for one in eight} == {None, AlreadyRuns.exit_code}
        eventually(lambda: manager.status().state is DaemonState.IDLE)
        assert manager.stop(ADA).how == "graceful"


def test_a_start_during_a_stop_ends_with_a_running_daemon(house: House) -> None:
    manager = house.manager()
    for _ in range(3):
        manager.start(ADA)
        with ThreadPoolExecutor() as pool:
            stopping = pool.submit(house.manager().stop, ADA)
            eventually(lambda: not read_wish(house.config).wanted)
            house.manager().start(BEN)
            stopping.result()

        eventually(lambda: len(house.inhabitants()) == 1)
        assert read_wish(house.config).wanted


def test_a_stop_during_a_start_ends_with_no_daemon(house: House) -> None:
    manager = house.manager()
    with ThreadPoolExecutor() as pool:
        starting = pool.submit(manager.start, ADA)
        eventually(lambda: read_wish(house.config).wanted)

        assert house.manager().stop(BEN).how == "graceful"
        assert starting.result()

    assert house.inhabitants() == []
    assert not manager.is_daemon_running()


def test_a_start_after_a_stop_that_was_broken_off_waits_for_its_end(house: House) -> None:
    manager = house.manager()
    manager.start(ADA)
    before = running_pid(manager)
    record = read_record(manager.status_file)
    assert isinstance(record, StatusRecord)
    now = record.last_updated
    write_stop_request(StateFiles.of(house.config).stop, StopRequest(nonce=record.nonce, at=now))

    assert manager.start(BEN)
    assert running_pid(manager) != before


def test_a_stop_right_after_the_spawn_leaves_no_lock_behind(house: House) -> None:
    for delay in (0.0, 0.02, 0.05, 0.1, 0.15, 0.2):
        with house.spawn_by_hand() as process:
            time.sleep(delay)
            process.terminate()
            process.wait(10)

    assert house.manager().start(ADA)


# Edge case 3: multiple stops


def test_a_second_stop_finds_nothing_to_do(house: House) -> None:
    manager = house.manager()
    manager.start(ADA)

    assert manager.stop_daemon()
    assert manager.stop_daemon()
    assert manager.stop(ADA).how == "not running"


# Edge case 4: PID reuse


def test_an_innocent_process_of_that_number_is_never_signalled(
    house: House, innocent: subprocess.Popen[bytes]
) -> None:
    manager = house.manager()
    manager._write_pid_file(innocent.pid)

    assert not manager.is_daemon_running()
    assert manager.stop(ADA, timeout=0).how == "not running"
    assert innocent.poll() is None


@pytest.mark.parametrize("change", ["start", "nonce", "boot"])
def test_a_record_that_fits_only_nearly_proves_nothing(
    house: House, innocent: subprocess.Popen[bytes], change: str
) -> None:
    manager = house.manager()
    manager.start(ADA)
    manager.stop(ADA)
    start = process_facts(innocent.pid).start or 0.0
    record = json.loads(manager.status_file.read_text())
    record |= {"state": "idle", "pid": innocent.pid, "process_start": start, "boot_id": boot()}
    if change == "start":
        record["process_start"] = start - 60
    if change == "boot":
        record["boot_id"] = "another"
    manager.status_file.write_text(json.dumps(record))

    assert not manager.is_daemon_running()
    assert manager.stop(ADA, timeout=0).how == "not running"
    assert innocent.poll() is None
    assert house.manager().start(ADA)


def boot() -> str:
    return Identity.own().boot_id


# Edge case 5: permission errors


def test_a_state_folder_that_cannot_be_made_is_told_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    manager = ProcessManager(Config(home=tmp_path / "file" / "home"))

    with pytest.raises(BadConfig, match="cannot be used"):
        manager.start(ADA)
    with pytest.raises(BadConfig, match="cannot be used"):
        manager._write_pid_file(1)


def test_a_state_folder_that_cannot_be_written_is_told_in_a_sentence(house: House) -> None:
    (house.config.home / "control.lock" / "inside").mkdir(parents=True)
    for action in (house.manager().start, house.manager().stop):
        with pytest.raises(ProcessTrouble, match=r"cannot be written: .*\. Free some space"):
            action(ADA)


def test_a_daemon_that_cannot_take_its_lock_says_so(house: House) -> None:
    (house.config.home / "daemon.lock").mkdir(parents=True)
    with pytest.raises(StartFailed) as failed:
        house.manager().start(ADA)

    assert "cannot be written" in failed.value.log_tail[-1]


def test_a_status_record_that_cannot_be_read_means_unknown_and_no_start(
    house: House, tmp_path: Path
) -> None:
    house.config.home.mkdir()
    manager = house.manager()
    (tmp_path / "elsewhere").write_text("{}")
    manager.status_file.symlink_to(tmp_path / "elsewhere")

    assert manager.status().state is DaemonState.UNKNOWN
    assert manager.get_daemon_status()["running"] is False
    for action in (manager.is_daemon_running, manager.start, manager.stop, manager.restart):
        with pytest.raises(Unproven, match="cannot be read"):
            action()
    assert house.inhabitants() == []


@pytest.mark.skipif(sys.platform != "linux", reason="no other system tells who holds a lock")
def test_a_daemon_that_hangs_and_lost_all_its_files_is_unknown_and_no_second_comes(
    house: House,
) -> None:
    manager = house.manager()
    manager.start(ADA)
    pid = running_pid(manager)
    os.kill(pid, signal.SIGSTOP)
    manager.status_file.unlink()
    manager.pid_file.unlink()

    assert manager.status().state is DaemonState.UNKNOWN
    for action in (manager.start, manager.stop, manager.restart):
        with pytest.raises(Unproven, match=f"process {pid} looks like it"):
            action()
    os.kill(pid, signal.SIGCONT)
    eventually(lambda: manager.status().state is DaemonState.IDLE)


def test_a_daemon_without_its_record_is_unknown_until_it_is_written_again(house: House) -> None:
    manager = house.manager("hang")
    manager.start(ADA)
    pid = running_pid(manager)
    record = manager.status_file.read_bytes()
    manager.status_file.unlink()

    assert manager.status().state is DaemonState.UNKNOWN
    with pytest.raises(Unproven, match=f"process {pid} looks like it"):
        manager.start(ADA)
    manager.status_file.write_bytes(record)
    assert running_pid(manager) == pid


# Edge case 6: the daemon crashes


def test_a_crash_is_told_apart_from_a_stop_and_can_be_started_again(house: House) -> None:
    manager = house.manager()
    manager.start(ADA)
    pid = running_pid(manager)
    os.kill(pid, signal.SIGKILL)
    eventually(lambda: process_facts(pid).alive is False)
    status = manager.status()

    assert status.state is DaemonState.CRASHED
    assert f"wanted, but process {pid} is gone" in status.evidence
    assert manager.pid_file.exists()
    assert manager.start()
    assert read_wish(house.config).by == "Ada"


def test_whoever_started_it_leaves_no_zombie(house: House) -> None:
    manager = house.manager()
    manager.start(ADA)
    pid = running_pid(manager)
    os.kill(pid, signal.SIGKILL)

    with suppress(ProcessLookupError):
        eventually(lambda: os.kill(pid, 0), 2, "the zombie to be buried")


def test_a_zombie_that_nobody_buries_is_dead(house: House) -> None:
    manager = house.manager()
    with house.spawn_by_hand() as neglected:
        eventually(manager.is_daemon_running)
        os.kill(neglected.pid, signal.SIGKILL)
        eventually(lambda: not manager.is_daemon_running(), 1)
        began = time.monotonic()

        assert manager.stop(ADA).how == "not running"
        assert time.monotonic() - began < 1


def test_a_daemon_whose_parent_does_not_bury_it_is_stopped_in_no_time(house: House) -> None:
    manager = house.manager()
    with house.spawn_by_hand():
        eventually(lambda: manager.status().state is DaemonState.IDLE)
        report = manager.stop(ADA)

        assert (report.how, report.seconds < 1) == ("graceful", True)


# Edge case 7: it cannot be reached


def test_a_daemon_without_a_doorbell_is_stopped_all_the_same(house: House) -> None:
    manager = house.manager()
    manager.start(ADA)
    (house.config.state / "doorbell").unlink()

    assert manager.stop(ADA).how == "graceful"


def test_a_hanging_daemon_is_unresponsive_and_can_be_stopped(house: House) -> None:
    manager = house.manager("hang")
    manager.start(ADA)
    eventually(lambda: manager.status().state is DaemonState.UNRESPONSIVE)

    assert "process alive" in manager.status().evidence
    assert manager.status().running
    assert manager.stop(ADA).how == "graceful"


def test_a_frozen_daemon_is_killed_and_that_is_told(house: House) -> None:
    manager = house.manager()
    manager.start(ADA)
    os.kill(running_pid(manager), signal.SIGSTOP)
    report = manager.stop(ADA, timeout=0.5)

    assert report.how == "killed"
    assert 0.5 <= report.seconds < 1.5
    assert not manager.is_daemon_running()
    assert not manager.pid_file.exists()


# Edge case 8: busy for hours


def test_a_busy_daemon_tells_its_task_without_being_disturbed(house: House) -> None:
    manager = house.manager("working")
    manager.start(ADA)
    status = manager.get_daemon_status()

    assert (status["status"], status["current_task"]) == ("working", "PRIORITY 2.6 - CI Testing")
    assert manager._get_current_task() == "PRIORITY 2.6 - CI Testing"


def test_an_idle_daemon_shows_what_the_roadmap_says_is_in_progress(house: House) -> None:
    roadmap = "### PRIORITY 1: Beans - Complete\n\n### PRIORITY 2.6: CI Testing - In Progress\n"
    (house.config.project / "ROADMAP.md").write_text(roadmap)
    manager = house.manager()

    assert manager._get_current_task() == "PRIORITY 2.6 - CI Testing"
    assert manager.get_daemon_status()["current_task"] is None
    manager.start(ADA)
    assert manager.get_daemon_status()["current_task"] == "PRIORITY 2.6 - CI Testing"


def test_a_stop_after_the_turn_does_not_wait_and_a_start_takes_it_back(house: House) -> None:
    manager = house.manager("working")
    manager.start(ADA)
    pid = running_pid(manager)

    assert manager.stop(ADA, after_turn=True).how == "after turn"
    assert manager.is_daemon_running()
    assert manager.start(BEN)
    assert not StateFiles.of(house.config).stop.exists()
    assert read_wish(house.config).wanted
    assert running_pid(manager) == pid


def test_a_stop_after_the_turn_ends_an_idle_daemon_now(house: House) -> None:
    manager = house.manager()
    manager.start(ADA)

    assert manager.stop(ADA, after_turn=True).how == "graceful"


# Trees


@pytest.mark.parametrize("ways", [(), ("deaf",)])
def test_a_stop_takes_the_turns_tree_along(house: House, ways: tuple[str, ...]) -> None:
    manager = house.manager("agent", *ways)
    manager.start(ADA)
    eventually(lambda: len(house.inhabitants("COFFEE_TURN")) == 2)
    report = manager.stop(ADA, timeout=1.5)

    assert report.how == ("killed" if ways else "graceful")
    eventually(lambda: house.inhabitants() == [], 1)


def test_a_crashed_daemons_tree_ends_by_itself(house: House) -> None:
    manager = house.manager("agent")
    manager.start(ADA)
    eventually(lambda: len(house.inhabitants("COFFEE_TURN")) == 2)
    os.kill(running_pid(manager), signal.SIGKILL)

    eventually(lambda: house.inhabitants() == [], 2)


def test_a_start_sweeps_what_daemon_and_runner_left(house: House) -> None:
    manager = house.manager("agent")
    manager.start(ADA)
    eventually(lambda: len(house.inhabitants("COFFEE_TURN")) == 2)
    left = house.inhabitants("COFFEE_TURN")
    for pid in (running_pid(manager), *left):
        os.kill(pid, signal.SIGSTOP)
    os.kill(running_pid(manager), signal.SIGKILL)
    eventually(lambda: manager.status().state is DaemonState.CRASHED)
    house.manager().start()

    assert [pid for pid in left if process_facts(pid).alive] == []


# The wish, and who watches


def test_a_persons_start_clears_that_the_watch_gave_up(house: House) -> None:
    write_wish(house.config, Wish(wanted=True, by="Ada", gave_up="5 crashes in a minute"))
    manager = house.manager()

    assert manager.status().state is DaemonState.GAVE_UP
    assert manager.status().evidence == "5 crashes in a minute"
    manager.start(BEN)
    assert manager.status().state is DaemonState.IDLE
    assert read_wish(house.config).gave_up is None


def test_the_watch_does_not_start_what_a_person_has_stopped(house: House) -> None:
    manager = house.manager()
    manager.start(ADA)
    os.kill(running_pid(manager), signal.SIGKILL)
    eventually(lambda: not manager.is_daemon_running())

    assert manager.revive()
    manager.stop(BEN)
    assert not manager.revive()
    assert not manager.is_daemon_running()


def test_a_pause_survives_a_restart(house: House) -> None:
    manager = house.manager()
    manager.start(ADA)
    until = read_wish(house.config).at
    assert until
    write_wish(house.config, Wish(wanted=True, paused_until=until + timedelta(hours=1)))
    manager.restart(BEN)

    assert read_wish(house.config).paused_until == until + timedelta(hours=1)


def test_it_is_watched_while_a_bot_lives(house: House) -> None:
    manager = house.manager()
    manager.start(ADA)
    own = Identity.own()
    card = {"pid": own.pid, "process_start": own.start, "boot_id": own.boot_id, "link": "up"}
    bot_status = house.config.home / "bot_status.json"

    assert not manager.status().watched
    bot_status.write_text(json.dumps(card))
    assert manager.status().watched
    bot_status.write_text(json.dumps(card | {"process_start": own.start - 60}))
    assert not manager.status().watched


def test_a_named_daemon_lives_beside_the_default_one(house: House) -> None:
    manager = house.manager()
    other = House(Config(home=house.config.home, project=house.config.project, name="second"))
    manager.start(ADA)
    other.manager().start(ADA)

    assert other.manager().pid_file == house.config.home / "daemons" / "second" / "daemon.pid"
    assert other.manager().stop(ADA).how == "graceful"
    assert manager.is_daemon_running()


def test_a_reader_never_sees_half_a_record(house: House) -> None:
    manager = house.manager("working")
    manager.start(ADA)
    bell = (house.config.state / "doorbell").read_bytes().split()
    done = threading.Event()
    ringer = threading.Thread(target=ring_without_end, args=(int(bell[0]), bell[1], done))
    ringer.start()
    seen = {type(read_record(manager.status_file)).__name__ for _ in range(38_000)}
    done.set()
    ringer.join()

    assert seen == {"StatusRecord"}
    assert read_pid(manager.pid_file) is not None


def ring_without_end(port: int, word: bytes, done: threading.Event) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line:
        while not done.is_set():
            line.sendto(word, ("127.0.0.1", port))
