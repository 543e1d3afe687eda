from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import psutil
import pytest
from waiting import eventually

from coffee_daemon.errors import BadConfig
from coffee_daemon.system import (
    Handle,
    Identity,
    Lock,
    SignalBell,
    TreeMeter,
    Vigil,
    boot_id,
    boot_seconds,
    descendants,
    environment_of,
    lock_holders,
    login_name,
    private_folder,
    process_facts,
    read_small,
    resolve_program,
    spawn_detached,
    system_clock,
    wait_gone,
    write_private,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SLEEP = [sys.executable, "-c", "import time; time.sleep(1000)"]


@pytest.fixture
def sleeper() -> Iterator[subprocess.Popen[bytes]]:
    with subprocess.Popen(SLEEP) as process:
        yield process
        process.kill()


# Vigils


@pytest.mark.skipif(sys.platform != "linux", reason="no pidfd there")
def test_a_vigil_tells_of_an_end_at_once_and_only_once(
    sleeper: subprocess.Popen[bytes],
) -> None:
    told: list[float] = []
    with Vigil(sleeper.pid, lambda: told.append(time.monotonic())):
        assert told == []
        began = time.monotonic()
        sleeper.kill()

        eventually(lambda: told)
    assert told[0] - began < 5
    assert len(told) == 1


@pytest.mark.skipif(sys.platform != "linux", reason="no pidfd there")
def test_a_vigil_can_be_given_up_and_for_who_is_gone_there_is_none(
    sleeper: subprocess.Popen[bytes],
) -> None:
    threads = threading.active_count()
    told: list[int] = []
    vigil = Vigil(sleeper.pid, lambda: told.append(1))
    vigil.close()
    vigil.close()
    sleeper.kill()
    sleeper.wait()
    Vigil(sleeper.pid, lambda: told.append(2)).close()

    assert (told, threading.active_count()) == ([], threads)


# Locks


@pytest.mark.skipif(sys.platform != "linux", reason="no other system tells who holds a lock")
def test_who_holds_a_lock_can_be_known_without_taking_it(tmp_path: Path) -> None:
    path = tmp_path / "a.lock"
    assert lock_holders(path) == []

    with Lock(path) as lock:
        assert lock.acquire()
        assert lock_holders(path) == [os.getpid()]
        assert not Lock(path).acquire()
    assert lock_holders(path) == []


# Signals

#: Says after how many seconds it woke; the signal is given to another thread than the one waiting.
WAITER = """
import os, signal, threading, time
from coffee_daemon.system import SignalBell
def heed(*_):
    print("heeded", flush=True)
with SignalBell() as bell:
    signal.signal(signal.SIGUSR1, heed)
    threading.Thread(target=time.sleep, args=(30,), daemon=True).start()
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGUSR1})
    threading.Timer(0.2, os.kill, (os.getpid(), signal.SIGUSR1)).start()
    print(bell.wait(20), bell.wait(0), flush=True)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="no such signals there")
def test_a_signal_wakes_the_main_thread_whichever_thread_it_is_given_to() -> None:
    argv = [sys.executable, "-c", WAITER]
    done = subprocess.run(argv, capture_output=True, text=True, check=True, timeout=15)

    assert done.stdout.split() == ["heeded", "True", "False"]


def test_a_ring_before_the_wait_is_kept() -> None:
    with SignalBell() as bell:
        bell.ring()
        bell.ring()

        assert bell.wait(5)
        assert not bell.wait(0)
    bell.ring()


# Clocks


def test_the_boot_clock_counts_what_the_monotonic_clock_counts_and_more() -> None:
    before = boot_seconds()
    time.sleep(0.02)

    assert 0.02 <= boot_seconds() - before < 1
    assert boot_seconds() >= time.monotonic() - 1
    assert system_clock().boot() >= before


def test_a_boot_has_one_name() -> None:
    assert boot_id()
    look = "from coffee_daemon.system import boot_id; print(boot_id())"
    done = subprocess.run([sys.executable, "-c", look], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == boot_id()


def test_somebody_sits_at_the_machine() -> None:
    assert login_name()


# Files


def test_a_file_is_written_whole_and_private(tmp_path: Path) -> None:
    path = tmp_path / "file"
    write_private(path, "ünï")
    write_private(path, b"bytes", durable=False)

    assert path.read_bytes() == b"bytes"
    assert path.stat().st_mode & 0o777 == 0o600
    assert list(tmp_path.iterdir()) == [path]


def test_a_link_is_replaced_and_its_target_stays(tmp_path: Path) -> None:
    victim, path = tmp_path / "victim", tmp_path / "file"
    victim.write_text("mine")
    path.symlink_to(victim)
    write_private(path, "ours")

    assert (victim.read_text(), path.read_text()) == ("mine", "ours")
    assert not path.is_symlink()


def test_a_folder_in_its_place_is_moved_aside_with_all_that_is_in_it(tmp_path: Path) -> None:
    path = tmp_path / "file"
    (path / "inside").mkdir(parents=True)
    write_private(path, "ours")

    assert path.read_text() == "ours"
    (aside,) = [one for one in tmp_path.iterdir() if one != path]
    assert aside.name.startswith("file.folder-")
    assert (aside / "inside").is_dir()


def test_a_full_disk_leaves_the_old_content(tmp_path: Path) -> None:
    path = tmp_path / "file"
    write_private(path, "old")
    code = """
import resource, signal, sys
from pathlib import Path
from coffee_daemon.system import write_private
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (10, 10))
write_private(Path(sys.argv[1]), "x" * 10_000)
"""
    argv = [sys.executable, "-c", code, str(path)]
    done = subprocess.run(argv, capture_output=True, text=True, check=False)

    assert "File too large" in done.stderr
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_readers_see_the_old_content_or_the_new_one(tmp_path: Path) -> None:
    path = tmp_path / "file"
    contents = [bytes([65 + letter]) * 5000 for letter in range(3)]
    write_private(path, contents[0])
    done = threading.Event()

    def write() -> None:
        while not done.is_set():
            for content in contents:
                write_private(path, content, durable=False)

    writer = threading.Thread(target=write)
    writer.start()
    seen = {read_small(path) for _ in range(3000)}
    done.set()
    writer.join()

    assert seen <= set(contents)


def test_only_ordinary_small_files_are_read(tmp_path: Path) -> None:
    ordinary, link, pipe = tmp_path / "ordinary", tmp_path / "link", tmp_path / "pipe"
    ordinary.write_bytes(b"12345")
    link.symlink_to(ordinary)
    os.mkfifo(pipe)

    assert read_small(ordinary) == b"12345"
    assert read_small(tmp_path / "missing") is None
    assert read_small(ordinary / "below") is None
    with pytest.raises(OSError, match="longer than 4 bytes"):
        read_small(ordinary, limit=4)
    for path in (link, pipe, tmp_path):
        with pytest.raises(OSError, match=path.name):
            read_small(path)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file away")
def test_another_users_file_and_folder_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.touch()
    os.chown(path, 12345, -1)
    os.chown(tmp_path, 12345, -1)

    with pytest.raises(PermissionError, match="another user"):
        read_small(path)
    with pytest.raises(BadConfig, match="another user"):
        private_folder(tmp_path)


def test_a_state_folder_is_made_private_or_closed(tmp_path: Path) -> None:
    for folder in (tmp_path / "a" / "b", tmp_path / "open"):
        if folder.name == "open":
            folder.mkdir(mode=0o755)

        assert private_folder(folder).stat().st_mode & 0o777 == 0o700


# The lock


def test_a_lock_has_one_holder(tmp_path: Path) -> None:
    with Lock(tmp_path / "lock") as first, Lock(tmp_path / "lock") as second:
        assert first.acquire()
        assert not second.acquire(0.05)
        first.release()
        assert second.acquire()

    assert (tmp_path / "lock").stat().st_mode & 0o777 == 0o600


def test_a_lock_is_free_when_its_holder_was_killed(tmp_path: Path) -> None:
    code = """
