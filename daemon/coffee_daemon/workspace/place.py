"""Finding and making a task's folder."""

from __future__ import annotations

import itertools
import re
import shutil
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from coffee_daemon.config import Isolation
from coffee_daemon.errors import WorkspaceTrouble
from coffee_daemon.system import private_folder
from coffee_daemon.workspace.git import Git, GitRefused, reason
from coffee_daemon.workspace.nouns import Workspace

if TYPE_CHECKING:
    from coffee_daemon.config import Config
    from coffee_daemon.tasks import Task

#: git's own mark on a worktree whose making was cut short (builtin/worktree.c).
_HALF_MADE = "initializing"


def prepare(config: Config, task: Task) -> Workspace:
    """Return the task's folder, made if need be; the same task gets the same one again.

    Raises:
        WorkspaceTrouble: git or the file system refused; says why and what to do.
    """
    if task.folder is not None:
        return _adopted(task, Path(task.folder))
    repository = _repository(config)
    if isinstance(repository, str):
        return _shared(config, why=repository)
    try:
        found = _found(config, task, repository)
        return _caught_up(found) if found else _made(config, task, repository)
    except GitRefused as refusal:
        raise WorkspaceTrouble(
            f"#{task.number} has no folder to work in. git said: {refusal}",
            hint="Mend that in the project's repository and retry the task.",
        ) from refusal


def find(config: Config, task: Task) -> Workspace | None:
    """Return the task's folder if there is one; makes nothing."""
    if task.folder is not None:
        folder = Path(task.folder)
        return _lent(folder) if folder.is_dir() else None
    repository = _repository(config)
    if isinstance(repository, str):
        return _shared(config, why=repository)
    place = _place(config, task)
    record = _records(repository.git).get(place)
    if record is None or not _sound(place):
        return None
    return _workspace(repository, place, task.branch or record.branch)


def occupies(config: Config, task: Task) -> bool:
    """Whether the work of a task that waits lies where another would work.

    A task that has worked in a folder of its own has a branch. git is not asked, except about a
    folder that a person has lent: this is looked at again and again while people think.
    """
    if task.branch is not None:
        return False
    if task.folder is None:
        return True
    return Path(task.folder) == config.project.resolve() and isinstance(_repository(config), str)


@dataclass(frozen=True, kw_only=True)
class _Repository:
    #: The top of the person's own worktree; the repository itself when it is bare.
    top: Path
    #: The project's folder below `top`, with `/` at its end; empty when they are the same.
    prefix: str

    @property
    def git(self) -> Git:
        return Git(self.top)


@dataclass(frozen=True, kw_only=True)
class _Record:
    """What git knows of a worktree."""

    branch: str | None
    locked: str | None


def _repository(config: Config) -> _Repository | str:
    """The project's repository, or why there is none to make worktrees from."""
    if config.isolation is Isolation.NONE:
        return "isolation is off"
    if not config.project.is_dir():
        raise WorkspaceTrouble(
            f"The project's folder {config.project} does not exist.",
            hint="Correct [daemon] workdir in the settings.",
        )
    if shutil.which("git") is None:
        return "git is not installed"
    git = Git(config.project)
    complaint = git.complaint("rev-parse", "--git-dir")
    if "not a git repository" in complaint:
        return "the project is no git repository"
    if complaint:
        raise WorkspaceTrouble(f"git cannot read {config.project}: {reason(complaint.encode())}")
    return _with_commit(git)


def _with_commit(git: Git) -> _Repository | str:
    bare = git.ask("rev-parse", "--is-bare-repository") == "true"
    top = str(git.folder) if bare else git.ask("rev-parse", "--show-toplevel")
    if not top:
        return "the project's folder is a part of git's own"
    if not git.says("rev-parse", "-q", "--verify", "HEAD^{commit}"):
        return "the repository has no commit yet"
    prefix = "" if bare else git.ask("rev-parse", "--show-prefix") or ""
    if prefix and not git.says("cat-file", "-e", f"HEAD:{prefix.rstrip('/')}"):
        return "the project's folder is not in its repository's last commit"
    return _Repository(top=Path(top), prefix=prefix)


def _shared(config: Config, *, why: str) -> Workspace:
    project = config.project
    return Workspace(folder=project, root=project, main=project, shared=True, why=why)


