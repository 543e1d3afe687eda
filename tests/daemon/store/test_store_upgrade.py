"""From one version of the program to the next, without losing a row or a way back."""

from __future__ import annotations

import ast
import sqlite3
import stat
import sys
from contextlib import closing
from pathlib import Path

import pytest
from small_disk import small_disk
from store_shape import schema

from coffee_daemon.clock import ManualClock
from coffee_daemon.errors import SchemaMismatch, StoreTrouble
from coffee_daemon.store import Store, migrations
from coffee_daemon.store.engine import open_doors
from coffee_daemon.store.migrations import upgrade
from coffee_daemon.store.schema import REVISIONS

FIRST, LAST = REVISIONS[0], REVISIONS[-1]
VERSIONS = Path(next(iter(migrations.__path__))) / "versions"
#: What an older program that still runs does not notice.
ADDING = {"add_column", "create_index", "create_table"}


@pytest.fixture
def older(tmp_path: Path) -> Path:
    """A database of this program's first version, with a notification in it."""
    return first_version(tmp_path / "home")


def first_version(folder: Path) -> Path:
    path = folder / "notifications.db"
    doors = open_doors(f"sqlite:///{path}", ManualClock())
    with doors.writing() as connection:
        upgrade(connection, FIRST)
        connection.exec_driver_sql("INSERT INTO numbers VALUES (1, '2026-01-05 09:00:00.000000')")
        connection.exec_driver_sql(
            "INSERT INTO notifications (number, type, title, message, priority, context, state,"
            " created_at) VALUES (1, 'info', 'Hello', 'there', 'normal', '{}', 'new',"
            " '2026-01-05 09:00:00.000000')"
        )
    doors.close()
    return path


def opened(path: Path, *, migrate: bool = True) -> Store:
    return Store.open(f"sqlite:///{path}", clock=ManualClock(), migrate=migrate)


def ask(path: Path, question: str) -> set[tuple[object, ...]]:
    with closing(sqlite3.connect(path)) as connection:
        return set(connection.execute(question))


def revision(path: Path) -> str:
    ((found,),) = ask(path, "SELECT version_num FROM alembic_version")
    return str(found)


def copies(path: Path) -> list[Path]:
    return sorted(path.parent.glob("notifications.before-*"))


def test_an_older_database_is_brought_up_with_all_its_rows(older: Path, tmp_path: Path) -> None:
    with opened(older) as store:
        assert [one.title for one in store.get_pending_notifications()] == ["Hello"]
        assert store.create_notification("info", "New", "there") == 2
    opened(tmp_path / "fresh.db").close()

    assert schema(older) == schema(tmp_path / "fresh.db")


def test_it_is_copied_before_it_is_changed(older: Path) -> None:
    opened(older).close()
    opened(older).close()

    (copy,) = copies(older)
    assert copy.name == f"notifications.before-{LAST}.20260105-090000.db"
    assert (revision(copy), revision(older)) == (FIRST, LAST)
    assert ask(copy, "SELECT title FROM notifications") == {("Hello",)}
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600 or sys.platform == "win32"


def test_without_room_for_a_copy_nothing_is_changed(tmp_path: Path) -> None:
    with small_disk(tmp_path / "home", 1024) as disk:
        path = first_version(disk.folder)
        disk.fill()
        with pytest.raises(StoreTrouble, match=r"full|written"):
            opened(path)
        assert (revision(path), copies(path)) == (FIRST, [])
        disk.free()
        opened(path).close()
        assert revision(path) == LAST


def test_who_may_not_migrate_says_who_does_and_changes_nothing(older: Path) -> None:
    with pytest.raises(SchemaMismatch, match="older version") as caught:
        opened(older, migrate=False)
    assert "Restart the daemon" in caught.value.hint
    assert (revision(older), copies(older)) == (FIRST, [])


def calls(script: Path) -> set[str]:
    """What a migration asks of Alembic's `op`."""
    tree = ast.parse(script.read_text(encoding="utf-8"))
    names = (node for node in ast.walk(tree) if isinstance(node, ast.Attribute))
    return {
        node.attr for node in names if isinstance(node.value, ast.Name) and node.value.id == "op"
    }


def test_migrations_only_add() -> None:
    scripts = sorted(VERSIONS.glob("0*.py"))
    assert [script.name[:4] for script in scripts] == list(REVISIONS)
    assert set().union(*map(calls, scripts[1:])) <= ADDING
