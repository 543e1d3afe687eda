"""The asker behind the command line, the MCP server, the drivers and the Python functions."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from asking_scene import NOW, asker_in_turn, asking_scene

from coffee_daemon.asking import Asker
from coffee_daemon.asking.kin import with_marks
from coffee_daemon.doorbell import Doorbell, bot_bell, daemon_bell
from coffee_daemon.errors import (
    BadInput,
    IllegalMove,
    NotFound,
    Refused,
    TooManyQuestions,
    TurnOver,
)
from coffee_daemon.notifications import AnswerKind, QuestionState
from coffee_daemon.silence import Silence

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from store_scene import Scene

    from coffee_daemon.config import Config

EXPIRES = Silence(remind=timedelta(hours=2), expires_after=timedelta(days=1))


@pytest.fixture
def built(tmp_path: Path) -> Iterator[tuple[Scene, Config]]:
    with asking_scene(tmp_path) as made:
        yield made


@pytest.fixture
def scene(built: tuple[Scene, Config]) -> Scene:
    return built[0]


@pytest.fixture
def config(built: tuple[Scene, Config]) -> Config:
    return built[1]


@pytest.fixture
def agent(scene: Scene, config: Config) -> Asker:
    return asker_in_turn(scene, config)


@pytest.fixture
def script(config: Config) -> Asker:
    """A program outside any turn."""
    return Asker(config)


def test_an_asker_is_what_its_environment_says(tmp_path: Path) -> None:
    asker = Asker.here({"COFFEE_HOME": str(tmp_path), "COFFEE_TURN": "n0nce"})

    assert (asker.config.home, asker.turn) == (tmp_path, "n0nce")
    assert Asker.here({"COFFEE_HOME": str(tmp_path), "COFFEE_TURN": ""}).turn is None


def test_a_question_is_kept_with_everything_that_was_said(script: Asker) -> None:
    asked = script.ask(
        "Which?",
        options=["A", "B"],
        why="It stays.",
        subject={"n": 1},
        silence=EXPIRES,
    )

    kept = script.look(asked.number).question
    assert kept == asked
    assert [option.label for option in kept.options] == ["A", "B"]
    assert (kept.why, kept.subject, kept.answer_kind) == ("It stays.", {"n": 1}, AnswerKind.CHOICE)
    assert kept.silence == EXPIRES
    assert kept.expires_at == kept.created_at + timedelta(days=1)


def test_inside_a_turn_the_asker_is_told_to_end_it(agent: Asker, script: Asker) -> None:
    assert agent.ask("Which?").then.startswith("End your turn now.")
    assert script.ask("Which?").then.startswith("Go on with other work")


def test_the_same_open_question_is_one_for_each_asker(agent: Asker, script: Asker) -> None:
    numbers = [asker.ask("Which?").number for asker in (agent, script, agent, script)]

    assert numbers[:2] == numbers[2:]
    assert len(set(numbers)) == 2


def test_an_answer_is_fetched_once_its_sender_may_no_longer_change_it(
    scene: Scene, script: Asker
) -> None:
    asked = script.ask("Which?")
    assert script.look(asked.number).answer is None
    scene.reply(asked, "A", quiet=timedelta(hours=1))
    assert script.look(asked.number).answer is None
    scene.reply(asked, "No, B", quiet=NOW)

    found = script.look(asked.number)
    assert found.question.state is QuestionState.PICKED_UP
    assert found.answer is not None
    assert found.answer.text == "No, B"
    assert script.look(asked.number) == found


def test_a_turn_fetches_what_its_own_task_asked_and_nobody_else_does(
    scene: Scene, agent: Asker, script: Asker
) -> None:
    asked = agent.ask("Which?")
    scene.reply(asked, "A", quiet=NOW)

    assert script.look(asked.number).question.state is QuestionState.ANSWERED
    found = agent.look(asked.number)
    assert found.answer is not None
    assert found.answer.turn is not None


def test_a_question_expires_for_who_looks_although_no_daemon_runs(script: Asker) -> None:
    asked = script.ask("Which?", silence=Silence(expires_after=timedelta(milliseconds=1)))

    found = script.wait(asked.number)
    assert (found.question.state, found.answer) == (QuestionState.EXPIRED, None)


def test_a_sixth_open_question_is_refused_with_what_is_open(agent: Asker, script: Asker) -> None:
    asked = [agent.ask(f"Red {number}?") for number in range(5)]

    with pytest.raises(TooManyQuestions, match=f"#{asked[0].number} Red 0"):
        agent.ask("And blue?")

    # Who asks outside any task has no such bound.
    assert len({script.ask(f"Red {number}?").number for number in range(6)}) == 6


def test_a_default_is_assumed_for_who_looks_although_no_daemon_runs(script: Asker) -> None:
    soon = Silence(assume="A", assume_after=timedelta(milliseconds=1), reversible=True)
    asked = script.ask("Which?", silence=soon)

    found = script.wait(asked.number)
    assert (found.question.state, found.answer) == (QuestionState.ASSUMED, None)
    assert found.question.assumption == "A"


def test_a_script_may_wait_and_a_turn_never_does(scene: Scene, agent: Asker, script: Asker) -> None:
    asked = script.ask("Which?")
    helper = threading.Timer(0.1, lambda: scene.reply(asked, "A", quiet=NOW))
    helper.start()

    found = script.wait(asked.number)
    helper.join()
    assert found.answer is not None
    with pytest.raises(Refused, match="never waits"):
        agent.wait(agent.ask("Which?").number)


def test_open_questions_are_ones_own(scene: Scene, agent: Asker, script: Asker) -> None:
    of_a_waiting_task = scene.waiting()
    mine, theirs = script.ask("Mine?"), agent.ask("Theirs?")
    gone = script.ask("Gone?")
    script.withdraw(gone.number)

    assert [one.number for one in script.open()] == [mine.number]
    assert [one.number for one in agent.open()] == [theirs.number]
    assert of_a_waiting_task.number not in {mine.number, theirs.number}


def test_more_open_questions_than_a_page_are_all_listed(script: Asker, scene: Scene) -> None:
    for number in range(60):
        scene.store.questions.ask(daemon=script.config.name, text=f"Question {number}?")

    assert len(script.open()) == 60


def test_an_answer_that_waits_to_be_fetched_is_listed(scene: Scene, script: Asker) -> None:
    asked = script.ask("Which?")
    scene.reply(asked, "A", quiet=NOW)

    assert [one.number for one in script.open()] == [asked.number]
    script.look(asked.number)
    assert script.open() == []


def test_only_its_own_asker_withdraws_a_question(agent: Asker, script: Asker) -> None:
    mine, theirs = script.ask("Mine?"), agent.ask("Theirs?")

    with pytest.raises(Refused, match="somebody else"):
        script.withdraw(theirs.number)
    with pytest.raises(Refused, match="somebody else"):
        agent.withdraw(mine.number)
    assert script.withdraw(mine.number).state is QuestionState.CANCELLED
    withdrawn = agent.withdraw(theirs.number)
    assert withdrawn.decided_by is not None
    assert withdrawn.decided_by.name == "code_developer"
    with pytest.raises(IllegalMove):
        script.withdraw(mine.number)


def test_a_turn_reports_and_names_its_conversation(scene: Scene, agent: Asker) -> None:
    agent.report("  half way ")
    agent.session("talk-7")

    turn = scene.store.turns.by_nonce(agent.turn or "")
    assert turn is not None
    assert turn.progress == "half way"
    assert scene.store.tasks.get(turn.task).session == "talk-7"


def test_a_report_returns_what_people_added_once(scene: Scene, agent: Asker) -> None:
    turn = scene.store.turns.by_nonce(agent.turn or "")
    assert turn is not None
    scene.follow_up(scene.store.tasks.get(turn.task), "And the docs")

    agent.progress("said by a program for the agent")
    assert [one.text for one in agent.report("half way")] == ["And the docs"]
    assert agent.report("further") == ()


def test_a_turn_that_is_over_can_do_nothing_more(scene: Scene, config: Config) -> None:
    assignment = scene.turn(only=scene.tell().number)
    scene.end(assignment)
    late = Asker(config, assignment.turn.nonce)

    for verb in (
        lambda: late.ask("Which?"),
        lambda: late.report("half way"),
        lambda: late.session("talk-7"),
        late.open,
        late.exchanges,
    ):
        with pytest.raises(TurnOver):
            verb()


def test_outside_a_turn_there_is_nothing_to_report_to(script: Asker) -> None:
    for verb in (lambda: script.report("half way"), script.exchanges):
        with pytest.raises(TurnOver):
            verb()


@pytest.mark.parametrize("span", [timedelta(0), timedelta(-1), timedelta.max])
def test_a_time_that_is_none_is_refused(script: Asker, span: timedelta) -> None:
    with pytest.raises(BadInput, match="ten years"):
        script.ask("Which?", silence=Silence(expires_after=span))


def test_what_is_no_question_is_refused(agent: Asker, script: Asker) -> None:
    with pytest.raises(BadInput, match="no words"):
        script.ask("  ")
    with pytest.raises(BadInput, match="nothing to report"):
        agent.report(" ")
    with pytest.raises(NotFound):
        script.look(99)


def test_news_wakes_the_daemon_and_the_bot_and_a_look_wakes_nobody(
    config: Config, script: Asker
) -> None:
    with Doorbell(daemon_bell(config)) as daemon, Doorbell(bot_bell(config)) as bot:
        asked = script.ask("Which?")
        assert daemon.wait(5)
        assert bot.wait(5)

        script.look(asked.number)
        assert not daemon.wait(0)
        assert not bot.wait(0)


def test_who_lost_the_marks_of_its_turn_has_those_of_its_nearest_elder() -> None:
    agent = {"COFFEE_TURN": "n0nce", "COFFEE_HOME": "/home/coffee", "SECRET": "no"}
    shell = {"PATH": "/bin"}

    found = with_marks({"PATH": "/usr/bin", "COFFEE_HOME": "/elsewhere"}, [shell, agent])

    assert found == {"PATH": "/usr/bin", "COFFEE_HOME": "/home/coffee", "COFFEE_TURN": "n0nce"}
    assert with_marks({"COFFEE_TURN": "mine"}, [agent]) == {"COFFEE_TURN": "mine"}
    assert with_marks(shell, [shell]) == shell
