"""One start or stop at a time."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from coffee_daemon.errors import ProcessTrouble
from coffee_daemon.process.files import StateFiles
from coffee_daemon.system import Lock, private_folder

if TYPE_CHECKING:
    from collections.abc import Iterator

    from coffee_daemon.config import Config


@contextmanager
def alone(config: Config, patience: float) -> Iterator[None]:
    """Keep other starts and stops of this daemon out, or each could undo half of the other.

    Whoever hangs in one does not keep others from theirs: after `patience` seconds they go on.

    Raises:
        BadConfig: The state folder cannot be used.
        ProcessTrouble: It cannot be written.
    """
    private_folder(config.home)
    private_folder(config.state)
    with Lock(StateFiles.of(config).control) as lock:
        try:
            lock.acquire(patience)
        except OSError as error:
            raise unwritable(config, error) from error
        yield


def unwritable(config: Config, error: OSError) -> ProcessTrouble:
    """What to tell a person when a file in the state folder cannot be written."""
    return ProcessTrouble(
        f"The state folder {config.state} cannot be written: {error.strerror or error}.",
        hint="Free some space or mend its permissions. Nothing was done.",
    )
