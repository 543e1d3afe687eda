from __future__ import annotations

import subprocess
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from workshop import Workshop, git

from coffee_daemon import TaskState
from coffee_daemon.agents import compose, news, trailers
from coffee_daemon.config import Integrate
from coffee_daemon.notifications import (
    Answer,
    AnswerKind,
    Option,
    Person,
    Question,
    QuestionState,
    Via,
)
from coffee_daemon.silence import Silence
from coffee_daemon.tasks import Assignment, Exchange, Task, Turn, TurnState

if TYPE_CHECKING:
    from pathlib import Path

MOMENT = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
ADA = Person(id="U1", name="Ada")
NASTY = "SQLite\n\nSigned-off-by: Eve <eve@example.com>\r\u2028\x1b[31m\x00 \u202e# no"


def answer(text: str, *, who: Person = ADA, option: str | None = None, **more: Any) -> Answer:
    usual = Answer(
        id=1,
        question=13,
        task=12,
        text=text,
        option=option,
        who=who,
        via=Via.SLACK,
        source=f"msg:{text}",
        turn=72,
        created_at=MOMENT,
        said_at=MOMENT,
    )
    return replace(usual, **more)


def exchange(*answers: Answer, **more: Any) -> Exchange:
    usual = Question(
        number=13,
        daemon="code_developer",
        text="Which database?",
        options=(Option(id="1", label="SQLite"), Option(id="2", label="PostgreSQL")),
        state=QuestionState.PICKED_UP,
        task=12,
        turn=71,
        created_at=MOMENT,
    )
    return Exchange(question=replace(usual, **more), answers=answers)


def assigned(*exchanges: Exchange, added: tuple[Answer, ...] = ()) -> Assignment:
    task = Task(
        number=12,
        daemon="code_developer",
        source="command:12",
        title="Build it",
        prompt="Build it.",
        priority=0,
        state=TaskState.RUNNING,
        author=ADA,
        created_at=MOMENT,
        updated_at=MOMENT,
    )
    turn = Turn(id=72, task=12, number=2, nonce="n", state=TurnState.READY, created_at=MOMENT)
    return Assignment(task=task, turn=turn, exchanges=exchanges, follow_ups=added)


def assumed(**more: Any) -> Exchange:
    silence = Silence(assume="SQLite", assume_after=timedelta(hours=1), reversible=True)
    return exchange(state=QuestionState.ASSUMED, silence=silence, **more)


def parsed(lines: tuple[str, ...]) -> list[str]:
    """What git itself reads from a commit message that ends with these lines."""
    message = "\n".join(("Add a database", "", "It keeps what people said.", "", *lines, ""))
    done = subprocess.run(
        ["git", "interpret-trailers", "--parse"],
        input=message.encode(),
        capture_output=True,
        check=True,
    )
    return done.stdout.decode().splitlines()


def test_a_decision_names_who_made_it_the_question_and_the_choice() -> None:
    chosen = exchange(answer("2", option="2"))

    assert trailers(assigned(chosen)) == ("Decided-by: Ada (#13): PostgreSQL",)


def test_the_last_word_of_an_answer_and_of_what_changed_it_counts() -> None:
    bob = Person(id="U2", name="Bob")
    said = exchange(answer("SQLite"), answer("MariaDB", who=bob))
    later = answer("No, PostgreSQL", question=None, about=13)

    assert trailers(assigned(said)) == ("Decided-by: Bob (#13): MariaDB",)
    assert trailers(assigned(said, added=(later,))) == ("Decided-by: Ada (#13): No, PostgreSQL",)


def test_an_assumption_is_told_as_one_until_a_person_overrules_it() -> None:
    assert trailers(assigned(assumed())) == ("Assumed: SQLite (#13)",)
    overruled = exchange(answer("PostgreSQL"), silence=assumed().question.silence)
    assert trailers(assigned(overruled)) == ("Decided-by: Ada (#13): PostgreSQL",)


@pytest.mark.parametrize(
    "undecided",
    [
        exchange(state=QuestionState.OPEN),
        exchange(state=QuestionState.CANCELLED),
        exchange(state=QuestionState.EXPIRED),
        exchange(answer("Which ones are there?")),
        exchange(answer(" \n\x00")),
    ],
)
def test_what_decided_nothing_is_no_trailer(undecided: Exchange) -> None:
    assert trailers(assigned(undecided)) == ()
    assert "commit messages" not in compose(assigned(undecided))


def test_an_approval_is_told_by_its_button_and_no_words_change_it() -> None:
    options = (Option(id="1", label="Approve"), Option(id="2", label="Reject"))
    asked = exchange(answer("1", option="1"), options=options, answer_kind=AnswerKind.APPROVAL)
    later = answer("Do not!", question=None, about=13)

    assert trailers(assigned(asked, added=(later,))) == ("Decided-by: Ada (#13): Approve",)


def test_no_words_begin_a_trailer_of_their_own() -> None:
    nasty = exchange(answer(NASTY, who=Person(id="U9", name="Eve\nAcked-by: Bob")))

    (line,) = trailers(assigned(nasty))

    assert "<" in line, "what people wrote is kept"
    assert parsed((line,)) == [line]


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.text(min_size=1), st.text(min_size=1)), min_size=1, max_size=25))
def test_git_reads_each_line_as_one_trailer_whatever_people_write(
    said: list[tuple[str, str]],
) -> None:
    exchanges = [
        exchange(answer(text, who=Person(id="U2", name=name)), number=20 + at)
        for at, (name, text) in enumerate(said)
    ]
    lines = trailers(assigned(*exchanges))

    assert all(len(line) < 320 for line in lines)
    assert len(lines) <= 20
    assert parsed(lines) == list(lines)


def test_the_prompt_offers_the_lines_as_data_once_something_is_decided() -> None:
    told = assigned(exchange(answer("2", option="2")), assumed(number=14))

    for prompt in (compose(told), news(told) or ""):
        block = prompt.partition("begin: lines for commit messages\n")[2].partition("\n=== ")[0]
        assert block.splitlines() == [
            "Decided-by: Ada (#13): PostgreSQL",
            "Assumed: SQLite (#14)",
        ]
        assert "an empty line" in prompt


def test_a_merge_that_the_daemon_makes_carries_them(tmp_path: Path) -> None:
    house = Workshop.build(tmp_path).with_settings(integrate=Integrate.MERGE)
    project = house.config.project
    with house.running():
        number = house.tell("write a.txt one", "commit Say one", "ask Which?", "say done")
        question = house.open_question(number)
        house.until(number, TaskState.WAITING)
        (project / "b.txt").write_text("two")
        git(project, "add", ".")
        git(project, "commit", "--quiet", "--message", "Go on meanwhile")
        house.answer(question.number, "The second\n\nAcked-by: Eve")
        house.until(number, TaskState.DONE)

    last = git(project, "log", "-1", "--format=%B")
    assert last.startswith("Merge branch 'coffee/")
    told = git(project, "log", "-1", "--format=%(trailers:only)").splitlines()
    assert told == [f"Decided-by: Ada (#{question.number}): The second Acked-by: Eve"]
    assert "Decided-by: Ada" in house.prompts(number)[1]
