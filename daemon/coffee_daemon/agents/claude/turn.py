"""One turn of Claude Code: started, listened to, and its end understood."""

from __future__ import annotations

import os
import subprocess
import time
from collections import deque
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from threading import Thread
from typing import TYPE_CHECKING

from coffee_daemon.agents.claude import ending
from coffee_daemon.agents.claude.command import argv, write_servers
from coffee_daemon.agents.claude.events import Told, read_event
from coffee_daemon.errors import CoffeeError
from coffee_daemon.runner.output import printable
from coffee_daemon.system import resolve_program
from coffee_daemon.tasks import Outcome, TurnEnd

if TYPE_CHECKING:
    from coffee_daemon.agents.driver import Driver

#: Seconds between two looks of the agent's last words into the record.
_REPORT_SECONDS = 5.0
_REPORT_CHARS = 200
_ERRORS_KEPT = 10
#: A person is told by the agent itself, once it does so.
_REPORTS = "mcp__coffee__report_progress"


def take_turn(driver: Driver) -> Outcome:
    """Run the program for one turn; a conversation that it has forgotten is begun anew.

    Raises:
        OSError: It cannot be started.
    """
    order = driver.order
    name = order.command[0]
    program = resolve_program(name, os.environ.get("PATH", ""))
    if program is None:
        return Outcome(end=TurnEnd.CRASHED, summary=_missing(name))
    run = _Run(driver, program)
    outcome = run.take(order.session, order.news if order.session else None)
    if order.session and run.has_forgotten():
        _say(f"Claude Code has no conversation {order.session} any more; a new one begins.")
        run = _Run(driver, program)
        outcome = run.take(None, None)
    if ending.is_full(run.told):
        # The next turn's prompt holds all that was said.
        driver.asker.session("")
    return outcome


@dataclass
class _Run:
    """One run of the program."""

    driver: Driver
    program: str
    told: Told = field(default_factory=Told)
    _reported_at: float = float("-inf")
    _errors: deque[str] = field(default_factory=lambda: deque(maxlen=_ERRORS_KEPT))

    def take(self, session: str | None, news: str | None) -> Outcome:
        """Run it to its end."""
        servers = write_servers(self.driver)
        process = subprocess.Popen(
            argv(self.driver.order, self.program, servers, session),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            errors="replace",
            # It would replace itself in the middle of a night.
            env={**os.environ, "DISABLE_AUTOUPDATER": "1"},
        )
        with process:
            Thread(target=self._prompt, args=(process, news), daemon=True).start()
            listener = Thread(target=self._listen_to_errors, args=(process,), daemon=True)
            listener.start()
            self._listen(process)
            code = process.wait()
            listener.join()
        if self.told.ending is None:
            return ending.without_ending(code, tuple(self._errors))
        return ending.outcome_of(
            self.told, wants_answer=self.driver.order.wants_answer, now=datetime.now(UTC)
        )

    def has_forgotten(self) -> bool:
        """Whether the program had no such conversation."""
        said = self.told.ending.words if self.told.ending else " ".join(self._errors)
        return ending.is_forgotten(said)

    def _prompt(self, process: subprocess.Popen[str], news: str | None) -> None:
        assert process.stdin is not None  # noqa: S101 - for the type checker
        # It may end before it has read everything.
        with suppress(BrokenPipeError), process.stdin as pipe:
            pipe.write(news or self.driver.prompt)

    def _listen(self, process: subprocess.Popen[str]) -> None:
        assert process.stdout is not None  # noqa: S101 - for the type checker
        for line in process.stdout:
            event = read_event(line)
            if event is None:
                _say(line)
                continue
            known = {self.told.session, self.driver.order.session}
            for words in self.told.take(event):
                _say(words)
            if self.told.session not in known:
                self.driver.asker.session(self.told.session)
            self._report()

    def _listen_to_errors(self, process: subprocess.Popen[str]) -> None:
        assert process.stderr is not None  # noqa: S101 - for the type checker
        for line in process.stderr:
            if line.strip():
                self._errors.append(printable(line).strip())
                _say(line)

    def _report(self) -> None:
        """Let the record have the agent's last words, now and then."""
        said = printable(self.told.said).strip().partition("\n")[0][:_REPORT_CHARS]
        now = time.monotonic()
        if not said or _REPORTS in self.told.called or now < self._reported_at + _REPORT_SECONDS:
            return
        self._reported_at = now
        try:
            self.driver.asker.report(said)
        except CoffeeError as error:
            # Nice to know, and no reason to end the turn.
            _say(f"(The progress could not be told: {error})")


def _say(words: str) -> None:
    print(printable(words).rstrip("\n"), flush=True)  # noqa: T201 - a driver talks by printing


def _missing(name: str) -> str:
    return (
        f"Claude Code ({name}) was not found. Install it with `npm install -g "
        "@anthropic-ai/claude-code`, or set [agent] command to where it is."
    )
