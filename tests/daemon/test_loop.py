from __future__ import annotations

import json
import sys
from datetime import time, timedelta
from typing import TYPE_CHECKING

import psutil
import pytest
from waiting import eventually
from workshop import ADA, Workshop, git

from coffee_daemon import (
    AgentSettings,
    DaemonState,
    Limits,
    QuestionState,
    TaskState,
    TurnEnd,
    TurnState,
    WorkingHours,
    pause,
    resume,
)
from coffee_daemon.config import Isolation
from coffee_daemon.status import StatusRecord, read_record

if TYPE_CHECKING:
    from pathlib import Path

ROADMAP = """\
# Roadmap

### PRIORITY 1: First - 📝 Planned

step: write first.txt one
step: commit first

### PRIORITY 2: Second

**Status**: Planned

step: write second.txt two
step: commit second

### PRIORITY 3: Third - ✅ Complete

step: write third.txt three
"""


@pytest.fixture
def house(tmp_path: Path) -> Workshop:
    return Workshop.build(tmp_path)


def record(house: Workshop) -> StatusRecord:
    found = read_record(house.config.state / "daemon_status.json")
    assert isinstance(found, StatusRecord)
    return found


def leftovers(house: Workshop) -> list[int]:
    """Processes that carry the house's mark in their environment."""
    found = []
    for process in psutil.process_iter():
        try:
            home = process.environ().get("COFFEE_HOME")
        except psutil.Error:
            continue
        if home == str(house.config.home):
            found.append(process.pid)
    return found


def test_a_told_task_is_done_on_a_branch_of_its_own_and_merged(house: Workshop) -> None:
    with house.running():
        number = house.tell("write a.txt hello", "commit Say hello", "say All done.")
        task = house.until(number, TaskState.DONE)

    assert "All done." in task.result
    assert (house.config.state / "turns").stat().st_mode & 0o077 == 0
    assert (house.config.project / "a.txt").read_text() == "hello\n"
    assert git(house.config.project, "log", "-1", "--format=%s") == "Say hello"


def test_the_roadmap_is_worked_through_in_order_and_marked(tmp_path: Path) -> None:
    house = Workshop.build(tmp_path, ROADMAP)

    with house.running(), house.store() as store:
        eventually(lambda: len(store.tasks.list(states={TaskState.DONE})) == 2, 20)

    project = house.config.project
    assert (project / "first.txt").exists()
    assert (project / "second.txt").exists()
    assert not (project / "third.txt").exists()
    marked = (project / "ROADMAP.md").read_text()
    assert "PRIORITY 1: First - ✅ Complete" in marked
    assert "**Status**: Complete" in marked


def test_commands_come_before_the_roadmap(tmp_path: Path) -> None:
    house = Workshop.build(tmp_path, ROADMAP)
    number = house.tell("say first of all")

    with house.running(), house.store() as store:
        house.until(number, TaskState.DONE)
        eventually(lambda: len(store.tasks.list(states={TaskState.DONE})) == 3, 20)
        first_turns = [store.turns.last(task.number) for task in store.tasks.list()]

    begun = {turn.task: turn.id for turn in first_turns if turn is not None}
    assert begun[number] == min(begun.values())


def test_a_priority_that_a_person_completes_is_cancelled(tmp_path: Path) -> None:
    house = Workshop.build(tmp_path, "### PRIORITY 1: One - 📝 Planned\n\nstep: ask Really?\n")
    roadmap = house.config.project / "ROADMAP.md"

    with house.running():
        house.until(1, TaskState.WAITING)
        roadmap.write_text(roadmap.read_text().replace("🔄 In Progress", "✅ Complete"))
        house.ring()
        house.until(1, TaskState.CANCELLED)

    assert [one.state for one in house.questions(1)] == [QuestionState.CANCELLED]


