"""Files of replies in the folder of the task's agent, where git does not see them."""

from __future__ import annotations

import os
import stat
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from waiting import eventually
from workshop import ADA, Workshop, git

from coffee_daemon import OfferedFile, TaskState, Via, kept_folder
from coffee_daemon.config import Integrate, Isolation
from coffee_daemon.loop.tidying import Tidying

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def house(tmp_path: Path) -> Workshop:
    return Workshop.build(tmp_path)


def send(house: Workshop, task: int, name: str, data: str, *steps: str) -> None:
    """Follow a task up with a file that has been fetched."""
    folder = kept_folder(house.config.state, task)
    folder.mkdir(parents=True, exist_ok=True)
    with house.store() as store:
        receipt = store.tasks.follow_up(
            task,
            text="\n".join(f"step: {step}" for step in steps),
            who=ADA,
            via=Via.SLACK,
            source=f"msg:{name}",
            quiet=timedelta(0),
            files=[OfferedFile(source="F1", name=name, size=len(data))],
        )
        assert receipt.answer is not None
        (file,) = receipt.answer.files
        (folder / file.name).write_text(data, encoding="utf-8")
        assert store.reply_files.keep(file.id, len(data))
    house.ring()


def test_the_agent_finds_the_file_and_cannot_commit_it_by_accident(house: Workshop) -> None:
    number = house.tell("write a.txt one", "commit Begin")
    with house.running():
        house.until(number, TaskState.DONE)
    place = f".coffee/files/{number}/plan.txt"
    send(house, number, "plan.txt", "a plan", f"read {place}", "write b.txt two", "commit Go on")
    with house.running():
        task = house.until(number, TaskState.DONE)

    assert "a plan" in task.result
    project = house.config.project
    assert git(project, "ls-files").split() == ["ROADMAP.md", "a.txt", "b.txt"]
    assert git(project, "status", "--porcelain") == ""
    assert git(project, "log", "--all", "--format=%s", "--", ".coffee") == ""
    assert not (house.config.state / "worktrees" / str(number)).exists()


def test_its_copy_is_for_the_person_alone_and_never_executable(house: Workshop) -> None:
    with house.with_settings(integrate=Integrate.NEVER).running():
        number = house.tell("write a.txt one", "commit Begin")
        house.until(number, TaskState.DONE)
        send(house, number, "run.sh", "#!/bin/sh\n", "say ok")
        house.until(number, TaskState.DONE)

    copy = house.config.state / "worktrees" / str(number) / ".coffee" / "files" / str(number)
    assert stat.S_IMODE((copy / "run.sh").stat().st_mode) == 0o600
    assert stat.S_IMODE(copy.stat().st_mode) == 0o700


def test_a_link_in_the_way_is_not_followed(house: Workshop, tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.mkdir()
    with house.with_settings(isolation=Isolation.NONE).running():
        number = house.tell("say hello")
        house.until(number, TaskState.DONE)
        (house.config.project / ".coffee").symlink_to(victim)
        send(house, number, "plan.txt", "a plan", f"read .coffee/files/{number}/plan.txt")
        task = house.until(number, TaskState.DONE)

    assert "a plan" in task.result
    assert list(victim.iterdir()) == []


def test_a_shared_folder_is_left_without_them(house: Workshop) -> None:
    with house.with_settings(isolation=Isolation.NONE).running():
        number = house.tell("say hello")
        house.until(number, TaskState.DONE)
        send(house, number, "plan.txt", "a plan", f"read .coffee/files/{number}/plan.txt")
        house.until(number, TaskState.DONE)
        folder = house.config.project / ".coffee" / "files"
        eventually(lambda: not (folder / str(number)).exists())

    assert git(house.config.project, "status", "--porcelain") == ""


def test_a_file_that_is_gone_ends_the_turn_with_the_reason(house: Workshop) -> None:
    with house.running():
        number = house.tell("say hello")
        house.until(number, TaskState.DONE)
    send(house, number, "plan.txt", "a plan", "say never")
    (kept_folder(house.config.state, number) / "plan.txt").unlink()
    with house.running():
        eventually(lambda: house.task(number).attempts == 1)
        with house.store() as store:
            (*_, last) = store.turns.of_task(number)

    assert "plan.txt is gone" in last.summary


def test_files_go_with_their_task(house: Workshop) -> None:
    number = house.tell("say hello")
    with house.running():
        house.until(number, TaskState.DONE)
    send(house, number, "plan.txt", "a plan", "say ok")
    with house.running():
        house.until(number, TaskState.DONE)
    folder = kept_folder(house.config.state, number)
    moment = house.clock.now().timestamp()
    os.utime(folder, (moment, moment))
    house.clock.advance(days=100)
    with house.store() as store:
        tidying = Tidying(house.config, store, house.clock)
        while tidying.work():
            pass
        assert store.reply_files.of_task(number) == ()

    assert not folder.exists()