import sys, time, pathlib
from coffee_daemon.system import Lock
lock = Lock(pathlib.Path(sys.argv[1]))
print(lock.acquire(), flush=True)
time.sleep(1000)
"""
    argv = [sys.executable, "-c", code, str(tmp_path / "lock")]
    with (
        subprocess.Popen(argv, stdout=subprocess.PIPE, text=True) as holder,
        Lock(tmp_path / "lock") as lock,
    ):
        assert holder.stdout is not None
        assert holder.stdout.readline() == "True\n"
        assert not lock.acquire()
        holder.kill()
        assert lock.acquire(2)


def test_a_child_does_not_inherit_the_lock(tmp_path: Path) -> None:
    lock = Lock(tmp_path / "lock")
    assert lock.acquire()
    with subprocess.Popen(SLEEP, close_fds=False) as child, Lock(tmp_path / "lock") as other:
        lock.release()
        # Not at once: whoever forks just now holds a copy until it becomes its program.
        free = other.acquire(5)
        child.kill()

    assert free


def test_a_lock_that_comes_free_is_taken_within_the_timeout(tmp_path: Path) -> None:
    with Lock(tmp_path / "lock") as first, Lock(tmp_path / "lock") as second:
        first.acquire()
        with ThreadPoolExecutor() as pool:
            taken = pool.submit(second.acquire, 5)
            first.release()

            assert taken.result(5)


# Processes


def test_facts_agree_with_psutil(sleeper: subprocess.Popen[bytes]) -> None:
    facts = process_facts(sleeper.pid)
    started = time.time() - (boot_seconds() - (facts.start or 0))

    assert (facts.pid, facts.alive, facts.user) == (sleeper.pid, True, os.geteuid())
    assert abs(started - psutil.Process(sleeper.pid).create_time()) < 1


@pytest.mark.parametrize("pid", [0, -1, 2**22 + 1, 2**31, 2**63, 10**30])
def test_a_number_that_no_process_has_is_dead(pid: int) -> None:
    assert process_facts(pid).alive is False
    assert wait_gone(pid, 1.0, 0)


def test_a_zombie_is_dead() -> None:
    with subprocess.Popen([sys.executable, "-c", "pass"]) as process:
        eventually(lambda: process_facts(process.pid).alive is False)

        assert psutil.Process(process.pid).status() == psutil.STATUS_ZOMBIE
        assert wait_gone(process.pid, None, 0)


def test_a_process_whose_name_holds_brackets_is_read(tmp_path: Path) -> None:
    odd = tmp_path / "a) Z 1 (b"
    odd.symlink_to(sys.executable)
    with subprocess.Popen([str(odd), "-c", "import time; time.sleep(1000)"]) as process:
        facts = eventually(lambda: process_facts(process.pid))
        assert facts.alive
        assert process.pid in descendants(os.getpid())
        process.kill()


def test_an_identity_is_that_of_one_process_only(sleeper: subprocess.Popen[bytes]) -> None:
    start = process_facts(sleeper.pid).start
    assert start
    identity = Identity(pid=sleeper.pid, start=start, boot_id=boot_id())

    assert Identity.own().lives()
    assert identity.lives()
    assert not Identity(pid=sleeper.pid, start=start + 3, boot_id=boot_id()).lives()
    assert not Identity(pid=sleeper.pid, start=start, boot_id="another").lives()
    sleeper.kill()
    eventually(lambda: identity.lives() is False)


def test_the_environment_of_a_process_can_be_read() -> None:
    env = {"A": "1=2", "B": "ünï", "C": ""}
    with subprocess.Popen(SLEEP, env=env) as process:
        eventually(lambda: environment_of(process.pid) == env)
        process.kill()

    assert environment_of(2**22 + 1) is None


def test_waiting_for_an_end_takes_no_longer_than_the_end(
    sleeper: subprocess.Popen[bytes],
) -> None:
    start = process_facts(sleeper.pid).start
    began = time.monotonic()
    assert not wait_gone(sleeper.pid, start, 0.05)
    threading.Timer(0.1, sleeper.kill).start()

    assert wait_gone(sleeper.pid, start, 10)
    assert time.monotonic() - began < 1
    assert wait_gone(sleeper.pid, (start or 0) - 60, 0)


def test_a_handle_reaches_only_the_process_it_was_opened_for(
    sleeper: subprocess.Popen[bytes],
) -> None:
    with Handle(sleeper.pid) as handle:
        assert handle.terminate()
        assert handle.wait(None, 5)
        sleeper.wait()

        assert not handle.kill()


def test_a_detached_program_has_a_session_and_a_log_of_its_own(tmp_path: Path) -> None:
    code = "import os, sys; print(os.getsid(0) == os.getpid()); sys.exit('err')"
    for _ in range(2):
        argv = [sys.executable, "-c", code]
        with spawn_detached(argv, cwd=tmp_path, env={}, log=tmp_path / "log") as process:
            assert process.wait(10) == 1

    assert sorted((tmp_path / "log").read_text().split()) == ["True", "True", "err", "err"]
    assert (tmp_path / "log").stat().st_mode & 0o777 == 0o600


def test_a_program_is_found_on_the_path_it_is_given(tmp_path: Path) -> None:
    program = tmp_path / "agent"
    program.touch(mode=0o700)

    assert resolve_program("agent", str(tmp_path)) == str(program)
    assert resolve_program("agent", "/nowhere") is None
    assert resolve_program(str(program), "") == str(program)


# Trees


def test_a_busy_child_counts_as_ours() -> None:
    busy = "while True: pass"
    clock = [0.0]
    with subprocess.Popen([sys.executable, "-c", busy]) as child:
        meter = TreeMeter(os.getpid(), monotonic=lambda: clock[0])
        before = child_seconds(child.pid)
        eventually(lambda: child_seconds(child.pid) > before + 0.3, 30)
        clock[0] = 10.0
        usage = meter.read()
        child.kill()

    assert usage.cpu_percent >= 2.5
    assert usage.memory_mb > 10
    assert meter.read() == usage


def child_seconds(pid: int) -> float:
    times = psutil.Process(pid).cpu_times()
    return float(times.user + times.system)


def test_a_process_that_is_gone_uses_nothing() -> None:
    with subprocess.Popen([sys.executable, "-c", "pass"]) as process:
        process.wait()

    assert TreeMeter(process.pid).read().memory_mb == 0


def test_looking_costs_neither_psutil_nor_subprocess() -> None:
    look = "import sys, coffee_daemon.system; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", look], capture_output=True, text=True, check=True)

    assert not {"psutil", "subprocess", "ctypes", "socket", "logging"} & set(done.stdout.split())