def test_an_agent_asks_in_the_record_that_its_daemon_uses(house: Workshop) -> None:
    url = f"sqlite:///{house.config.home / 'elsewhere.db'}"
    elsewhere = house.with_settings(database_url=url)
    with elsewhere.running():
        number = elsewhere.tell("ask Here?", "say yes")
        elsewhere.open_question(number)
        elsewhere.until(number, TaskState.WAITING)

    assert not (house.config.home / "notifications.db").exists()


def test_a_question_ends_the_turn_and_the_next_task_goes_on(house: Workshop) -> None:
    with house.running():
        asking = house.tell("ask Which database?", "write db.txt chosen", "commit Choose")
        other = house.tell("write other.txt other", "commit Other")
        question = house.open_question(asking)
        house.until(other, TaskState.DONE)
        assert house.task(asking).state is TaskState.WAITING
        house.answer(question.number, "PostgreSQL & <nothing> else")
        house.until(asking, TaskState.DONE)

    first, second = house.prompts(asking)
    assert "PostgreSQL" not in first
    assert "Which database?" in second
    assert "PostgreSQL & <nothing> else" in second
    assert "other.txt" not in second


def test_a_half_done_edit_and_the_next_task_do_not_mix(house: Workshop) -> None:
    with house.running():
        asking = house.tell("write half.txt half", "ask Go on?", "commit The first half")
        house.open_question(asking)
        other = house.tell("write whole.txt whole", "commit The other task")
        house.until(other, TaskState.DONE)
        house.answer(house.questions(asking)[0].number, "Yes")
        house.until(asking, TaskState.DONE)

    project = house.config.project
    files = {
        message: set(git(project, "show", "--name-only", "--format=", commit).split())
        for commit, message in (
            line.split(" ", 1)
            for line in git(project, "log", "--all", "--format=%H %s").splitlines()
        )
    }
    assert files["The first half"] == {"half.txt"}
    assert files["The other task"] == {"whole.txt"}


def test_a_daemon_restart_between_question_and_answer_loses_nothing(house: Workshop) -> None:
    with house.running():
        number = house.tell("ask Red or blue?", "say chosen")
        question = house.open_question(number)
        house.until(number, TaskState.WAITING)
    house.answer(question.number, "Blue")
    with house.running():
        house.until(number, TaskState.DONE)

    assert "Blue" in house.prompts(number)[1]
    assert house.questions(number)[0].state is QuestionState.PICKED_UP


@pytest.mark.parametrize("wait", [timedelta(hours=13), timedelta(days=9)])
def test_an_answer_may_take_its_time(house: Workshop, wait: timedelta) -> None:
    with house.running():
        number = house.tell("ask Now or later?", "say chosen")
        question = house.open_question(number)
        house.until(number, TaskState.WAITING)
        house.clock.advance(wait.total_seconds())
        house.ring()
        assert house.questions(number)[0].state is QuestionState.OPEN
        house.answer(question.number, "Later")
        house.until(number, TaskState.DONE)

    assert "Later" in house.prompts(number)[1]


def test_an_answer_is_picked_up_only_after_its_quiet_time(house: Workshop) -> None:
    with house.running():
        number = house.tell("ask Sure?", "say chosen")
        question = house.open_question(number)
        house.until(number, TaskState.WAITING)
        house.answer(question.number, "Yes", quiet=timedelta(seconds=60))
        house.until(house.tell("say something else"), TaskState.DONE)
        assert house.task(number).state is TaskState.WAITING
        eventually(lambda: "has an answer" in record(house).reason)
        assert record(house).state == DaemonState.WAITING
        house.clock.advance(61)
        house.ring()
        house.until(number, TaskState.DONE)


def test_an_answer_that_comes_while_the_asking_turn_runs_is_not_lost(house: Workshop) -> None:
    with house.running():
        number = house.tell("ask-on May I?", "tell asked", "wait-for go", "say still here")
        house.has("asked")
        house.answer(house.open_question(number).number, "You may")
        (house.config.home / "go").touch()
        house.until(number, TaskState.DONE)

    assert ["You may" in prompt for prompt in house.prompts(number)] == [False, True]


