"""`coffee audit`: every act at the machine is there, and it proves itself."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest
from waiting import eventually

from coffee_bot.cli import main
from coffee_daemon.clock import ManualClock
from coffee_daemon.notifications import Person, Via
from coffee_daemon.store import AuditHead, Store

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ADA = Person(id="U0ADA00001", name="Ada")


class Terminal:
    """Runs `coffee`, and keeps what it said."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys
        self.said = self.complained = ""

    def coffee(self, *arguments: str) -> int:
        code = main(list(arguments))
        self.said, self.complained = self._capsys.readouterr()
        return code

    def acts(self, *options: str) -> list[tuple[str, str, str]]:
        assert self.coffee("audit", "--json", *options) == 0
        found: list[dict[str, Any]] = json.loads(self.said)
        return [(one["verb"], one["target"], one["outcome"]) for one in found]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    project = tmp_path / "project"
    project.mkdir()
    home = tmp_path / "home"
    home.mkdir(mode=0o700)
    (home / "config.toml").write_text(
        f"[daemon]\nworkdir = {json.dumps(str(project))}\n", encoding="utf-8"
    )
    monkeypatch.setenv("COFFEE_HOME", str(home))
    monkeypatch.delenv("COFFEE_TURN", raising=False)
    return home


@pytest.fixture
def terminal(home: Path, capsys: pytest.CaptureFixture[str]) -> Iterator[Terminal]:
    terminal = Terminal(capsys)
    yield terminal
    terminal.coffee("stop")


@pytest.fixture
def store(home: Path) -> Iterator[Store]:
    with Store.open(f"sqlite:///{home / 'notifications.db'}", clock=ManualClock()) as opened:
        yield opened


def test_starting_stopping_and_pausing_are_in_the_audit_in_their_order(terminal: Terminal) -> None:
    for command in ("start", "start", "restart", "stop", "stop"):
        assert terminal.coffee(command) == 0
    assert terminal.coffee("pause", "2h") == 0
    assert terminal.coffee("resume") == 0
    assert terminal.coffee("resume") == 0

    found = terminal.acts()

    assert [(verb, outcome) for verb, _, outcome in found if verb != "pause"] == [
        ("start", "started"),
        ("start", "was running"),
        ("restart", "restarted, graceful"),
        ("stop", "graceful"),
        ("stop", "not running"),
        ("resume", "ended"),
        ("resume", "no pause"),
    ]
    assert [outcome[:6] for verb, _, outcome in found if verb == "pause"] == ["until "]
    assert {target for _, target, _ in found} == {"code_developer"}
    assert terminal.coffee("audit", "verify") == 0


def test_a_running_daemon_takes_acts_in_by_itself(terminal: Terminal, home: Path) -> None:

    assert terminal.coffee("start") == 0
    assert terminal.coffee("pause", "2h") == 0

    eventually(lambda: not list((home / "acts").glob("*.json")), 30, "taken in")


def test_handing_over_answering_and_cancelling_are_in_the_audit(
    terminal: Terminal, store: Store
) -> None:
    asked = store.questions.ask(daemon="code_developer", text="Which roast?")
    other = store.questions.ask(daemon="code_developer", text="Which cup?")
    assert terminal.coffee("tell", "Build it") == 0
    assert terminal.coffee("tell", "--task", "3", "and test it") == 0
    assert terminal.coffee("answer", str(asked.number), "dark") == 0
    assert terminal.coffee("cancel", str(other.number)) == 0
    assert terminal.coffee("cancel", "3") == 0
    assert terminal.coffee("retry", "3") == 0

    assert terminal.acts() == [
        ("tell", "#3", "stored"),
        ("tell", "#3", "added"),
        ("answer", "#1", "stored"),
        ("cancel", "#2", "withdrawn"),
        ("cancel", "#3", "cancelled"),
        ("retry", "#3", "queued"),
    ]
    assert {one.via for one in store.audit.list()} == {Via.CLI}
    assert all(one.who.id.startswith("local:") for one in store.audit.list())


def test_what_steers_the_queue_is_in_the_audit(terminal: Terminal, home: Path) -> None:
    assert terminal.coffee("tell", "Build it") == 0
    assert terminal.coffee("tell", "Test it") == 0
    for words in ("first 2", "last 2", "move 2 before 1", "hold 2", "release 2"):
        assert terminal.coffee(*words.split()) == 0
    assert terminal.coffee("focus", "2h", "on", "1") == 0
    assert terminal.coffee("focus", "off") == 0
    assert terminal.coffee("focus", "off") == 0

    found = terminal.acts()[2:]

    assert [verb for verb, _, _ in found] == (
        ["first", "last", "move", "hold", "release", "focus", "focus", "focus"]
    )
    assert [outcome for verb, _, outcome in found if verb == "focus"][1:] == ["ended", "no focus"]


def test_an_interruption_is_in_the_audit(terminal: Terminal, store: Store) -> None:
    store.tasks.tell(daemon="code_developer", text="Build it", who=ADA, via=Via.CLI)
    assert store.turns.pick_up("code_developer", nonce="nonce") is not None

    assert terminal.coffee("interrupt", "1") == 0

    assert ("interrupt", "#1", "asked") in terminal.acts()


