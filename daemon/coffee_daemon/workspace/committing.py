"""Which of git's own folders a commit on a task's branch writes to."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from coffee_daemon.workspace.git import Git

if TYPE_CHECKING:
    from coffee_daemon.workspace.nouns import Workspace


def commit_folders(workspace: Workspace) -> tuple[Path, ...]:
    """Return the folders of the repository that an agent in a sandbox must be let write to.

    Those of its hooks, its settings and the person's branches are not among them. Where the task
    has no branch of its own there are none: to commit in the main folder is to write to all of
    `.git`.
    """
    if workspace.branch is None:
        return ()
    own = Git(workspace.root).ask("rev-parse", "--absolute-git-dir")
    shared = Git(workspace.main).ask("rev-parse", "--git-common-dir")
    if not own or not shared:
        return ()
    mine, common = Path(own).resolve(), (workspace.main / shared).resolve()
    # What the worktree says of itself may be an agent's word.
    if mine.parent != common / "worktrees":
        return ()
    return (mine, common / "objects", *_branches(common, workspace.branch))


def _branches(common: Path, branch: str) -> list[Path]:
    """Where the branch and its history lie, besides other tasks' branches."""
    tables = common / "reftable"
    if tables.is_dir():
        return [tables]
    found = [(common / kind / branch).parent for kind in ("refs/heads", "logs/refs/heads")]
    for folder in found:
        # git takes an empty one away when it packs.
        folder.mkdir(parents=True, exist_ok=True)
    return found
