from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from store_scene import Scene

from coffee_daemon.clock import ManualClock
from coffee_daemon.store import Store

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(params=["sqlite"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Every kind of database keeps the same promises; another kind joins by its name here."""
    return f"{request.param}:///{tmp_path / 'home' / 'notifications.db'}"


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def store(database_url: str, clock: ManualClock) -> Iterator[Store]:
    with Store.open(database_url, clock=clock) as opened:
        yield opened


@pytest.fixture
def scene(store: Store, clock: ManualClock) -> Scene:
    return Scene(store, clock)
