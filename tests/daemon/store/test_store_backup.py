"""Copies of the record: whole, private, and never in the place of something else."""

from __future__ import annotations

import sqlite3
import stat
import sys
import threading
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from coffee_daemon.clock import ManualClock
from coffee_daemon.errors import (
    BadInput,
    NotFound,
    Refused,
    SchemaMismatch,
    StoreBusy,
    StoreTrouble,
)
from coffee_daemon.store import Store
from coffee_daemon.store.backup import back_up, beside, restore

if TYPE_CHECKING:
    from pathlib import Path

NOW = datetime(2026, 12, 31, 23, 59, 59, tzinfo=UTC)


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return tmp_path / "home" / "notifications.db"


@pytest.fixture
def url(database: Path) -> str:
    return f"sqlite:///{database}"


def opened(url: str) -> Store:
    return Store.open(url, clock=ManualClock())


def tell(url: str, title: str) -> int:
    with opened(url) as store:
        return store.create_notification("info", title, "there")


def titles(path: Path) -> list[str]:
    with closing(sqlite3.connect(path)) as connection:
        return [row[0] for row in connection.execute("SELECT title FROM notifications")]


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_a_backup_is_private_and_holds_what_was_committed(url: str, tmp_path: Path) -> None:
    tell(url, "Hello")
    with opened(url) as store, store.writing() as pen:
        pen.exec_driver_sql("UPDATE notifications SET title = 'Half done'")
        back_up(url, tmp_path / "copy.db")

    assert titles(tmp_path / "copy.db") == ["Hello"]
    assert names(tmp_path) == {"home", "copy.db"}
    if sys.platform != "win32":
        assert stat.S_IMODE((tmp_path / "copy.db").stat().st_mode) == 0o600


def test_a_backup_taken_while_others_write_is_sound(url: str, tmp_path: Path) -> None:
    with opened(url) as store:
        stop = threading.Event()

        def write() -> None:
            while not stop.is_set():
                store.create_notification("info", "Hello", "x" * 1000)

        writer = threading.Thread(target=write)
        writer.start()
        for count in range(3):
            back_up(url, tmp_path / f"copy-{count}.db")
        stop.set()
        writer.join()
    for count in range(3):
        restore(f"sqlite:///{tmp_path / 'other.db'}", tmp_path / f"copy-{count}.db", now=NOW)


