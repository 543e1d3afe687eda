"""Any program as the agent: its prompt on standard input, its end told by its exit code."""

from __future__ import annotations

import os
import signal
import threading
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

from coffee_daemon.agents.environment import agent_environment
from coffee_daemon.runner import Run
from coffee_daemon.runner.output import printable
from coffee_daemon.system import resolve_program
from coffee_daemon.tasks import Outcome, TurnEnd

if TYPE_CHECKING:
    from collections.abc import Mapping

    from coffee_daemon.agents.protocol import Desk, Job
    from coffee_daemon.config import Config
    from coffee_daemon.runner import Result

_SESSION = "{session}"

#: Seconds between asking the tree to end and ending it: a cancelled turn is over within 5.
_KILL_AFTER_SECONDS = 3.5

#: How soon the watch on a run notices that it has ended by itself.
_WATCH_SECONDS = 0.25

#: After these a conversation is not gone on with.
_UNWELL = frozenset({TurnEnd.FAILED, TurnEnd.CRASHED})

_SUMMARY_LINES = 20
_SUMMARY_CHARS = 3_000
#: An answer in full, up to a dozen messages of it.
_ANSWER_CHARS = 30_000


class CommandAgent:
    """Runs the settings' command for each turn, under a runner of its own.

    `{session}` in the command becomes a new name of ours for the agent's conversation; in the
    resume command it is the name of the one to go on with. An agent that makes up the name itself
    tells it with `coffee report --session`.
    """

    def __init__(self, config: Config, environment: Mapping[str, str]) -> None:
        self._config = config
        self._environment = environment

    def run(self, job: Job, desk: Desk) -> Outcome:
        """Run the command until its whole tree has ended.

        Raises:
            AgentTrouble: The runner cannot be started.
        """
        env = agent_environment(self._config, job, self._environment)
        session, argv = self._argv(job.session)
        program = resolve_program(self._placed(argv[0]), env["PATH"])
        if program is None:
            return Outcome(end=TurnEnd.CRASHED, summary=_missing(argv[0]))
        run = Run.start(
            job.run_folder,
            argv=(program, *argv[1:]),
            cwd=job.folder,
            env=env,
            prompt=job.prompt,
            output_limit=job.limits.turn_output_bytes,
            time_limit=job.limits.turn_time.total_seconds(),
            kill_after=_KILL_AFTER_SECONDS,
        )
        result = _finish(run, desk)
        # An agent that never spoke may not have begun the conversation under that name.
        if session and session != job.session and (result.ok or result.output_bytes):
            desk.session(session)
        outcome = _outcome(job, result, run, stopping=desk.stopping.is_set())
        if session and session == job.session and outcome.end in _UNWELL:
            # Its agent may have forgotten it long ago; the prompt holds all that was said.
            desk.session("")
        return outcome

    def _argv(self, session: str | None) -> tuple[str | None, list[str]]:
        """The conversation's name, if it has one, and the argv with that name in its place."""
        settings = self._config.agent
        if settings.resume and session and _is_plain(session):
            return session, [part.replace(_SESSION, session) for part in settings.resume]
        if not any(_SESSION in part for part in settings.command):
            return None, list(settings.command)
        new = str(uuid4())
        return new, [part.replace(_SESSION, new) for part in settings.command]

    def _placed(self, name: str) -> str:
        # `./agent.sh` lies in the project, wherever the turn works.
        is_path = os.path.dirname(name) != ""  # noqa: PTH120 - Path forgets a leading ./
        return str(self._config.project / Path(name).expanduser()) if is_path else name


def _missing(program: str) -> str:
    return (
        f"The agent program {program!r} was not found. "
        "Install it, or correct [agent] command in the settings."
    )


def _is_plain(session: str) -> bool:
    """Whether it can stand in an argv: an agent's word must not become an option."""
    return session.isprintable() and not session.startswith("-")


def _finish(run: Run, desk: Desk) -> Result:
    """Wait for the run's end, and bring it about when the desk says so."""
    ended = threading.Event()
    # Not joined: it notices the end a little later, and nobody should wait for that.
    threading.Thread(target=_watch, args=(run, desk, ended), name="turn-watch", daemon=True).start()
    try:
        return run.wait() or run.end()
    finally:
        ended.set()


def _watch(run: Run, desk: Desk, ended: threading.Event) -> None:
    while not ended.is_set():
        if desk.stopping.wait(_WATCH_SECONDS):
            run.end()
            return


def _outcome(job: Job, result: Result, run: Run, *, stopping: bool) -> Outcome:
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
    return run.tail(_SUMMARY_LINES, _SUMMARY_CHARS)


def _answer(output: Path, task: int) -> str:
    """The output with its blank lines: an answer is told as it was written.

    Of one that is far too long the end is told, from the beginning of a line, and that it is cut.
    """
    try:
        with output.open("rb") as file:
            # A character takes four bytes at most.
            begin = max(0, file.seek(0, os.SEEK_END) - 4 * _ANSWER_CHARS)
            file.seek(begin)
            data = file.read()
    except FileNotFoundError:
        return ""
    said = printable(data.decode("utf-8", "replace")).strip()
    if not begin and len(said) <= _ANSWER_CHARS:
        return said
    cut = f"[The beginning is cut. All of it: coffee logs --task {task} --lines 999999]\n"
    end = said[-(_ANSWER_CHARS - len(cut)) :]
    return cut + (end.partition("\n")[2] or end)


def _named(number: int) -> str:
    try:
        return f"signal {number} ({signal.Signals(number).name})"
    except ValueError:
        return f"signal {number}"
