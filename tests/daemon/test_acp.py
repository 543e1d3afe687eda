from __future__ import annotations

import json
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from waiting import eventually
from workshop import ADA, Workshop

from coffee_daemon import AnswerKind, QuestionState
from coffee_daemon.agents.acp.ledger import keep_spent
from coffee_daemon.agents.acp.turn import work
from coffee_daemon.agents.driver import DriveOrder, Driver
from coffee_daemon.asking import Asker
from coffee_daemon.config import Limits
from coffee_daemon.tasks import Outcome, TurnEnd

if TYPE_CHECKING:
    from coffee_daemon import Question

AGENT = Path(__file__).with_name("raw_acp_agent.py")
#: Long enough for anybody who answers within a test.
LONG = 60.0


class Table:
    """A task and its turns, each driven here and not in a process of its own."""

    def __init__(self, house: Workshop) -> None:
        self.house = house
        self.task = house.tell("work")
        self.turns = 0
        self._turn = 0

    def turn(self, manner: str, *, hold: float = 0.0, **order: Any) -> Outcome:
        """Have a turn done by an agent of that manner."""
        self.turns += 1
        nonce = f"nonce-{self.turns}"
        folder = self.house.config.home / "turns" / f"{self.task}-{self.turns}"
        folder.mkdir(parents=True)
        with self.house.store() as store:
            assignment = store.turns.pick_up(self.house.config.name, nonce=nonce)
            assert assignment is not None
            self._turn = store.turns.started(assignment.turn.id).id
        given = {"session": self.house.task(self.task).session, "hold_seconds": hold, **order}
        command = (sys.executable, str(AGENT), manner)
        told = {
            "task": self.task,
            "turn": self._turn,
            "folder": str(folder),
            "command": command,
            **given,
        }
        driver = Driver(
            order=DriveOrder(**told),
            prompt="The whole prompt.",
            asker=Asker(self.house.config, nonce),
            run_folder=folder,
        )
        return work(driver)

    def end(self, outcome: Outcome) -> None:
        with self.house.store() as store:
            store.turns.settle(self._turn, outcome, limits=Limits())

    def answered(self, words: str, number: int = 1) -> threading.Thread:
        """Answer the next open questions as soon as there are so many."""

        def answer() -> None:
            def asked() -> list[Question]:
                found = [
                    one
                    for one in self.house.questions(self.task)
                    if one.state is QuestionState.OPEN
                ]
                return found if len(found) >= number else []

            for one in eventually(asked, LONG, "an open question"):
                self.house.answer(one.number, words)

        thread = threading.Thread(target=answer)
        thread.start()
        return thread


@pytest.fixture
def table(tmp_path: Path) -> Table:
    return Table(Workshop.build(tmp_path))


def test_the_closing_words_are_the_result_and_the_rest_is_told_on_the_way(
    table: Table, capfd: pytest.CaptureFixture[str]
) -> None:
    outcome = table.turn("works")

    assert outcome == Outcome(end=TurnEnd.OK, summary="It is mended.", cost=0.75)
    assert capfd.readouterr().out == (
        "First I look.\n> ls\n- failed: ls\n* Mend it (1 of 1)\nIt is mended."
    )


def test_what_is_no_message_is_shown_and_changes_nothing(
    table: Table, capfd: pytest.CaptureFixture[str]
) -> None:
    outcome = table.turn("chats")

    assert outcome == Outcome(end=TurnEnd.OK, summary="All done.")
    assert "Loading plugins ...\n[1, 2]\n" in capfd.readouterr().out


def test_a_message_that_is_nested_without_end_does_not_hold_the_turn(table: Table) -> None:
    assert table.turn("nests") == Outcome(end=TurnEnd.OK, summary="All done.")


