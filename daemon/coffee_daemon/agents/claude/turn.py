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
from coffee_daemon.agents.claude.command import argv, is_name, write_servers
from coffee_daemon.agents.claude.events import Told, read_event
from coffee_daemon.errors import CoffeeError
from coffee_daemon.runner.output import printable
from coffee_daemon.system import resolve_program
from coffee_daemon.tasks import Outcome, TurnEnd

if TYPE_CHECKING:
    from collections.abc import Callable

    from coffee_daemon.agents.driver import Driver

#: Seconds between two looks of the agent's last words into the record.
_REPORT_SECONDS = 5.0
_REPORT_CHARS = 200
_ERRORS_KEPT = 10
#: How long what the program has printed may still be on its way when it has ended.
_LAST_WORDS_SECONDS = 5.0
#: A person is told by the agent itself, once it does so.
_REPORTS = "mcp__coffee__report_progress"


def take_turn(driver: Driver) -> Outcome:
    """Run the program for one turn; a conversation that it has forgotten is begun anew.

    Raises:
        OSError: It cannot be started.
    """
    order = driver.order
    program = resolve_program(order.command[0], os.environ.get("PATH", ""))
    if program is None:
        return Outcome(end=TurnEnd.CRASHED, summary=_missing(order.command[0]))
    session = order.session if order.session and is_name(order.session) else None
    run = _Run(driver, program)
    outcome = run.take(session, order.news if session else None)
    if session and run.has_forgotten():
        _say(f"Claude Code has no conversation {session} any more; a new one begins.")
        run = _Run(driver, program)
        outcome = run.take(None, None)
    if ending.is_full(run.told):
        # The next turn's prompt holds all that was said.
        _tell(driver.asker.session, "")
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
        threads = [
            Thread(target=self._prompt, args=(process, news), daemon=True),
            Thread(target=self._listen, args=(process,), daemon=True),
            Thread(target=self._listen_to_errors, args=(process,), daemon=True),
        ]
        for thread in threads:
            thread.start()
        code = process.wait()
        for thread in threads:
            # What it has left running may hold its pipes; the turn is over all the same.
            thread.join(_LAST_WORDS_SECONDS)
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
        with process.stdout as lines:
            for line in lines:
                self._take(line)

    def _take(self, line: str) -> None:
        event = read_event(line)
        if event is None:
            _say(line)
            return
        known = {self.told.session, self.driver.order.session}
        for words in self.told.take(event):
            _say(words)
        if self.told.session not in known and is_name(self.told.session):
            _tell(self.driver.asker.session, self.told.session)
        self._report()

    def _listen_to_errors(self, process: subprocess.Popen[str]) -> None:
        assert process.stderr is not None  # noqa: S101 - for the type checker
        with process.stderr as lines:
            for line in filter(str.strip, lines):
                self._errors.append(printable(line).strip())
                _say(line)

    def _report(self) -> None:
        """Let the record have the agent's last words, now and then."""
        said = printable(self.told.said).strip().partition("\n")[0][:_REPORT_CHARS]
        now = time.monotonic()
        if not said or _REPORTS in self.told.called or now < self._reported_at + _REPORT_SECONDS:
            return
        self._reported_at = now
        _tell(self.driver.asker.progress, said)


def _tell(verb: Callable[[str], None], words: str) -> None:
    """Tell the record; what cannot be told is no reason to end the turn."""
    try:
        verb(words)
    except CoffeeError as error:
        _say(f"(This could not be kept: {error})")


def _say(words: str) -> None:
    print(printable(words).rstrip("\n"), flush=True)  # noqa: T201 - a driver talks by printing


def _missing(name: str) -> str:
    return (
        f"Claude Code ({name}) was not found. Install it with `npm install -g "
        "@anthropic-ai/claude-code`, or set [agent] command to where it is."
    )
