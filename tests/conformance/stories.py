"""What every agent that works for the daemon goes through, told once for all kinds.

A story is played with any `Kind` whose agent can do the steps of its script:
`story.play(kind, folder)` raises an AssertionError where a promise does not hold.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from conformance.stage import LIMITS, Stage, stage
from conformance.steps import (
    Ask,
    AskOn,
    Crash,
    End,
    Flood,
    Insist,
    Limit,
    Need,
    Report,
    Say,
    Work,
    needs,
)
from waiting import eventually

from coffee_daemon import AnswerKind, DaemonState, QuestionState, Recorded, TaskState

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conformance.kinds import Kind
    from conformance.steps import Script, Step

    Play = Callable[[Stage], None]


@dataclass(frozen=True, kw_only=True)
class Story:
    """A promise, and how it is shown."""

    name: str
    script: Script
    told: Play

    def suits(self, kind: Kind) -> bool:
        """Whether an agent of that kind can do what the script says."""
        wanted: frozenset[type[Step]] = needs(self.script)
        return wanted <= kind.can

    def play(self, kind: Kind, folder: Path) -> None:
        """Play it in an empty folder.

        Raises:
            AssertionError: The promise does not hold.
        """
        with stage(kind, folder, self.script) as built:
            self.told(built)


STORIES: list[Story] = []


def story(script: Script) -> Callable[[Play], Play]:
    """Enter a function among the stories, under its own name."""

    def entered(told: Play) -> Play:
        name = told.__name__.replace("_", " ")
        STORIES.append(Story(name=name, script=script, told=told))
        return told

    return entered


ASK = Ask("Which database?", ("SQLite", "PostgreSQL"))
WORDS = "PostgreSQL, & <nothing> else"
NEED = Need("shell", "touch allowed")
INSIST = Insist("shell", "touch allowed")
#: Longer than any story takes.
FOR_EVER = 600


@story(((ASK,), (End("Chosen."),)))
def an_agent_asks_and_ends_its_turn_and_the_next_one_has_the_answer(house: Stage) -> None:
    with house.running():
        number = house.start()
        question = house.open_question(number)
        house.until(number, TaskState.WAITING)
        assert [option.label for option in question.options] == list(ASK.options)
        assert house.inhabitants() == []

        house.answer(question.number, WORDS)
        task = house.until(number, TaskState.DONE)

    first, second = house.seen()
    assert WORDS not in first
    assert WORDS in second
    assert "Chosen." in task.result
    assert [one.state for one in house.questions(number)] == [QuestionState.PICKED_UP]


@story(((ASK,), (End("Chosen."),)))
def the_answer_comes_through_although_the_daemon_was_killed_and_started_again(
    house: Stage,
) -> None:
    with house.process() as manager:
        number = house.start()
        question = house.open_question(number)
        house.until(number, TaskState.WAITING)
        house.kill(manager)
        house.answer(question.number, WORDS)
    with house.process():
        house.until(number, TaskState.DONE)

    assert len(house.seen()) == 2
    assert WORDS in house.seen()[1]


@story(((AskOn("Red?"), Ask("Round?")), (End("Both known."),)))
def two_questions_at_once_are_both_answered_before_it_goes_on(house: Stage) -> None:
    with house.running():
        number = house.start()
        house.until(number, TaskState.WAITING)
        red, round_ = house.questions(number)
        house.answer(red.number, "Dark red")
        house.pass_time(seconds=1)
        assert house.task(number).state is TaskState.WAITING

        house.answer(round_.number, "Oval")
        house.until(number, TaskState.DONE)

    assert len(house.seen()) == 2
    assert "Dark red" in house.seen()[1]
    assert "Oval" in house.seen()[1]


@story(((AskOn("Red?"), Ask("Red?")), (End("Known."),)))
def the_same_question_asked_twice_is_one_question(house: Stage) -> None:
    with house.running():
        number = house.start()
        house.until(number, TaskState.WAITING)

        [asked] = house.questions(number)
        house.answer(asked.number, "Yes")
        house.until(number, TaskState.DONE)


@story(((NEED,), (NEED, End("Did it."))))
def a_permission_that_is_granted_lets_the_agent_do_it(house: Stage) -> None:
    with house.running():
        number = house.start()
        question = house.open_question(number)
        house.until(number, TaskState.WAITING)
        assert question.answer_kind is AnswerKind.APPROVAL
        assert not house.left("allowed")

        house.answer(question.number, question.options[0].label)
        house.until(number, TaskState.DONE)

    assert house.left("allowed")
    assert len(house.questions(number)) == 1


@story(((NEED,), (INSIST, End("Left it."))))
def a_permission_that_is_refused_stops_the_agent_from_doing_it(house: Stage) -> None:
    with house.running():
        number = house.start()
        question = house.open_question(number)
        house.until(number, TaskState.WAITING)

        house.answer(question.number, question.options[-1].label)
        task = house.until(number, TaskState.DONE)

    assert "Left it." in task.result
    assert not house.left("allowed")
    assert len(house.questions(number)) == 1


@story(((NEED,), (End("Nobody decided."),)))
def a_permission_that_nobody_answers_is_never_given(house: Stage) -> None:
    with house.running():
        number = house.start()
        question = house.open_question(number)
        house.until(number, TaskState.WAITING)
        assert house.answer(question.number, "well, why not").recorded is Recorded.UNDECIDED

        house.pass_time(days=400)
        house.pass_time(days=400)
        assert house.task(number).state is TaskState.WAITING

    assert house.open_question(number).number == question.number
    assert not house.left("allowed")
    assert len(house.seen()) == 1


@story(((Report("half way"), Work(FOR_EVER)),))
def a_cancelled_agent_ends_within_seconds_with_all_it_has_started(house: Stage) -> None:
    with house.running():
        number = house.start()
        house.until_told(number, "half way")
        assert house.inhabitants() != []

        house.cancel(number)
        house.until(number, TaskState.CANCELLED, seconds=10)
        eventually(lambda: not house.inhabitants(), what="nothing of it runs on")


@story(((ASK,),))
def cancelling_a_waiting_task_withdraws_its_question(house: Stage) -> None:
    with house.running():
        number = house.start()
        house.until(number, TaskState.WAITING)
        house.cancel(number)
        house.until(number, TaskState.CANCELLED)

    assert [one.state for one in house.questions(number)] == [QuestionState.CANCELLED]


@story(((Report("half way"), Work(FOR_EVER)),))
def no_process_of_the_agent_sees_a_secret_of_ours(house: Stage) -> None:
    house.confide(SLACK_BOT_TOKEN="canary-bot", SLACK_APP_TOKEN="canary-app")
    house.confide(COFFEE_DATABASE_URL="postgresql://ada:canary-db@db.example/coffee")

    with house.running():
        number = house.start()
        house.until_told(number, "half way")

        tree = house.inhabitants()
        assert tree != []
        assert not [one for one in tree if "canary" in repr(one)]


@story(((Report("half way"), Crash()), (End("Mended."),)))
def after_a_crash_in_mid_turn_it_goes_on_and_is_told(house: Stage) -> None:
    with house.running():
        number = house.start()
        house.until_ended(number, turns=1)
        house.pass_time(hours=1)
        task = house.until(number, TaskState.DONE)

    assert "interrupted" in house.seen()[1]
    assert task.attempts == 1


@story(((AskOn("Red?"), Crash()), (End("Known."),)))
def a_question_outlives_the_crash_of_the_agent_that_asked_it(house: Stage) -> None:
    with house.running():
        number = house.start()
        house.until(number, TaskState.WAITING)
        house.answer(house.open_question(number).number, "Dark red")
        house.until(number, TaskState.DONE)

    assert "Dark red" in house.seen()[1]
    assert "interrupted" in house.seen()[1]


@story(((Say("It begins."), Flood(2_000_000), End("The last word.")),))
def a_flood_of_output_is_bounded_and_its_end_is_kept(house: Stage) -> None:
    with house.running():
        number = house.start()
        task = house.until(number, TaskState.DONE)

    assert "The last word." in task.result
    assert len(task.result) < 10_000
    assert house.output_bytes(number) <= LIMITS.turn_output_bytes + 100


@story(((Limit(90),), (End("Enough again."),)))
def a_usage_limit_pauses_the_daemon_and_it_goes_on_by_itself(house: Stage) -> None:
    with house.running():
        number = house.start()
        house.until_ended(number, turns=1)
        task = house.task(number)
        assert (task.state, task.attempts) == (TaskState.QUEUED, 0)
        eventually(lambda: house.state() == DaemonState.LIMITED, what="it says that it is limited")

        house.pass_time(hours=1)
        house.until(number, TaskState.DONE)

    assert len(house.seen()) == 2


@story(((AskOn("Red?"), Say("I go on."), End("All done without you.")), (End("Red it is."),)))
def an_agent_that_goes_on_after_asking_is_not_done_before_the_answer(house: Stage) -> None:
    with house.running():
        number = house.start()
        task = house.until(number, TaskState.WAITING)
        assert task.result == ""

        house.answer(house.open_question(number).number, "Dark red")
        task = house.until(number, TaskState.DONE)

    assert "Dark red" in house.seen()[1]
    assert "Red it is." in task.result
