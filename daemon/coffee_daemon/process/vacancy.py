"""Nobody at home: no daemon and no bot, for as long as somebody needs it."""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from coffee_daemon.config import DEFAULT_NAME
from coffee_daemon.errors import Refused
from coffee_daemon.process.control import unwritable
from coffee_daemon.process.files import StateFiles
from coffee_daemon.system import Lock, private_folder

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from coffee_daemon.config import Config


@contextmanager
def vacant(config: Config) -> Iterator[None]:
    """Hold the locks that every daemon and the bot of this home need in order to run.

    Raises:
        Refused: One of them runs; nothing was done to it.
        ProcessTrouble: A lock's file cannot be written.
    """
    private_folder(config.home)
    with ExitStack() as stack:
        for who, path, how in _inhabitants(config):
            lock = stack.enter_context(Lock(path))
            try:
                free = lock.acquire()
            except OSError as error:
                raise unwritable(config, error) from error
            if not free:
                raise Refused(f"{who} runs.", hint=f"Stop it first: {how}.")
        yield


def _inhabitants(config: Config) -> Iterator[tuple[str, Path, str]]:
    """Who may live here, the lock that it holds, and how it is stopped."""
    yield "The bot", config.home / "bot.lock", "Ctrl-C where it runs, or its service"
    yield DEFAULT_NAME, _lock(config, DEFAULT_NAME), "coffee stop"
    for folder in sorted((config.home / "daemons").glob("*/")):
        yield folder.name, _lock(config, folder.name), f"COFFEE_DAEMON={folder.name} coffee stop"


def _lock(config: Config, name: str) -> Path:
    return StateFiles.of(replace(config, name=name)).lock
