from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coffee_daemon.reply_files import distinct_name, safe_name

NAMES = {
    "plan.pdf": "plan.pdf",
    "../../etc/passwd": "passwd",
    "C:\\Users\\ada\\plan.pdf": "plan.pdf",
    ".bashrc": "bashrc",
    "...": "file",
    "": "file",
    "a\nb\x00c\u202ed.txt": "abcd.txt",
    "--force.txt": "force.txt",
    "~root": "root",
    "why? <b>.txt": "why_ _b_.txt",
    "café.txt": "café.txt",
    "nul.txt": "_nul.txt",
    "dots.and.spaces. ": "dots.and.spaces",
    "$(rm -rf).txt": "_(rm -rf).txt",
}


@pytest.mark.parametrize("given_name", NAMES)
def test_a_name_is_one_visible_part(given_name: str) -> None:
    assert safe_name(given_name) == NAMES[given_name]


def test_a_long_name_keeps_its_ending() -> None:
    name = safe_name("é" * 500 + ".pdf")

    assert name.endswith("é.pdf")
    assert len(name.encode()) <= 200


@given(st.text(max_size=300))
def test_whatever_is_chosen_the_name_is_safe(chosen: str) -> None:
    name = safe_name(chosen)

    assert name
    assert not set(name) & set('/\\<>:"|?*\0\n\r\t')
    assert not name.startswith((".", "-", "~", " "))
    assert not name.endswith((" ", "."))
    assert all(one.isprintable() for one in name)
    assert len(name.encode()) <= 200
    assert safe_name(name) == name


def test_names_that_differ_only_in_capitals_are_numbered() -> None:
    assert distinct_name("Plan.pdf", ["plan.pdf", "plan-2.PDF"]) == "Plan-3.pdf"
    assert distinct_name("notes", ["notes"]) == "notes-2"
    assert distinct_name("new.txt", ["old.txt"]) == "new.txt"
