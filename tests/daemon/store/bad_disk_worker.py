"""A process whose files stop growing for a while; see test_store_io.

No file of it grows beyond a limit, and a write behind that fails. SQLite takes this for an error of
the disk, as it does EIO. In a process of its own, for the limit holds for all its files.
"""

from __future__ import annotations

import json
import resource
import sys

from coffee_daemon.clock import SystemClock
from coffee_daemon.errors import StoreTrouble
from coffee_daemon.store import Store

TIMES = 20


def no_file_beyond(size: int) -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))


def tell(store: Store, text: str) -> str:
    """Store something of some pages; return what was said against it."""
    try:
        store.create_notification("info", "Hello", text * 3000)
    except StoreTrouble as trouble:
        return str(trouble)
    return ""


def main(database: str, room: int) -> None:
    with Store.open(f"sqlite:///{database}", clock=SystemClock()) as store:
        told = [tell(store, "before ") for _ in range(TIMES)]
        no_file_beyond(room)
        told += [tell(store, "during ") for _ in range(TIMES)]
        no_file_beyond(resource.RLIM_INFINITY)
        told += [tell(store, "after ") for _ in range(TIMES)]
    sys.stdout.write(json.dumps(told))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
