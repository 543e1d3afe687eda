from __future__ import annotations

import os
import subprocess
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from workshop import git, make_project

from coffee_daemon import Commit, Config, Task, TaskState, commits_since
from coffee_daemon.workspace import prepare

if TYPE_CHECKING:
    from pathlib import Path

MOMENT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@pytest.fixture
def config(tmp_path: Path) -> Config:
    return Config(home=tmp_path / "home", project=make_project(tmp_path / "project"))


def task(branch: str | None = None, folder: str | None = None) -> Task:
    return Task(
        number=12,
        daemon="code_developer",
        source="command:12",
        title="Greet",
        prompt="Greet.",
        priority=0,
        state=TaskState.RUNNING,
        branch=branch,
        folder=folder,
        created_at=MOMENT,
        updated_at=MOMENT,
    )


def commit(folder: Path, subject: str, at: datetime) -> Commit:
    date = {"GIT_AUTHOR_DATE": at.isoformat(), "GIT_COMMITTER_DATE": at.isoformat()}
    argv = ["git", "-C", str(folder), "commit", "--quiet", "--allow-empty", "-m", subject]
    subprocess.run(argv, check=True, env={**os.environ, **date})
    return Commit(name=git(folder, "log", "-1", "--format=%h"), subject=subject)


def test_commits_of_the_tasks_branch_are_named_since_the_moment_oldest_first(
    config: Config,
) -> None:
    place = prepare(config, task())
    commit(place.root, "Before", MOMENT - timedelta(seconds=1))
    first = commit(place.root, "Add <the> schema", MOMENT)
    second = commit(place.root, "Fill it", MOMENT + timedelta(hours=1))
    commit(config.project, "Somebody else's", MOMENT + timedelta(hours=1))

    found = commits_since(config, task(place.branch), MOMENT + timedelta(seconds=0.5))

    assert (first, second) == found


def test_what_came_from_the_branch_that_it_began_on_is_not_its_own(config: Config) -> None:
    place = prepare(config, task())
    commit(config.project, "Somebody else's", MOMENT)
    git(place.root, "merge", "--quiet", "--ff-only", "main")

    assert commits_since(config, task(place.branch), MOMENT) == ()


def test_in_a_shared_folder_its_own_history_is_looked_at(config: Config, tmp_path: Path) -> None:
    lent = make_project(tmp_path / "lent")
    made = commit(lent, "Mine", MOMENT + timedelta(days=3650))

    assert commits_since(config, task(folder=str(lent)), MOMENT + timedelta(days=3649)) == (made,)


@pytest.mark.parametrize("where", ["no such branch", "no repository", "no folder"])
def test_what_git_cannot_tell_is_not_known(config: Config, tmp_path: Path, where: str) -> None:
    if where == "no repository":
        config = replace(config, project=tmp_path)
    elif where == "no folder":
        config = replace(config, project=tmp_path / "gone")
    branch = "coffee/12-gone" if where == "no such branch" else None

    assert commits_since(config, task(branch), MOMENT) is None