def test_two_questions_of_a_task_are_both_waited_for(house: Workshop) -> None:
    with house.running():
        number = house.tell("ask-on Red?", "ask Blue?", "say chosen")
        house.until(number, TaskState.WAITING)
        red, blue = house.questions(number)
        house.answer(blue.number, "blue it is")
        house.tell("say in between")
        assert house.task(number).state is TaskState.WAITING
        house.answer(red.number, "not red")
        house.until(number, TaskState.DONE)

    assert len(house.prompts(number)) == 2
    assert "blue it is" in house.prompts(number)[1]
    assert "not red" in house.prompts(number)[1]


def test_the_same_question_asked_again_is_one_question(house: Workshop) -> None:
    with house.running():
        number = house.tell("ask-on Red?", "ask-on Red?", "say end")
        house.until(number, TaskState.WAITING)

    assert len(house.questions(number)) == 1


def test_a_crash_between_pick_up_and_start_hands_the_answer_over_again(house: Workshop) -> None:
    with house.running():
        number = house.tell("ask Red or blue?", "say chosen")
        question = house.open_question(number)
        house.until(number, TaskState.WAITING)
    house.answer(question.number, "Blue")
    with house.store() as store:
        # What a daemon does before it starts the agent; then it dies.
        assert store.turns.pick_up(house.config.name, nonce="lost") is not None
    with house.running():
        house.until(number, TaskState.DONE)

    with house.store() as store:
        states = [turn.state for turn in store.turns.of_task(number)]
        assert states == [TurnState.ENDED, TurnState.LOST, TurnState.ENDED]
    last = house.prompts(number)[-1]
    assert "Blue" in last
    assert "interrupted" in last


def test_a_stop_interrupts_the_turn_and_queues_the_task(house: Workshop) -> None:
    with house.running():
        number = house.tell("orphan", "tell begun", "wait-for go")
        house.has("begun")

    task = house.task(number)
    assert (task.state, task.attempts) == (TaskState.QUEUED, 0)
    eventually(lambda: not leftovers(house), what="no process left behind")
    with house.store() as store:
        last = store.turns.last(number)
    assert last is not None
    assert last.end is TurnEnd.INTERRUPTED
    (house.config.home / "go").touch()
    with house.running():
        house.until(number, TaskState.DONE)
    assert "interrupted" in house.prompts(number)[-1]


def test_cancel_ends_the_turn_and_its_tree_and_names_what_is_left(house: Workshop) -> None:
    with house.running():
        number = house.tell(
            "write kept.txt kept", "commit Keep", "write open.txt open", "tell begun", "orphan",
            "sleep 600",
        )  # fmt: skip
        house.has("begun")
        house.cancel(number)
        task = house.until(number, TaskState.CANCELLED, seconds=5)
        assert not leftovers(house)
        house.ring()
        house.tell("say the next one")
        assert house.task(number).state is TaskState.CANCELLED

    assert task.branch is not None
    result = house.task(number).result
    assert task.branch in result
    assert "open.txt" in result


def test_a_waiting_task_that_is_cancelled_tells_what_is_left_too(tmp_path: Path) -> None:
    words = "### PRIORITY 1: One - 📝 Planned\n\nstep: write open.txt open\nstep: ask Really?\n"
    house = Workshop.build(tmp_path, words)
    with house.running():
        house.until(1, TaskState.WAITING)
        house.cancel(1)
        eventually(lambda: "open.txt" in house.task(1).result)

    assert house.task(1).state is TaskState.CANCELLED
    assert "📝 Planned" in (house.config.project / "ROADMAP.md").read_text()


def test_a_cancelled_task_never_restarts_by_itself(house: Workshop) -> None:
    number = house.tell("say never")
    house.cancel(number)

    with house.running():
        house.until(house.tell("say other"), TaskState.DONE)

    assert house.task(number).state is TaskState.CANCELLED
    assert house.prompts(number) == []


