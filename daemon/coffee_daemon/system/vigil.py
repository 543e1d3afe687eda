"""Learning of a process's end the moment it comes, at no cost until then."""

from __future__ import annotations

import os
import select
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable


class Vigil:
    """Calls `ended` once when a process ends, from a thread that sleeps until then.

    What is called must not close the vigil.

    Linux waits on a pidfd. Elsewhere, and before Linux 5.3, nobody is waited for: whoever looks
    now and then finds out later.
    """

    def __init__(self, pid: int, ended: Callable[[], object]) -> None:
        self.pid = pid
        self._ended = ended
        self._pidfd = _open(pid)
        self._thread: threading.Thread | None = None
        if self._pidfd is not None:
            import threading  # noqa: PLC0415 - whoever only looks does not pay for it

            self._let_go, self._held = os.pipe()
            handles = (self._pidfd, self._let_go)
            self._thread = threading.Thread(
                target=self._wait, args=handles, name=f"vigil-{pid}", daemon=True
            )
            self._thread.start()

    def close(self) -> None:
        """Wait no longer; fine to call twice."""
        thread, self._thread = self._thread, None
        if thread is None or self._pidfd is None:
            return
        os.close(self._held)
        thread.join()
        os.close(self._let_go)
        os.close(self._pidfd)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _wait(self, pidfd: int, let_go: int) -> None:
        poller = select.poll()
        poller.register(pidfd, select.POLLIN)
        poller.register(let_go, select.POLLIN)
        if pidfd in {handle for handle, _ in poller.poll()}:
            self._ended()


def _open(pid: int) -> int | None:
    if sys.platform == "linux":
        # Gone already, or a kernel that has none.
        with suppress(OSError):
            return os.pidfd_open(pid)
    return None
