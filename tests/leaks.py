"""A run of the tests leaves nothing behind, and proves it of itself.

Every process that runs tests looks around after its last one, and the run as a whole once more:
for processes that are still alive or not buried, and for files in the temporary folder, which is
one of this run's own.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass
from secrets import token_hex
from typing import TYPE_CHECKING, Any

import psutil
import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

#: In the environment of every process of a run, with a word of its own for each worker.
MARK = "COFFEE_TEST_RUN"
#: What is on its way out may take so long.
PATIENCE_SECONDS = float(os.environ.get("COFFEE_TEST_PATIENCE", "10"))
_LOOK_SECONDS = 0.1


@dataclass(frozen=True, kw_only=True)
class Lookout:
    """Who belongs to this run, or to this worker of it."""

    mark: str
    #: The folder in which its tests live.
    base: Path

    @property
    def temporary(self) -> Path:
        """What programs are told to use in place of /tmp."""
        return self.base / "temporary"

    def begin(self) -> None:
        """Mark what is started from now on."""
        os.environ[MARK] = self.mark
        self.temporary.mkdir()
        os.environ["TMPDIR"] = str(self.temporary)
        tempfile.tempdir = None

    def left(self) -> list[str]:
        """What is left when everything had its time to go, each in a line for people."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while (found := self._processes()) and time.monotonic() < deadline:
            time.sleep(_LOOK_SECONDS)
        return found + [f"file {path}" for path in self._files()]

    def _files(self) -> list[Path]:
        # Gone when somebody has cleared /tmp meanwhile.
        return sorted(self.temporary.iterdir()) if self.temporary.is_dir() else []

    def _processes(self) -> list[str]:
        own = psutil.Process()
        spared = {own.pid, *(parent.pid for parent in own.parents())}
        children = {child.pid for child in own.children(recursive=True)}
        return [
            _told(process)
            for process in psutil.process_iter()
            if process.pid not in spared and (process.pid in children or self._is_ours(process))
        ]

    def _is_ours(self, process: psutil.Process) -> bool:
        """Whether it was started by a test; some get an environment without our mark."""
        environment = _asked(process, "environ") or {}
        mark = environment.get(MARK, "")
        if mark == self.mark or mark.startswith(f"{self.mark}/"):
            return True
        places = (_asked(process, "cwd"), environment.get("COFFEE_HOME"))
        words = _asked(process, "cmdline") or ()
        inside = str(self.base) + os.sep
        return any(inside in place + os.sep for place in (*places, *words) if place)


def _asked(process: psutil.Process, question: str) -> Any:
    # Whoever has gone, or is another user's, is none of ours.
    with suppress(psutil.Error, OSError):
        return getattr(process, question)()
    return None


def _told(process: psutil.Process) -> str:
    words = " ".join(_asked(process, "cmdline") or (_asked(process, "name") or "?",))
    return f"process {process.pid} ({_asked(process, 'status')}): {words[:300]}"


def _lookout(config: pytest.Config) -> Lookout:
    before = os.environ.get(MARK)
    own = os.environ.get("PYTEST_XDIST_WORKER") or token_hex(4)
    # Private, and the one way to know the folder before there is a test.
    base = config._tmp_path_factory.getbasetemp()  # type: ignore[attr-defined]
    return Lookout(mark=f"{before}/{own}" if before else own, base=base)


_LOOKOUT = pytest.StashKey[Lookout]()


def pytest_sessionstart(session: pytest.Session) -> None:
    """Mark the run before the tests' modules are loaded."""
    lookout = session.config.stash[_LOOKOUT] = _lookout(session.config)
    lookout.begin()


@pytest.fixture(scope="session", autouse=True)
def _nothing_is_left(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fail after this process's last test if anything is left; made first, so it ends last."""
    yield
    found = request.config.stash[_LOOKOUT].left()
    assert not found, "\n".join(["The tests have left something behind:", *found])


@pytest.hookimpl(wrapper=True)
def pytest_sessionfinish(session: pytest.Session) -> Iterator[None]:
    """Look once more when all workers of the run have gone."""
    yield
    lookout = session.config.stash.get(_LOOKOUT, None)
    if lookout is None:
        return
    found = lookout.left()
    if found and not hasattr(session.config, "workerinput"):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
        print("\nThe run has left something behind:", *found, sep="\n")  # noqa: T201 - nobody else reports now
    shutil.rmtree(lookout.temporary, ignore_errors=True)