def test_a_failing_agent_gets_another_try_and_then_its_task_has_failed(house: Workshop) -> None:
    with house.running():
        number = house.tell("say I cannot", "exit 3", "exit 4")
        eventually(lambda: house.task(number).attempts == 1)
        house.clock.advance(60)
        house.ring()
        task = house.until(number, TaskState.FAILED)

    assert "4" in task.result
    assert len(house.prompts(number)) == 2


def test_without_an_agent_it_idles_and_says_so(house: Workshop) -> None:
    bare = house.with_settings(agent=AgentSettings())
    with bare.running():
        number = bare.tell("say nobody hears me")
        eventually(lambda: record(bare).missing)

        assert bare.task(number).state is TaskState.QUEUED
        assert any("agent" in one for one in record(bare).missing)


def test_a_missing_program_is_told_before_a_turn_is_lost_on_it(house: Workshop) -> None:
    bare = house.with_settings(agent=AgentSettings(command=("no-such-agent",)))
    with bare.running():
        eventually(lambda: record(bare).missing)

        assert any("'no-such-agent'" in one for one in record(bare).missing)


def test_a_question_of_no_task_is_nothing_that_the_daemon_waits_for(house: Workshop) -> None:
    with house.running():
        with house.store() as store:
            store.questions.ask(daemon=house.config.name, text="Which colour?", who=ADA)
        house.ring()
        eventually(lambda: record(house).open_questions)

        assert record(house).state == DaemonState.IDLE


def test_in_a_shared_folder_nothing_starts_while_a_task_waits(house: Workshop) -> None:
    shared = house.with_settings(isolation=Isolation.NONE)
    with shared.running():
        asking = shared.tell("write half.txt half", "ask Go on?", "say yes")
        shared.until(asking, TaskState.WAITING)
        other = shared.tell("say other")
        eventually(lambda: any(f"#{asking}" in note for note in record(shared).notes))
        assert shared.task(other).state is TaskState.QUEUED
        shared.answer(shared.questions(asking)[0].number, "Yes")
        shared.until(other, TaskState.DONE)

    assert shared.task(asking).state is TaskState.DONE


def test_outside_its_working_hours_it_rests_and_says_until_when(house: Workshop) -> None:
    local = house.clock.now().astimezone()
    begins = (local + timedelta(hours=2)).time().replace(second=0, microsecond=0)
    ends = (local + timedelta(hours=3)).time().replace(second=0, microsecond=0)
    resting = house.with_settings(working_hours=WorkingHours(start=begins, end=ends))
    with resting.running():
        number = resting.tell("say later")
        eventually(lambda: record(resting).state == DaemonState.RESTING)
        until = record(resting).until
        assert until is not None
        assert until.astimezone().time() == time(begins.hour, begins.minute)
        resting.clock.advance(hours=2.1)
        resting.ring()
        resting.until(number, TaskState.DONE)


def test_a_paused_daemon_begins_nothing_before_its_time_and_then_goes_on(house: Workshop) -> None:
    until = house.clock.now() + timedelta(hours=2)
    pause(house.config, until, ADA)
    with house.running():
        number = house.tell("say later")
        eventually(lambda: record(house).state == DaemonState.PAUSED)
        assert (record(house).reason, record(house).until) == ("paused by Ada", until)
        assert house.task(number).state is TaskState.QUEUED
        house.clock.advance(hours=2.1)
        house.ring()
        house.until(number, TaskState.DONE)


def test_a_pause_lets_the_running_turn_end_and_ends_when_somebody_says_so(house: Workshop) -> None:
    with house.running():
        running = house.tell("sleep 1", "say done")
        house.until(running, TaskState.RUNNING)
        pause(house.config, house.clock.now() + timedelta(days=1), ADA)
        house.ring()
        house.until(running, TaskState.DONE)
        later = house.tell("say later")
        eventually(lambda: record(house).state == DaemonState.PAUSED)

        assert resume(house.config, house.clock.now())
        assert resume(house.config, house.clock.now()) is None
        house.ring()
        house.until(later, TaskState.DONE)


