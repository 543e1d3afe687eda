from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Any

import pytest
from acp import RequestError, update_agent_message_text
from acp.schema import Cost, PermissionOption, ToolCallStart, ToolCallUpdate, UsageUpdate

from coffee_daemon.agents.acp import ending
from coffee_daemon.agents.acp.calls import Calls, call_of, words_of
from coffee_daemon.agents.acp.forms import fields_of, holds_secret
from coffee_daemon.agents.acp.hearing import Hearing
from coffee_daemon.agents.acp.ledger import keep_spent, spent_before
from coffee_daemon.agents.acp.ours import is_ours
from coffee_daemon.agents.acp.permissions import choices_of, matching
from coffee_daemon.agents.acp.voice import Voice
from coffee_daemon.agents.approvals import Choice, Grant
from coffee_daemon.tasks import TurnEnd

if TYPE_CHECKING:
    from pathlib import Path

ONCE = Choice(label="Allow", grant=Grant.ALLOW_ONCE, token="once")
ALWAYS = Choice(label="Always", grant=Grant.ALLOW_ALWAYS, token="always")
NO = Choice(label="No", grant=Grant.REJECT_ONCE, token="no")
NEVER = Choice(label="Never", grant=Grant.REJECT_ALWAYS, token="never")


def option(name: str, kind: str, token: str) -> PermissionOption:
    return PermissionOption.model_validate({"name": name, "kind": kind, "optionId": token})


def run(command: Any) -> dict[str, Any]:
    return {"kind": "execute", "title": "a shell", "rawInput": {"command": command}}


def test_options_are_the_agents_own_and_no_two_look_alike() -> None:
    told = choices_of(
        [
            option("Yes", "allow_once", "a"),
            option("Yes", "allow_always", "b"),
            option(" ", "reject_once", "c"),
            option("No\nway", "reject_always", "d"),
        ]
    )

    assert [one.label for one in told] == ["Yes", "Yes (allow always)", "reject once", "No way"]
    assert [one.token for one in told] == ["a", "b", "c", "d"]


@pytest.mark.parametrize(
    ("decided", "offered", "given"),
    [
        (ONCE, [ALWAYS, ONCE, NO], ONCE),
        (ALWAYS, [ONCE, NO], ONCE),
        (ONCE, [ALWAYS, NO], None),
        (NO, [ONCE, NO, NEVER], NO),
        (NEVER, [ONCE, NO], NO),
        (NO, [ONCE, NEVER], None),
        (ONCE, [NO], None),
    ],
)
def test_an_earlier_decision_never_grants_or_refuses_more_than_it_said(
    decided: Choice, offered: list[Choice], given: Choice | None
) -> None:
    assert matching(decided, offered) == given


def test_a_call_is_the_same_however_the_agent_describes_it() -> None:
    first = {**run("git push"), "rawInput": {"command": "git push", "description": "Publish"}}
    again = {**run("git push"), "rawInput": {"command": "git push", "description": "Send it"}}

    assert call_of(first).digest == call_of(again).digest
    assert call_of(first).digest != call_of(run("git push -f")).digest


def test_what_was_told_of_a_call_before_is_shown_with_its_request() -> None:
    calls = Calls()
    start = {"toolCallId": "1", "title": "bash", "kind": "execute", "rawInput": {"command": "ls"}}
    calls.learn(ToolCallStart.model_validate({"sessionUpdate": "tool_call", **start}))
    asked = ToolCallUpdate.model_validate({"toolCallId": "1", "title": "bash", "rawInput": {}})

    assert words_of(calls.asked(asked)) == "May I run this command?\nbash\ncommand: ls"


def test_a_diff_is_shown_and_what_is_too_long_is_told_as_cut() -> None:
    diff = {"type": "diff", "path": "a.py", "newText": "x" * 2_000}
    words = words_of({"kind": "edit", "title": "Edit a.py", "content": [diff]})

    assert words.startswith("May I edit this?\nEdit a.py\na.py becomes:\nxxx")
    assert "[... 500 characters more]" in words


@pytest.mark.parametrize(
    "told",
    [
        {"kind": "other", "title": "mcp__coffee__ask_human"},
        {"title": "ask_human (coffee MCP Server)"},
        {"kind": "other", "title": 'ask_human({"question": "Red?"}) (coffee MCP Server)'},
        {"title": "Tool: coffee/report_progress"},
        {"title": "coffee_ask_human"},
        run("coffee ask 'Which one; red?' --option red"),
        run('coffee report "half way (2 of 4)"'),
        run(["bash", "-lc", "coffee ask 'Red?'"]),
    ],
)
def test_asking_people_needs_nobodys_leave(told: dict[str, Any]) -> None:
    assert is_ours(told)


