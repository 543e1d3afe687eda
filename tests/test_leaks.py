from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

TESTS = Path(__file__).parent
BEGIN = """\
import os, subprocess, sys, tempfile
SLEEP = [sys.executable, "-c", "import time; time.sleep(60)"]
def told(pid):
    with open("pids", "a") as file:
        print(pid, file=file)
"""
CLEAN = """
def test_it(tmp_path):
    subprocess.run([sys.executable, "-c", "pass"], check=True)
    with tempfile.TemporaryDirectory():
        pass
"""
#: A child, an orphan, one that is neither our child nor has our mark and is known by its folder,
#: a child that nobody buried, and a folder.
LEAKS = """
START = [sys.executable, "-c",
         "import subprocess, sys; print(subprocess.Popen(sys.argv[1:], stdout=2).pid)"]
START_BARE = [*START[:2], START[2].replace("=2", "=2, env={}")]
def test_child():
    told(subprocess.Popen([*SLEEP, "child"]).pid)
def test_orphan():
    told(int(subprocess.check_output([*START, *SLEEP, "orphan"])))
def test_stranger(tmp_path):
    told(int(subprocess.check_output([*START_BARE, *SLEEP, "stranger"], cwd=tmp_path)))
def test_zombie():
    os.posix_spawn(sys.executable, [sys.executable, "-c", "pass"], {})
def test_folder():
    tempfile.mkdtemp(prefix="forgotten-")
"""
#: The worker has no last word.
DEATH = """
def test_it():
    told(subprocess.Popen(SLEEP).pid)
    os._exit(1)
"""


def run(folder: Path, body: str, *arguments: str) -> tuple[int, str]:
    """Run the tests of one small file, and end what it leaves."""
    (folder / "test_small.py").write_text(BEGIN + body, encoding="utf-8")
    argv = [sys.executable, "-m", "pytest", "-p", "leaks", "-c", os.devnull, f"--rootdir={folder}"]
    argv += [f"--basetemp={folder / 'base'}", "-p", "no:cacheprovider", *arguments, "test_small.py"]
    environment = {name: it for name, it in os.environ.items() if not name.startswith("PYTEST_")}
    environment |= {"PYTHONPATH": str(TESTS), "COFFEE_TEST_PATIENCE": "0.5"}
    log = folder / "log"
    with log.open("wb") as file:
        done = subprocess.run(
            argv, cwd=folder, env=environment, stdout=file, stderr=file, check=False
        )
    if (folder / "pids").exists():
        for pid in (folder / "pids").read_text().split():
            os.kill(int(pid), signal.SIGKILL)
    return done.returncode, log.read_text(encoding="utf-8")


def test_a_run_that_leaves_nothing_passes(tmp_path: Path) -> None:
    code, said = run(tmp_path, CLEAN)

    assert (code, "left something behind" in said) == (0, False)


@pytest.mark.skipif(sys.platform == "win32", reason="written with what POSIX has")
def test_a_run_that_leaves_something_fails_and_names_it(tmp_path: Path) -> None:
    code, said = run(tmp_path, LEAKS)

    assert code == pytest.ExitCode.TESTS_FAILED
    assert "5 passed, 1 error" in said
    told = said.partition("The tests have left something behind:")[2]
    names = ("time.sleep(60) child", "orphan", "stranger", "(zombie)", "forgotten-")
    assert [name for name in names if name not in told] == []


@pytest.mark.skipif(sys.platform == "win32", reason="ends what it leaves with a signal")
def test_what_a_worker_leaves_that_dies_is_found_by_the_run(tmp_path: Path) -> None:
    code, said = run(tmp_path, DEATH, "-n", "1", "--max-worker-restart=0")

    assert code == pytest.ExitCode.TESTS_FAILED
    assert "time.sleep(60)" in said.partition("The run has left something behind:")[2]
