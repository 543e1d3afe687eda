from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from store_scene import Scene

from coffee_daemon.clock import ManualClock
from coffee_daemon.store import Store
from coffee_daemon.store.schema import metadata

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

#: Every kind of database keeps the same promises; another kind joins by its name here.
KINDS = ["sqlite"]


@pytest.fixture(params=KINDS)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database that nobody has made yet."""
    return f"{request.param}:///{tmp_path / 'home' / 'notifications.db'}"


@pytest.fixture(scope="session", params=KINDS)
def shared_url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The database behind `store`."""
    return f"{request.param}:///{tmp_path_factory.mktemp('home') / 'notifications.db'}"


@pytest.fixture(scope="session")
def opened(shared_url: str) -> Iterator[Store]:
    # Once for all: SQLAlchemy compiles each statement anew for every engine.
    with Store.open(shared_url, clock=ManualClock()) as opened:
        yield opened


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def store(opened: Store, clock: ManualClock) -> Store:
    """An empty record that goes by `clock`."""
    opened.doors.clock = clock
    with opened.writing() as connection:
        for table in reversed(metadata.sorted_tables):
            connection.execute(table.delete())
        connection.exec_driver_sql("DELETE FROM sqlite_sequence")
    return opened


@pytest.fixture
def scene(store: Store, clock: ManualClock) -> Scene:
    return Scene(store, clock)
