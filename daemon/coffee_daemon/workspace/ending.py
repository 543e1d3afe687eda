"""What becomes of a task's work: counted, merged where git allows it, named where not."""

from __future__ import annotations

import os
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from coffee_daemon.config import Integrate
from coffee_daemon.workspace.git import Git, GitRefused
from coffee_daemon.workspace.nouns import Changes, Integration, Workspace
from coffee_daemon.workspace.place import base_setting

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from coffee_daemon.config import Config
    from coffee_daemon.tasks import Task

#: More names than that are counted, not listed.
_NAMES_TOLD = 10

#: A person's settings must not make a merge stash, squash or overwrite anything.
_MERGE = ("merge", "--quiet", "--no-autostash", "--no-squash", "--no-overwrite-ignore")


def changes(workspace: Workspace) -> Changes:
    """Count what the task has left: files not committed, commits not merged.

    Raises:
        WorkspaceTrouble: git cannot tell.
    """
    if not workspace.root.is_dir() or not Git(workspace.root).says("rev-parse", "--git-dir"):
        return Changes(branch=workspace.branch)
    commits = 0
    if workspace.branch:
        count = ("rev-list", "--count", f"HEAD..refs/heads/{workspace.branch}")
        commits = int(Git(workspace.main).run(*count))
    status = Git(workspace.root).run("status", "--porcelain", "--no-renames", "-z")
    names = (os.fsencode(entry[3:]).decode("utf-8", "replace") for entry in status.split("\0"))
    return Changes(
        uncommitted=tuple(name for name in names if name), commits=commits, branch=workspace.branch
    )


def left_behind(workspace: Workspace) -> str:
    """Name the branch and the uncommitted files of a task that ended early; may be empty."""
    try:
        found = changes(workspace)
    except GitRefused as refusal:
        return f"Its work is in {workspace.folder}; git cannot tell more: {refusal}"
    return _sentences(_on_branch(found), _uncommitted(workspace, found))


def integrate(
    config: Config, task: Task, workspace: Workspace, trailers: Sequence[str] = ()
) -> Integration:
    """Bring a finished task's branch into the main folder, as far as git allows it.

    A merge that makes a commit of its own ends its message with `trailers`.

    What git refuses stays a branch that the result names. A worktree without anything left in it
    is removed with its merged branch.
    """
    if workspace.branch is None:
        return Integration(merged=False)
    try:
        return _integrated(config, workspace, trailers)
    except GitRefused as refusal:
        return Integration(
            merged=False,
            said=f"The work of #{task.number} stays on branch {workspace.branch}: {refusal}",
        )


def remove(workspace: Workspace) -> bool:
    """Remove a merged, clean worktree and its branch; tells whether it did."""
    git, branch = Git(workspace.main), workspace.branch
    if branch is None or not _contains(git, "HEAD", branch) or _strayed(workspace):
        return False
    # Without force git itself refuses to remove what holds work.
    return git.says("worktree", "remove", str(workspace.root)) and git.says(
        "branch", "--quiet", "-d", branch
    )


def _integrated(config: Config, workspace: Workspace, trailers: Sequence[str]) -> Integration:
    found = changes(workspace)
    rest = _uncommitted(workspace, found)
    if not found.commits:
        remove(workspace)
        return Integration(merged=True, said=rest)
    if config.integrate is Integrate.NEVER:
        return Integration(merged=False, said=_sentences(_on_branch(found), rest))
    base = Git(workspace.main).ask("config", "--get", base_setting(workspace.branch or ""))
    refusal = _merge(config, workspace, base, trailers)
    if refusal:
        stays = f"{_on_branch(found)} It was not merged: {refusal}"
        return Integration(merged=False, said=_sentences(stays, rest))
    remove(workspace)
    merged = f"Merged into {base} ({_count(found.commits)})."
    return Integration(merged=True, said=_sentences(merged, rest))


def _merge(config: Config, workspace: Workspace, base: str | None, trailers: Sequence[str]) -> str:
    """Merge the branch into the main folder; empty when it is in, else why not."""
    git, branch = Git(workspace.main), workspace.branch or ""
    obstacle = _obstacle(git, workspace, base) or _in_the_way(git, branch)
    if obstacle:
        return obstacle
    if config.integrate is Integrate.FF:
        refusal = _fast_forward(git, branch, base or "")
    else:
        with _message(config, branch, trailers) as message:
            refusal = _true_merge(git, branch, base or "", message)
    if refusal or _contains(git, "HEAD", branch):
        return refusal
    return "git ended well, but the project's folder does not have it."


