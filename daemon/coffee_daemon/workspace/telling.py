"""What a turn has committed, for people: branch, commit, and their pages where they are pushed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coffee_daemon.addresses import branch_page, commit_page, web_address
from coffee_daemon.tasks import Work
from coffee_daemon.workspace.git import Git, GitRefused

if TYPE_CHECKING:
    from pathlib import Path

#: A subject is a line; one without end is nobody's.
_SUBJECT = 200


def head(folder: Path) -> str | None:
    """The commit that a folder stands on; None without git or a commit."""
    try:
        return Git(folder).ask("rev-parse", "-q", "--verify", "HEAD^{commit}")
    except GitRefused:
        return None


def worked(folder: Path, since: str | None) -> Work | None:
    """What was committed in a folder since it stood on `since`; None when nothing was."""
    if since is None or not folder.is_dir():
        return None
    try:
        now = head(folder)
        return None if now in {None, since} else _told(Git(folder), now or "")
    except GitRefused:
        return None


def _told(git: Git, sha: str) -> Work:
    branch = git.ask("symbolic-ref", "-q", "--short", "HEAD") or ""
    short, _, subject = (git.ask("log", "-1", "--format=%h %s", sha) or "").partition(" ")
    remote = _pushed_to(git, sha)
    web = web_address(git.ask("remote", "get-url", remote) or "") if remote else ""
    there = f"refs/remotes/{remote}/{branch}"
    is_there = bool(web and branch) and git.says("show-ref", "--verify", "--quiet", there)
    return Work(
        branch=branch,
        branch_url=branch_page(web, branch) if is_there else "",
        sha=short,
        subject=subject[:_SUBJECT],
        commit_url=commit_page(web, sha),
    )


def _pushed_to(git: Git, sha: str) -> str:
    """The remote that has a commit, as far as is known here; empty when none has.

    A page of what nobody has pushed would not be there.
    """
    found = git.ask(
        "for-each-ref", "--count=1", "--contains", sha, "--format=%(refname)", "refs/remotes"
    )
    return found.split("/")[2] if found else ""