def test_a_turn_costs_what_it_has_added_to_its_conversation(table: Table) -> None:
    before = table.house.config.home / "turns" / f"{table.task}-0"
    before.mkdir(parents=True)
    keep_spent(before, "s0", 0.5)

    assert table.turn("spends", session="s0", news="more").cost == pytest.approx(0.25)


@pytest.mark.parametrize(
    ("manner", "end", "said"),
    [
        ("deaf", TurnEnd.CRASHED, "ended (exit code 3) before it said hello"),
        ("deaf", TurnEnd.CRASHED, "It said: unknown option: deaf"),
        ("newer", TurnEnd.CRASHED, "speaks version 2 of the Agent Client Protocol, and we speak 1"),
        ("login", TurnEnd.CRASHED, "wants a login first. It offers “Log in with Coffee”."),
        ("unheeding", TurnEnd.CRASHED, "codex-acp 2.6.0, which passes over its arguments"),
        (
            "dies",
            TurnEnd.CRASHED,
            "ended in the middle of its turn (exit code 7).\nIt said: out of",
        ),
        ("leaves", TurnEnd.CRASHED, "ended in the middle of its turn (exit code 7)."),
        ("refuses", TurnEnd.FAILED, "The model refused to go on with this.\nNo."),
        ("fails", TurnEnd.FAILED, "reported an error: Internal error: no such model."),
    ],
)
def test_an_agent_in_trouble_is_told_in_a_sentence(
    table: Table, manner: str, end: TurnEnd, said: str
) -> None:
    outcome = table.turn(manner)

    assert outcome.end is end
    assert said in outcome.summary


