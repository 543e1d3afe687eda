"""Real agents from npm: asked, restarted, answered, resumed."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from conformance.npm_kinds import NPM_KINDS, escalated, memory, prepare_login
from conformance.programs import sandbox_trouble
from conformance.stage import stage
from conformance.steps import Ask, End, Insist, Need, Shell
from waiting import eventually

from coffee_daemon import AnswerKind, QuestionState, TaskState
from coffee_daemon.config import Isolation

if TYPE_CHECKING:
    from pathlib import Path

    from conformance.npm_kinds import NpmKind
    from conformance.stage import Stage

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

        labels = [option.label for option in question.options]
        house.answer(question.number, next(one for one in labels if one in ALLOW))
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