def test_the_days_turns_are_bounded_and_it_goes_on_tomorrow(house: Workshop) -> None:
    bounded = house.with_settings(limits=Limits(turns_per_day=1))
    with bounded.running():
        bounded.until(bounded.tell("say one"), TaskState.DONE)
        second = bounded.tell("say two")
        eventually(lambda: record(bounded).state == DaemonState.LIMITED)
        assert bounded.task(second).state is TaskState.QUEUED
        bounded.clock.advance(days=1)
        bounded.ring()
        bounded.until(second, TaskState.DONE)


def test_its_states_are_told_in_the_record(house: Workshop) -> None:
    with house.running():
        number = house.tell("ask Well?", "say well")
        house.until(number, TaskState.WAITING)
        eventually(lambda: record(house).state == DaemonState.WAITING)
        house.answer(house.questions(number)[0].number, "Well.")
        house.until(number, TaskState.DONE)
        eventually(lambda: record(house).state == DaemonState.IDLE)

    with house.store() as store:
        states = [one.after for one in store.transitions.after(0)]
    assert states[0] in {DaemonState.IDLE, DaemonState.WORKING}
    assert DaemonState.WAITING in states
    assert states[-1] is DaemonState.STOPPED


def test_a_progress_report_shows_in_the_status(house: Workshop) -> None:
    with house.running():
        number = house.tell("tell begun", "sleep 600")
        house.has("begun")
        with house.store() as store:
            turn = store.turns.last(number)
            assert turn is not None
            eventually(lambda: (store.turns.last(number) or turn).state is TurnState.RUNNING)
            store.turns.progress(turn.nonce, "half way there")
        house.ring()
        eventually(lambda: record(house).progress == "half way there")
        assert record(house).task_number == number
        assert record(house).state == DaemonState.WORKING


def test_a_stop_after_the_turn_waits_for_its_end(house: Workshop) -> None:
    number = house.tell("tell begun", "sleep 1", "say ended")
    with house.process() as manager:
        house.has("begun")
        manager.stop(who=ADA, after_turn=True)
        eventually(lambda: not manager.is_daemon_running(), 15)

    assert house.task(number).state is TaskState.DONE


def test_an_agent_that_tells_its_session_is_resumed_with_it(house: Workshop) -> None:
    command = house.config.agent.command
    resumable = house.with_settings(
        agent=AgentSettings(command=command, resume=(*command, "--resume", "{session}"))
    )
    with resumable.running():
        number = resumable.tell("session talk-7", "ask Go on?", "say on")
        resumable.answer(resumable.open_question(number).number, "Yes")
        resumable.until(number, TaskState.DONE)

    order = json.loads((resumable.config.state / "turns" / f"{number}-2" / "turn.json").read_text())
    assert order["argv"][-2:] == ["--resume", "talk-7"]


def told_git_folders(house: Workshop, kind: str = "command") -> list[str]:
    """What stands in the place of the git folders in the order of a task's first turn."""
    command = (sys.executable, "-c", "", "[{git_folders}]")
    house = house.with_settings(
        agent=AgentSettings(kind=kind, command=command), limits=Limits(attempts=1)
    )
    with house.running():
        number = house.tell("work")
        eventually(lambda: house.task(number).state in {TaskState.DONE, TaskState.FAILED}, 60)
    folder = house.config.state / "turns" / f"{number}-1"
    order = json.loads(
        (folder / ("drive.json" if kind == "acp" else "turn.json")).read_text("utf-8")
    )
    told: list[str] = json.loads((order.get("command") or order["argv"])[-1])
    return told


@pytest.mark.parametrize("kind", ["command", "acp"])
def test_an_agent_is_told_the_git_folders_that_its_commits_need(house: Workshop, kind: str) -> None:
    kept = (house.config.project / ".git").resolve()

    own, *others = told_git_folders(house, kind)

    assert own == str(kept / "worktrees" / "1")
    assert str(kept / "objects") in others
    assert str(kept) not in others


def test_an_agent_in_a_shared_folder_is_told_no_git_folders(house: Workshop) -> None:
    assert told_git_folders(house.with_settings(isolation=Isolation.NONE)) == []