def test_a_backup_and_its_return_are_in_the_audit_of_the_record_that_stands(
    terminal: Terminal, tmp_path: Path
) -> None:
    copy = tmp_path / "copy.db"
    assert terminal.coffee("tell", "Build it") == 0
    assert terminal.coffee("backup", str(copy)) == 0
    assert terminal.coffee("tell", "Lost with the old record") == 0
    assert terminal.coffee("restore", str(copy)) == 0

    assert terminal.acts() == [
        ("tell", "#1", "stored"),
        ("backup", str(copy), "copied"),
        ("restore", str(copy), "restored"),
    ]
    assert terminal.coffee("audit", "verify") == 0


def test_a_start_that_fails_is_in_the_audit(terminal: Terminal, home: Path) -> None:
    (home / "notifications.db").write_text("no database", encoding="utf-8")

    assert terminal.coffee("start") == 1

    (home / "notifications.db").unlink()
    for left in home.glob("notifications.db*"):
        left.unlink()
    assert terminal.acts() == [("start", "code_developer", "failed")]


def test_what_was_done_stays_done_when_it_cannot_be_written_down(
    terminal: Terminal, home: Path
) -> None:
    (home / "acts").write_text("in the way", encoding="utf-8")

    assert terminal.coffee("pause", "2h") == 0

    assert "not in the audit" in terminal.complained


def test_the_table_ends_with_the_latest_and_shows_who_did_what_from_where(
    terminal: Terminal, store: Store
) -> None:
    store.audit.add(ADA, "stop", "code_developer", Via.SLACK, "refused", "no operator")
    assert terminal.coffee("tell", "Build it") == 0

    assert terminal.coffee("audit") == 0

    lines = terminal.said.splitlines()
    (stop,) = [line for line in lines if "Ada" in line]
    assert all(word in stop for word in ("stop code_developer", "slack", "refused"))
    assert "tell #1" in lines[-1]


def test_the_audit_is_filtered_and_paged(terminal: Terminal, store: Store) -> None:
    for number in range(5):
        store.audit.add(ADA, "tell" if number % 2 else "stop", f"#{number}", Via.SLACK, "done")

    assert [target for _, target, _ in terminal.acts("-n", "2")] == ["#3", "#4"]
    assert [target for _, target, _ in terminal.acts("-n", "2", "--before", "4")] == ["#1", "#2"]
    assert [target for _, target, _ in terminal.acts("--verb", "tell")] == ["#1", "#3"]
    assert len(terminal.acts("--who", "ada", "--since", "2026-01-01")) == 5
    assert terminal.acts("--who", "eve") == []
    # The record's clock stands at the beginning of that year.
    assert terminal.acts("--since", "1h") == []
    assert terminal.coffee("audit", "--since", "soon") == 2
    assert "is no time" in terminal.complained


def test_an_empty_audit_says_so(terminal: Terminal) -> None:
    assert terminal.coffee("audit") == 0
    assert "Nothing was done yet" in terminal.said
    assert terminal.coffee("audit", "verify") == 0
    assert "Intact: 0 entries" in terminal.said


def tamper(home: Path, statement: str) -> None:
    with closing(sqlite3.connect(home / "notifications.db")) as connection:
        connection.execute(statement)
        connection.commit()


def test_verify_names_what_was_changed_and_ends_with_1(
    terminal: Terminal, store: Store, home: Path
) -> None:
    for number in range(5):
        store.audit.add(ADA, "tell", f"#{number}", Via.SLACK, "stored")
    head = store.audit.head()
    assert terminal.coffee("audit", "verify") == 0
    assert terminal.said == f"Intact: 5 entries, each bound to all before it.\nHead: {head}\n"

    tamper(home, "UPDATE audit SET outcome = 'refused' WHERE id = 3")

    assert terminal.coffee("audit", "verify") == 1
    assert "Broken: entry #3 was changed." in terminal.said
    assert terminal.coffee("audit", "verify", "--json") == 1
    assert json.loads(terminal.said)["breaks"] == [{"how": "was changed", "first": 3, "last": 3}]


def test_verify_with_a_head_finds_a_cut_end_and_a_new_past(
    terminal: Terminal, store: Store, home: Path
) -> None:
    for number in range(5):
        store.audit.add(ADA, "tell", f"#{number}", Via.SLACK, "stored")
    head = store.audit.head()
    assert head is not None
    store.audit.add(ADA, "stop", "code_developer", Via.SLACK, "graceful")
    assert terminal.coffee("audit", "verify", str(head)) == 0
    assert "#5 and all before it are what they were" in terminal.said

    wrong = AuditHead(head.id, "0" * 64)
    assert terminal.coffee("audit", "verify", str(wrong)) == 1
    assert "is not what stood there" in terminal.said
    tamper(home, "DELETE FROM audit WHERE id > 4")
    tamper(home, "DELETE FROM facts WHERE name = 'audit:head'")
    assert terminal.coffee("audit", "verify") == 0
    assert terminal.coffee("audit", "verify", str(head)) == 1
    assert "#5 was there when that head was told, and is gone" in terminal.said


@pytest.mark.parametrize("words", [["prove"], ["verify", "57"], ["verify", "1:2", "3"]])
def test_what_audit_does_not_know_gets_a_hint(words: list[str], terminal: Terminal) -> None:
    assert terminal.coffee("audit", *words) == 2
    assert terminal.complained.startswith("coffee: ")


def test_an_agents_turn_may_not_read_the_audit(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COFFEE_TURN", "nonce")

    assert terminal.coffee("audit") == 1
    monkeypatch.delenv("COFFEE_TURN")
