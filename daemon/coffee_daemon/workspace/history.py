"""What a task has committed since a moment."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from coffee_daemon.errors import WorkspaceTrouble
from coffee_daemon.workspace.git import Git
from coffee_daemon.workspace.nouns import Commit
from coffee_daemon.workspace.place import base_setting

if TYPE_CHECKING:
    from datetime import datetime

    from coffee_daemon.config import Config
    from coffee_daemon.tasks import Task

#: Somebody waits for the message that names them.
_PATIENCE_SECONDS = 5.0
#: More are not looked at.
MOST_COMMITS = 50


def commits_since(config: Config, task: Task, moment: datetime) -> tuple[Commit, ...] | None:
    """Return what a task has committed since a moment, oldest first, and fifty at most.

    git's times are whole seconds, so a commit of the very second counts as well. Only git is
    asked, nothing is changed. None when it cannot tell.
    """
    folder = config.project if task.folder is None else Path(task.folder)
    try:
        return _commits(Git(folder, _PATIENCE_SECONDS), task, moment)
    except (WorkspaceTrouble, OSError):
        return None


def _commits(git: Git, task: Task, moment: datetime) -> tuple[Commit, ...]:
    head = "HEAD" if task.branch is None else f"refs/heads/{task.branch}"
    base = git.ask("config", "--get", base_setting(task.branch)) if task.branch else None
    others = (f"^refs/heads/{base}",) if base else ()
    since = f"--since=@{int(moment.timestamp())}"
    most = f"--max-count={MOST_COMMITS}"
    shown = git.run("log", "--format=%h%x00%s", since, most, head, *others, "--")
    lines = (one.partition("\0") for one in shown.splitlines() if one)
    return tuple(Commit(name=name, subject=subject) for name, _, subject in lines)[::-1]
