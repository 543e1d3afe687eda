from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coffee_bot.intent import (
    VERBS,
    Intent,
    Misunderstood,
    Role,
    parse_command,
    read_exact,
    read_language,
)

#: The keywords of the specification's task 4.1.
TELL_KEYWORDS = (
    "ask daemon",
    "tell daemon",
    "daemon implement",
    "daemon work on",
    "daemon start working",
    "daemon please",
    "ask code_developer",
    "tell code_developer",
)
STATUS_KEYWORDS = (
    "daemon status",
    "what is daemon doing",
    "is daemon working",
    "daemon progress",
    "what's daemon working on",
    "code_developer status",
)
CONTROL = ("start", "stop", "restart")


def understood(found: Intent | Misunderstood | None) -> Intent:
    assert isinstance(found, Intent)
    return found


def test_the_verbs_are_those_that_were_asked_for() -> None:
    expected = (
        "status start stop restart pause focus resume tell tasks show interrupt cancel retry"
        " first last move hold release cost metrics history continue"
        " questions answer notifications notify here pin unpin roles audit help"
    )
    assert expected.split() == list(VERBS)


def test_each_verb_that_changes_something_needs_a_role_that_the_settings_give() -> None:
    changing = [verb for verb in VERBS.values() if verb.changes]
    needed = {role: {verb.name for verb in changing if verb.role is role} for role in Role}

    assert needed == {
        Role.NOBODY: set(),
        Role.VIEWER: set(),
        Role.ANSWERER: {"tell", "answer", "interrupt", "retry"},
        Role.OPERATOR: {"start", "stop", "restart", "pause", "resume", "cancel"}
        | {"first", "last", "move", "hold", "release", "focus", "pin", "unpin"},
        Role.ADMIN: {"continue", "here"},
    }


def test_nothing_at_all_is_a_cry_for_help() -> None:
    assert Intent(verb="help") == parse_command("  ")


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("status", Intent(verb="status")),
        ("  STATUS  ", Intent(verb="status")),
        ("Stop", Intent(verb="stop")),
        ("tell fix the login", Intent(verb="tell", text="fix the login")),
        ("tell\nfix it", Intent(verb="tell", text="fix it")),
        ('tell say "hi there"', Intent(verb="tell", text='say "hi there"')),
        ("tell is it done?", Intent(verb="tell", text="is it done?", wants_answer=True)),
        ("pause 2h", Intent(verb="pause", text="2h")),
        ("pause until monday 9:00", Intent(verb="pause", text="until monday 9:00")),
        ("resume", Intent(verb="resume")),
        ("focus 2h", Intent(verb="focus", text="2h")),
        (
            "focus until 9:00 on #12",
            Intent(verb="focus", text="until 9:00", number=12),
        ),
        ("focus OFF", Intent(verb="focus", text="off")),
        ("show #12", Intent(verb="show", number=12)),
        ("cancel 12", Intent(verb="cancel", number=12)),
        ("cancel #12", Intent(verb="cancel", number=12)),
        ("move 12 before #13", Intent(verb="move", number=12, other=13, text="before")),
        ("move #12 After 13", Intent(verb="move", number=12, other=13, text="after")),
        ("answer 12 use postgres", Intent(verb="answer", number=12, text="use postgres")),
        ("answer #12: use postgres", Intent(verb="answer", number=12, text="use postgres")),
        ("answer 12\nuse\n\npostgres", Intent(verb="answer", number=12, text="use\n\npostgres")),
        ("answer 12 7", Intent(verb="answer", number=12, text="7")),
    ],
)
def test_a_command_is_read(typed: str, expected: Intent) -> None:
    assert expected == parse_command(typed)