def test_a_backup_replaces_no_file_unless_told_to(url: str, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    copy.write_text("My notes.")
    tell(url, "Hello")
    with pytest.raises(Refused, match="exists already"):
        back_up(url, copy)
    assert copy.read_text() == "My notes."

    back_up(url, copy, force=True)
    assert titles(copy) == ["Hello"]


def test_a_database_is_never_its_own_backup(url: str, database: Path) -> None:
    tell(url, "Hello")
    with pytest.raises(Refused, match="the database itself"):
        back_up(url, database, force=True)
    with pytest.raises(BadInput, match="the database itself"):
        restore(url, database, now=NOW)
    assert titles(database) == ["Hello"]


def test_looking_for_something_to_back_up_makes_no_database(url: str, tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        back_up(url, tmp_path / "copy.db")
    assert names(tmp_path) == set()


def test_a_backup_that_cannot_be_written_is_told(url: str, tmp_path: Path) -> None:
    tell(url, "Hello")
    with pytest.raises(StoreTrouble, match="cannot be written"):
        back_up(url, tmp_path / "no folder" / "copy.db")


def test_a_restored_record_is_the_backup_and_the_old_one_stays_beside_it(
    url: str, database: Path, tmp_path: Path
) -> None:
    tell(url, "Kept")
    back_up(url, tmp_path / "copy.db")
    tell(url, "Later")

    replaced = restore(url, tmp_path / "copy.db", now=NOW)

    assert replaced == database.with_name("notifications.replaced.20261231-235959.db")
    assert titles(replaced) == ["Kept", "Later"]
    assert titles(database) == titles(tmp_path / "copy.db") == ["Kept"]
    assert stat.S_IMODE(database.stat().st_mode) == 0o600 or sys.platform == "win32"
    assert not [name for name in names(database.parent) if name.endswith(".tmp")]


def test_numbers_given_after_the_backup_are_not_given_again(url: str, tmp_path: Path) -> None:
    tell(url, "One")
    back_up(url, tmp_path / "copy.db")
    assert [tell(url, "Two"), tell(url, "Three")] == [2, 3]
    restore(url, tmp_path / "copy.db", now=NOW)

    assert tell(url, "Four") == 4


def test_what_waited_to_be_posted_is_unclear_after_a_restore(url: str, tmp_path: Path) -> None:
    clock = ManualClock()
    with Store.open(url, clock=clock) as store:
        for key in ("shown", "held", "waits"):
            store.posts.want(key, kind="message", channel="C1", text=key)
        store.posts.want("mark", kind="reaction", channel="C1", text="eyes", target_ts="1.0")
        shown, held = (store.posts.claim(attempt_owner="bot") for _ in range(2))
        assert shown is not None
        assert held is not None
        store.posts.sent(shown.id, "1.1")
        store.posts.hold(held.id, "is_archived")
        clock.advance(hours=1)
        back_up(url, tmp_path / "copy.db")
    restore(url, tmp_path / "copy.db", now=NOW)

    with Store.open(url, clock=clock) as store:
        states = {key: post.state for key in POSTS if (post := store.posts.get(key))}
        unclear = store.posts.unclear()

    assert states == {"shown": "sent", "held": "sending", "waits": "sending", "mark": "pending"}
    assert [(one.key, one.attempts, one.attempt_at) for one in unclear] == [
        ("held", 2, unclear[0].created_at),
        ("waits", 1, unclear[1].created_at),
    ]


POSTS = ("shown", "held", "waits", "mark")


def test_a_lost_database_is_restored_from_its_backup(
    url: str, database: Path, tmp_path: Path
) -> None:
    tell(url, "Kept")
    back_up(url, tmp_path / "copy.db")
    database.unlink()

    assert restore(url, tmp_path / "copy.db", now=NOW) is None
    assert titles(database) == ["Kept"]
    assert tell(url, "Later") == 2


def test_a_damaged_database_is_replaced_and_kept(url: str, database: Path, tmp_path: Path) -> None:
    tell(url, "Kept")
    back_up(url, tmp_path / "copy.db")
    database.write_bytes(b"\xff" * 10_000)

    replaced = restore(url, tmp_path / "copy.db", now=NOW)

    assert replaced is not None
    assert replaced.read_bytes() == b"\xff" * 10_000
    assert titles(database) == ["Kept"]


def write(path: Path, statement: str) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(statement)


def spoil(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:4096] + b"\xff" * 20_000)


def someone_elses(path: Path) -> None:
    path.unlink()
    write(path, "CREATE TABLE notes (id INTEGER)")


@pytest.mark.parametrize(
    ("harm", "error", "said"),
    [
        (spoil, StoreTrouble, "damaged"),
        (lambda path: path.write_text("My notes." * 500), StoreTrouble, "not a database"),
        (lambda path: path.write_bytes(b""), StoreTrouble, "no backup of ours"),
        (someone_elses, StoreTrouble, "no backup of ours"),
        (
            lambda path: write(path, "UPDATE alembic_version SET version_num = '9999'"),
            SchemaMismatch,
            "newer version",
        ),
        (lambda path: path.unlink(), BadInput, "no backup at"),
    ],
    ids=["damaged", "text", "empty", "another program's", "newer", "missing"],
)
def test_a_file_that_is_no_sound_backup_of_ours_replaces_nothing(
    harm: object, error: type[Exception], said: str, url: str, database: Path, tmp_path: Path
) -> None:
    tell(url, "Kept")
    back_up(url, tmp_path / "copy.db")
    assert callable(harm)
    harm(tmp_path / "copy.db")

    with pytest.raises(error, match=said):
        restore(url, tmp_path / "copy.db", now=NOW)
    assert titles(database) == ["Kept"]
    assert names(database.parent) <= {"notifications.db", "notifications.db-journal"}


def test_whoever_has_the_replaced_database_open_loses_nothing_silently(
    url: str, tmp_path: Path
) -> None:
    with opened(url) as store:
        store.create_notification("info", "Kept", "there")
        back_up(url, tmp_path / "copy.db")
        replaced = restore(url, tmp_path / "copy.db", now=NOW)
        with pytest.raises(StoreTrouble, match="was replaced"):
            store.create_notification("info", "Lost", "there")
        with pytest.raises(StoreTrouble, match="was replaced"):
            store.get_pending_notifications()
    assert replaced is not None
    assert titles(replaced) == ["Kept"]


def test_a_restore_cuts_nobody_off_who_is_in_the_middle_of_writing(
    url: str, database: Path, tmp_path: Path
) -> None:
    tell(url, "Kept")
    back_up(url, tmp_path / "copy.db")
    with opened(url) as store, store.writing() as pen:
        pen.exec_driver_sql("UPDATE notifications SET title = 'Half done'")
        with pytest.raises(StoreBusy):
            restore(url, tmp_path / "copy.db", now=NOW, patience=timedelta(seconds=0.1))
    assert titles(database) == ["Half done"]


def test_names_beside_a_database_say_why_and_when_and_are_free(database: Path) -> None:
    database.parent.mkdir()
    first = beside(database, "replaced", NOW)
    first.touch()

    assert first.name == "notifications.replaced.20261231-235959.db"
    assert beside(database, "replaced", NOW).name == "notifications.replaced.20261231-235959-2.db"
