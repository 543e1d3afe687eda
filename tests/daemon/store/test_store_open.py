from __future__ import annotations

import sqlite3
import stat
import subprocess
import sys
import threading
from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from store_shape import schema

from coffee_daemon.clock import ManualClock
from coffee_daemon.config import Config
from coffee_daemon.errors import BadConfig, SchemaMismatch, StoreBusy, StoreTrouble
from coffee_daemon.store import Store
from coffee_daemon.store.engine import open_doors
from coffee_daemon.store.migrations import settings
from coffee_daemon.store.migrations import upgrade as migrate
from coffee_daemon.store.schema import REVISIONS, metadata
from coffee_daemon.store.upgrade import bring_up

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from coffee_daemon.store.engine import Doors


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return tmp_path / "home" / "notifications.db"


def opened(database: Path, **more: bool) -> Store:
    return Store.open(f"sqlite:///{database}", clock=ManualClock(), **more)


@pytest.fixture
def doors(database: Path) -> Iterator[Doors]:
    found = open_doors(f"sqlite:///{database}", ManualClock())
    yield found
    found.close()


def write(database: Path, statement: str) -> None:
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute(statement)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such modes")
def test_the_file_is_private_in_a_private_folder(database: Path) -> None:
    opened(database).close()
    assert stat.S_IMODE(database.stat().st_mode) == 0o600
    assert stat.S_IMODE(database.parent.stat().st_mode) == 0o700


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such modes")
def test_a_file_that_others_could_read_becomes_private(database: Path) -> None:
    database.parent.mkdir()
    database.touch(0o644)
    opened(database).close()
    assert stat.S_IMODE(database.stat().st_mode) == 0o600


def test_what_was_stored_is_there_again(database: Path) -> None:
    with opened(database) as store:
        number = store.create_notification("info", "Hello", "there")
    with opened(database) as store:
        assert [number] == [one.number for one in store.get_pending_notifications()]


def test_every_connection_has_the_settings_that_keep_data(doors: Doors) -> None:
    with doors.reading() as connection:
        found = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    assert found == {
        "journal_mode": "truncate",
        "synchronous": 2,
        "foreign_keys": 1,
        "busy_timeout": 10_000,
    }


def test_a_file_that_is_no_database_is_left_alone(database: Path) -> None:
    database.parent.mkdir()
    words = b"These are my notes, not a database.\n" * 100
    database.write_bytes(words)
    with pytest.raises(StoreTrouble, match="not a database") as caught:
        opened(database)
    assert "left as it is" in caught.value.hint
    assert database.read_bytes() == words


def test_a_damaged_database_is_left_alone(database: Path) -> None:
    with opened(database) as store:
        for _ in range(50):
            store.create_notification("info", "Hello", "x" * 2000)
    damaged = bytearray(database.read_bytes())
    damaged[4096:] = b"\xff" * (len(damaged) - 4096)
    database.write_bytes(damaged)
    with pytest.raises(StoreTrouble, match="damaged"), opened(database) as store:
        store.notifications.list()
    assert database.read_bytes() == damaged


def test_a_database_of_another_program_is_left_alone(database: Path) -> None:
    database.parent.mkdir()
    write(database, "CREATE TABLE notifications (id INTEGER)")
    before = schema(database)
    with pytest.raises(StoreTrouble, match="another program"):
        opened(database)
    assert schema(database) == before


def test_a_newer_database_is_refused(database: Path) -> None:
    opened(database).close()
    write(database, "UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(SchemaMismatch, match="newer version"):
        opened(database)


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("a file, not a folder")
    with pytest.raises(StoreTrouble, match="cannot be opened"):
        opened(tmp_path / "home" / "notifications.db")


@pytest.mark.parametrize(
    "url",
    [
        "",
        "nonsense",
        "sqlite://",
        "sqlite:///:memory:",
        "sqlite:///notifications.db",
        "mysql://u:secret@host/db",
        "mysql://u:s@secret@host/db",
        "mysql://u:%secret%@host/db",
        "mysql://u:a/secret@host:secret/db",
        "mysql://u:a:secret@host:/db",
    ],
)
def test_a_url_that_cannot_be_used_is_refused_without_its_password(url: str) -> None:
    with pytest.raises(BadConfig) as caught:
        Store.open(url, clock=ManualClock())
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://host/db",
        "postgresql://u:secret@host/db",
        "postgresql+psycopg://u:s@secret:/%secret@host:5432/db?sslmode=require",
        "postgresql+nodriver://u:p/secret@host/db",
        "postgres://u:secret@host/db",
    ],
)
def test_postgresql_is_refused_in_one_sentence_with_or_without_its_driver(url: str) -> None:
    with pytest.raises(BadConfig, match="PostgreSQL database cannot be used") as caught:
        Store.open(url, clock=ManualClock())
    assert "secret" not in str(caught.value)
    assert "Use sqlite:///" in str(caught.value)


