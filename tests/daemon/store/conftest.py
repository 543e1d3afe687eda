from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from store_kinds import KINDS, Kind
from store_scene import Scene

from coffee_daemon.clock import ManualClock
from coffee_daemon.store import Store

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(scope="session", params=KINDS, ids=lambda kind: kind.name)
def engine_kind(request: pytest.FixtureRequest) -> Kind:
    """Every kind of database keeps the same promises."""
    found: Kind = request.param
    return found


@pytest.fixture
def database_url(engine_kind: Kind, tmp_path: Path) -> str:
    """A database that nobody has made yet."""
    return engine_kind.url(tmp_path / "home")


@pytest.fixture(scope="session")
def shared_url(engine_kind: Kind, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The database behind `store`."""
    return engine_kind.url(tmp_path_factory.mktemp("home"))


@pytest.fixture(scope="session")
def opened(shared_url: str) -> Iterator[Store]:
    # Once for all: SQLAlchemy compiles each statement anew for every engine.
    with Store.open(shared_url, clock=ManualClock()) as opened:
        yield opened


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def store(opened: Store, clock: ManualClock, engine_kind: Kind) -> Store:
    """An empty record that goes by `clock`."""
    opened.doors.clock = clock
    with opened.writing() as connection:
        engine_kind.empty(connection)
    return opened


@pytest.fixture
def scene(store: Store, clock: ManualClock) -> Scene:
    return Scene(store, clock)
