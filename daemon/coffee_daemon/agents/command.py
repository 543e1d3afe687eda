"""Any program as the agent: its prompt on standard input, its end told by its exit code."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING
from uuid import uuid4

from coffee_daemon.agents.environment import agent_environment, placed
from coffee_daemon.agents.filling import filled
from coffee_daemon.agents.limits import retry_after, told_end
from coffee_daemon.agents.running import KILL_AFTER_SECONDS, finish, outcome_of
from coffee_daemon.runner import Run
from coffee_daemon.system import resolve_program, system_clock
from coffee_daemon.tasks import Outcome, TurnEnd

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from coffee_daemon.agents.protocol import Desk, Job
    from coffee_daemon.config import Config

#: EX_TEMPFAIL of sysexits.h: it did not work now, and is worth trying again later.
_LATER = 75
#: A program gives up in its last words; what comes before them may be its model's, or a prompt.
_LAST_LINES = 5

_SESSION = "{session}"

#: Where in its output an agent says which conversation it is.
_BEGINNING_BYTES = 65_536

#: After these a conversation is not gone on with.
_UNWELL = frozenset({TurnEnd.FAILED, TurnEnd.CRASHED})


class CommandAgent:
    """Runs the settings' command for each turn, under a runner of its own.

    `{session}` in the command becomes a new name of ours for the agent's conversation; in the
    resume command it is the name of the one to go on with. An agent that makes up the name itself
    tells it with `coffee report --session`, or prints it where the settings' pattern finds it.
    """

    def __init__(
        self, config: Config, environment: Mapping[str, str], *, name: str = "command"
    ) -> None:
        self.name = name
        self._config = config
        self._environment = environment

    def run(self, job: Job, desk: Desk) -> Outcome:
        """Run the command until its whole tree has ended.

        Raises:
            AgentTrouble: The runner cannot be started.
        """
        env = agent_environment(self._config, job, self._environment)
        session, argv = self._argv(job.session)
        argv = filled(argv, job)
        program = resolve_program(placed(argv[0], self._config.project), env["PATH"])
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
            kill_after=KILL_AFTER_SECONDS,
        )
        result = finish(run, desk)
        session = session or self._learnt(job.run_folder / "output")
        # An agent that never spoke may not have begun the conversation under that name.
        if session and session != job.session and (result.ok or result.output_bytes):
            desk.session(session)
        outcome = outcome_of(job, result, run, stopping=desk.stopping.is_set())
        if outcome.end is TurnEnd.FAILED and result.exit:
            outcome = self._limited(outcome, result.exit, run) or outcome
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

    def _limited(self, failed: Outcome, code: int, run: Run) -> Outcome | None:
        """The outcome of a failed run that met a usage limit; None where it failed by itself."""
        now, said = system_clock().now(), run.tail(_LAST_LINES)
        pattern = self._config.agent.limit_pattern
        found = re.search(pattern, said, re.MULTILINE) if pattern else None
        if not found and code != _LATER:
            return None
        words = said[found.start() :] if found else ""
        until = retry_after(failed.summary, now) or told_end(words, now)
        return replace(failed, end=TurnEnd.LIMITED, until=until)

    def _learnt(self, output: Path) -> str | None:
        """The conversation's name, where the agent prints it."""
        pattern = self._config.agent.session_pattern
        if not pattern or not output.exists():
            return None
        with output.open("rb") as file:
            beginning = file.read(_BEGINNING_BYTES).decode("utf-8", "replace")
        found = re.search(pattern, beginning, re.MULTILINE)
        return found and found[1]


def _missing(program: str) -> str:
    return (
        f"The agent program {program!r} was not found. "
        "Install it, or correct [agent] command in the settings."
    )


def _is_plain(session: str) -> bool:
    """Whether it can stand in an argv: an agent's word must not become an option."""
    return session.isprintable() and not session.startswith("-")
