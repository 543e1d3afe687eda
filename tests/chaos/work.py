"""Threads of the harness itself, which must not fail unnoticed."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Protocol, Self

if TYPE_CHECKING:
    from collections.abc import Callable


class Works(Protocol):
    """What works until told to stop."""

    @property
    def work(self) -> Callable[[], None]:
        """Work until `stop`."""
        ...

    @property
    def stop(self) -> Callable[[], None]:
        """Ask the work to end."""
        ...


class Work:
    """Somebody at work on a thread, for as long as the context lasts."""

    def __init__(self, worker: Works) -> None:
        self._worker = worker
        self._failure: BaseException | None = None
        self._thread = threading.Thread(target=self._run, name=type(worker).__name__)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._worker.stop()
        self._thread.join()

    @property
    def over(self) -> bool:
        """Whether the work has come to its end by itself."""
        return not self._thread.is_alive()

    def check(self) -> None:
        """Raise what ended the work before its time."""
        if self._failure is not None:
            raise self._failure

    def _run(self) -> None:
        try:
            self._worker.work()
        except BaseException as failure:  # noqa: BLE001 - told to whoever asks, in `check`
            self._failure = failure
