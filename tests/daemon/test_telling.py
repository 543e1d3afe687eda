"""What a turn has committed, by git's own word."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest

from coffee_daemon.workspace import head, worked
from coffee_daemon.workspace.git import Git

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    folder.mkdir()
    git(folder, "init", "--quiet", "--initial-branch", "main")
    git(folder, "config", "user.name", "Ada")
    git(folder, "config", "user.email", "ada@example.org")
    commit(folder, "Begin")
    git(folder, "switch", "--quiet", "-c", "coffee/12-fix")
    return folder


def git(folder: Path, *arguments: str) -> None:
    subprocess.run(["git", "-C", str(folder), *arguments], check=True, capture_output=True)


def commit(folder: Path, subject: str) -> None:
    git(folder, "commit", "--quiet", "--allow-empty", "-m", subject)


def pushed(folder: Path, url: str, branch: str) -> None:
    """Let git believe that a branch was pushed to a remote of that address."""
    git(folder, "remote", "add", "origin", url)
    git(folder, "update-ref", f"refs/remotes/origin/{branch}", "HEAD")


def test_nothing_committed_is_nothing_to_tell(folder: Path, tmp_path: Path) -> None:
    assert worked(folder, head(folder)) is None
    assert head(tmp_path) is None
    assert worked(tmp_path, None) is None
    assert worked(tmp_path / "gone", "abc") is None


def test_the_last_commit_of_the_turn_is_told_with_its_branch(folder: Path) -> None:
    before = head(folder)
    commit(folder, "First")
    commit(folder, "Second <!channel>\n\nand more")

    work = worked(folder, before)

    assert work is not None
    assert (work.branch, work.subject) == ("coffee/12-fix", "Second <!channel>")
    assert work.sha == Git(folder).ask("rev-parse", "--short", "HEAD")
    assert (work.branch_url, work.commit_url) == ("", ""), "nobody has pushed it"


def test_what_is_pushed_has_pages_without_any_credentials(folder: Path) -> None:
    before = head(folder)
    commit(folder, "First")
    pushed(folder, "https://ada:ghp_secret@github.com/acme/shop.git", "coffee/12-fix")

    work = worked(folder, before)

    assert work is not None
    assert work.branch_url == "https://github.com/acme/shop/tree/coffee/12-fix"
    assert work.commit_url == f"https://github.com/acme/shop/commit/{head(folder)}"


def test_what_is_pushed_under_another_name_has_the_page_of_its_commit_alone(folder: Path) -> None:
    before = head(folder)
    commit(folder, "First")
    pushed(folder, "git@gitlab.com:acme/shop.git", "other")

    work = worked(folder, before)

    assert work is not None
    assert work.branch_url == ""
    assert work.commit_url.startswith("https://gitlab.com/acme/shop/-/commit/")


def test_what_is_pushed_to_a_folder_has_no_page(folder: Path) -> None:
    before = head(folder)
    commit(folder, "First")
    pushed(folder, "/srv/git/shop.git", "coffee/12-fix")

    work = worked(folder, before)

    assert work is not None
    assert (work.branch_url, work.commit_url) == ("", "")


def test_a_commit_on_no_branch_is_told_all_the_same(folder: Path) -> None:
    before = head(folder)
    git(folder, "switch", "--quiet", "--detach")
    commit(folder, "First")

    work = worked(folder, before)

    assert work is not None
    assert (work.branch, work.subject) == ("", "First")
