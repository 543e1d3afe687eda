"""`coffee backup` and `coffee restore`, and what else a person meets when the database is ill."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import threading
import time
from contextlib import closing, contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from waiting import eventually
from workshop import Workshop

from coffee_bot.cli import main
from coffee_daemon import Lock, StartFailed, TaskState, private_folder, system_clock
from coffee_daemon.process import Register

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from coffee_daemon import Question

HOLDER = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("BEGIN EXCLUSIVE")
print("held", flush=True)
sys.stdin.readline()
"""


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workshop:
    monkeypatch.setenv("COFFEE_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("COFFEE_TURN", raising=False)
    monkeypatch.chdir(tmp_path)
    return Workshop.build(tmp_path)


class Terminal:
    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys
        self.said = ""
        self.complaint = ""

    def coffee(self, *arguments: str) -> int:
        code = main(arguments)
        self.said, self.complaint = self._capsys.readouterr()
        return code


@pytest.fixture
def terminal(house: Workshop, capsys: pytest.CaptureFixture[str]) -> Terminal:
    return Terminal(capsys)


def database(house: Workshop) -> Path:
    return house.config.home / "notifications.db"


def write(path: Path, *statements: str) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        for statement in statements:
            connection.execute(statement)


@contextmanager
def held(path: Path) -> Iterator[subprocess.Popen[str]]:
    """A third process that lets nobody at the database until it is told to."""
    argv = [sys.executable, "-c", HOLDER, str(path)]
    pipe = subprocess.PIPE
    with subprocess.Popen(argv, stdin=pipe, stdout=pipe, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        yield process
        let_go(process)


def let_go(holder: subprocess.Popen[str]) -> None:
    assert holder.stdin is not None
    holder.stdin.close()


def test_a_backup_brought_back_holds_what_was_told(house: Workshop, terminal: Terminal) -> None:
    terminal.coffee("tell", "Add a README.")
    assert terminal.coffee("backup", "copy.db") == 0
    assert terminal.said.startswith("Backed up to copy.db (")
    terminal.coffee("cancel", "1")

    assert terminal.coffee("restore", "copy.db") == 0
    said = terminal.said.splitlines()
    assert said[0] == "Restored from copy.db."
    assert said[1].startswith(f"The record before it is kept as {house.config.home}")
    assert house.task(1).state is TaskState.QUEUED


def test_a_second_backup_needs_force(house: Workshop, terminal: Terminal) -> None:
    terminal.coffee("tell", "Add a README.")
    terminal.coffee("backup", "copy.db")
    assert terminal.coffee("backup", "copy.db") == 1
    assert terminal.complaint == (
        "coffee: copy.db exists already. Name another file, or use --force.\n"
    )
    assert terminal.coffee("backup", "copy.db", "--force") == 0


def test_nothing_is_restored_under_a_running_daemon(house: Workshop, terminal: Terminal) -> None:
    terminal.coffee("tell", "Add a README.")
    terminal.coffee("backup", "copy.db")
    with Register.open(house.config, clock=system_clock()):
        assert terminal.coffee("restore", "copy.db") == 1
    assert terminal.complaint == "coffee: code_developer runs. Stop it first: coffee stop.\n"
    assert terminal.coffee("restore", "copy.db") == 0


def test_nothing_is_restored_under_a_running_daemon_of_another_name(
    house: Workshop, terminal: Terminal
) -> None:
    terminal.coffee("tell", "Add a README.")
    terminal.coffee("backup", "copy.db")
    with Register.open(replace(house.config, name="night"), clock=system_clock()):
        assert terminal.coffee("restore", "copy.db") == 1
    assert "night runs" in terminal.complaint


def test_nothing_is_restored_under_a_running_bot(house: Workshop, terminal: Terminal) -> None:
    terminal.coffee("tell", "Add a README.")
    terminal.coffee("backup", "copy.db")
    with Lock(house.config.home / "bot.lock") as lock:
        assert lock.acquire()
        assert terminal.coffee("restore", "copy.db") == 1
    assert "The bot runs" in terminal.complaint


@pytest.mark.parametrize("command", ["backup", "restore"])
def test_an_agents_turn_neither_copies_nor_replaces_the_record(
    command: str, terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COFFEE_TURN", "0123456789abcdef")

    assert terminal.coffee(command, "copy.db") == 1
    assert "for people" in terminal.complaint


def test_a_database_held_for_four_seconds_is_waited_for(
    house: Workshop, terminal: Terminal
) -> None:
    terminal.coffee("tell", "Add a README.")
    with house.running(), held(database(house)) as holder:
        threading.Timer(4.0, let_go, (holder,)).start()
        began = time.monotonic()
        assert terminal.coffee("tell", "step: say hello") == 0
        assert time.monotonic() - began > 3
        assert (terminal.said[:12], terminal.complaint) == ("Stored as #2", "")
        house.until(2, TaskState.DONE)


def newer(house: Workshop) -> None:
    """What a later version of this program might have made of the database: only additions."""
    write(
        database(house),
        "ALTER TABLE tasks ADD COLUMN colour VARCHAR",
        "ALTER TABLE turns ADD COLUMN mood VARCHAR DEFAULT 'fine' NOT NULL",
        "CREATE TABLE moods (id INTEGER PRIMARY KEY)",
        "CREATE INDEX ix_tasks_colour ON tasks (colour)",
        "UPDATE alembic_version SET version_num = '9999'",
    )


def test_a_daemon_goes_on_under_a_newer_schema(house: Workshop) -> None:
    with house.running():
        asking = house.tell("ask Which database?", "say thanks")
        question = house.open_question(asking)
        house.until(asking, TaskState.WAITING)
        newer(house)
        answer_by_hand(database(house), question)
        house.ring()
        eventually(lambda: state_of(house, asking) == "done", 20, "a task under a newer schema")


def answer_by_hand(path: Path, question: Question) -> None:
    """Answer as the newer program would; this one refuses to open the database."""
    at = "2026-01-05 09:00:00.000000"
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(
            "INSERT INTO answers (question, task, text, who_id, who_name, via, source, created_at)"
            " VALUES (?, ?, 'SQLite', 'U1', 'Ada', 'slack', 'msg:1', ?)",
            (question.number, question.task, at),
        )
        connection.execute(
            "UPDATE questions SET state = 'answered', closes_at = ?, answered_at = ?"
            " WHERE number = ?",
            (at, at, question.number),
        )


def state_of(house: Workshop, number: int) -> str:
    with closing(sqlite3.connect(database(house))) as connection:
        found = connection.execute("SELECT state FROM tasks WHERE number = ?", (number,))
        return str(found.fetchone()[0])


def test_a_newer_schema_is_refused_in_one_line_by_all_who_come_later(
    house: Workshop, terminal: Terminal
) -> None:
    terminal.coffee("tell", "Add a README.")
    newer(house)
    for command in (["tell", "More"], ["tasks"], ["ask", "Which?"]):
        assert terminal.coffee(*command) == 1
        assert "newer version of this program. Install that version" in terminal.complaint
        assert len(terminal.complaint.splitlines()) == 1


def test_a_daemon_that_finds_a_newer_schema_does_not_start_and_says_why(
    house: Workshop, terminal: Terminal
) -> None:
    terminal.coffee("tell", "Add a README.")
    newer(house)
    with pytest.raises(StartFailed) as failure, house.process():
        pass
    assert "newer version of this program" in "\n".join(failure.value.log_tail)


def test_a_bot_that_finds_a_newer_schema_does_not_start_and_says_why(
    house: Workshop, terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    terminal.coffee("tell", "Add a README.")
    newer(house)
    for name, value in {
        "SLACK_BOT_TOKEN": "xoxb-test",
        "SLACK_APP_TOKEN": "xapp-test",
        "COFFEE_CHANNEL": "C0DEV00001",
        "COFFEE_ADMINS": "U0ADA00001",
    }.items():
        monkeypatch.setenv(name, value)
    assert terminal.coffee("bot") == 1
    assert "newer version of this program" in terminal.complaint


def test_a_deleted_database_is_not_made_anew(house: Workshop, terminal: Terminal) -> None:
    terminal.coffee("tell", "Add a README.")
    terminal.coffee("backup", "copy.db")
    database(house).unlink()

    assert terminal.coffee("tell", "More") == 1
    assert "was deleted or moved away" in terminal.complaint
    assert len(terminal.complaint.splitlines()) == 1
    assert not database(house).exists()

    assert terminal.coffee("restore", "copy.db") == 0
    assert terminal.coffee("tell", "More") == 0


def test_a_database_deleted_under_a_daemon_is_noted_and_nothing_is_made_in_its_place(
    house: Workshop, terminal: Terminal
) -> None:
    private_folder(house.config.home)
    with house.running():
        number = house.tell("say hello")
        house.until(number, TaskState.DONE)
        away = database(house).with_name("away.db")
        database(house).rename(away)
        house.ring()
        eventually(lambda: notes(house, terminal, "was deleted or moved away"))
        assert not database(house).exists()
        away.rename(database(house))
        house.ring()
        eventually(lambda: not notes(house, terminal, "was deleted"))
        house.until(house.tell("say I am back"), TaskState.DONE)


def notes(house: Workshop, terminal: Terminal, words: str) -> bool:
    terminal.coffee("status")
    return words in terminal.said
