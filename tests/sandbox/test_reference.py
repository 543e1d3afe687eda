"""The sandbox's page in the reference says what there is, and nothing else."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

from coffee_bot.sandbox import Effect, Fault, Moment, Rates, Settings
from coffee_bot.sandbox.control import VERBS
from coffee_bot.sandbox.faults import POSSIBLE, SECONDS

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "sandbox.md"


def rows(first: str) -> dict[str, list[str]]:
    """Return the table whose head begins with `first`: first cell -> the others."""
    _, _, rest = PAGE.read_text(encoding="utf-8").partition(f"\n| {first} |")
    table, _, _ = rest.partition("\n\n")
    cells = [[cell.strip() for cell in row.split("|")[1:-1]] for row in table.splitlines()[2:]]
    return {row[0].strip("`"): row[1:] for row in cells}


def test_every_setting_is_described() -> None:
    assert list(rows("setting")) == [one.name for one in fields(Settings)]


def test_every_moment_is_described() -> None:
    assert list(rows("moment")) == [moment.value for moment in Moment]


def test_every_effect_is_described_with_its_moments_and_seconds() -> None:
    described = rows("effect")
    assert list(described) == [effect.value for effect in Effect]
    for effect in Effect:
        moments, _, seconds = described[effect.value]
        where = [moment.value for moment in Moment if effect in POSSIBLE[moment]]
        assert moments.split(", ") == where
        assert (float(seconds) if seconds else None) == SECONDS.get(effect)


def test_every_field_of_a_fault_is_described() -> None:
    assert sorted(rows("field")) == sorted(one.name for one in fields(Fault))


def test_every_rate_is_described() -> None:
    assert list(rows("rate")) == list(Rates.NAMES)
    page = PAGE.read_text(encoding="utf-8")

    assert [one.name for one in fields(Rates) if f"`{one.name}`" not in page] == []


def test_every_verb_of_the_control_api_is_described() -> None:
    posts = re.findall(r"^\| `POST /sandbox/(\w+)`", PAGE.read_text(encoding="utf-8"), re.MULTILINE)

    assert sorted(posts) == sorted(VERBS)