@pytest.mark.parametrize(
    "told",
    [
        run("coffee ask 'Red?'; rm -rf ."),
        run("coffee ask Red && rm -rf ."),
        run('coffee ask "$(cat secret)"'),
        run("coffee ask Red\nrm -rf ."),
        run("coffee ask 'it"),
        run("coffee answer 12 yes"),
        run("coffee ask"),
        run("./coffee ask Red"),
        run(["rm", "-rf", "."]),
        {"kind": "execute", "title": "mcp__coffee__ask_human"},
        {"title": "evil__ask_human"},
        {"title": "run mcp__coffee__ask_human"},
        {"title": "ask_human() { rm -rf .; }; ask_human #() (coffee MCP Server)"},
        {"title": "ask_human(eval('1')) (coffee MCP Server)"},
    ],
)
def test_whatever_else_a_call_does_needs_leave(told: dict[str, Any]) -> None:
    assert not is_ours(told)


FORM = {
    "properties": {
        "db": {"type": "string", "title": "Database", "enum": ["pg", "lite"]},
        "other": {"type": "string"},
        "fast": {"type": "boolean"},
        "tags": {"type": "array", "items": {"anyOf": [{"const": 1, "title": "One"}]}},
        "note": {"type": "string"},
        "port": {"type": "integer"},
    },
    "required": ["port"],
}


def test_a_form_asks_its_choices_and_what_it_requires() -> None:
    fields = {one.name: one for one in fields_of("Where to?", FORM)}

    assert list(fields) == ["db", "fast", "tags", "port"]
    assert fields["db"].text == "Where to?\nDatabase"
    assert fields["db"].labels == ("pg", "lite")
    assert fields["tags"].labels == ()
    assert "One" in fields["tags"].text


@pytest.mark.parametrize(
    ("name", "words", "label", "content"),
    [
        ("db", "lite", "lite", {"db": "lite"}),
        ("db", "Something else", None, {"other": "Something else"}),
        ("fast", "No", "No", {"fast": False}),
        ("fast", "maybe", None, None),
        ("tags", "one, 1", None, {"tags": [1]}),
        ("tags", "two", None, {"note": "two"}),
        ("port", "5432", None, {"port": 5432}),
        ("port", "about ten", None, None),
    ],
)
def test_an_answer_is_read_as_its_field_wants_it_or_not_at_all(
    name: str, words: str, label: str | None, content: dict[str, Any] | None
) -> None:
    fields = {one.name: one for one in fields_of("Where to?", FORM)}

    assert fields[name].read(words, label) == content


@pytest.mark.parametrize(
    ("schema", "secret"),
    [
        ({"properties": {"password": {"type": "string"}}}, True),
        ({"properties": {"key": {"type": "string", "title": "API key"}}}, True),
        ({"properties": {"it": {"type": "string", "format": "password"}}}, True),
        ({"properties": {"max_tokens": {"type": "integer"}}}, False),
        ({"properties": {"auth token": {"type": "string", "enum": ["keep", "renew"]}}}, False),
    ],
)
def test_a_form_that_wants_a_secret_is_known(schema: dict[str, Any], secret: bool) -> None:
    assert holds_secret(schema) is secret


@pytest.mark.parametrize(
    ("reason", "end"),
    [
        ("end_turn", TurnEnd.OK),
        ("refusal", TurnEnd.FAILED),
        ("max_tokens", TurnEnd.FAILED),
        ("max_turn_requests", TurnEnd.FAILED),
        ("cancelled", TurnEnd.FAILED),
        ("something new", TurnEnd.FAILED),
    ],
)
def test_only_a_turn_that_the_agent_has_ended_itself_is_well(reason: str, end: TurnEnd) -> None:
    outcome = ending.ended(reason, "Done.")

    assert outcome.end is end
    assert outcome.summary.endswith("Done.")


@pytest.mark.parametrize("reason", ["cancelled", "end_turn"])
def test_a_turn_that_ended_at_a_denied_call_is_not_done_and_says_which(reason: str) -> None:
    outcome = ending.ended(reason, "", denied="git push")

    assert outcome.end is TurnEnd.FAILED
    assert outcome.summary.endswith("because this was denied: git push")


def test_an_agent_that_did_without_a_denied_call_is_done() -> None:
    assert ending.ended("end_turn", "Did without.", denied="git push").end is TurnEnd.OK
    assert "denied" not in ending.ended("refusal", "", denied="git push").summary


