from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from waiting import eventually

from coffee_daemon.runner import Order, Result, Run
from coffee_daemon.runner.output import BoundedOutput, read_tail
from coffee_daemon.system import descendants, process_facts, sweep

if TYPE_CHECKING:
    from collections.abc import Iterator

#: Writes its number and that of its children to a file each, then sleeps without end. One child is
#: ordinary, one has a session of its own, one was forked twice, one cleared its environment, one
#: ignores TERM; each has a child of its own.
FAMILY = """
import os, signal, subprocess, sys, time
folder, level = sys.argv[1], int(sys.argv[2])
kind = sys.argv[3]
if kind == "deaf":
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
if kind == "twice" and os.fork():
    os._exit(0)
open(os.path.join(folder, f"{kind}-{level}-{os.getpid()}"), "w").close()
me = [sys.executable, __file__, folder, str(level - 1)]
if kind == "root":
    subprocess.Popen([*me, "plain"])
    subprocess.Popen([*me, "session"], start_new_session=True)
    subprocess.Popen([*me, "twice"], start_new_session=True)
    subprocess.Popen([*me, "bare"], env={})
    subprocess.Popen([*me, "deaf"])
elif level:
    subprocess.Popen([*me, kind])
if len(sys.argv) > 4:
    time.sleep(float(sys.argv[4]))
    sys.exit(0)
while True:
    time.sleep(1000)
"""
FAMILY_SIZE = 11


@dataclass
class Family:
    """Five branches of processes, three generations deep."""

    folder: Path
    script: Path
    pids: list[int] = field(default_factory=list)

    def argv(self, *more: str) -> list[str]:
        return [sys.executable, str(self.script), str(self.folder), "2", "root", *more]

    def gathered(self) -> list[int]:
        def all_there() -> bool:
            return len(list(self.folder.iterdir())) >= FAMILY_SIZE

        eventually(all_there, 10, "the whole family")
        self.pids = [int(path.name.split("-")[2]) for path in self.folder.iterdir()]
        return self.pids

    def survivors(self) -> list[int]:
        return [pid for pid in self.pids if process_facts(pid).alive]


@pytest.fixture
def family(tmp_path: Path) -> Iterator[Family]:
    script = tmp_path / "family.py"
    script.write_text(FAMILY)
    folder = tmp_path / "family"
    folder.mkdir()
    family = Family(folder, script)
    yield family
    for pid in family.survivors():
        os.kill(pid, signal.SIGKILL)


def environment(home: Path, turn: str = "t1") -> dict[str, str]:
    return {
        "PATH": os.environ["PATH"],
        "COFFEE_HOME": str(home),
        "COFFEE_DAEMON": "code_developer",
        "COFFEE_TURN": turn,
    }


def start(
    tmp_path: Path,
    argv: list[str],
    *,
    prompt: str = "",
    turn: str = "t1",
    output_limit: int = 100_000,
    time_limit: float | None = None,
    kill_after: float = 0.3,
) -> Run:
    return Run.start(
        tmp_path / "turn",
        argv=argv,
        cwd=tmp_path,
        env=environment(tmp_path, turn),
        prompt=prompt,
        output_limit=output_limit,
        time_limit=time_limit,
        kill_after=kill_after,
    )


def python(code: str, *arguments: str) -> list[str]:
    return [sys.executable, "-c", code, *arguments]


def finished(run: Run, seconds: float = 20) -> Result:
    result = run.wait(seconds)
    assert result is not None
    return result


def output(tmp_path: Path) -> str:
    return (tmp_path / "turn" / "output").read_text()


def test_the_prompt_comes_on_standard_input_and_never_in_the_arguments(tmp_path: Path) -> None:
    show = "import sys; print(sys.stdin.read()); print(open('/proc/self/cmdline').read())"
    prompt = "$(id) ; `id` 'quote'\n\0 ünï"
    result = finished(start(tmp_path, python(show), prompt=prompt))

    said = output(tmp_path)
    assert result.ok
    assert said.startswith(prompt)
    assert said.count("$(id)") == 1


def test_a_run_tells_the_agents_exit_code_and_its_last_lines(tmp_path: Path) -> None:
    code = """
import sys
print("one", flush=True)
print("\\x1b[31mtwo\\x1b[0m", file=sys.stderr)
sys.exit(3)
"""
    run = start(tmp_path, python(code))
    result = finished(run)

    assert Result(exit=3, output_bytes=len(b"one\n\x1b[31mtwo\x1b[0m\n")) == result
    assert run.tail(lines=1) == "two"
    assert run.last_output() is not None