@pytest.mark.parametrize(
    "typed",
    [
        "status now",
        "stop please",
        "tell",
        "pause",
        "pause the deploy",
        "pause 2 tests. Then go on",
        "resume 2h",
        "focus",
        "focus on 12",
        "focus on the tests",
        "focus off 2h",
        "cancel",
        "cancel twelve",
        "cancel 12 13",
        "cancel 0",
        "cancel -1",
        "cancel 12.5",
        "cancel ١٢",
        "cancel " + "9" * 40,
        "answer",
        "answer 12",
        "answer use postgres",
        "answer 12use postgres",
        "move 12",
        "move 12 13",
        "move 12 behind 13",
        "move 12 before 13 after 14",
        "status --help",
    ],
)
def test_wrong_or_missing_arguments_get_the_usage_of_their_verb(typed: str) -> None:
    found = parse_command(typed)

    assert isinstance(found, Misunderstood)
    assert VERBS[typed.split(maxsplit=1)[0]] is found.verb


@pytest.mark.parametrize(
    ("typed", "close"), [("sttaus", "status"), ("anwser 12 x", "answer"), ("task", "tasks")]
)
def test_a_misspelled_verb_is_named(typed: str, close: str) -> None:
    found = parse_command(typed)

    assert isinstance(found, Misunderstood)
    assert found.verb is None
    assert VERBS[close] is found.close


def test_an_unknown_verb_of_any_size_is_no_command() -> None:
    found = parse_command("x" * 1_000_000)

    assert isinstance(found, Misunderstood)
    assert found.verb is found.close is None


@pytest.mark.parametrize("keyword", STATUS_KEYWORDS)
@pytest.mark.parametrize("shape", ["{}", "{}?", "Hey, {}?", "{} right now?", "please, {}", "{}!"])
def test_every_status_keyword_of_the_specification_is_understood(keyword: str, shape: str) -> None:
    assert Intent(verb="status") == read_language(shape.format(keyword))
    assert Intent(verb="status") == read_language(shape.format(keyword).upper())


@pytest.mark.parametrize("keyword", TELL_KEYWORDS)
@pytest.mark.parametrize("shape", ["{}", "Hi, {}", "please {}"])
def test_every_tell_keyword_of_the_specification_is_understood(keyword: str, shape: str) -> None:
    found = understood(read_language(f"{shape.format(keyword)} on the login page"))

    assert found.verb == "tell"
    assert found.text.endswith("on the login page")


@pytest.mark.parametrize(
    ("said", "text", "wants_answer"),
    [
        ("tell the daemon to fix the login", "fix the login", False),
        ("tell daemon fix the login", "fix the login", False),
        ("Tell Code_Developer: fix the login", "fix the login", False),
        ("tell the daemon that the key changed", "the key changed", False),
        ("could you please ask the daemon to fix it", "fix it", False),
        ("ask code_developer whether the tests pass", "whether the tests pass", True),
        ("ask the daemon: which database?", "which database?", True),
        ("ask daemon to look, will you?", "look, will you?", True),
        ("daemon implement the login", "implement the login", False),
        ("daemon, please fix the login", "fix the login", False),
        ("the daemon work on priority 3", "work on priority 3", False),
        ("daemon start working", "start working", False),
        ("daemon start working on priority 3", "start working on priority 3", False),
        ("daemon start working: fix the login", "start working: fix the login", False),
        ("daemon start working again, fix it", "start working again, fix it", False),
        ("tell the daemon to keep\n\n  my   lines", "keep\n\n  my   lines", False),
    ],
)
def test_work_is_handed_over_in_plain_words(said: str, text: str, *, wants_answer: bool) -> None:
    expected = Intent(verb="tell", text=text, wants_answer=wants_answer)
    assert expected == read_language(said)