@pytest.mark.parametrize(("manner", "session"), [("locked", None), ("returns", "s0")])
def test_an_agent_that_wants_a_login_gets_it_by_the_first_key_that_is_at_hand(
    table: Table,
    manner: str,
    session: str | None,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("MY_KEY", "right")

    outcome = table.turn(manner, session=session, news="The whole prompt.")

    assert outcome.end is TurnEnd.OK
    assert outcome.summary.startswith("The whole prompt.")
    told = capfd.readouterr().out
    assert "- it wants a login: Use mine\n" in told
    assert told.count("logs in by") == 1


def test_an_agent_that_wants_a_login_without_a_key_at_hand_names_its_ways(table: Table) -> None:
    outcome = table.turn("locked")

    assert outcome.end is TurnEnd.CRASHED
    assert "wants a login first. It offers “Log in with Coffee”, “Use unset”" in outcome.summary


def test_a_login_is_tried_once(
    table: Table, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("MY_KEY", "right")

    outcome = table.turn("stubborn")

    assert outcome.end is TurnEnd.CRASHED
    assert "wants a login first." in outcome.summary
    assert capfd.readouterr().out.count("logs in by mine") == 1


def test_a_key_that_the_agent_refuses_is_told_in_its_words(
    table: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MY_KEY", "wrong")

    assert "The key is refused." in table.turn("locked").summary


def test_a_program_that_is_not_there_is_told_in_a_sentence(table: Table) -> None:
    outcome = table.turn("any", command=("no-such-agent", "--acp"))

    assert outcome.end is TurnEnd.CRASHED
    assert "'no-such-agent' was not found" in outcome.summary


@pytest.mark.parametrize("manner", ["resumes", "dawdles"])
def test_an_agent_that_remembers_is_told_only_what_is_new(table: Table, manner: str) -> None:
    outcome = table.turn(manner, session="s0", news="The news.")

    assert outcome.summary == "The news."


@pytest.mark.parametrize("manner", ["forgetful", "echoes"])
def test_an_agent_that_has_forgotten_or_cannot_remember_is_told_everything(
    table: Table, manner: str
) -> None:
    outcome = table.turn(manner, session="s0", news="The news.")

    assert outcome.summary.startswith("The whole prompt.")
    assert table.house.task(table.task).session == "s1"


def test_a_person_who_answers_in_time_is_heard_in_the_same_turn(table: Table) -> None:
    answering = table.answered("Allow")
    outcome = table.turn("wants", hold=LONG)
    answering.join()

    [question] = table.house.questions(table.task)
    assert json.loads(outcome.summary) == {"outcome": "selected", "optionId": "y"}
    assert question.answer_kind is AnswerKind.APPROVAL
    assert question.text == "May I run this command?\ngit push"
    assert question.why == "It says: Publish it"
    assert [one.label for one in question.options] == ["Allow", "Reject"]


@pytest.mark.parametrize("manner", ["wants", "insists"])
def test_nobody_waits_for_a_person_who_does_not_answer_in_time(
    table: Table, manner: str, capfd: pytest.CaptureFixture[str]
) -> None:
    outcome = table.turn(manner)

    [question] = table.house.questions(table.task)
    assert outcome == Outcome(
        end=TurnEnd.OK, summary=f"It goes on when #{question.number} is answered."
    )
    assert question.state is QuestionState.OPEN
    said = capfd.readouterr().out
    assert "session/cancel" in said
    assert '{"outcome": "cancelled"}' in said


@pytest.mark.parametrize(("words", "option"), [("Allow", "y"), ("Reject", "n")])
def test_a_decision_that_came_later_is_given_at_once_when_the_same_call_comes_again(
    table: Table, words: str, option: str
) -> None:
    table.end(table.turn("wants"))
    table.answered(words).join()
    outcome = table.turn("wants")

    assert json.loads(outcome.summary) == {"outcome": "selected", "optionId": option}
    assert len(table.house.questions(table.task)) == 1


def test_a_form_is_asked_field_by_field_and_filled_in(table: Table) -> None:
    answering = table.answered("5432", number=2)
    outcome = table.turn("fills", hold=LONG)
    answering.join()

    asked = table.house.questions(table.task)
    assert json.loads(outcome.summary) == {
        "action": "accept",
        "content": {"other": "5432", "port": 5432},
    }
    assert sorted(one.text for one in asked) == ["Where to?\nDatabase", "Where to?\nPort"]


def test_an_address_to_visit_is_declined_and_nobody_is_asked(table: Table) -> None:
    outcome = table.turn("visits")

    assert outcome.summary == '{"action": "decline"}'
    assert table.house.questions(table.task) == ()


def test_a_form_that_nobody_fills_in_is_cancelled_and_its_questions_stay(table: Table) -> None:
    outcome = table.turn("fills")

    assert outcome.end is TurnEnd.OK
    assert [one.state for one in table.house.questions(table.task)] == [QuestionState.OPEN] * 2


def test_a_form_that_comes_again_in_a_later_turn_is_asked_anew(table: Table) -> None:
    table.end(table.turn("fills"))
    for one in table.house.questions(table.task):
        table.house.answer(one.number, "5432")
    filled = table.turn("fills")
    table.end(filled)
    with table.house.store() as store:
        store.tasks.retry(table.task, who=ADA)
    table.turn("fills")

    assert json.loads(filled.summary)["content"] == {"other": "5432", "port": 5432}
    states = [one.state for one in table.house.questions(table.task)]
    assert states == [QuestionState.PICKED_UP] * 2 + [QuestionState.OPEN] * 2


def test_a_form_that_was_half_filled_in_is_not_asked_anew(table: Table) -> None:
    def answer_one() -> None:
        eventually(lambda: len(table.house.questions(table.task)) == 2, LONG, "both fields")
        table.house.answer(table.house.questions(table.task)[0].number, "5432")

    thread = threading.Thread(target=answer_one)
    thread.start()
    table.end(table.turn("fills", hold=5.0))
    thread.join()
    [left] = [q for q in table.house.questions(table.task) if q.state is QuestionState.OPEN]
    table.house.answer(left.number, "5432")
    filled = table.turn("fills")

    assert json.loads(filled.summary)["content"] == {"other": "5432", "port": 5432}
    assert len(table.house.questions(table.task)) == 2