def test_a_run_tells_the_signal_that_ended_the_agent(tmp_path: Path) -> None:
    result = finished(start(tmp_path, python("import os; os.kill(os.getpid(), 9)")))

    assert (result.exit, result.signal) == (None, signal.SIGKILL)


def test_the_agent_sees_only_the_environment_it_was_given(tmp_path: Path) -> None:
    show = "import os; print(sorted(set(os.environ) - {'LC_CTYPE'}))"
    finished(start(tmp_path, python(show)))

    assert output(tmp_path).strip() == "['COFFEE_DAEMON', 'COFFEE_HOME', 'COFFEE_TURN', 'PATH']"


def test_files_of_a_run_are_private(tmp_path: Path) -> None:
    finished(start(tmp_path, python("print(1)"), prompt="secret"))
    folder = tmp_path / "turn"

    assert folder.stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o600}


def test_a_program_that_is_not_there_is_told_in_a_sentence(tmp_path: Path) -> None:
    result = finished(start(tmp_path, ["no-such-agent", "--now"]))

    assert result.error == (
        "The agent cannot be run: there is no program 'no-such-agent' on its PATH."
    )


def test_a_folder_that_is_gone_is_told_in_a_sentence(tmp_path: Path) -> None:
    run = Run.start(
        tmp_path / "turn",
        argv=python("pass"),
        cwd=tmp_path / "gone",
        env=environment(tmp_path),
        prompt="",
    )

    assert "its folder" in (finished(run).error or "")


def test_a_stop_takes_the_whole_tree_down(tmp_path: Path, family: Family) -> None:
    run = start(tmp_path, family.argv())
    family.gathered()
    result = run.end()

    assert result.stopped
    assert family.survivors() == []


def test_what_an_agent_leaves_running_ends_with_it(tmp_path: Path, family: Family) -> None:
    run = start(tmp_path, family.argv("2"))
    family.gathered()
    result = finished(run)

    assert result.ok
    assert family.survivors() == []


def test_a_tree_is_asked_before_it_is_killed(tmp_path: Path) -> None:
    code = """
import signal, sys, time
def bye(*_):
    print("goodbye", flush=True)
    sys.exit(7)
signal.signal(signal.SIGTERM, bye)
print("ready", flush=True)
time.sleep(1000)
"""
    run = start(tmp_path, python(code), kill_after=5)
    eventually(lambda: run.tail() == "ready")
    result = run.end()

    assert (result.exit, result.stopped, run.tail(lines=1)) == (7, True, "goodbye")


def test_a_turn_that_takes_too_long_is_ended_with_its_tree(tmp_path: Path, family: Family) -> None:
    run = start(tmp_path, family.argv(), time_limit=1.5)
    family.gathered()
    result = finished(run)

    assert result.timed_out
    assert not result.ok
    assert family.survivors() == []


def test_an_agent_that_closes_its_output_still_works_on(tmp_path: Path) -> None:
    code = "import os, time; os.close(1); os.close(2); time.sleep(0.3); os._exit(5)"

    assert finished(start(tmp_path, python(code))).exit == 5


def test_a_flood_of_output_stays_small_on_disk_and_in_memory(tmp_path: Path) -> None:
    code = """
import sys
line = b"x" * 1023 + b"\\n"
sys.stdout.buffer.write(b"the start\\n")
for _ in range(1024):
    sys.stdout.buffer.write(line * 100)
sys.stdout.buffer.write(b"the end\\n")
"""
    run = start(tmp_path, python(code), output_limit=1_000_000)
    peaks: list[int] = []

    def ended() -> bool:
        peaks.append(peak_memory_kb(run.pid))
        return run.wait(0.05) is not None

    eventually(ended, 30)
    result = finished(run)
    kept = (tmp_path / "turn" / "output").read_bytes()

    assert result.output_bytes == 1024 * 100 * 1024 + len("the start\nthe end\n")
    assert result.cut
    assert kept.startswith(b"the start\n")
    assert kept.endswith(b"the end\n")
    assert b"bytes cut ...]" in kept
    assert len(kept) < 1_010_000
    assert 0 < max(peaks) < 50_000


def peak_memory_kb(pid: int) -> int:
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0
    lines = [line for line in status.splitlines() if line.startswith("VmHWM")]
    return int(lines[0].split()[1]) if lines else 0


