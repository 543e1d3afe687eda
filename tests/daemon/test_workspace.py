from __future__ import annotations

import shutil
import subprocess
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from coffee_daemon.config import Config, Integrate, Isolation
from coffee_daemon.errors import WorkspaceTrouble
from coffee_daemon.tasks import Task, TaskState
from coffee_daemon.workspace import (
    Workspace,
    changes,
    commit_folders,
    find,
    integrate,
    left_behind,
    prepare,
    remove,
)

if TYPE_CHECKING:
    from pathlib import Path

GIT = shutil.which("git")

pytestmark = pytest.mark.skipif(GIT is None, reason="git is not installed")

IDENTITY = "[user]\n\tname = Ada\n\temail = ada@example.org\n[init]\n\tdefaultBranch = main\n"


def git(folder: Path, *arguments: str) -> str:
    done = subprocess.run(
        [GIT or "git", *arguments], cwd=folder, capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


def write(folder: Path, name: str, text: str) -> None:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def commit(folder: Path, name: str, text: str) -> None:
    write(folder, name, text)
    git(folder, "add", "-f", name)
    git(folder, "commit", "-qm", f"Write {name}")


@pytest.fixture(autouse=True)
def person(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The home of somebody whose git settings are these and no others."""
    home = tmp_path / "person"
    write(home, ".gitconfig", IDENTITY)
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("USERPROFILE", str(home))
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    return home


@pytest.fixture
def project(tmp_path: Path, person: Path) -> Path:
    folder = tmp_path / "project"
    folder.mkdir()
    git(folder, "init", "-q")
    commit(folder, "ROADMAP.md", "### PRIORITY 1: One - Planned\n")
    commit(folder, "code.py", "one = 1\n")
    return folder


@pytest.fixture
def config(tmp_path: Path, project: Path) -> Config:
    return Config(home=tmp_path / "coffee", project=project)


def task(number: int = 12, title: str = "PRIORITY 2.6 - CI Testing!", **facts: str | None) -> Task:
    moment = datetime(2026, 1, 5, tzinfo=UTC)
    return Task(
        number=number,
        daemon="code_developer",
        source=f"command:{number}",
        title=title,
        prompt=title,
        priority=0,
        state=TaskState.RUNNING,
        branch=facts.get("branch"),
        created_at=moment,
        updated_at=moment,
    )


def branches(project: Path) -> list[str]:
    return git(project, "branch", "--format", "%(refname:short)").splitlines()


def test_a_task_gets_its_own_worktree_and_branch(config: Config, project: Path) -> None:
    place = prepare(config, task())

    assert place.folder == config.state / "worktrees" / "12"
    assert place.branch == "coffee/12-priority-2-6-ci-testing"
    assert (place.shared, place.why) == (False, "")
    assert (place.folder / "code.py").read_text(encoding="utf-8") == "one = 1\n"
    assert git(project, "status", "--porcelain") == ""


def test_the_same_task_gets_the_same_folder_with_its_half_done_work(config: Config) -> None:
    first = prepare(config, task())
    write(first.folder, "half.py", "half\n")

    again = prepare(config, task(title="Renamed", branch=first.branch))

    assert again == first
    assert find(config, task()) == first
    assert (again.folder / "half.py").exists()


def test_a_task_that_waited_without_a_commit_goes_on_from_the_present(
    config: Config, project: Path
) -> None:
    place = prepare(config, task())
    write(place.folder, "half.txt", "half")
    commit(project, "meanwhile.txt", "done by another task")

    again = prepare(config, task())

    assert (again.folder / "meanwhile.txt").exists()
    assert (again.folder / "half.txt").read_text() == "half"


def test_a_task_that_waited_with_a_commit_is_left_where_it_is(
    config: Config, project: Path
) -> None:
    place = prepare(config, task())
    commit(place.folder, "mine.txt", "mine")
    commit(project, "meanwhile.txt", "done by another task")

    again = prepare(config, task())

    assert not (again.folder / "meanwhile.txt").exists()
    assert (again.folder / "mine.txt").exists()


def test_two_tasks_do_not_see_each_others_edits(config: Config) -> None:
    one, two = prepare(config, task(1)), prepare(config, task(2))
    write(one.folder, "code.py", "one = 'half done'\n")

    commit(two.folder, "two.py", "two\n")

    assert git(two.folder, "show", "--name-only", "--format=").splitlines() == ["two.py"]
    assert (two.folder / "code.py").read_text(encoding="utf-8") == "one = 1\n"
    assert not (one.folder / "two.py").exists()


def test_a_name_that_is_taken_gets_a_number(config: Config, project: Path) -> None:
    git(project, "branch", "coffee/12-greet")

    assert prepare(config, task(title="Greet")).branch == "coffee/12-greet-2"


def test_a_branch_called_coffee_is_no_obstacle(config: Config, project: Path) -> None:
    git(project, "branch", "coffee")

    assert prepare(config, task(title="日本")).branch == "coffee-tasks/12"


def test_a_lost_worktree_comes_back_with_its_commits(config: Config) -> None:
    place = prepare(config, task())
    commit(place.folder, "new.py", "new\n")
    shutil.rmtree(place.folder)

    again = prepare(config, task(branch=place.branch))

    assert again == place
    assert (again.folder / "new.py").exists()


def test_a_worktree_that_lost_its_link_is_repaired(config: Config) -> None:
    place = prepare(config, task())
    write(place.folder, "half.py", "half\n")
    (place.folder / ".git").unlink()

    assert prepare(config, task(branch=place.branch)) == place
    assert changes(place).uncommitted == ("half.py",)


def test_a_worktree_whose_making_was_cut_short_is_made_again(config: Config, project: Path) -> None:
    place = prepare(config, task())
    (place.folder / "code.py").unlink()
    git(project, "worktree", "lock", "--reason", "initializing", str(place.folder))

    again = prepare(config, task())

    assert (again.folder / "code.py").exists()
    assert changes(again).uncommitted == ()


def test_a_folder_in_the_way_is_not_touched(config: Config) -> None:
    write(config.state / "worktrees" / "12", "mine.txt", "mine\n")

    with pytest.raises(WorkspaceTrouble, match="already exists"):
        prepare(config, task())

    assert (config.state / "worktrees" / "12" / "mine.txt").exists()


def test_a_project_below_its_repository_keeps_its_place(config: Config, project: Path) -> None:
    commit(project, "services/api/main.py", "api\n")
    inner = replace(config, project=project / "services" / "api")

    place = prepare(inner, task())
    commit(place.folder, "new.py", "new\n")

    assert place.folder == config.state / "worktrees" / "12" / "services" / "api"
    assert (place.folder / "main.py").exists()
    assert integrate(inner, task(), place).merged
    assert (inner.project / "new.py").exists()


def shared_reason(config: Config) -> str:
    place = prepare(config, task())
    assert (place.folder, place.branch, place.shared) == (config.project, None, True)
    assert integrate(config, task(), place).said == ""
    return place.why


def test_without_a_worktree_the_folder_is_shared_and_says_why(
    config: Config, project: Path, tmp_path: Path
) -> None:
    plain, empty, inner = tmp_path / "plain", tmp_path / "empty", project / "untracked"
    for folder in (plain, empty, inner):
        folder.mkdir()
    git(empty, "init", "-q")

    assert shared_reason(replace(config, isolation=Isolation.NONE)) == "isolation is off"
    assert shared_reason(replace(config, project=plain)) == "the project is no git repository"
    assert shared_reason(replace(config, project=empty)) == "the repository has no commit yet"
    assert shared_reason(replace(config, project=inner)) == (
        "the project's folder is not in its repository's last commit"
    )
    assert changes(prepare(replace(config, project=plain), task())).uncommitted == ()


def test_a_missing_project_is_told(config: Config, tmp_path: Path) -> None:
    with pytest.raises(WorkspaceTrouble, match="does not exist"):
        prepare(replace(config, project=tmp_path / "gone"), task())


def finished(config: Config, number: int = 12, name: str = "new.py") -> Workspace:
    place = prepare(config, task(number, title="Greet"))
    commit(place.folder, name, f"of {number}\n")
    return place


def test_a_finished_branch_is_merged_and_leaves_nothing_behind(
    config: Config, project: Path
) -> None:
    place = finished(config)
    assert changes(place).commits == 1

    done = integrate(config, task(), place)

    assert (done.merged, done.said) == (True, "Merged into main (1 commit).")
    assert (project / "new.py").exists()
    assert branches(project) == ["main"]
    assert not place.folder.exists()
    assert "coffee" not in (project / ".git" / "config").read_text(encoding="utf-8")


def test_a_task_that_changed_nothing_leaves_nothing_behind(config: Config, project: Path) -> None:
    place = prepare(config, task())

    done = integrate(config, task(), place)

    assert (done.merged, done.said) == (True, "")
    assert branches(project) == ["main"]
    assert not place.folder.exists()


def test_the_daemons_own_word_in_the_roadmap_does_not_stop_a_merge(
    config: Config, project: Path
) -> None:
    place = finished(config)
    write(project, "ROADMAP.md", "### PRIORITY 1: One - In Progress\n")

    assert integrate(config, task(), place).merged

    assert (project / "ROADMAP.md").read_text(encoding="utf-8").endswith("In Progress\n")
    assert (project / "new.py").exists()


@pytest.mark.parametrize("mode", [Integrate.FF, Integrate.MERGE])
@pytest.mark.parametrize("setting", ["", "[merge]\n\tautoStash = true\n"])
def test_a_persons_uncommitted_work_in_the_same_file_stops_it(
    config: Config, project: Path, person: Path, mode: Integrate, setting: str
) -> None:
    write(person, ".gitconfig", IDENTITY + setting)
    place = finished(config, name="code.py")
    write(project, "code.py", "one = 'mine'\n")

    done = integrate(replace(config, integrate=mode), task(), place)

    assert not done.merged
    assert done.said.startswith("The work (1 commit) is on branch coffee/12-greet.")
    assert "code.py" in done.said
    assert (project / "code.py").read_text(encoding="utf-8") == "one = 'mine'\n"
    assert git(project, "stash", "list") == ""
    assert place.folder.exists()


@pytest.mark.parametrize("mode", [Integrate.FF, Integrate.MERGE])
@pytest.mark.parametrize("kept", ["notes/mine.txt", "notes"])
def test_a_persons_ignored_file_is_never_overwritten(
    config: Config, project: Path, mode: Integrate, kept: str
) -> None:
    commit(project, ".gitignore", "notes\nmine.txt\n")
    place = finished(config, name="notes/mine.txt")
    write(project, kept, "precious\n")

    done = integrate(replace(config, integrate=mode), task(), place)

    assert not done.merged
    assert "notes/mine.txt" in done.said
    assert (project / kept).read_text(encoding="utf-8") == "precious\n"


def test_what_cannot_be_fast_forwarded_stays_a_branch(config: Config, project: Path) -> None:
    one, two = finished(config, 1, "one.py"), finished(config, 2, "two.py")

    assert integrate(config, task(1), one).merged
    done = integrate(config, task(2), two)

    assert not done.merged
    assert done.said == (
        "The work (1 commit) is on branch coffee/2-greet. It was not merged: "
        "main has moved on since it began, so it cannot be fast-forwarded."
    )
    assert branches(project) == ["coffee/2-greet", "main"]
    assert two.folder.exists()


def test_merge_mode_merges_what_has_moved_apart(config: Config, project: Path) -> None:
    merging = replace(config, integrate=Integrate.MERGE)
    one, two = finished(merging, 1, "one.py"), finished(merging, 2, "two.py")

    assert integrate(merging, task(1), one).merged
    assert integrate(merging, task(2), two).said == "Merged into main (1 commit)."

    assert (project / "one.py").exists()
    assert (project / "two.py").exists()
    assert branches(project) == ["main"]


def test_a_conflict_leaves_the_persons_folder_as_it_was(config: Config, project: Path) -> None:
    merging = replace(config, integrate=Integrate.MERGE)
    one, two = finished(merging, 1, "code.py"), finished(merging, 2, "code.py")
    assert integrate(merging, task(1), one).merged
    write(project, "ROADMAP.md", "edited by hand\n")

    done = integrate(merging, task(2), two)

    assert "It was not merged: it conflicts with main." in done.said
    assert git(project, "status", "--porcelain") == "M ROADMAP.md"
    assert (project / "code.py").read_text(encoding="utf-8") == "of 1\n"


def test_a_merge_that_fails_at_its_commit_is_taken_back(
    config: Config, project: Path, person: Path
) -> None:
    merging = replace(config, integrate=Integrate.MERGE)
    one, two = finished(merging, 1, "one.py"), finished(merging, 2, "two.py")
    assert integrate(merging, task(1), one).merged
    write(person, ".gitconfig", "[user]\n\tuseConfigOnly = true\n")
    write(project, "ROADMAP.md", "edited by hand\n")

    done = integrate(merging, task(2), two)

    assert not done.merged
    assert not (project / ".git" / "MERGE_HEAD").exists()
    assert git(project, "status", "--porcelain") == "M ROADMAP.md"


def test_a_persons_own_merge_is_not_aborted(config: Config, project: Path) -> None:
    merging = replace(config, integrate=Integrate.MERGE)
    place = finished(merging)
    git(project, "switch", "-qc", "side")
    commit(project, "side.py", "side\n")
    git(project, "switch", "-q", "main")
    git(project, "merge", "--no-ff", "--no-commit", "side")

    done = integrate(merging, task(), place)

    assert "another merge is under way" in done.said
    assert (project / ".git" / "MERGE_HEAD").exists()


def test_with_never_the_branch_is_named(config: Config) -> None:
    place = finished(config)

    done = integrate(replace(config, integrate=Integrate.NEVER), task(), place)

    assert (done.merged, done.said) == (
        False,
        "The work (1 commit) is on branch coffee/12-greet.",
    )


def test_a_branch_is_merged_only_where_it_began(config: Config, project: Path) -> None:
    place = finished(config)
    git(project, "switch", "-qc", "feature")

    done = integrate(config, task(), place)

    assert "it began on main, and the project's folder is on feature now" in done.said
    assert not (project / "new.py").exists()


def test_a_detached_head_is_left_where_it_is(config: Config, project: Path) -> None:
    git(project, "switch", "-q", "--detach")
    place = finished(config)

    done = integrate(config, task(), place)

    assert "has no branch checked out" in done.said
    assert branches(project)[-2:] == ["coffee/12-greet", "main"]


def test_a_bare_repository_gives_worktrees_but_nothing_to_merge_into(
    config: Config, project: Path, tmp_path: Path
) -> None:
    bare = tmp_path / "bare.git"
    git(tmp_path, "clone", "-q", "--bare", str(project), str(bare))
    central = replace(config, project=bare)

    place = finished(central)

    assert "the repository is bare" in integrate(central, task(), place).said
    assert "coffee/12-greet" in branches(bare)


def test_uncommitted_files_are_named_and_kept(config: Config, project: Path) -> None:
    place = finished(config)
    write(place.folder, "für ß.txt", "draft\n")

    done = integrate(config, task(), place)

    assert done.merged
    assert done.said == (
        f"Merged into main (1 commit). Not committed, in {place.folder}: für ß.txt."
    )
    assert (place.folder / "für ß.txt").exists()
    assert "coffee/12-greet" in branches(project)
    assert not remove(place)


def test_a_cancelled_task_names_what_it_leaves(config: Config) -> None:
    place = finished(config)
    for number in range(12):
        write(place.folder, f"draft{number:02}.txt", "draft\n")

    said = left_behind(place)

    assert said.startswith("The work (1 commit) is on branch coffee/12-greet. Not committed, in ")
    assert said.endswith("draft09.txt and 2 more.")
    assert left_behind(prepare(config, task(13))) == ""


def test_a_worktree_in_the_middle_of_something_is_not_merged(config: Config) -> None:
    place = finished(config)
    git(place.folder, "switch", "-q", "--detach")

    assert "in the middle of something" in integrate(config, task(), place).said
    assert place.folder.exists()


def test_a_follow_up_to_a_merged_task_begins_afresh(config: Config, project: Path) -> None:
    first = finished(config)
    assert integrate(config, task(), first).merged
    assert find(config, task(branch=first.branch)) is None

    again = prepare(config, task(branch=first.branch))
    commit(again.folder, "more.py", "more\n")

    assert again == first
    assert integrate(config, task(branch=first.branch), again).merged
    assert (project / "more.py").exists()


def test_git_hooks_see_no_secret_of_ours(
    config: Config, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-canary")
    monkeypatch.setenv("COFFEE_DATABASE_URL", "postgresql://canary")
    hook = project / ".git" / "hooks" / "post-checkout"
    write(hook.parent, hook.name, f"#!/bin/sh\nenv > '{project}/seen'\n")
    hook.chmod(0o755)

    prepare(config, task())

    seen = (project / "seen").read_text(encoding="utf-8")
    assert "PATH=" in seen
    assert "canary" not in seen


def test_a_commit_in_a_worktree_writes_to_few_of_gits_folders(
    config: Config, project: Path
) -> None:
    place = prepare(config, task())
    kept = (project / ".git").resolve()

    assert commit_folders(place) == (
        kept / "worktrees" / "12",
        kept / "objects",
        kept / "refs" / "heads" / "coffee",
        kept / "logs" / "refs" / "heads" / "coffee",
    )
    before = {path: path.stat().st_mtime_ns for path in kept.rglob("*") if path.is_file()}
    commit(place.folder, "new.txt", "new\n")
    written = [path for path in kept.rglob("*") if path.is_file() and path not in before]
    written += [path for path, then in before.items() if path.stat().st_mtime_ns != then]
    allowed = commit_folders(place)
    assert written != []
    assert [p for p in written if not any(p.is_relative_to(one) for one in allowed)] == []


def test_a_branch_that_git_has_packed_away_can_still_be_committed_on(
    config: Config, project: Path
) -> None:
    place = prepare(config, task())
    git(project, "pack-refs", "--all")
    folder = project.resolve() / ".git" / "refs" / "heads" / "coffee"
    assert not folder.exists()

    assert folder in commit_folders(place)
    assert folder.is_dir()


def test_who_works_in_a_shared_folder_gets_none_of_gits_folders(config: Config) -> None:
    assert commit_folders(prepare(replace(config, isolation=Isolation.NONE), task())) == ()


def test_a_worktree_cannot_name_other_folders_to_be_written_to(
    config: Config, project: Path, tmp_path: Path
) -> None:
    place = prepare(config, task())
    other = tmp_path / "other"
    git(tmp_path, "clone", "-q", str(project), str(other))
    usual = commit_folders(place)
    (usual[0] / "commondir").write_text(f"{other / '.git'}\n", encoding="utf-8")
    assert commit_folders(place) == usual

    (place.root / ".git").write_text(f"gitdir: {other / '.git'}\n", encoding="utf-8")
    assert commit_folders(place) == ()
