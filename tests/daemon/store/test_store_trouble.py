"""A database on a disk that is full, read-only, far away, or whose file is gone."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from datetime import timedelta
from itertools import count
from pathlib import Path

import pytest
from small_disk import small_disk

from coffee_daemon.clock import ManualClock
from coffee_daemon.errors import StoreBusy, StoreTrouble
from coffee_daemon.store import Store
from coffee_daemon.store.engine import open_doors
from coffee_daemon.store.place import Place
from coffee_daemon.system import network_mount

MOUNTED = r"""
/dev/sda1 / ext4 rw,relatime 0 0
tmpfs /dev/shm tmpfs rw 0 0
server:/home /home nfs4 rw,vers=4.2 0 0
/dev/sda2 /home/ada/local ext4 rw 0 0
//server/share /mnt/our\040share cifs rw 0 0
ada@host:/ /mnt/host fuse.sshfs rw 0 0
gvfs /run/user/1000/gvfs fuse.gvfsd-fuse rw 0 0
portal /run/user/1000/doc fuse.portal rw 0 0
""".lstrip()


@pytest.fixture
def modes_bind(tmp_path: Path) -> None:
    """Skips where this user may write whatever the mode says, as root may."""
    probe = tmp_path / "probe"
    probe.touch(0o400)
    if os.access(probe, os.W_OK):
        pytest.skip("this user writes where others may not")


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return tmp_path / "home" / "notifications.db"


def opened(database: Path) -> Store:
    return Store.open(f"sqlite:///{database}", clock=ManualClock())


def tell_until_trouble(store: Store) -> tuple[int, StoreTrouble]:
    """How many were stored before the first that was not, and why that was not."""
    for stored in count():
        try:
            store.create_notification("info", "Hello", "x" * 3000)
        except StoreTrouble as trouble:
            return stored, trouble
    raise AssertionError


def stored(database: Path) -> int:
    with closing(sqlite3.connect(database)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        return int(connection.execute("SELECT count(*) FROM notifications").fetchone()[0])


def limit(store: Store, pages: int) -> None:
    """Let the database grow no more than that, as a quota does."""
    with store.reading() as connection:
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")


def test_a_full_database_takes_nothing_half_and_goes_on_when_there_is_room(
    database: Path,
) -> None:
    with opened(database) as store:
        limit(store, 120)
        told, trouble = tell_until_trouble(store)
        assert "the disk is full. Free some space" in str(trouble)
        assert "\n" not in str(trouble)
        assert len(store.notifications.list(limit=1000)) == stored(database) == told

        limit(store, 100_000)
        store.create_notification("info", "Hello", "again")
    assert stored(database) == told + 1


def test_a_full_disk_takes_nothing_half_and_goes_on_when_it_is_freed(tmp_path: Path) -> None:
    with small_disk(tmp_path / "home", 1024) as disk:
        database = disk.folder / "notifications.db"
        with opened(database) as store:
            store.create_notification("info", "Hello", "there")
            disk.fill()
            told, trouble = tell_until_trouble(store)
            assert "the disk is full" in str(trouble)
            # What is there can be read.
            assert len(store.notifications.list(limit=1000)) == told + 1
            disk.free()
            store.create_notification("info", "Hello", "again")
        assert stored(database) == told + 2


def test_no_database_is_begun_on_a_full_disk(tmp_path: Path) -> None:
    with small_disk(tmp_path / "home", 64) as disk:
        disk.fill()
        with pytest.raises(StoreTrouble, match=r"disk is full|cannot be opened"):
            opened(disk.folder / "notifications.db")
        disk.free()


def test_a_read_only_disk_can_be_read_and_says_so_to_who_writes(tmp_path: Path) -> None:
    with small_disk(tmp_path / "home", 1024) as disk:
        database = disk.folder / "notifications.db"
        with opened(database) as store:
            store.create_notification("info", "Hello", "there")
        disk.read_only()
        with opened(database) as store:
            assert len(store.notifications.list()) == 1
            with pytest.raises(StoreTrouble, match=r"read-only\. Let this user write"):
                store.create_notification("info", "Hello", "again")


@pytest.mark.usefixtures("modes_bind")
def test_a_read_only_file_stays_so_and_says_so_to_who_writes(database: Path) -> None:
    with opened(database) as store:
        store.create_notification("info", "Hello", "there")
    database.chmod(0o400)
    with opened(database) as store:
        assert len(store.notifications.list()) == 1
        with pytest.raises(StoreTrouble, match="read-only"):
            store.create_notification("info", "Hello", "again")
    assert database.stat().st_mode & 0o777 == 0o400


@pytest.mark.usefixtures("modes_bind")
def test_a_folder_that_takes_no_new_file_is_told(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(StoreTrouble, match="cannot be opened"):
        opened(tmp_path / "home" / "notifications.db")
    tmp_path.chmod(0o700)


def test_a_database_deleted_while_in_use_is_told_and_not_made_anew(database: Path) -> None:
    with opened(database) as store:
        store.create_notification("info", "Hello", "there")
        away = database.with_name("away.db")
        database.rename(away)
        with pytest.raises(StoreTrouble, match="was deleted or moved away"):
            store.notifications.list()
        with pytest.raises(StoreTrouble, match="was deleted or moved away"):
            store.change_marker()
        with pytest.raises(StoreTrouble, match="was deleted or moved away"):
            store.create_notification("info", "Hello", "lost")
        assert not database.exists()

        away.rename(database)
        store.create_notification("info", "Hello", "again")
    assert stored(database) == 2


def test_a_database_that_was_deleted_is_not_begun_anew(database: Path) -> None:
    with opened(database) as store:
        store.create_notification("info", "Hello", "there")
    database.unlink()
    with pytest.raises(StoreTrouble, match="coffee restore FILE") as caught:
        opened(database)
    assert "delete notifications.db-journal too" in caught.value.hint
    assert not database.exists()

    database.with_name("notifications.db-journal").unlink()
    with opened(database) as store:
        assert store.notifications.list() == []


def test_a_database_behind_a_link_is_known_by_its_own_name(tmp_path: Path) -> None:
    real = tmp_path / "elsewhere" / "real.db"
    with opened(real) as store:
        store.create_notification("info", "Hello", "there")
    link = tmp_path / "notifications.db"
    link.symlink_to(real)
    with opened(link) as store:
        assert len(store.notifications.list()) == 1
    real.unlink()
    with pytest.raises(StoreTrouble, match=r"real\.db was deleted"):
        opened(link)


def test_patience_is_told_as_long_as_it_was(database: Path) -> None:
    opened(database).close()
    patience = timedelta(seconds=0.2)
    doors = open_doors(f"sqlite:///{database}", ManualClock(), patience=patience)
    with closing(sqlite3.connect(database, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(StoreBusy, match=r"busy for more than 0.2 s; nothing was changed"):
            doors.writing().__enter__()
    doors.close()


@pytest.mark.parametrize(
    ("folder", "kind"),
    [
        ("/srv", None),
        ("/home", "nfs4"),
        ("/home/ada", "nfs4"),
        ("/homes/ada", None),
        ("/home/ada/local/state", None),
        ("/mnt/our share/state", "cifs"),
        ("/mnt/host", "fuse.sshfs"),
        ("/run/user/1000/gvfs/smb", "fuse.gvfsd-fuse"),
        ("/run/user/1000/doc", None),
        ("/dev/shm/state", None),  # noqa: S108 - a line of the list above
    ],
)
def test_the_file_system_of_a_folder_is_that_of_its_nearest_mount(
    folder: str, kind: str | None, tmp_path: Path
) -> None:
    mounts = tmp_path / "mounts"
    mounts.write_text(MOUNTED)

    assert network_mount(Path(folder), mounts) == kind


def test_where_mounts_are_not_listed_nothing_is_known_of_them(tmp_path: Path) -> None:
    assert network_mount(tmp_path, tmp_path / "none") is None


def test_a_database_on_a_network_is_refused_before_anything_is_made(tmp_path: Path) -> None:
    mounts = tmp_path / "mounts"
    mounts.write_text(f"server:/ {tmp_path} nfs rw 0 0\n")
    with pytest.raises(StoreTrouble, match=r"network file system \(nfs\)") as caught:
        Place.take(tmp_path / "home" / "notifications.db", mounts=mounts)
    assert "Set COFFEE_HOME" in caught.value.hint
    assert not (tmp_path / "home").exists()