#: A daemon of three lines: it starts a run, says so, and waits; threads go on meanwhile.
DAEMON = """
import subprocess, sys, threading, time
from pathlib import Path
from coffee_daemon.runner import Run
folder, *argv = sys.argv[1:]
def busy():
    while True:
        subprocess.run([sys.executable, "-c", "import time; time.sleep(0.2)"])
for _ in range(3):
    threading.Thread(target=busy, daemon=True).start()
home = Path(folder)
env = {"PATH": "/usr/bin:/bin", "COFFEE_HOME": folder, "COFFEE_DAEMON": "code_developer",
       "COFFEE_TURN": "t1"}
run = Run.start(home / "turn", argv=argv, cwd=home, env=env, prompt="", kill_after=0.3)
print(run.pid, flush=True)
run.wait()
"""


@pytest.fixture
def daemon(tmp_path: Path, family: Family) -> Iterator[tuple[subprocess.Popen[str], int]]:
    argv = [sys.executable, "-c", DAEMON, str(tmp_path), *family.argv()]
    with subprocess.Popen(argv, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        runner = int(process.stdout.readline())
        family.gathered()
        yield process, runner
        process.kill()


def test_nothing_survives_when_the_daemon_is_killed(
    tmp_path: Path, family: Family, daemon: tuple[subprocess.Popen[str], int]
) -> None:
    process, runner = daemon
    process.kill()

    eventually(lambda: not family.survivors(), 2, "an orphaned tree to end")
    eventually(lambda: not process_facts(runner).alive, 2, "the runner to end")


def test_what_survives_daemon_and_runner_is_swept(
    tmp_path: Path, family: Family, daemon: tuple[subprocess.Popen[str], int]
) -> None:
    process, runner = daemon
    os.kill(process.pid, signal.SIGSTOP)
    os.kill(runner, signal.SIGKILL)
    process.kill()
    process.wait()
    bare = [int(path.name.split("-")[2]) for path in family.folder.glob("bare-*")]
    assert set(family.survivors()) == set(family.pids)

    began = time.monotonic()
    swept = sweep(tmp_path, "code_developer")

    # Who cleared its environment is found below one who did not.
    assert set(bare) <= set(swept)
    eventually(lambda: not family.survivors(), 2)
    assert time.monotonic() - began < 2


def test_a_sweep_spares_other_daemons_homes_and_turns(tmp_path: Path) -> None:
    run = start(tmp_path, python("import time; time.sleep(1000)"), turn="mine")
    eventually(lambda: len(descendants(run.pid)) == 1)

    assert sweep(tmp_path, "another_daemon") == []
    assert sweep(tmp_path / "elsewhere", "code_developer") == []
    assert sweep(tmp_path, "code_developer", turn="other") == []
    assert run.wait(0) is None
    assert len(sweep(tmp_path, "code_developer", turn="mine")) == 2
    assert "runner died" in (finished(run).error or "")


def test_a_runner_that_died_takes_the_turn_with_it(tmp_path: Path, family: Family) -> None:
    run = start(tmp_path, family.argv())
    family.gathered()
    os.kill(run.pid, signal.SIGKILL)
    result = finished(run)

    assert "runner died" in (result.error or "")
    eventually(lambda: not family.survivors(), 2)


def test_a_runner_that_does_not_heed_is_killed_with_its_tree(
    tmp_path: Path, family: Family
) -> None:
    run = start(tmp_path, family.argv(), kill_after=-5.0)
    family.gathered()
    os.kill(run.pid, signal.SIGSTOP)
    result = run.end()

    assert result.error is not None
    eventually(lambda: not family.survivors(), 2)


def test_a_run_can_be_stopped_while_another_thread_waits_for_it(tmp_path: Path) -> None:
    run = start(tmp_path, python("import time; time.sleep(1000)"))
    results: list[Result | None] = []
    waiting = threading.Thread(target=lambda: results.append(run.wait()))
    waiting.start()
    run.stop()
    waiting.join(10)

    assert [result.stopped for result in results if result] == [True]


def test_the_runner_buries_what_the_agent_orphans(tmp_path: Path) -> None:
    code = """
import os, time
for _ in range(20):
    if os.fork() == 0:
        if os.fork():
            os._exit(0)
        time.sleep(0.1)
        os._exit(0)
    os.wait()
print("done", flush=True)
time.sleep(1000)
"""
    run = start(tmp_path, python(code))
    eventually(lambda: run.tail() == "done")

    eventually(lambda: children_of(run.pid) == 1, 5, "twenty orphans to be buried")
    run.end()


#: A runner whose main thread is never given the signal that its agent has ended: the kernel gives
#: it to another thread, as it may at any time.
DISTRACTED = """
import signal, sys, threading, time
from pathlib import Path
from coffee_daemon.runner.keeper import keep
threading.Thread(target=time.sleep, args=(1000,), daemon=True).start()
signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGCHLD})
keep(Path(sys.argv[1]))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGCHLD there")
def test_no_agents_end_is_missed_whichever_thread_its_signal_is_given_to(tmp_path: Path) -> None:
    Order(argv=("sleep", "0.3"), cwd=str(tmp_path)).write(tmp_path)
    (tmp_path / "prompt").touch()
    argv = [sys.executable, "-c", DISTRACTED, str(tmp_path)]
    with subprocess.Popen(argv, stdin=subprocess.PIPE) as runner:
        try:
            runner.wait(20)
        finally:
            runner.kill()

    assert Result.read(tmp_path) == Result(exit=0)


def children_of(pid: int) -> int:
    tasks = Path(f"/proc/{pid}/task").iterdir()
    return sum(len((task / "children").read_text().split()) for task in tasks)


ABOVE_US = """\
import os
from pathlib import Path
from coffee_daemon.system import sweep
os.setgroups([])
os.setgid(65534)
os.setuid(65534)
print(len(sweep(Path("/home/of/nobody"), "code_developer")))
"""


@pytest.mark.skipif(
    sys.platform != "linux" or os.geteuid() != 0 or shutil.which("setpriv") is None,
    reason="needs two users",
)
def test_what_may_not_be_ended_keeps_no_daemon_from_starting() -> None:
    marks = {"COFFEE_HOME": "/home/of/nobody", "COFFEE_DAEMON": "code_developer"}
    environment = {**os.environ, **marks, "COFFEE_TURN": "mine"}
    # An agent whose child has become somebody else, as with sudo.
    script = (
        "sleep 600 & echo $!; exec setpriv --reuid 65534 --regid 65534 --clear-groups sleep 600"
    )
    argv = ["sh", "-c", script]
    with subprocess.Popen(argv, env=environment, stdout=subprocess.PIPE, text=True) as agent:
        assert agent.stdout is not None
        child = int(agent.stdout.readline())
        eventually(lambda: Path(f"/proc/{agent.pid}/comm").read_text().strip() == "sleep")
        sweeper = [sys.executable, "-c", ABOVE_US]
        done = subprocess.run(sweeper, capture_output=True, text=True, check=False)
        os.kill(child, signal.SIGKILL)
        agent.kill()

    assert (done.stdout.strip(), done.stderr) == ("1", "")


def test_the_runner_loads_the_standard_library_only() -> None:
    # What an editable installation loads at Python's own start is no business of the runner's.
    look = (
        "import sys; before = set(sys.modules); import coffee_daemon.runner.keeper;"
        "print(*sorted({m.split('.')[0] for m in set(sys.modules) - before}))"
    )
    argv = [sys.executable, "-P", "-E", "-c", look]
    done = subprocess.run(argv, capture_output=True, text=True, check=True)
    loaded = {name for name in done.stdout.split() if not name.startswith("_")}

    assert loaded - set(sys.stdlib_module_names) == {"coffee_daemon"}


def test_output_within_its_limit_is_kept_byte_by_byte(tmp_path: Path) -> None:
    path = tmp_path / "output"
    data = bytes(range(256)) * 4
    with BoundedOutput(path, len(data)) as kept:
        for start in range(0, len(data), 100):
            kept.write(data[start : start + 100])

    assert (data, False) == (path.read_bytes()[: len(data)], kept.cut)
    assert [entry.name for entry in tmp_path.iterdir()] == ["output"]


def test_the_newest_lines_can_be_read_while_output_is_cut(tmp_path: Path) -> None:
    path = tmp_path / "output"
    with BoundedOutput(path, 2000) as kept:
        for number in range(1000):
            kept.write(b"line %d\n" % number)
            assert read_tail(path, lines=1, max_chars=50) == f"line {number}"


def test_a_tail_is_fit_for_showing(tmp_path: Path) -> None:
    path = tmp_path / "output"
    path.write_bytes(b"\x1b]0;title\x07\x1b[2J10 %\r20 %\r\n\n\xff\x00end\x9b\n")

    assert read_tail(path, lines=3, max_chars=100) == "10 %\n20 %\n\ufffdend\ufffd"
    assert read_tail(path, lines=3, max_chars=4) == "end\ufffd"
