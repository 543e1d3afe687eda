"""What is done without the database reaches the audit: in order, and once."""

from __future__ import annotations

import stat
import sys
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from coffee_daemon.clock import ManualClock
from coffee_daemon.config import Config
from coffee_daemon.journal import Act, acts_folder, waiting_acts, write_act
from coffee_daemon.notifications import Via
from coffee_daemon.store import Store
from coffee_daemon.store.rows import acts

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

AT = datetime(2026, 1, 5, 8, 30, tzinfo=UTC)


@pytest.fixture
def config(tmp_path: Path) -> Config:
    return Config(home=tmp_path / "home")


@pytest.fixture
def store(config: Config) -> Iterator[Store]:
    with Store.open(config.database, clock=ManualClock()) as opened:
        yield opened


@pytest.fixture
def folder(config: Config) -> Path:
    return acts_folder(config)


def act(number: int) -> Act:
    return Act(
        who_id="local:ada",
        who_name="ada",
        verb="stop",
        target="code_developer",
        outcome=f"graceful {number}",
        at=AT + timedelta(minutes=number),
    )


def outcomes(store: Store) -> list[str]:
    return [one.outcome for one in reversed(store.audit.list())]


def test_acts_are_taken_in_in_order_and_leave_nothing_behind(store: Store, folder: Path) -> None:
    for number in range(5):
        write_act(folder, act(number))

    assert store.audit.take_in(folder) == 5

    assert outcomes(store) == [f"graceful {number}" for number in range(5)]
    last = store.audit.list(limit=1)[0]
    assert (last.who.id, last.who.name, last.via) == ("local:ada", "ada", Via.CLI)
    assert (last.verb, last.target, last.at) == ("stop", "code_developer", act(4).at)
    assert waiting_acts(folder) == []
    assert store.audit.verify().intact


def test_without_any_act_there_is_nothing_to_take_in(store: Store, folder: Path) -> None:
    assert store.audit.take_in(folder) == 0
    write_act(folder, act(1))
    store.audit.take_in(folder)
    assert store.audit.take_in(folder) == 0


def test_acts_are_private(folder: Path) -> None:
    write_act(folder, act(1))

    (file,) = folder.iterdir()
    if sys.platform != "win32":
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_whoever_dies_before_the_files_are_removed_takes_nothing_in_twice(
    store: Store, folder: Path
) -> None:
    for number in range(3):
        write_act(folder, act(number))
    with store.writing() as connection:
        # Committed, and dead before the first file was removed.
        assert acts.take_in(connection, folder, waiting_acts(folder), AT) == 3
    assert len(waiting_acts(folder)) == 3
    write_act(folder, act(3))

    assert store.audit.take_in(folder) == 1

    assert outcomes(store) == [f"graceful {number}" for number in range(4)]
    assert waiting_acts(folder) == []


def test_whoever_dies_before_the_commit_loses_nothing(store: Store, folder: Path) -> None:
    write_act(folder, act(0))

    def die() -> None:
        with store.writing() as connection:
            acts.take_in(connection, folder, waiting_acts(folder), AT)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        die()

    assert store.audit.take_in(folder) == 1
    assert outcomes(store) == ["graceful 0"]


def test_an_act_that_cannot_be_read_is_told_and_keeps_no_other_waiting(
    store: Store, folder: Path
) -> None:
    write_act(folder, act(0))
    (folder / "00000000000000000001-feed.json").write_text("nonsense", encoding="utf-8")
    (folder / ".half.tmp").write_text("{", encoding="utf-8")

    assert store.audit.take_in(folder) == 2

    assert outcomes(store) == ["cannot be read", "graceful 0"]
    assert "00000000000000000001-feed.json" in store.audit.list()[-1].detail


def test_two_state_folders_of_one_record_do_not_hide_each_others_acts(
    store: Store, folder: Path, tmp_path: Path
) -> None:
    other = tmp_path / "other" / "acts"
    write_act(folder, act(0))
    store.audit.take_in(folder)
    write_act(other, act(1))
    (name,) = waiting_acts(other)
    with store.writing() as connection:
        acts.take_in(connection, other, [name], AT)
    write_act(folder, act(2))
    store.audit.take_in(folder)

    assert store.audit.take_in(other) == 0
    assert outcomes(store) == ["graceful 0", "graceful 1", "graceful 2"]
