"""The daemon forgets what ended long ago, and keeps what people may still look for."""

from __future__ import annotations

import os
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from waiting import eventually
from workshop import Workshop, git

from coffee_daemon import NotFound, TaskState
from coffee_daemon.config import Integrate
from coffee_daemon.loop.tidying import Tidying

if TYPE_CHECKING:
    from pathlib import Path

LONG = timedelta(days=100)


@pytest.fixture
def house(tmp_path: Path) -> Workshop:
    return Workshop.build(tmp_path)


def tidy(house: Workshop) -> None:
    with house.store() as store:
        tidying = Tidying(house.config, store, house.clock)
        while tidying.work():
            pass


def turn_folders(house: Workshop) -> list[str]:
    folder = house.config.state / "turns"
    return sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []


def later(house: Workshop) -> None:
    """Let the time pass, for the folders too."""
    for folder in (house.config.state / "turns").iterdir():
        moment = (house.clock.now() - timedelta(seconds=1)).timestamp()
        os.utime(folder, (moment, moment))
    house.clock.advance(days=LONG.days)


def test_a_running_daemon_forgets_old_tasks_and_their_turns_once_a_day(house: Workshop) -> None:
    with house.running():
        old = house.tell("say hello")
        house.until(old, TaskState.DONE)
        later(house)
        young = house.tell("say hello again")
        house.until(young, TaskState.DONE)
        eventually(lambda: turn_folders(house) == [f"{young}-1"], 20, "old folders to go")
        with house.store() as store, pytest.raises(NotFound):
            store.tasks.get(old)
        assert house.task(young).state is TaskState.DONE


def test_a_task_that_waits_keeps_its_folders_and_answers_however_long_it_takes(
    house: Workshop,
) -> None:
    with house.running():
        asking = house.tell("ask Which database?", "say thanks")
        question = house.open_question(asking)
        house.until(asking, TaskState.WAITING)
        later(house)
        tidy(house)
        assert turn_folders(house) == [f"{asking}-1"]
        house.answer(question.number, "SQLite")
        house.until(asking, TaskState.DONE)


def test_unmerged_work_stays_with_the_task_that_it_belongs_to(house: Workshop) -> None:
    with house.with_settings(integrate=Integrate.NEVER).running():
        kept = house.tell("write kept.txt kept", "commit kept")
        house.until(kept, TaskState.DONE)
    folder = house.config.state / "worktrees" / str(kept)
    assert folder.is_dir()
    later(house)
    tidy(house)
    assert folder.is_dir()
    assert house.task(kept).state is TaskState.DONE

    git(house.config.project, "merge", "--quiet", "--ff-only", f"{house.task(kept).branch}")
    house.clock.advance(days=1)
    tidy(house)
    assert not folder.exists()
    with pytest.raises(NotFound):
        house.task(kept)


def test_what_else_lies_in_those_folders_is_left_alone(house: Workshop) -> None:
    notes = house.config.state / "turns" / "notes"
    notes.mkdir(parents=True)
    later(house)
    tidy(house)
    assert notes.is_dir()
