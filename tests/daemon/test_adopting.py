from __future__ import annotations

import os
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from workshop import ADA, Workshop, git

from coffee_daemon import Config, Store, Task, TaskState, Via, system_clock
from coffee_daemon.agents.claude.sessions import look_for
from coffee_daemon.cli import COMMANDS, CommandLine, run
from coffee_daemon.tasks import Adopted

if TYPE_CHECKING:
    from pathlib import Path

SESSION = "0f3e4b8c-6a3d-4a58-9c58-2d8f6f0f1a11"


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home with Claude Code as the agent, and a conversation that it has kept."""
    home = tmp_path / "home"
    home.mkdir()
    (home / "config.toml").write_text('[agent]\nkind = "claude"\n')
    monkeypatch.setenv("COFFEE_HOME", str(home))
    monkeypatch.setenv("CLAUDE_CONFIG_DIR", str(tmp_path / "claude"))
    keep(tmp_path)
    (tmp_path / "mine").mkdir()
    return tmp_path


def keep(folder: Path, session: str = SESSION, age: timedelta = timedelta(hours=3)) -> None:
    kept = folder / "claude" / "projects" / "-home-ada-mine" / f"{session}.jsonl"
    kept.parent.mkdir(parents=True, exist_ok=True)
    kept.touch()
    then = (datetime.now(UTC) - age).timestamp()
    os.utime(kept, (then, then))


def coffee(*arguments: str) -> int:
    return run(CommandLine(COMMANDS), list(arguments))


def adopt(place: Path, *words: str, session: str = SESSION, folder: str = "mine") -> int:
    return coffee("adopt", "--session", session, "--cwd", str(place / folder), *words)


def tasks(place: Path) -> list[Task]:
    config = Config(home=place / "home")
    with Store.open(config.database, clock=system_clock()) as store:
        return store.tasks.open()


def test_a_conversation_becomes_a_task_in_its_own_folder(
    place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert adopt(place, "Mend", "the tests.") == 0

    [task] = tasks(place)
    assert (task.session, task.agent) == (SESSION, "claude")
    assert task.folder == str((place / "mine").resolve())
    assert task.prompt == "Mend the tests."
    shown = capsys.readouterr()
    assert f"Adopted as #{task.number}; it works in {task.folder}." in shown.out
    assert "Start it with: coffee start" in shown.out
    assert shown.err == ""


def test_without_words_it_goes_on(place: Path) -> None:
    adopt(place)
    assert tasks(place)[0].prompt == "Go on with what we were about to do."


def test_one_that_was_used_a_moment_ago_is_adopted_with_a_warning(
    place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    keep(place, age=timedelta(seconds=20))

    assert adopt(place) == 0
    assert "end it there" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("session", "folder", "why"),
    [
        (SESSION, "nowhere", "is no folder"),
        ("11111111-2222-3333-4444-555555555555", "mine", "has kept no conversation"),
        ("../../etc/passwd", "mine", "has kept no conversation"),
        ("--resume", "mine", "is no conversation's name"),
        (" ", "mine", "is no conversation's name"),
    ],
)
def test_what_is_not_there_is_refused_with_the_reason(
    place: Path, capsys: pytest.CaptureFixture[str], session: str, folder: str, why: str
) -> None:
    (place / "mine").mkdir(exist_ok=True)
    code = coffee("adopt", f"--session={session}", "--cwd", str(place / folder))

    assert code == 2
    assert why in capsys.readouterr().err


def test_neither_a_conversation_nor_a_folder_is_worked_on_twice(
    place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = "22222222-2222-3333-4444-555555555555"
    keep(place, other)
    (place / "else").mkdir()
    adopt(place)

    assert adopt(place, folder="else") == 1
    assert "goes on with this conversation already" in capsys.readouterr().err
    assert adopt(place, session=other) == 1
    assert "two tasks never share a folder" in capsys.readouterr().err
    assert len(tasks(place)) == 1


def test_an_agent_without_conversations_adopts_none(
    place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (place / "home" / "config.toml").write_text('[agent]\ncommand = ["true"]\n')

    assert adopt(place) == 2
    assert 'kind = "claude"' in capsys.readouterr().err


def test_where_nothing_is_kept_that_can_be_seen_nothing_is_claimed(tmp_path: Path) -> None:
    assert look_for(SESSION, {"CLAUDE_CONFIG_DIR": str(tmp_path)}).known is None


def lent(house: Workshop, folder: Path, *steps: str) -> int:
    """Hand over a conversation whose folder is the person's own."""
    text = "\n".join(f"step: {step}" for step in steps)
    adopted = Adopted(session="s-1", agent="command", folder=str(folder.resolve()))
    with house.store() as store:
        task = store.tasks.tell(
            daemon=house.config.name, text=text, who=ADA, via=Via.CLI, adopted=adopted
        )
    house.ring()
    return task.number


def test_it_works_in_the_persons_folder_and_leaves_everything_of_it_there(
    tmp_path: Path,
) -> None:
    house = Workshop.build(tmp_path)
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "notes.txt").write_text("half done\n")
    with house.running():
        number = lent(house, mine, "write made.txt hello")
        task = house.until(number, TaskState.DONE)

    assert (mine / "made.txt").read_text() == "hello\n"
    assert (mine / "notes.txt").read_text() == "half done\n"
    assert task.branch is None
    assert git(house.config.project, "branch", "--list", "coffee/*") == ""
    assert "has handed it to code_developer" in house.prompts(number)[0]


def test_while_it_waits_others_work_elsewhere(tmp_path: Path) -> None:
    house = Workshop.build(tmp_path)
    with house.running():
        first = lent(house, house.config.project, "ask Which?", "say done")
        house.until(first, TaskState.WAITING)
        second = house.tell("write other.txt x", "commit More")
        house.until(second, TaskState.DONE)
        house.answer(house.open_question(first).number, "This")
        house.until(first, TaskState.DONE)


def test_nothing_else_starts_in_the_folder_of_one_that_waits(tmp_path: Path) -> None:
    house = Workshop.build(tmp_path)
    (house.config.project / ".git").rename(tmp_path / "no-git")
    with house.running():
        first = lent(house, house.config.project, "ask Which?", "say done")
        house.until(first, TaskState.WAITING)
        second = house.tell("write other.txt x")
        house.ring()
        assert house.task(second).state is TaskState.QUEUED
        house.answer(house.open_question(first).number, "This")
        house.until(second, TaskState.DONE)

    with house.store() as store:
        begun = {one: store.turns.of_task(one)[-1].id for one in (first, second)}
    assert begun[first] < begun[second]


def test_a_folder_that_is_gone_is_told_and_not_made_again(tmp_path: Path) -> None:
    house = Workshop.build(tmp_path)
    house = house.with_settings(limits=replace(house.config.limits, attempts=1))
    with house.running():
        number = lent(house, tmp_path / "gone", "say hello")
        task = house.until(number, TaskState.FAILED)

    assert "is not there any more" in task.result
    assert not (tmp_path / "gone").exists()