def test_an_answer_is_told_in_full_and_a_result_by_its_end() -> None:
    said = "\n".join(f"line {number}" for number in range(1_000))

    assert ending.ended("end_turn", said, wants_answer=True).summary == said
    short = ending.ended("end_turn", said).summary
    assert short.startswith("line ")
    assert len(short) < 3_000


def test_a_usage_limit_is_told_apart_from_other_errors() -> None:
    limit = RequestError(-32603, "Internal error: You've hit your 5-hour limit · resets in 2 hours")
    outcome = ending.limited(limit, None)

    assert outcome is not None
    assert outcome.end is TurnEnd.LIMITED
    assert outcome.until is not None
    assert ending.limited(RequestError.internal_error({"details": "no such model"}), None) is None


@pytest.mark.parametrize(
    "error",
    [
        RequestError(500, "You have exhausted your daily quota on this model."),
        RequestError(429, "Later, please."),
        RequestError.internal_error({"details": "RESOURCE_EXHAUSTED"}),
    ],
)
def test_a_usage_limit_without_a_time_leaves_it_to_the_daemon(error: RequestError) -> None:
    outcome = ending.limited(error, None)

    assert outcome is not None
    assert (outcome.end, outcome.until) == (TurnEnd.LIMITED, None)


def test_an_agent_that_talks_of_limits_and_ends_well_has_met_none() -> None:
    assert ending.ended("end_turn", "Rate limit exceeded is told now.").end is TurnEnd.OK


def test_what_mode_an_agent_works_in_is_no_word_of_its_result() -> None:
    out = BytesIO()
    voice = Voice(out)
    hearing = Hearing(Calls(), voice)

    hearing.hear(update_agent_message_text("[MODE_UPDATE] autoEdit"))
    hearing.hear(update_agent_message_text("Done, with [MODE_UPDATE] in it."))

    assert voice.closing == "Done, with [MODE_UPDATE] in it."
    assert out.getvalue().startswith(b"- its mode is now autoEdit\n")


@pytest.mark.parametrize(
    ("before", "told", "cost"),
    [(0.0, 0.25, 0.25), (0.5, 0.75, 0.25), (0.5, 0.25, 0.25), (0.5, None, None)],
)
def test_a_turn_costs_what_the_conversation_did_not_cost_before(
    before: float, told: float | None, cost: float | None
) -> None:
    hearing = Hearing(Calls(), Voice(BytesIO()))
    hearing.begin(before)
    if told is not None:
        spent = Cost(amount=told, currency="USD")
        hearing.hear(UsageUpdate(session_update="usage_update", used=1, size=2, cost=spent))

    assert hearing.cost == cost


def test_only_the_same_conversations_cost_counts(tmp_path: Path) -> None:
    for number, session in enumerate(("mine", "mine", "other"), start=1):
        (tmp_path / f"7-{number}").mkdir()
        keep_spent(tmp_path / f"7-{number}", session, float(number))
    (tmp_path / "7-4").mkdir()
    (tmp_path / "7-4" / "spent.json").write_text("{torn")

    assert spent_before(tmp_path / "7-5", 7, "mine") == 2.0
    assert spent_before(tmp_path / "7-5", 8, "mine") == 0.0


def test_neither_words_nor_lines_run_into_the_other() -> None:
    out = BytesIO()
    voice = Voice(out)
    voice.think("Let me")
    voice.think(" see.")
    voice.say("I look.")
    voice.working("ls\n-l")
    voice.say("All ")
    voice.say("good.")

    assert out.getvalue().decode() == "(thinks) Let me see.\nI look.\n> ls -l\nAll good."
    assert voice.closing == "All good."


def from_codex(number: int, command: str) -> dict[str, Any]:
    given = {
        "call_id": f"call_{number}",
        "turn_id": f"turn-{number}",
        "started_at_ms": number,
        "command": ["/bin/bash", "-lc", command],
        "reason": f"I want it, {number}",
    }
    return {"kind": "execute", "title": command, "rawInput": given}


def test_codex_numbers_of_a_call_do_not_make_it_another_one() -> None:
    first, again = from_codex(1, "git push"), from_codex(2, "git push")

    assert call_of(first).digest == call_of(again).digest
    assert call_of(first).digest != call_of(from_codex(1, "git push -f")).digest
    assert "turn" not in words_of(first)


def test_a_call_that_differs_in_a_number_of_its_own_is_another_one() -> None:
    first, other = (
        {"kind": "other", "title": "hang up", "rawInput": {"call_id": number}} for number in (1, 2)
    )

    assert call_of(first).digest != call_of(other).digest
