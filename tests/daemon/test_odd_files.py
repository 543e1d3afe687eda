"""Whatever lies where a file of the state folder belongs: it changes nothing and harms nobody."""

from __future__ import annotations

import os
import signal
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest
from process_house import ADA, House
from waiting import eventually

from coffee_daemon.config import Config
from coffee_daemon.doorbell import Doorbell, daemon_bell, ring
from coffee_daemon.errors import Unproven
from coffee_daemon.status import DaemonState, Wish, read_wish
from coffee_daemon.system import write_private

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from coffee_daemon.process import ProcessManager

    Spoil = Callable[[Path, Path], None]


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    house = House(Config(home=tmp_path / "home", project=tmp_path))
    yield house
    for pid in house.inhabitants():
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


@pytest.fixture
def victim(tmp_path: Path) -> Path:
    """A file that a link may point at, and that nobody may touch."""
    path = tmp_path / "victim"
    path.write_text("12345")
    return path


def a_folder(path: Path, _victim: Path) -> None:
    (path / "inside").mkdir(parents=True)


def a_link(path: Path, victim: Path) -> None:
    path.symlink_to(victim)


def a_hundred_megabytes(path: Path, _victim: Path) -> None:
    path.touch()
    os.truncate(path, 100_000_000)


def nothing(path: Path, _victim: Path) -> None:
    path.touch()


def half_of_it(path: Path, _victim: Path) -> None:
    path.write_text('{"nonce": "ab", "wanted": tr')


def a_forgery(path: Path, _victim: Path) -> None:
    """What somebody else made of it, with every name in it and hardly a right value."""
    path.write_text(
        '{"nonce": "0123456789abcdef", "who_id": "U666", "who_name": "Eve", "after_turn": false,'
        ' "at": "2026-01-01T00:00:00+00:00", "wanted": "no", "by": ["Eve"], "pid": 1,'
        ' "state": "stopped", "process_start": "long ago"}'
    )


def a_pipe(path: Path, _victim: Path) -> None:
    os.mkfifo(path)


SPOILS = [a_folder, a_link, a_hundred_megabytes, nothing, half_of_it, a_forgery, a_pipe]
FILES = ["wanted.json", "stop.request", "daemon_status.json", "doorbell", "bot_status.json"]


def spoiled(path: Path, spoil: Spoil, victim: Path) -> None:
    def done() -> bool:
        if not path.is_dir():
            path.unlink(missing_ok=True)
            spoil(path, victim)
        return True

    def tried() -> bool:
        # The daemon may have written its file in between.
        with suppress(FileExistsError, NotADirectoryError):
            return done()
        return False

    eventually(tried, 20, "it lies there")


def carried_out(action: Callable[[], object]) -> bool:
    """Whether it could be done; a record that is spoiled is written anew at the next heartbeat."""
    try:
        action()
    except Unproven:
        return False
    return True


def is_idle(manager: ProcessManager) -> bool:
    return manager.status().state is DaemonState.IDLE


@pytest.mark.parametrize("spoil", SPOILS)
@pytest.mark.parametrize("name", FILES)
def test_whatever_comes_where_a_file_belongs_a_daemon_works_on_and_can_be_stopped_and_started(
    house: House, victim: Path, name: str, spoil: Spoil
) -> None:
    manager = house.manager()
    manager.start(ADA)
    pid = manager.status().pid
    path = house.config.home / name

    spoiled(path, spoil, victim)
    eventually(lambda: is_idle(manager), 20, "it works on")
    assert manager.status().pid == pid

    spoiled(path, spoil, victim)
    eventually(lambda: carried_out(lambda: manager.stop(ADA)), 20, "it is stopped")
    assert house.inhabitants() == []
    assert read_wish(house.config).wanted is False

    manager.start(ADA)
    assert is_idle(manager)
    assert read_wish(house.config).wanted is True
    manager.stop(ADA)
    assert house.inhabitants() == []
    assert victim.read_text() == "12345"


@pytest.mark.parametrize("spoil", SPOILS)
@pytest.mark.parametrize("name", ["wanted.json", "stop.request", "doorbell", "bot_status.json"])
def test_whatever_lies_where_a_file_belongs_a_start_works(
    house: House, victim: Path, name: str, spoil: Spoil
) -> None:
    house.config.home.mkdir(mode=0o700)
    spoil(house.config.home / name, victim)
    manager = house.manager()

    assert manager.status().state is DaemonState.STOPPED
    assert manager.start(ADA)

    assert is_idle(manager)
    assert ring(daemon_bell(house.config))
    assert victim.read_text() == "12345"


@pytest.mark.parametrize("spoil", SPOILS)
def test_a_wish_that_cannot_be_read_is_nobodys(house: House, victim: Path, spoil: Spoil) -> None:
    house.config.home.mkdir(mode=0o700)

    spoil(house.config.home / "wanted.json", victim)

    assert read_wish(house.config) == Wish()


def test_a_folder_in_a_files_place_is_moved_aside_with_all_that_is_in_it(tmp_path: Path) -> None:
    for _ in range(2):
        (tmp_path / "doorbell").mkdir()
        (tmp_path / "doorbell" / "letter").write_text("kept")
        with Doorbell(tmp_path / "doorbell"):
            pass

    write_private(tmp_path / "doorbell", "1")

    kept = sorted(tmp_path.glob("doorbell.folder-*/letter"))
    assert [one.read_text() for one in kept] == ["kept", "kept"]
    assert (tmp_path / "doorbell").read_text() == "1"