def _obstacle(git: Git, workspace: Workspace, base: str | None) -> str:
    if git.ask("rev-parse", "--is-bare-repository") == "true":
        return "the repository is bare, so there is no folder to merge it in."
    if _strayed(workspace):
        return "its worktree was left on another branch, or in the middle of something."
    here = git.ask("symbolic-ref", "-q", "--short", "HEAD")
    if here is None:
        return "the project's folder has no branch checked out."
    if here != base:
        return f"it began on {base or 'no branch'}, and the project's folder is on {here} now."
    return ""


def _strayed(workspace: Workspace) -> bool:
    if not workspace.root.is_dir():
        return False
    return Git(workspace.root).ask("symbolic-ref", "-q", "--short", "HEAD") != workspace.branch


def _in_the_way(git: Git, branch: str) -> str:
    """A file of the person's that git would overwrite because it is ignored.

    git protects changed and untracked files by itself. Ignored ones it protects only in a fast
    forward that is told so (`git help merge`, --overwrite-ignore).
    """
    both = ("HEAD", f"refs/heads/{branch}", "--")
    added = ("diff", "--name-only", "--no-renames", "--diff-filter=A", "-z", *both)
    for name in git.run(*added).split("\0"):
        if name and _occupied(git.folder, PurePosixPath(name)):
            told = os.fsencode(name).decode("utf-8", "replace")
            return f"{told} is new there, and the project's folder has an own file in its place."
    return ""


def _occupied(top: Path, name: PurePosixPath) -> bool:
    places = [top / parent for parent in name.parents if parent.name]
    return os.path.lexists(top / name) or any(
        os.path.lexists(place) and not place.is_dir() for place in places
    )


def _fast_forward(git: Git, branch: str, base: str) -> str:
    if not _contains(git, branch, "HEAD"):
        return f"{base} has moved on since it began, so it cannot be fast-forwarded."
    return _refusal(git, *_MERGE, "--ff-only", branch)


@contextmanager
def _message(config: Config, branch: str, trailers: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """How git is told a merge's message: its own, or one in a file, for no words go by argv."""
    if not trailers:
        yield ()
        return
    with TemporaryDirectory(dir=config.state) as folder:
        path = Path(folder) / "message"
        lines = (f"Merge branch '{branch}'", "", *trailers, "")
        path.write_text("\n".join(lines), encoding="utf-8")
        yield ("--file", str(path.resolve()))


def _true_merge(git: Git, branch: str, base: str, message: tuple[str, ...]) -> str:
    if git.says("rev-parse", "-q", "--verify", "MERGE_HEAD"):
        return "another merge is under way in the project's folder."
    # Tried without touching any file first; older versions of git cannot, and merge and abort.
    if git.code("merge-tree", "--write-tree", "HEAD", f"refs/heads/{branch}") == 1:
        return f"it conflicts with {base}."
    refusal = _refusal(git, *_MERGE, "--no-edit", "--commit", *message, branch)
    if refusal and git.says("rev-parse", "-q", "--verify", "MERGE_HEAD"):
        git.run("merge", "--abort")
    return refusal


def _refusal(git: Git, *arguments: str) -> str:
    try:
        git.run(*arguments)
    except GitRefused as refusal:
        return str(refusal)
    return ""


def _contains(git: Git, whole: str, part: str) -> bool:
    """Whether the commits of `part` are all in `whole`."""
    return git.says("merge-base", "--is-ancestor", part, whole)


def _on_branch(found: Changes) -> str:
    if not found.branch or not found.commits:
        return ""
    return f"The work ({_count(found.commits)}) is on branch {found.branch}."


def _uncommitted(workspace: Workspace, found: Changes) -> str:
    names = found.uncommitted
    if not names:
        return ""
    told = ", ".join(names[:_NAMES_TOLD])
    more = f" and {len(names) - _NAMES_TOLD} more" if len(names) > _NAMES_TOLD else ""
    return f"Not committed, in {workspace.root}: {told}{more}."


def _count(commits: int) -> str:
    return "1 commit" if commits == 1 else f"{commits} commits"


def _sentences(*parts: str) -> str:
    return " ".join(part for part in parts if part)
