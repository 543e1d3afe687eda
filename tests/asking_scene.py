"""A record on disk with people and askers in it."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from store_scene import Scene

from coffee_daemon.asking import Asker
from coffee_daemon.clock import ManualClock
from coffee_daemon.config import Config
from coffee_daemon.store import Store

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NOW = timedelta(0)


@contextmanager
def asking_scene(folder: Path) -> Iterator[tuple[Scene, Config]]:
    """A record in that folder, open as the daemon has it, and the settings that lead to it."""
    config = Config(home=folder / "home", project=folder)
    clock = ManualClock(at=datetime.now(UTC))
    with Store.open(config.database, clock=clock) as store:
        yield Scene(store, clock), config


def asker_in_turn(scene: Scene, config: Config) -> Asker:
    """An agent in the middle of a turn of a new task."""
    task = scene.tell("Work that asks")
    return Asker(config, scene.turn(only=task.number).turn.nonce)
