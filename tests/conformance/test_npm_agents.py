"""Real agents from npm: asked, restarted, answered, resumed."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psutil
import pytest
from conformance.messages_api import ToolUse
from conformance.npm_kinds import NPM_KINDS, escalated, memory, prepare_login
from conformance.programs import sandbox_trouble
from conformance.stage import stage
from conformance.steps import Ask, End, Insist, Need, Shell
from waiting import eventually
from workshop import git

from coffee_daemon import AnswerKind, QuestionState, TaskState
from coffee_daemon.config import Isolation

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conformance.npm_kinds import NpmKind
    from conformance.stage import Stage

HOW_TO = Path(__file__).parents[2] / "docs" / "how-to"
WORDS = "PostgreSQL, & <nothing> else"
SCRIPT = ((Ask("Which database?", ("SQLite", "PostgreSQL")),), (End("Chosen."),))
LEAVE = ((Need("shell", "a file"),), (Need("shell", "a file"), End("Did it.")))
NO_LEAVE = (
    (Need("shell", "a file"),),
    (Insist("shell", "a file"), End("Not reached.")),
    (End("Did without."),),
)
COMMIT = """\
echo made > made.txt && git add made.txt && git commit --quiet --message Made
common=$(git rev-parse --git-common-dir)
touch "$common/hooks/evil" "$common/refs/heads/evil" "$common/evil"
"""
COMMITS = ((Shell(COMMIT), End("Committed.")),)
#: Else its sandbox leaves open where the tests lie.
NO_TMP = ("--config", "sandbox_workspace_write.exclude_slash_tmp=true")
#: Longer than any test takes.
SLEEP = "sleep 600"
#: What they call leave for this one time.
ALLOW = ("Allow", "Allow once", "Yes, proceed")
#: They take their time to start, most of all where many tests run beside each other.
SECONDS = 240.0


def until(house: Stage, number: int, state: TaskState) -> None:
    def reached() -> bool:
        with house.store() as store:
            found = store.tasks.get(number)
        return found is not None and found.state is state

    eventually(reached, SECONDS, f"task {state}")


def allow(house: Stage, number: int) -> None:
    """Allow the one call that the task has asked leave for."""
    [question] = house.questions(number)
    labels = [option.label for option in question.options]
    house.answer(question.number, next(one for one in labels if one in ALLOW))


@pytest.mark.real_agent
@pytest.mark.timeout(600)
@pytest.mark.parametrize("kind", NPM_KINDS, ids=lambda kind: kind.name)
def test_after_a_restart_the_answer_is_in_the_conversation(kind: NpmKind, tmp_path: Path) -> None:
    if kind.missing:
        pytest.skip(kind.missing)
    with stage(kind, tmp_path, SCRIPT) as house:
        with house.process() as manager:
            number = house.start()
            until(house, number, TaskState.WAITING)
            [question] = house.questions(number)
            house.kill(manager)
            house.answer(question.number, WORDS)
        with house.process():
            until(house, number, TaskState.DONE)
        [question] = house.questions(number)
        with house.store() as store:
            task = store.tasks.get(number)
        first, second = house.seen()

    assert question.state is QuestionState.PICKED_UP
    assert [option.label for option in question.options] == ["SQLite", "PostgreSQL"]
    assert WORDS not in first
    assert WORDS in second
    assert task is not None
    assert "Chosen." in task.result
    assert "[MODE_UPDATE]" not in task.result
    *before, last = memory(tmp_path / "agent", turn=2)
    assert last == second
    assert before == [first] or not kind.resumes


@pytest.mark.real_agent
@pytest.mark.timeout(600)
@pytest.mark.parametrize(
    "kind", [one for one in NPM_KINDS if one.needs_leave], ids=lambda kind: kind.name
)
def test_what_it_needs_leave_for_is_done_after_a_person_has_allowed_it(
    kind: NpmKind, tmp_path: Path
) -> None:
    if kind.missing:
        pytest.skip(kind.missing)
    asks_and_does_it(kind, tmp_path)


@pytest.mark.real_agent
@pytest.mark.timeout(600)
@pytest.mark.parametrize("variable", ["OPENAI_API_KEY", "CODEX_API_KEY"])
def test_codex_is_logged_in_by_the_key_in_a_variable(variable: str, tmp_path: Path) -> None:
    [kind] = [one for one in NPM_KINDS if one.name == "codex"]
    if kind.missing:
        pytest.skip(kind.missing)
    fresh = replace(kind, prepared=prepare_login(variable))
    with stage(fresh, tmp_path, ((End("Done."),),)) as house, house.running():
        number = house.start()
        until(house, number, TaskState.DONE)

        assert house.task(number).result.endswith("Done.")
        # Without a login it would not have any.
        assert (tmp_path / "agent" / "codex" / "auth.json").exists()


@pytest.mark.real_agent
@pytest.mark.timeout(600)
def test_what_goes_beyond_the_sandbox_of_the_preset_codex_is_asked(tmp_path: Path) -> None:
    [kind] = [one for one in NPM_KINDS if one.name == "codex"]
    if trouble := kind.missing or sandbox_trouble(tmp_path):
        pytest.skip(trouble)
    asks_and_does_it(replace(kind, arguments=(), shell=escalated), tmp_path)


def asks_and_does_it(kind: NpmKind, place: Path) -> None:
    with stage(kind, place, LEAVE) as house, house.running():
        number = house.start()
        until(house, number, TaskState.WAITING)
        [question] = house.questions(number)
        assert question.answer_kind is AnswerKind.APPROVAL
        assert "echo yes > allowed" in question.text
        assert not house.left("allowed")

        allow(house, number)
        until(house, number, TaskState.DONE)

        assert house.left("allowed")
        assert len(house.questions(number)) == 1


@pytest.mark.real_agent
@pytest.mark.timeout(600)
@pytest.mark.parametrize(
    "kind", [one for one in NPM_KINDS if one.stops_when_denied], ids=lambda kind: kind.name
)
def test_one_that_ends_its_turn_at_a_denied_call_says_so_and_gets_another_turn(
    kind: NpmKind, tmp_path: Path
) -> None:
    if kind.missing:
        pytest.skip(kind.missing)
    with stage(kind, tmp_path, NO_LEAVE) as house, house.running():
        number = house.start()
        until(house, number, TaskState.WAITING)
        [question] = house.questions(number)
        house.answer(question.number, question.options[-1].label)
        house.until_ended(number, turns=2)
        [_, second] = house.turns(number)
        assert second.summary.startswith("The agent ended its turn because this was denied")

        house.pass_time(hours=1)
        until(house, number, TaskState.DONE)

        assert "is denied" in house.seen()[2]
        assert not house.left("allowed")
        assert len(house.questions(number)) == 1


@pytest.mark.real_agent
@pytest.mark.timeout(600)
@pytest.mark.parametrize(
    "kind", [one for one in NPM_KINDS if one.name.startswith("codex")], ids=lambda kind: kind.name
)
def test_what_codex_commits_within_the_sandbox_of_its_preset_is_merged(
    kind: NpmKind, tmp_path: Path
) -> None:
    if trouble := kind.missing or sandbox_trouble(tmp_path):
        pytest.skip(trouble)
    sandboxed = replace(kind, arguments=NO_TMP)
    with stage(sandboxed, tmp_path, COMMITS) as house:
        house.config = replace(house.config, isolation=Isolation.WORKTREE)
        with house.running():
            number = house.start()
            until(house, number, TaskState.DONE)

        assert "Merged into main (1 commit)." in house.task(number).result
        assert house.left("made.txt")
        assert house.questions(number) == ()
        assert not list((house.config.project / ".git").rglob("evil"))


@pytest.mark.real_agent
@pytest.mark.timeout(600)
@pytest.mark.parametrize(
    "kind", [one for one in NPM_KINDS if one.needs_leave], ids=lambda kind: kind.name
)
def test_no_process_of_a_real_agent_sees_a_secret_of_ours(kind: NpmKind, tmp_path: Path) -> None:
    if kind.missing:
        pytest.skip(kind.missing)

    def sleep(_: str) -> ToolUse:
        return kind.shell(SLEEP)

    with stage(replace(kind, shell=sleep), tmp_path, LEAVE) as house:
        house.confide(SLACK_BOT_TOKEN="canary-bot", SLACK_APP_TOKEN="canary-app")
        house.confide(COFFEE_DATABASE_URL="postgresql://ada:canary-db@db.example/coffee")
        with house.running():
            number = house.start()
            until(house, number, TaskState.WAITING)
            allow(house, number)

            tree = eventually(sleeping_tree, SECONDS, "its shell sleeps")
            assert len(tree) > 2
            assert not [one for one in tree if "canary" in repr(one)]


def sleeping_tree() -> list[dict[str, str]]:
    """The environments of all that this process has started, once a shell in it sleeps."""
    tree = psutil.Process().children(recursive=True)
    try:
        if not any(SLEEP.split() == one.cmdline() for one in tree):
            return []
        return [one.environ() for one in tree]
    except psutil.NoSuchProcess:
        return []


def gemini() -> NpmKind:
    [found] = [one for one in NPM_KINDS if one.name == "gemini"]
    if found.missing:
        pytest.skip(found.missing)
    return found


@pytest.mark.real_agent
@pytest.mark.timeout(600)
def test_gemini_changes_a_file_without_asking(tmp_path: Path) -> None:
    def write(_: str) -> ToolUse:
        return ToolUse(name="write_file", arguments={"file_path": "allowed", "content": "yes"})

    script = ((Need("write_file", "a file"), End("Wrote it.")),)
    with stage(replace(gemini(), shell=write), tmp_path, script) as house:
        with house.running():
            number = house.start()
            until(house, number, TaskState.DONE)

        assert house.left("allowed")
        assert house.questions(number) == ()


@pytest.mark.real_agent
@pytest.mark.timeout(600)
def test_gemini_commits_without_asking_where_it_is_set_as_the_how_to_says(tmp_path: Path) -> None:
    kind = gemini()

    def commit(_: str) -> ToolUse:
        return kind.shell("git add . && git commit --quiet --allow-empty --message Chosen")

    def prepared(place: Path, url: str) -> Mapping[str, str]:
        environment = kind.prepared(place, url)
        file = place / ".gemini" / "settings.json"
        own = json.loads(file.read_text(encoding="utf-8"))
        file.write_text(json.dumps(own | allowed_by_the_how_to()), encoding="utf-8")
        return environment

    script = ((Need("shell", "git commit"), End("Committed.")),)
    with stage(replace(kind, shell=commit, prepared=prepared), tmp_path, script) as house:
        with house.running():
            number = house.start()
            until(house, number, TaskState.DONE)

        assert git(house.config.project, "log", "-1", "--format=%s") == "Chosen"
        assert house.questions(number) == ()


def allowed_by_the_how_to() -> dict[str, Any]:
    """What the how-to tells people to write into Gemini's settings."""
    page = (HOW_TO / "gemini-cli.md").read_text(encoding="utf-8")
    [line] = [one for one in page.splitlines() if one.startswith('{"tools"')]
    found: dict[str, Any] = json.loads(line)
    return found