def _adopted(task: Task, folder: Path) -> Workspace:
    if not folder.is_dir():
        raise WorkspaceTrouble(
            f"#{task.number} has no folder to work in: {folder} is not there any more.",
            hint="Put it back and retry the task, or cancel it.",
        )
    return _lent(folder)


def _lent(folder: Path) -> Workspace:
    """A folder of the person's: no branch is made in it, and nothing of it is merged or removed."""
    return Workspace(folder=folder, root=folder, main=folder, shared=True, why="it is a person's")


def _workspace(repository: _Repository, place: Path, branch: str | None) -> Workspace:
    return Workspace(
        folder=place / repository.prefix, branch=branch, root=place, main=repository.top
    )


def _place(config: Config, task: Task) -> Path:
    return (config.state / "worktrees" / str(task.number)).resolve()


def _records(git: Git) -> dict[Path, _Record]:
    """Every worktree that git knows, by its folder, whether that still exists or not."""
    records = {}
    for block in git.run("worktree", "list", "--porcelain").split("\n\n"):
        facts = dict(line.partition(" ")[::2] for line in block.splitlines() if line)
        if "worktree" in facts:
            branch = facts.get("branch", "").removeprefix("refs/heads/") or None
            record = _Record(branch=branch, locked=facts.get("locked"))
            records[Path(facts["worktree"]).resolve()] = record
    return records


def _found(config: Config, task: Task, repository: _Repository) -> Workspace | None:
    """The task's worktree from an earlier turn; what is left of a broken one is cleared."""
    git, place = repository.git, _place(config, task)
    record = _records(git).get(place)
    if record is None:
        return None
    if record.locked == _HALF_MADE:
        # No agent has ever seen it, so nothing of anybody's can be in it.
        git.run("worktree", "remove", "--force", "--force", str(place))
        return None
    if not place.exists():
        git.run("worktree", "remove", str(place))
        return None
    if not _sound(place):
        git.says("worktree", "repair")
    if not _sound(place):
        raise GitRefused(f"{place} is no longer a worktree of {repository.top}.")
    return _workspace(repository, place, task.branch or record.branch)


def _caught_up(workspace: Workspace) -> Workspace:
    """Begin the next turn where the project stands now, as far as git can fast-forward.

    A task that waited before it committed anything would otherwise end on an old base. git leaves
    alone whatever has commits of its own, or edits in the same files.
    """
    git, branch = Git(workspace.root), workspace.branch or ""
    base = git.ask("config", "--get", base_setting(branch))
    if base and git.ask("symbolic-ref", "-q", "--short", "HEAD") == branch:
        git.says("merge", "--quiet", "--no-autostash", "--ff-only", f"refs/heads/{base}")
    return workspace


def _sound(place: Path) -> bool:
    # Asked inside a folder that lost its .git, git would answer for a repository around it.
    top = Git(place).ask("rev-parse", "--show-toplevel") if place.is_dir() else None
    return top is not None and Path(top).resolve() == place


def _made(config: Config, task: Task, repository: _Repository) -> Workspace:
    git, place = repository.git, _place(config, task)
    private_folder(config.state)
    private_folder(place.parent)
    branch = task.branch or _free_name(git, task)
    if _is_branch(git, branch):
        git.run("worktree", "add", "--quiet", str(place), branch)
        return _workspace(repository, place, branch)
    base = git.ask("symbolic-ref", "-q", "--short", "HEAD")
    if base:
        # Remembered where `git branch -d` forgets it again.
        git.run("config", base_setting(branch), base)
    git.run("worktree", "add", "--quiet", "--no-track", "-b", branch, str(place), "HEAD")
    return _workspace(repository, place, branch)


def base_setting(branch: str) -> str:
    """The name of git's setting that tells which branch a task's branch began on."""
    return f"branch.{branch}.coffeeBase"


def _free_name(git: Git, task: Task) -> str:
    # A branch called `coffee` leaves no room for `coffee/...`.
    parent = "coffee-tasks" if _is_branch(git, "coffee") else "coffee"
    wanted = f"{parent}/{task.number}-{_slug(task.title)}".rstrip("-")
    names = itertools.chain([wanted], (f"{wanted}-{more}" for more in itertools.count(2)))
    return next(name for name in names if not _is_branch(git, name))


def _is_branch(git: Git, name: str) -> bool:
    return git.says("show-ref", "--verify", "--quiet", f"refs/heads/{name}")


def _slug(title: str) -> str:
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")[:40].rstrip("-")