@pytest.mark.parametrize(
    ("said", "verb"),
    [
        ("what are you doing?", "status"),
        ("What\u2019s the daemon working on?", "status"),
        ("are you still working?", "status"),
        ("is the daemon running at the moment?", "status"),
        ("ask the daemon status", "status"),
        ("show me the tasks", "tasks"),
        ("can you list the open questions?", "questions"),
        ("any questions?", "questions"),
        ("any news?", "notifications"),
        ("what can you do?", "help"),
        ("help", "help"),
        ("status?", "status"),
        ("Status, please", "status"),
        ("hey, tasks?", "tasks"),
        ("questions?", "questions"),
    ],
)
def test_plain_questions_are_understood(said: str, verb: str) -> None:
    assert Intent(verb=verb) == read_language(said)


@pytest.mark.parametrize(
    ("said", "verb"),
    [
        ("retry 12", "retry"),
        ("please try #12 again", "retry"),
        ("could you try task 12 again?", "retry"),
        ("do #12 next, please", "first"),
        ("put 12 first", "first"),
        ("put task 12 last", "last"),
        ("put 12 on hold", "hold"),
        ("release task 12", "release"),
    ],
)
def test_a_task_is_steered_in_plain_words_with_its_number(said: str, verb: str) -> None:
    assert Intent(verb=verb, number=12) == read_language(said)


@pytest.mark.parametrize(
    "said",
    [
        "",
        "   ",
        "the daemon status page is red",
        "I saw the daemon status page, what is daemon doing there",
        "we will ask daemon later",
        "don't tell daemon about it",
        "the daemon progress bar is ugly",
        "is daemon working hours a setting?",
        "ask daemon's owner",
        "ask daemonic forces",
        "tell daemon",
        "ask code_developer",
        "tell me a joke",
        "tell us what you think",
        "tell <@U012AB3CD> to fix it",
        "use postgres",
        "status page is red",
        "questions about the API?",
        "stop doing that",
        "start with the tests",
        "cancel the meeting",
        "answer the phone",
        "help wanted: a designer",
        "try the 12 again",
        "do 12 next week",
        "hold 12 meetings",
        "try 12 again and tell me why it failed",
    ],
)
def test_what_is_not_clearly_a_request_is_left_alone(said: str) -> None:
    assert read_language(said) is None


@pytest.mark.parametrize("verb", CONTROL)
@pytest.mark.parametrize(
    "shape",
    [
        "please {} the daemon",
        "{} the daemon",
        "daemon please {}",
        "tell the daemon to {}",
        "can you {}?",
        "{}!",
        "{} it",
    ],
)
def test_control_needs_the_exact_command(verb: str, shape: str) -> None:
    assert read_language(shape.format(verb)) is None
    assert Intent(verb=verb) == read_language(verb)
    assert Intent(verb=verb) == read_exact(f" {verb.title()} ")


@pytest.mark.parametrize("said", ["what are you doing?", "daemon status", "ask daemon to go on"])
def test_in_a_thread_only_exact_commands_count(said: str) -> None:
    assert read_exact(said) is None


def test_an_exact_tell_leaves_out_whom_it_is_for() -> None:
    assert Intent(verb="tell", text="use it") == read_exact("tell the daemon to use it")
    assert Intent(verb="tell", text="use it") == read_exact("tell use it")
    assert read_exact("tell me which one you like") is None


@given(st.text())
def test_anything_may_be_typed(typed: str) -> None:
    found = parse_command(typed)

    assert isinstance(found, Intent | Misunderstood)
    read_language(typed)


@given(
    st.integers(min_value=1, max_value=10**17),
    st.text(min_size=1).filter(lambda text: text.strip() == text),
)
def test_a_persons_words_are_kept_as_typed(number: int, words: str) -> None:
    assert Intent(verb="answer", number=number, text=words) == parse_command(
        f"answer {number} {words}"
    )
    told = understood(parse_command(f"tell {words}"))
    assert words == told.text


@given(st.text(string.ascii_lowercase + " ", min_size=1))
def test_a_sentence_that_goes_on_behind_a_phrase_is_no_request(more: str) -> None:
    assert read_language(f"the daemon status {more.strip()}x") is None
    assert read_language(f"{more.strip()}x the daemon status page is red") is None
