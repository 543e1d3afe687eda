"""What a Home shows, and to whom."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from block_samples import AT, OUR_TOKEN, a_question, a_status, a_task, an_answer, every_text
from hypothesis import given, settings
from hypothesis import strategies as st

from coffee_bot import blocks
from coffee_bot.blocks import Asked, Overview, Work
from coffee_bot.config.nouns import ENVIRONMENT
from coffee_bot.intent import Message, Role
from coffee_bot.sandbox.blocks import problems
from coffee_daemon import (
    AnswerKind,
    DaemonState,
    Option,
    Person,
    QuestionState,
    Silence,
    TaskState,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

ROLES = (Role.VIEWER, Role.ANSWERER, Role.OPERATOR, Role.ADMIN)
URL = "https://team.example/archives/C1/p1"

# Text from outside: anything at all, the hostile, and the endless.
outside = st.one_of(
    st.text(),
    st.text(alphabet="<>&`*_~|@!#\n \ud800\x00\u202e"),
    st.just("<!channel> <@U0VICTIM01> <https://evil.example|click> & ``` *bold*"),
    st.text(min_size=1, max_size=3).map(lambda text: text * 2_100),
    st.sampled_from(("\N{SMILING FACE WITH SUNGLASSES}",)).map(lambda face: face * 6_000),
)
spans = st.none() | st.just(timedelta(hours=1))
people = st.builds(Person, id=outside, name=outside)
options = st.lists(outside, max_size=40).map(
    lambda labels: tuple(Option(id=str(at), label=one) for at, one in enumerate(labels, 1))
)
tasks = st.builds(
    a_task, title=outside, state=st.sampled_from(TaskState), author=st.none() | people
)
asked = st.builds(
    Asked,
    question=st.builds(
        a_question,
        text=outside,
        why=outside,
        options=options,
        state=st.sampled_from((QuestionState.OPEN, QuestionState.ANSWERED)),
        answer_kind=st.sampled_from(AnswerKind),
        silence=st.builds(Silence, assume=outside, assume_after=spans, expires_after=spans),
        decided_by=st.none() | people,
    ),
    answers=st.lists(
        st.builds(an_answer, text=outside, option=st.none() | st.sampled_from("129")), max_size=4
    ).map(tuple),
    url=st.sampled_from(("", URL)),
    task=st.none() | tasks,
    task_url=st.sampled_from(("", URL)),
)
work = st.builds(Work, task=tasks, url=st.sampled_from(("", URL)))
states = st.builds(
    a_status,
    state=st.sampled_from(DaemonState),
    current_task=st.none() | outside,
    progress=outside,
    missing=st.lists(outside, max_size=15).map(tuple),
    notes=st.lists(outside, max_size=15).map(tuple),
)
overviews = st.builds(
    Overview,
    daemons=st.lists(states, max_size=4).map(
        lambda found: tuple(replace(one, name=f"d{at}") for at, one in enumerate(found))
    ),
    asked=st.lists(asked, max_size=6).map(
        lambda found: tuple(
            replace(one, question=replace(one.question, number=at))
            for at, one in enumerate(found, 1)
        )
    ),
    decided=st.lists(asked, max_size=3).map(tuple),
    queue=st.lists(work, max_size=10).map(tuple),
    ended=st.lists(work, max_size=5).map(tuple),
    more_queue=st.booleans(),
)


def shown(view: Mapping[str, Any]) -> str:
    return "\n".join(every_text(view["blocks"]))


def pressable(view: Mapping[str, Any]) -> set[str]:
    return {
        str(one["action_id"]).partition(":")[0]
        for block in view["blocks"]
        for one in block.get("elements", ())
        if "action_id" in one
    }


def an_overview(**changes: Any) -> Overview:
    usual = Overview(
        daemons=(a_status(state=DaemonState.STOPPED, pid=None),),
        asked=(Asked(question=a_question(), url=URL, task=a_task(), task_url=URL),),
        queue=(Work(task=a_task(state=TaskState.WAITING), url=URL),),
        ended=(Work(task=a_task(number=9, title="Old", state=TaskState.DONE)),),
    )
    return replace(usual, **changes)


def home(role: Role, **changes: Any) -> Mapping[str, Any]:
    return blocks.home(an_overview(**changes), role, user="U0ADA00001")


@settings(max_examples=60, deadline=None)
@given(overviews, st.sampled_from(ROLES), st.none() | outside.map(lambda it: it.strip() or "x"))
def test_whatever_goes_on_slack_takes_the_view_and_nothing_from_outside_works_in_it(
    seen: Overview, role: Role, told: str | None
) -> None:
    said = None if told is None else blocks.refusal(told)
    view = blocks.home(seen, role, user="U0ADA00001", told=said)

    assert view["type"] == "home"
    assert problems(list(view["blocks"]), most=100) == []
    assert len(json.dumps(view).encode()) < 250_000
    for text in every_text(view["blocks"], live=True):
        bare = OUR_TOKEN.sub("", text)
        assert not set(bare) & {"<", ">"}


def test_each_role_is_offered_what_it_may_do_and_nothing_else() -> None:
    offered = {role: pressable(home(role)) for role in ROLES}

    assert offered[Role.VIEWER] == set()
    assert offered[Role.ANSWERER] == {blocks.CHOOSE, blocks.OTHER, blocks.ASK}
    assert offered[Role.OPERATOR] == offered[Role.ADMIN]
    assert offered[Role.OPERATOR] == {blocks.CHOOSE, blocks.OTHER, blocks.ASK, blocks.START}
    at_work = {role: pressable(home(role, daemons=(a_status(),), asked=())) for role in ROLES}
    assert at_work[Role.ANSWERER] == {blocks.ASK}
    assert at_work[Role.OPERATOR] == {blocks.ASK, blocks.RESTART, blocks.STOP}


@pytest.mark.parametrize(
    ("role", "word", "setting"),
    [
        (Role.VIEWER, "viewer", "COFFEE_MEMBERS"),
        (Role.ANSWERER, "answerer", "COFFEE_OPERATORS"),
        (Role.OPERATOR, "operator", "COFFEE_ADMINS"),
        (Role.ADMIN, "admin", ""),
    ],
)
def test_a_home_says_which_role_one_has_and_how_to_get_the_next(
    role: Role, word: str, setting: str
) -> None:
    said = shown(home(role))

    assert f"You are here as *{word}*" in said
    assert setting in {"", *ENVIRONMENT.values()}
    assert ("U0ADA00001" in said) is bool(setting)
    assert setting in said


def test_a_home_holds_daemons_questions_queue_and_what_has_ended_with_links() -> None:
    said = shown(home(Role.ADMIN))

    assert "code_developer is stopped" in said
    assert "Which database?" in said
    assert "The schema depends on it." in said
    assert f"<{URL}|#13>" in said
    assert f"<{URL}|#12> Fix the login" not in said
    assert f"*<{URL}|#12>* Fix the login · waiting for an answer" in said
    assert "*#9* Old · done" in said


def test_an_answer_that_may_still_be_changed_is_shown_with_its_buttons() -> None:
    answered = a_question(state=QuestionState.ANSWERED, decided_by=an_answer().who, answered_at=AT)
    one = Asked(question=answered, answers=(an_answer(option="1"),))

    view = home(Role.ANSWERER, asked=(one,))

    assert "✅ *Answered by Ada*" in shown(view)
    assert "✓ 1. SQLite" in shown(view)
    assert blocks.NOT_AN_ANSWER in pressable(view)


def test_what_was_decided_lately_is_told_in_a_line() -> None:
    picked_up = a_question(state=QuestionState.PICKED_UP, decided_by=an_answer().who)
    one = Asked(question=picked_up, answers=(an_answer(option="2"),), url=URL)

    view = home(Role.VIEWER, asked=(), decided=(one,))

    assert "No open questions" in shown(view)
    assert f"✅ <{URL}|#13> Which database? · Ada: PostgreSQL" in shown(view)


def test_what_an_approval_would_allow_is_shown_exactly_and_asks_again_before_it_does() -> None:
    push = a_question(
        text="git push --force *now*",
        answer_kind=AnswerKind.APPROVAL,
        options=(Option(id="1", label="Approve"), Option(id="2", label="Reject")),
    )

    view = home(Role.ANSWERER, asked=(Asked(question=push),))

    (approve, _reject) = next(
        block["elements"] for block in view["blocks"] if block.get("block_id") == "question:13:0"
    )
    assert "git push --force *now*" in shown(view)
    assert approve["confirm"]
    assert blocks.OTHER not in pressable(view)


def test_more_questions_than_fit_are_not_cut_but_counted_off() -> None:
    many = tuple(Asked(question=a_question(number=at)) for at in range(1, 21))

    view = home(Role.ADMIN, asked=many)

    assert len(view["blocks"]) <= 100
    assert "There are more: `/coffee questions`." in shown(view)
    assert "You are here as *admin*" in shown(view)
    assert shown(view).count("Which database?") < 20


def test_the_same_state_of_things_makes_the_same_view() -> None:
    older = home(Role.ADMIN, daemons=(a_status(uptime=1.0, output_age=2.0, cpu_percent=3.0),))
    newer = home(Role.ADMIN, daemons=(a_status(uptime=9.0, output_age=8.0, cpu_percent=7.0),))

    assert older == newer


def test_what_became_of_a_press_stands_above_everything() -> None:
    told = Message(text="x", blocks=blocks.refusal("Not you.").blocks)

    view = blocks.home(an_overview(), Role.VIEWER, user="U0ADA00001", told=told)

    assert "Not you." in view["blocks"][0]["text"]["text"]


def test_whoever_may_not_look_sees_why_and_nothing_else() -> None:
    view = blocks.no_home("Guests may not do this.")

    assert [block["type"] for block in view["blocks"]] == ["section"]
    assert "Guests may not do this." in shown(view)


def test_what_silence_would_mean_is_told_while_the_question_is_open() -> None:
    hour = timedelta(hours=1)
    silent = Silence(assume="SQLite", assume_after=hour, expires_after=2 * hour)
    open_now = a_question(silence=silent)
    answered = replace(open_now, state=QuestionState.ANSWERED)

    said = shown(home(Role.ANSWERER, asked=(Asked(question=open_now),)))

    assert "assumes *SQLite*" in said
    assert "Closes unanswered" in said
    assert "assumes" not in shown(home(Role.ANSWERER, asked=(Asked(question=answered),)))


def test_what_was_assumed_is_told_as_that_and_as_nobodys_word() -> None:
    silent = Silence(assume="SQLite", assume_after=timedelta(hours=1))
    one = Asked(question=a_question(state=QuestionState.ASSUMED, silence=silent), url=URL)

    view = home(Role.VIEWER, asked=(), decided=(one,))

    assert f"💤 <{URL}|#13> Which database? · assumed, by nobody: SQLite" in shown(view)