def test_a_folder_in_place_of_the_file_is_told_and_left_alone(database: Path) -> None:
    (database / "inside").mkdir(parents=True)
    database.chmod(0o755)
    with pytest.raises(StoreTrouble, match="it is a folder or a device, not a file"):
        opened(database)
    assert stat.S_IMODE(database.stat().st_mode) == 0o755


@pytest.mark.parametrize("name", ["what?now=1", "100%", "%3F%25?", "#x@y:z", "größe ☕ & co"])
def test_a_state_folder_of_any_name_holds_its_own_database(tmp_path: Path, name: str) -> None:
    config = Config(home=tmp_path / name)
    Store.open(config.database, clock=ManualClock()).close()
    assert [path.name for path in tmp_path.iterdir()] == [name]
    assert (tmp_path / name / "notifications.db").is_file()


def test_a_database_that_stays_busy_is_told_and_unchanged(database: Path) -> None:
    with opened(database) as store, closing(sqlite3.connect(database)) as other:
        with store.doors.writing() as connection:
            connection.exec_driver_sql("PRAGMA busy_timeout = 100")
        other.isolation_level = None
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(StoreBusy, match="nothing was changed"):
            store.create_notification("info", "Hello", "there")
        other.execute("ROLLBACK")
        assert store.get_pending_notifications() == []


def test_readers_and_a_writer_do_not_shut_each_other_out(database: Path) -> None:
    with opened(database) as store, store.writing() as pen:
        pen.exec_driver_sql("INSERT INTO cursors VALUES ('feed', 7, '2026-01-05 09:00:00.000000')")
        assert store.cursors.get("feed") is None  # not committed, so not seen, and not waited for


def test_a_failed_transaction_leaves_nothing(database: Path) -> None:
    with opened(database) as store:
        with pytest.raises(RuntimeError):
            write_and_fail(store)
        assert store.cursors.get("feed") is None


def write_and_fail(store: Store) -> None:
    with store.writing() as pen:
        pen.exec_driver_sql("INSERT INTO cursors VALUES ('feed', 7, '2026-01-05 09:00:00.000000')")
        raise RuntimeError


def test_migrating_and_making_anew_give_the_same_schema(
    database: Path, tmp_path: Path, doors: Doors
) -> None:
    with doors.writing() as connection:
        migrate(connection)
    opened(tmp_path / "fresh.db").close()
    assert schema(database) == schema(tmp_path / "fresh.db")


def test_alembic_finds_nothing_to_add(database: Path, doors: Doors) -> None:
    opened(database).close()
    with doors.reading() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []


def test_the_code_knows_every_migration(doors: Doors) -> None:
    with doors.reading() as connection:
        scripts = ScriptDirectory.from_config(settings(connection))
    known = [script.revision for script in scripts.walk_revisions()]
    assert tuple(reversed(known)) == REVISIONS


def test_a_database_that_is_behind_is_brought_up_unless_told_not_to(
    database: Path, doors: Doors
) -> None:
    opened(database).close()
    program_with_more = (*REVISIONS, "a later one")
    with pytest.raises(SchemaMismatch, match="older version"):
        bring_up(doors, migrate=False, known=program_with_more)
    bring_up(doors, known=program_with_more)
    with doors.reading() as connection:
        context = MigrationContext.configure(connection)
        assert context.get_current_revision() == REVISIONS[-1]


def test_a_migration_that_fails_leaves_nothing_behind(database: Path, doors: Doors) -> None:
    with pytest.raises(RuntimeError):
        migrate_and_fail(doors)
    assert schema(database) == {}


def migrate_and_fail(doors: Doors) -> None:
    with doors.writing() as connection:
        migrate(connection)
        raise RuntimeError


def test_threads_that_open_a_fresh_database_together_all_succeed(database: Path) -> None:
    trouble: list[BaseException] = []

    def use() -> None:
        try:
            with opened(database) as store:
                store.create_notification("info", "Hello", "there")
        except BaseException as error:  # noqa: BLE001 - told by the assertion
            trouble.append(error)

    threads = [threading.Thread(target=use) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert trouble == []
    with opened(database) as store:
        assert len(store.get_pending_notifications()) == 4


def test_one_store_serves_many_threads(database: Path) -> None:
    with opened(database) as store:

        def tell() -> None:
            for _ in range(10):
                store.create_notification("info", "Hello", "there")

        threads = [threading.Thread(target=tell) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        numbers = [one.number for one in store.notifications.pending(limit=100)]
    assert numbers == list(range(1, 81))


def imports(code: str) -> set[str]:
    look = f"import sys\n{code}\nprint(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", look], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def test_the_nouns_cost_no_database() -> None:
    assert "sqlalchemy" not in imports("from coffee_daemon.store import Post, PostState")


def test_a_fresh_or_current_database_needs_no_alembic(database: Path) -> None:
    code = (
        "from coffee_daemon.store import Store\n"
        "from coffee_daemon.clock import SystemClock\n"
        f"Store.open({f'sqlite:///{database}'!r}, clock=SystemClock()).close()\n"
    )
    assert "alembic" not in imports(code * 2)
