from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from typing import TYPE_CHECKING

import pytest

from coffee_daemon.config import Config
from coffee_daemon.doorbell import Doorbell, bot_bell, daemon_bell, ring

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "doorbell"


@pytest.fixture
def bell(path: Path) -> Iterator[Doorbell]:
    with Doorbell(path) as bell:
        yield bell


def address(path: Path) -> tuple[str, int]:
    return ("127.0.0.1", int(path.read_bytes().split()[0]))


def test_a_ring_from_another_process_wakes_at_once(path: Path, bell: Doorbell) -> None:
    code = "import sys, pathlib; from coffee_daemon.doorbell import ring; "
    code += "sys.exit(not ring(pathlib.Path(sys.argv[1])))"
    with subprocess.Popen([sys.executable, "-c", code, str(path)]) as ringer:
        assert bell.wait(10)
        assert ringer.wait() == 0


def test_a_ring_wakes_within_milliseconds(path: Path, bell: Doorbell) -> None:
    rung: list[float] = []

    def later() -> None:
        rung.append(time.monotonic())
        ring(path)

    timer = threading.Timer(0.05, later)
    timer.start()
    assert bell.wait(5)
    late = time.monotonic() - rung[0]
    timer.join()

    assert late < 0.1


def test_a_ring_while_nobody_waits_is_kept(path: Path, bell: Doorbell) -> None:
    assert ring(path)
    assert bell.wait(0)


def test_many_rings_count_as_one(path: Path, bell: Doorbell) -> None:
    for _ in range(1000):
        ring(path)

    assert bell.wait(0)
    assert not bell.wait(0)


def test_without_a_ring_a_wait_lasts_as_long_as_it_should(bell: Doorbell) -> None:
    began = time.monotonic()

    assert not bell.wait(0.1)
    assert 0.1 <= time.monotonic() - began < 1


def test_a_signal_handler_can_ring(bell: Doorbell) -> None:
    before = signal.signal(signal.SIGUSR1, lambda _number, _frame: bell.ring())
    timer = threading.Timer(0.05, os.kill, (os.getpid(), signal.SIGUSR1))
    timer.start()
    try:
        # A blocking wait is otherwise resumed after a signal (PEP 475).
        assert bell.wait(10)
    finally:
        timer.join()
        signal.signal(signal.SIGUSR1, before)


def test_whoever_does_not_know_the_word_does_not_wake(path: Path, bell: Doorbell) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger:
        for word in (b"", b"wake up", b"x" * 65_000):
            stranger.sendto(word, address(path))

    assert not bell.wait(0.05)
    assert ring(path)
    assert bell.wait(0)


def test_a_missing_dead_or_damaged_bell_is_no_trouble(path: Path) -> None:
    assert not ring(path)
    with Doorbell(path):
        told = path.read_bytes()
    for content in (told, b"", b"12", b"99999999 word", b"-1 word", b"port word", b"1 2 3"):
        path.write_bytes(content)
        assert not ring(path)


def test_a_bell_is_private_to_its_user(path: Path, bell: Doorbell) -> None:
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_closed_bell_takes_its_file_away_and_can_still_be_rung(path: Path) -> None:
    bell = Doorbell(path)
    bell.close()
    bell.ring()

    assert not path.exists()


def test_a_closed_bell_leaves_the_file_of_its_successor(path: Path) -> None:
    first = Doorbell(path)
    with Doorbell(path):
        first.close()

        assert ring(path)


def test_a_bell_that_cannot_be_told_gives_its_port_back(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        Doorbell(tmp_path / "missing" / "doorbell")


def test_daemons_have_a_bell_each_and_the_bot_has_one(tmp_path: Path) -> None:
    default, second = Config(home=tmp_path), Config(home=tmp_path, name="second")

    assert daemon_bell(default) == tmp_path / "doorbell"
    assert daemon_bell(second) == tmp_path / "daemons" / "second" / "doorbell"
    assert bot_bell(default) == bot_bell(second) == tmp_path / "bot.doorbell"
