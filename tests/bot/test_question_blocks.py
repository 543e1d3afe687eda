from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from coffee_bot import blocks
from coffee_bot.blocks.words import verbatim
from coffee_bot.sandbox.blocks import problems, total_text
from coffee_daemon import (
    Answer,
    AnswerKind,
    Exchange,
    Option,
    Person,
    Question,
    QuestionState,
    Receipt,
    Recorded,
    Silence,
    Via,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from coffee_bot.intent import Message

AT = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
ADA = Person(id="U0ADA00001", name="Ada")
#: The longest that the record takes, and more than Slack does; with characters that grow.
ENDLESS = "& <@U0VICTIM01> ``` \N{SMILING FACE WITH SUNGLASSES} words " * 900


def asked(*labels: str, **changes: Any) -> Question:
    usual = Question(
        number=12,
        daemon="code_developer",
        text="Which database?",
        options=tuple(Option(id=str(at), label=one) for at, one in enumerate(labels, 1)),
        answer_kind=AnswerKind.CHOICE if labels else AnswerKind.TEXT,
        state=QuestionState.OPEN,
        task=7,
        created_at=AT,
    )
    return replace(usual, **changes)


def approval(*labels: str, **changes: Any) -> Question:
    return asked(*(labels or ("Approve", "Reject")), answer_kind=AnswerKind.APPROVAL, **changes)


def answered(question: Question, seconds: float = 60, **changes: Any) -> Question:
    closes = AT + timedelta(seconds=seconds)
    state = QuestionState.ANSWERED
    new: dict[str, Any] = {
        "closes_at": closes,
        "answered_at": AT,
        "decided_by": ADA,
        "state": state,
    } | changes
    return replace(question, **new)


def answer(text: str = "SQLite", **changes: Any) -> Answer:
    usual = Answer(
        id=5,
        question=12,
        task=7,
        text=text,
        who=ADA,
        via=Via.SLACK,
        source="msg:T:C:1",
        created_at=AT,
        said_at=AT,
    )
    return replace(usual, **changes)


def rows(message: Message) -> list[list[Mapping[str, Any]]]:
    return [block["elements"] for block in message.blocks if block["type"] == "actions"]


def labels(message: Message) -> list[list[str]]:
    return [[one["text"]["text"] for one in row if "text" in one] for row in rows(message)]


def said(message: Message) -> str:
    return str(message.blocks)


def test_options_are_buttons_that_show_their_number_and_carry_ids_alone() -> None:
    (row,) = rows(blocks.question(asked("SQLite", "PostgreSQL")))

    assert [one["text"]["text"] for one in row] == ["1. SQLite", "2. PostgreSQL", "Other…"]
    assert [one["action_id"] for one in row] == ["choose:1", "choose:2", "other"]
    assert [one["value"] for one in row] == ["12:1", "12:2", "12"]


def test_five_buttons_stand_in_a_row_and_more_than_ten_options_are_a_menu() -> None:
    ten = blocks.question(asked(*(f"O{number}" for number in range(1, 11))))
    eleven = blocks.question(asked(*(f"O{number}" for number in range(1, 12))))

    assert [len(row) for row in rows(ten)] == [5, 5, 1]
    ((menu, other),) = rows(eleven)
    assert [one["value"] for one in menu["options"]][-1] == "12:11"
    assert other["action_id"] == "other"


def test_a_long_label_is_clipped_on_its_button_and_whole_in_the_text() -> None:
    long = "Keep everything that is younger than two years, and ask the owners about all the rest"
    found = blocks.question(asked(long, "Keep all"))

    (first, *_) = labels(found)[0]
    assert first.endswith("…")
    assert len(first) <= 75
    assert long in said(found)


def test_a_question_without_options_is_answered_in_words() -> None:
    assert labels(blocks.question(asked())) == [["Answer…"]]


def test_an_approval_shows_its_words_as_they_are_and_offers_nothing_else() -> None:
    found = blocks.question(approval(text="May I run *this*?\nrm <!channel>\n```x```"))

    assert labels(found) == [["Approve", "Reject"]]
    headline, block = (one["text"]["text"] for one in found.blocks[:2])
    assert headline == "🔐 May I run *this*?"
    assert found.blocks[0]["text"]["type"] == "plain_text"
    assert block.startswith("```\nrm &lt;!channel&gt;\n")
    assert block.count("```") == 2
    assert "*Approve* or *Reject*" in said(found)


@pytest.mark.parametrize("text", ["rm -rf *build*", "x" * 200 + "\nrm", "a  b\nrm", "\u202ea\nrm"])
def test_words_that_make_no_headline_stand_in_the_block_altogether(text: str) -> None:
    found = blocks.question(approval(text=text))

    assert found.blocks[0]["text"]["text"] == "🔐 code_developer asks for approval"
    assert blocks.escape(text) in found.blocks[1]["text"]["text"]


@pytest.mark.parametrize("ticks", range(3, 12))
def test_no_row_of_backticks_ends_the_block_in_which_an_approval_is_shown(ticks: int) -> None:
    (piece,) = verbatim(f"rm -rf build\n{'`' * ticks}\n*Approved already.*")

    assert piece.count("```") == 2
    assert piece.replace("\u200b", "").count("`") == ticks + 6


def test_what_an_approval_cannot_show_is_said_to_be_missing() -> None:
    assert "more characters are not shown here" in said(blocks.question(approval(text="x" * 9_000)))


@pytest.mark.parametrize(
    ("grants", "confirmed"),
    [
        ({}, [True, True, False]),
        (
            {"Allow": "allow_once", "Always": "allow_always", "Deny": "reject_once"},
            [False, True, False],
        ),
    ],
)
def test_the_dangerous_button_asks_again(grants: dict[str, str], confirmed: list[bool]) -> None:
    choices = {label: {"grant": grant, "token": ""} for label, grant in grants.items()}
    question = approval("Allow", "Always", "Deny", subject={"choices": choices})
    (row,) = rows(blocks.question(question))

    assert ["confirm" in one for one in row] == confirmed
    lasting = None if grants else "primary"
    assert [one.get("style") for one in row] == ["primary", lasting, "danger"]


@pytest.mark.parametrize("label", ["", "\u202e" * 99, " " * 99])
def test_a_dialog_has_a_title_whatever_the_option_is_called(label: str) -> None:
    (row,) = rows(blocks.question(approval(label, "Deny")))

    assert row[0]["confirm"]["title"]["text"] == "This: sure?"


@pytest.mark.parametrize(
    "subject", [{"choices": "?"}, {"choices": {"Approve": 1}}, {"choices": None}]
)
def test_a_subject_that_says_nothing_we_know_is_taken_for_dangerous(
    subject: dict[str, Any],
) -> None:
    (row,) = rows(blocks.question(approval(subject=subject)))

    assert ["confirm" in one for one in row] == [True, False]


def test_the_quiet_time_shows_when_it_ends_and_what_can_be_done() -> None:
    found = blocks.question(answered(asked("SQLite", "PostgreSQL")), answers=[answer(option="1")])

    assert "Taken as the answer in 60 s" in said(found)
    assert labels(found) == [["Send now", "Not an answer"], ["✓ 1. SQLite", "2. PostgreSQL"]]
    assert rows(found)[0][1]["value"] == "12:5"


def test_an_answer_that_counts_at_once_has_no_quiet_time_to_end() -> None:
    by_command = answer(source="ask:1")
    found = blocks.question(answered(asked(), 0), answers=[by_command])

    assert "Taken as the answer" not in said(found)
    assert labels(found) == [["Take it back"]]


@pytest.mark.parametrize(
    "state",
    [
        QuestionState.PICKED_UP,
        QuestionState.CANCELLED,
        QuestionState.EXPIRED,
        QuestionState.ASSUMED,
    ],
)
def test_nothing_can_be_pressed_once_a_question_is_closed(state: QuestionState) -> None:
    closed = answered(asked("SQLite", "PostgreSQL"), state=state, picked_up_at=AT)

    assert rows(blocks.question(closed, answers=[answer(option="1")])) == []


DEFAULT = Silence(assume="SQLite <b>", assume_after=timedelta(hours=2), reversible=True)


def test_a_question_says_what_silence_leads_to() -> None:
    silence = replace(
        DEFAULT,
        remind=timedelta(hours=2),
        escalate=("U0BOB00001", "U0EVE00001"),
        escalate_after=timedelta(hours=1),
        urgent=True,
    )

    found = said(blocks.question(asked(silence=silence), names={"U0BOB00001": "Bob"}))

    assert "Urgent." in found
    assert "Reminds people every 2 h." in found
    assert "Asks Bob, U0EVE00001 too <!date" in found
    assert "<@" not in found, "a mention would reach them now"
    assert "assumes *SQLite &lt;b&gt;*, which can be undone" in found
    assert "waits as long as you need" not in found


def test_an_assumed_default_is_shown_as_nobodys_decision() -> None:
    since = AT + timedelta(hours=3)
    closed = asked(silence=DEFAULT, state=QuestionState.ASSUMED, assumed_at=since)

    found = said(blocks.question(closed))

    assert "*Assumed: SQLite &lt;b&gt;* <!date" in found
    assert "no person decided it" in found
    assert "To overrule it, reply in this thread." in found
    assert "Answered" not in found
    assert "If nobody answers" not in found


def test_whoever_overrules_later_is_told_where_the_words_went() -> None:
    closed = asked(silence=DEFAULT, state=QuestionState.ASSUMED)
    receipt = Receipt(recorded=Recorded.FOLLOW_UP, question=closed, answer=answer())

    assert blocks.answered(receipt).text == (
        "✅ #12 had gone on with its stated default; your words are kept as a follow-up to #7."
    )


def before(said: str = "SQLite", **changes: Any) -> Exchange:
    earlier = asked(number=9, state=QuestionState.PICKED_UP)
    return Exchange(question=earlier, answers=(answer(said, question=9, **changes),))


def test_what_was_answered_before_is_offered_with_a_button() -> None:
    found = blocks.question(asked(same_as=9), before=before("Not <b>, but `SQLite` " + "x" * 900))

    assert "Answered before: #9, Ada <!date" in said(found)
    assert "“Not &lt;b&gt;, but" in said(found)
    (button,) = [one for row in rows(found) for one in row if one["action_id"] == "same"]
    assert button["text"]["text"].startswith("Same as before: Not <b>, but")
    assert button["value"] == "12"
    assert problems(found.blocks) == []


def test_nothing_is_offered_once_there_is_an_answer() -> None:
    found = blocks.question(answered(asked(same_as=9)), answers=[answer()], before=before())

    assert "Answered before" not in said(found)


def test_a_question_that_follows_another_one_links_to_it() -> None:
    found = blocks.question(asked(follows=9), follows_url="https://team.example/archives/C1/p1")

    assert "Follows <https://team.example/archives/C1/p1|#9>, whose answer asked back" in said(
        found
    )
    assert "Follows #9" in said(blocks.question(asked(follows=9)))


def test_an_answer_that_was_used_says_when() -> None:
    taken = answered(asked(), state=QuestionState.PICKED_UP, picked_up_at=AT)

    assert "used: its turn ended <!date" in said(
        blocks.question(taken, answers=[answer()], used_at=AT)
    )


def test_an_answer_that_nobody_has_fetched_says_so() -> None:
    waiting = blocks.question(answered(asked(), task=None), answers=[answer()])

    assert "Waiting to be fetched" in said(waiting)


@pytest.mark.parametrize("count", [0, 1, 5, 10, 11, 100, 150])
@pytest.mark.parametrize("kind", AnswerKind)
@pytest.mark.parametrize("state", [QuestionState.OPEN, QuestionState.ANSWERED])
def test_slack_takes_the_longest_question(
    count: int, kind: AnswerKind, state: QuestionState
) -> None:
    long = replace(asked(*[ENDLESS] * count), text=ENDLESS, why=ENDLESS, answer_kind=kind)
    question = replace(long, state=state, answered_at=AT, closes_at=AT + timedelta(seconds=60))
    answers = [answer(ENDLESS, option="1")] * 4
    people = ["U0ADA00001"] * 30

    found = blocks.question(question, mentions=people, answers=answers, used_at=AT)

    assert problems(list(found.blocks)) == []
    assert total_text(found.blocks) < 12_000
    assert problems(list(blocks.form(question)["blocks"]), most=100) == []


def test_the_modal_fits_its_limits() -> None:
    form = blocks.form(asked(text=ENDLESS, number=10**17))

    assert all(len(form[name]["text"]) <= 24 for name in ("title", "submit", "close"))
    assert len(form["private_metadata"]) <= 3_000
    assert form["private_metadata"] == str(10**17)


def test_a_question_that_mentions_nobody_says_so_only_while_it_is_open() -> None:
    question = asked("SQLite", "PostgreSQL")

    assert "🌙" in said(blocks.question(question, mentions=None))
    assert "🌙" not in said(blocks.question(question, mentions=["U0ADA00001"]))
    assert "🌙" not in said(blocks.question(question)), "it is for nobody"
    over = answered(question)
    assert "🌙" not in said(blocks.question(over, mentions=None, answers=[answer()]))
