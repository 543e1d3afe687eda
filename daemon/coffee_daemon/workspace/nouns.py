"""Nouns of a task's folder."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, kw_only=True)
class Workspace:
    """Where a task's turns work."""

    #: The agent's working folder.
    folder: Path
    #: The task's own branch; None when the folder is shared.
    branch: str | None = None
    #: Whether it is the project's folder itself, in which no other task may start meanwhile.
    shared: bool = False
    #: Why it is shared, in a few words.
    why: str = ""
    #: The worktree's top; differs from `folder` when the project is a part of its repository.
    root: Path
    #: The project's main folder in git's eyes: the top of the person's own worktree.
    main: Path


@dataclass(frozen=True, kw_only=True)
class Changes:
    """What a task has left so far."""

    #: Paths below the worktree's top that are changed or new and not committed.
    uncommitted: tuple[str, ...] = ()
    #: Commits of the branch that the main folder does not have.
    commits: int = 0
    branch: str | None = None


@dataclass(frozen=True, kw_only=True)
class Commit:
    """A commit, as people are told of it."""

    #: Its name, shortened by git.
    name: str
    subject: str


@dataclass(frozen=True, kw_only=True)
class Integration:
    """What became of a finished task's branch."""

    #: Whether the main folder now has all of the branch's commits.
    merged: bool
    #: Told to people with the task's result; empty when there is nothing to tell.
    said: str = ""
