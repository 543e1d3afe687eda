"""Pure parts: what people type, whom a text notifies, what Block Kit allows."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coffee_bot.sandbox.blocks import named, problems
from coffee_bot.sandbox.ids import Stamps, from_micros, to_micros
from coffee_bot.sandbox.markup import escape, pings, typed, unescape
from coffee_bot.sandbox.seed import ADA, DEV, coffee_house

HOUSE = coffee_house(bot_name="code_developer", now=0)


def text(words: str, kind: str = "plain_text") -> dict[str, str]:
    return {"type": kind, "text": words}


def section(**parts: Any) -> dict[str, Any]:
    return {"type": "section", **parts}


def button(**parts: Any) -> dict[str, Any]:
    return {"type": "button", "action_id": "a", "text": text("Go"), **parts}


@pytest.mark.parametrize(
    ("words", "stored"),
    [
        ("a < b && c > d", "a &lt; b &amp;&amp; c &gt; d"),
        ("@ada look", f"<@{ADA}> look"),
        (f"<@{ADA}> look", f"<@{ADA}> look"),
        ("@nobody look", "@nobody look"),
        ("ada@dev.example", "ada@dev.example"),
        ("<!channel>", "&lt;!channel&gt;"),
        ("@here", "<!here>"),
        ("see #dev", f"see <#{DEV}|dev>"),
        ("fix #12", "fix #12"),
        ("see https://a.example/?b=1&c=2.", "see <https://a.example/?b=1&amp;c=2>."),
    ],
)
def test_what_people_type_is_stored_as_slack_stores_it(words: str, stored: str) -> None:
    assert typed(HOUSE, words) == stored


def test_commands_carry_names_in_their_mentions() -> None:
    assert typed(HOUSE, "tell @ada", named=True) == f"tell <@{ADA}|ada>"


@given(st.text())
def test_escaped_text_comes_back_and_notifies_nobody(words: str) -> None:
    assert unescape(escape(words)) == words
    assert pings(escape(words), [], link_names=False) == []


def test_names_are_live_only_when_linking_is_asked_for() -> None:
    assert pings("@channel hello", [], link_names=False) == []
    assert pings("@channel hello", [], link_names=True) == [("channel", "")]


def test_rich_text_notifies_by_its_elements() -> None:
    elements = [{"type": "user", "user_id": ADA}, {"type": "broadcast", "range": "here"}]
    block = {
        "type": "rich_text",
        "elements": [{"type": "rich_text_section", "elements": elements}],
    }

    assert pings("", [block], link_names=False) == [("user", ADA), ("here", "")]


@pytest.mark.parametrize(
    "block",
    [
        section(text=text("x" * 3_000, "mrkdwn")),
        section(fields=[text("x" * 2_000)] * 10),
        section(text=text("x"), accessory=button(value="x" * 2_000)),
        {"type": "header", "text": text("x" * 150)},
        {"type": "context", "elements": [text("x", "mrkdwn")] * 10},
        {"type": "actions", "elements": [button(action_id=str(n)) for n in range(25)]},
        {"type": "divider"},
        {"type": "markdown", "text": "x" * 12_000},
        {"type": "image", "image_url": "https://a.example/b.png", "alt_text": "b"},
    ],
)
def test_a_block_at_its_limit_is_fine(block: dict[str, Any]) -> None:
    assert problems([block]) == []


@pytest.mark.parametrize(
    ("block", "place"),
    [
        (section(), "/blocks/0"),
        (section(text=text("x" * 3_001, "mrkdwn")), "/blocks/0/text/text"),
        (section(text=text("")), "/blocks/0/text/text"),
        (section(text="x"), "/blocks/0/text"),
        (section(fields=[text("x")] * 11), "/blocks/0/fields"),
        (section(fields=[text("x" * 2_001)]), "/blocks/0/fields/0/text"),
        (section(text=text("x"), accessory=button(value="x" * 2_001)), "/blocks/0/accessory/value"),
        (section(text=text("x"), block_id="x" * 256), "/blocks/0/block_id"),
        ({"type": "header", "text": text("x", "mrkdwn")}, "/blocks/0/text"),
        ({"type": "context", "elements": [text("x")] * 11}, "/blocks/0/elements"),
        ({"type": "actions", "elements": []}, "/blocks/0"),
        ({"type": "actions", "elements": [button()] * 26}, "/blocks/0/elements"),
        ({"type": "actions", "elements": [button()] * 2}, "/blocks/0/elements/1"),
        (
            {"type": "actions", "elements": [button(text=text("x" * 76))]},
            "/blocks/0/elements/0/text/text",
        ),
        ({"type": "actions", "elements": [button(style="loud")]}, "/blocks/0/elements/0/style"),
        ({"type": "actions", "elements": [{"type": "lever"}]}, "/blocks/0/elements/0/type"),
        ({"type": "markdown", "text": "x" * 12_001}, "/blocks/0/text"),
        ({"type": "image", "image_url": "https://a.example/b.png"}, "/blocks/0"),
        ({"type": "marquee"}, "/blocks/0/type"),
    ],
)
def test_a_block_beyond_its_limit_is_named(block: dict[str, Any], place: str) -> None:
    assert any(problem.endswith(f"[json-pointer:{place}]") for problem in problems([block]))


def test_ids_are_unique_where_slack_wants_them_unique() -> None:
    row = {"type": "actions", "elements": [button()]}

    assert problems([row, row]) == []
    assert problems([{**row, "block_id": "b"}, {**row, "block_id": "b"}]) != []


def test_blocks_without_ids_are_given_some() -> None:
    (block,) = named([{"type": "actions", "elements": [{"type": "button", "text": text("Go")}]}])

    assert block["block_id"]
    assert block["elements"][0]["action_id"]


@given(st.integers(min_value=0, max_value=9_999_999_999_999_999))
def test_times_are_exact(micros: int) -> None:
    assert to_micros(from_micros(micros)) == micros


@given(st.lists(st.floats(min_value=0, max_value=4e9), max_size=20))
def test_times_rise_whatever_the_clock_does(clock: list[float]) -> None:
    stamps = Stamps()
    handed = [to_micros(stamps.next(now)) for now in clock]

    assert handed == sorted(set(handed))
