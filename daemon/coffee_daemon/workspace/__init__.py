"""A task's folder: a git worktree and branch of its own, or the project's folder shared.

Nothing is ever forced, stashed or reset in the person's folder, and git alone decides what merges.
"""

from __future__ import annotations

from coffee_daemon.workspace.committing import commit_folders
from coffee_daemon.workspace.ending import changes, integrate, left_behind, remove
from coffee_daemon.workspace.files import PLACE, lay_files, take_away
from coffee_daemon.workspace.history import commits_since
from coffee_daemon.workspace.nouns import Changes, Commit, Integration, Workspace
from coffee_daemon.workspace.place import find, occupies, prepare
from coffee_daemon.workspace.telling import head, worked

__all__ = [
    "PLACE",
    "Changes",
    "Commit",
    "Integration",
    "Workspace",
    "changes",
    "commit_folders",
    "commits_since",
    "find",
    "head",
    "integrate",
    "lay_files",
    "left_behind",
    "occupies",
    "prepare",
    "remove",
    "take_away",
    "worked",
]
