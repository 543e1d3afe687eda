"""Waiting for an agent's run, and what its end means."""

from __future__ import annotations

import os
import signal
import threading
from typing import TYPE_CHECKING

from coffee_daemon.agents.protocol import ANSWER_CHARS, SUMMARY_CHARS
from coffee_daemon.runner.output import printable
from coffee_daemon.tasks import Outcome, TurnEnd

if TYPE_CHECKING:
    from pathlib import Path

    from coffee_daemon.agents.protocol import Desk, Job
    from coffee_daemon.runner import Result, Run

#: Seconds between asking the tree to end and ending it: a cancelled turn is over within 5.
KILL_AFTER_SECONDS = 3.5

#: How soon the watch on a run notices that it has ended by itself.
_WATCH_SECONDS = 0.25

_SUMMARY_LINES = 20


def finish(run: Run, desk: Desk) -> Result:
    """Wait for the run's end, and bring it about when the desk says so, or when it is overdue."""
    ended = threading.Event()
    # Not joined: it notices the end a little later, and nobody should wait for that.
    threading.Thread(target=_watch, args=(run, desk, ended), name="turn-watch", daemon=True).start()
    try:
        # A runner that is stuck must not keep the daemon from its work for ever.
        return run.wait(run.patience) or run.end()
    finally:
        ended.set()


def _watch(run: Run, desk: Desk, ended: threading.Event) -> None:
    while not ended.is_set():
        if desk.stopping.wait(_WATCH_SECONDS):
            run.end()
            return


def outcome_of(job: Job, result: Result, run: Run, *, stopping: bool) -> Outcome:
    """Read how the turn ended from how its processes did."""
    said = _summary(job, run)
    if result.stopped or (result.error and stopping):
        return Outcome(end=TurnEnd.INTERRUPTED, summary=said)
    if result.error:
        return Outcome(end=TurnEnd.CRASHED, summary=result.error)
    if result.timed_out:
        minutes = job.limits.turn_time.total_seconds() / 60
        why = f"It took longer than {minutes:g} minutes, which is [limits] turn_minutes."
        return Outcome(end=TurnEnd.FAILED, summary=f"{why}\n{said}".strip())
    if result.signal is not None:
        why = f"The agent was ended by {_named(result.signal)}."
        return Outcome(end=TurnEnd.CRASHED, summary=f"{why}\n{said}".strip())
    if result.exit:
        return Outcome(end=TurnEnd.FAILED, summary=f"exit code {result.exit}\n{said}".strip())
    return Outcome(end=TurnEnd.OK, summary=said)


def _summary(job: Job, run: Run) -> str:
    if job.task.wants_answer:
        return _answer(job.run_folder / "output", job.task.number)
    return run.tail(_SUMMARY_LINES, SUMMARY_CHARS)


def _answer(output: Path, task: int) -> str:
    """The output with its blank lines: an answer is told as it was written.

    Of one that is far too long the end is told, from the beginning of a line, and that it is cut.
    """
    try:
        with output.open("rb") as file:
            # A character takes four bytes at most.
            begin = max(0, file.seek(0, os.SEEK_END) - 4 * ANSWER_CHARS)
            file.seek(begin)
            data = file.read()
    except FileNotFoundError:
        return ""
    said = printable(data.decode("utf-8", "replace")).strip()
    if not begin and len(said) <= ANSWER_CHARS:
        return said
    cut = f"[The beginning is cut. All of it: coffee logs --task {task} --lines 999999]\n"
    end = said[-(ANSWER_CHARS - len(cut)) :]
    return cut + (end.partition("\n")[2] or end)


def _named(number: int) -> str:
    try:
        return f"signal {number} ({signal.Signals(number).name})"
    except ValueError:
        return f"signal {number}"
