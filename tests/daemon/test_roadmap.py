from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coffee_daemon.errors import RoadmapTrouble
from coffee_daemon.roadmap import Marked, PriorityStatus, RoadmapFile, mark, parse, read

if TYPE_CHECKING:
    from pathlib import Path

PLANNED, IN_PROGRESS, COMPLETE = (
    PriorityStatus.PLANNED,
    PriorityStatus.IN_PROGRESS,
    PriorityStatus.COMPLETE,
)

#: How people end a heading: what stands there, what it means, what Complete makes of it.
ENDINGS = [
    (" - 📝 Planned", PLANNED, " - ✅ Complete"),
    (" 🔄 In Progress", IN_PROGRESS, " ✅ Complete"),
    (" 🔄 IN PROGRESS", IN_PROGRESS, " ✅ COMPLETE"),
    (" ✅ COMPLETE", COMPLETE, " ✅ COMPLETE"),
    (" ✅ Completed", COMPLETE, " ✅ Completed"),
    (" - Planned", PLANNED, " - Complete"),
    (" — In Progress", IN_PROGRESS, " — Complete"),
    (" \u2013 in progress", IN_PROGRESS, " \u2013 complete"),
    (" (Planned)", PLANNED, " (Complete)"),
    (" [📝 Planned]", PLANNED, " [✅ Complete]"),
    (" **Planned**", PLANNED, " **Complete**"),
    (" Planned", PLANNED, " Complete"),
    (" In Progress", IN_PROGRESS, " Complete"),
    (": Planned", PLANNED, ": Complete"),
    (" | 🚧 In Progress", IN_PROGRESS, " | ✅ Complete"),
    (" In Progress 🔄", IN_PROGRESS, " Complete ✅"),
    (" 📝", PLANNED, " ✅"),
    (" 🔄\ufe0f In Progress ##", IN_PROGRESS, " ✅ Complete ##"),
]

#: How people write a status line.
STATUS_LINES = [
    ("**Status**: 📝 Planned", PLANNED, "**Status**: ✅ Complete"),
    ("**Status:** 🔄 In Progress", IN_PROGRESS, "**Status:** ✅ Complete"),
    ("**Status**: In Progress (since Monday)", IN_PROGRESS, "**Status**: Complete (since Monday)"),
    ("- **Status**: PLANNED", PLANNED, "- **Status**: COMPLETE"),
    ("Status: planned", PLANNED, "Status: complete"),
    ("> __Status__: **In-Progress**", IN_PROGRESS, "> __Status__: **Complete**"),
    ("**Status**: 📝", PLANNED, "**Status**: ✅"),
    ("**Status**: ✅ Complete", COMPLETE, "**Status**: ✅ Complete"),
]


@pytest.mark.parametrize("hashes", ["##", "###"])
@pytest.mark.parametrize(("ending", "status", "complete"), ENDINGS)
def test_a_status_at_the_end_of_a_heading_is_read_and_changed(
    hashes: str, ending: str, status: PriorityStatus, complete: str
) -> None:
    text = f"{hashes} PRIORITY 2.6: CI Testing{ending}\n\nRun it.\n"

    [found] = parse(text)

    assert (found.key, found.heading_title, found.status) == ("2.6", "CI Testing", status)
    expected = f"{hashes} PRIORITY 2.6: CI Testing{complete}\n\nRun it.\n"
    assert mark(text, "2.6", COMPLETE) == expected


@pytest.mark.parametrize(("line", "status", "complete"), STATUS_LINES)
def test_a_status_line_is_read_and_changed(
    line: str, status: PriorityStatus, complete: str
) -> None:
    text = f"### PRIORITY 1: Greet\n\n{line}\n\nSay hello.\n"

    [found] = parse(text)

    assert found.status is status
    assert mark(text, "1", COMPLETE) == f"### PRIORITY 1: Greet\n\n{complete}\n\nSay hello.\n"


@pytest.mark.parametrize(
    "heading",
    [
        "### PRIORITY 1: Greet",
        "## Priority 1: Greet",
        "### **PRIORITY 1: Greet**",
        "### **PRIORITY 1**: Greet",
        "### 🔴 PRIORITY 1: Greet",
        "### PRIORITY 1 - Greet",
        "### PRIORITY 1 — Greet",
        "   ### PRIORITY 1: Greet ###",
        "\ufeff### PRIORITY 1: Greet",
    ],
)
def test_headings_are_read_with_good_will(heading: str) -> None:
    [found] = parse(f"{heading}\n")

    assert (found.key, found.heading_title) == ("1", "Greet")


@pytest.mark.parametrize(
    "line",
    [
        "PRIORITY 1: Greet",
        "    ### PRIORITY 1: Greet",
        "> ### PRIORITY 1: Greet",
        "## Priority 1 items",
        "###PRIORITY 1: Greet",
        "### PRIORITY one: Greet",
        "####### PRIORITY 1: Greet",
    ],
)
def test_other_lines_are_no_priorities(line: str) -> None:
    assert parse(f"{line}\n") == []


@pytest.mark.parametrize(
    "title",
    [
        "Make the tour complete",
        "Show what is planned",
        "Not Complete",
        "Well-planned",
        "Rename __init__",
        "Use **kwargs**",
        "Escape `<b>` & co",
    ],
)
def test_a_title_keeps_its_own_words(title: str) -> None:
    [found] = parse(f"### PRIORITY 1: {title}\n")

    assert (found.heading_title, found.status) == (title, PLANNED)


def test_a_bare_word_belongs_to_the_title_when_a_status_line_follows() -> None:
    text = "### PRIORITY 1: Finish What Is In Progress\n**Status**: 📝 Planned\n"

    [found] = parse(text)

    assert (found.heading_title, found.status) == ("Finish What Is In Progress", PLANNED)
    assert mark(text, "1", IN_PROGRESS) == text.replace("📝 Planned", "🔄 In Progress")


def test_the_body_ends_at_the_next_heading() -> None:
    text = "# Roadmap\n\n### PRIORITY 1: One\n\nFirst `a < b`.\n\n  indented\n\n#### Notes\n\nNo.\n"

    [one] = parse(text)

    assert (one.body, one.line) == ("First `a < b`.\n\n  indented", 3)
    assert one.words == "PRIORITY 1: One\n\nFirst `a < b`.\n\n  indented"
    assert one.name == "PRIORITY 1 - One"


@pytest.mark.parametrize("fence", ["```", "~~~", "`````md", "  ~~~~ text"])
def test_fenced_code_holds_no_priority_and_no_status(fence: str) -> None:
    closing = fence.strip().rstrip("abcdefghijklmnopqrstuvwxyz ")
    example = f"{fence}\n### PRIORITY 9: Example\n**Status**: ✅ Complete\n{closing}"
    text = f"### PRIORITY 1: One\n{example}\n**Status**: Planned\n"

    [one] = parse(text)

    assert (one.key, one.status) == ("1", PLANNED)
    assert one.body == f"{example}\n**Status**: Planned"
    assert mark(text, "1", COMPLETE) == text.replace("Planned", "Complete")
    assert mark(text, "9", COMPLETE) is None


def test_a_shorter_fence_does_not_close_a_longer_one() -> None:
    text = "````\n```\n### PRIORITY 9: Example\n```\n````\n### PRIORITY 1: Real\n"

    assert [one.key for one in parse(text)] == ["1"]


def test_a_priority_that_was_commented_out_is_not_started() -> None:
    text = "<!--\n### PRIORITY 1: Later\n-->\n<!-- a note -->\n### PRIORITY 2: Now\n"

    assert [one.key for one in parse(text)] == ["2"]


def test_the_first_of_two_same_keys_counts_and_the_other_is_told() -> None:
    text = "### PRIORITY 1: One - Planned\n### PRIORITY 2: Two\n### PRIORITY 1: Again - Planned\n"

    roadmap = read(text)

    assert [one.heading_title for one in roadmap.priorities] == ["One", "Two"]
    assert roadmap.warnings == (
        "PRIORITY 1 stands in the roadmap more than once: line 1 counts, line 3 is ignored.",
    )
    assert mark(text, "1", COMPLETE) == text.replace("One - Planned", "One - Complete")


def test_a_persons_own_status_word_is_left_alone() -> None:
    text = "### PRIORITY 1: One\n**Status**: ⏸️ Blocked by legal\n"

    [found] = parse(text)

    assert found.status is PriorityStatus.OTHER
    assert mark(text, "1", IN_PROGRESS) is None


def test_what_is_called_complete_in_one_place_is_complete() -> None:
    text = "### PRIORITY 1: One - 📝 Planned\n**Status**: ✅ Complete\n"

    assert parse(text)[0].status is COMPLETE
    assert mark(text, "1", COMPLETE) == text.replace("📝 Planned", "✅ Complete")


def test_without_a_status_there_is_nothing_to_change() -> None:
    assert mark("### PRIORITY 1: One\n\nText.\n", "1", COMPLETE) is None


STATUS_WORDS = {PLANNED: "Planned", IN_PROGRESS: "In Progress", COMPLETE: "Complete"}
EMOJIS = {PLANNED: "📝", IN_PROGRESS: "🔄", COMPLETE: "✅"}

plain = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r\n"), max_size=40)
prose = plain.filter(lambda line: not line.strip(" \ufeff").startswith(("#", "`", "~", "<!--")))
quiet = prose.filter(lambda line: "status" not in line.casefold())
titles = st.text("abc xyz&<>`'", min_size=1, max_size=20).map(lambda words: f"T{words}.")


@st.composite
def sections(draw: st.DrawFn) -> tuple[list[str], PriorityStatus, tuple[str, str]]:
    """The lines of one priority around its status, and the word and emoji that tell it."""
    status = draw(st.sampled_from(list(STATUS_WORDS)))
    upper = draw(st.booleans())
    emoji = draw(st.booleans())
    word = STATUS_WORDS[status].upper() if upper else STATUS_WORDS[status]
    title = draw(titles)
    below = draw(st.lists(quiet, max_size=4))
    said = f"{EMOJIS[status]} {word}" if emoji else word
    if draw(st.booleans()):
        return [f"### PRIORITY {{key}}: {title} - {said}", *below], status, (said, word)
    lines = [f"### PRIORITY {{key}}: {title}", *below, f"**Status**: {said}"]
    return lines, status, (said, word)


@given(
    st.lists(sections(), min_size=1, max_size=4),
    st.lists(prose, max_size=3),
    st.sampled_from(["\n", "\r\n", "\r"]),
    st.sampled_from(list(STATUS_WORDS)),
    st.data(),
)
def test_marking_changes_one_status_and_not_one_byte_more(
    parts: list[tuple[list[str], PriorityStatus, tuple[str, str]]],
    opening: list[str],
    end: str,
    to: PriorityStatus,
    data: st.DataObject,
) -> None:
    chosen = data.draw(st.integers(0, len(parts) - 1))

    def written(changed: int | None) -> str:
        lines = list(opening)
        for index, (section, status, (said, word)) in enumerate(parts):
            new = STATUS_WORDS[to].upper() if word.isupper() else STATUS_WORDS[to]
            replaced = said.replace(word, new).replace(EMOJIS[status], EMOJIS[to])
            for line in section:
                own = line.endswith((f"- {said}", f"**Status**: {said}"))
                if changed == index and own:
                    line = line.removesuffix(said) + replaced  # noqa: PLW2901 reads best so
                lines.append(line.replace("{key}", str(index + 1)))
        return end.join([*lines, ""])

    before = written(None)

    after = mark(before, str(chosen + 1), to)

    assert after == written(chosen)
    statuses = {one.key: one.status for one in parse(after)}
    expected = {str(index + 1): part[1] for index, part in enumerate(parts)}
    assert statuses == {**expected, str(chosen + 1): to}


WORDS = ["One", "Planned", "complete", "IN PROGRESS", "not ", " - ", "(", ")", "**", "_", ":", "\t"]
EMOJI = ["📝", "✅", "🔄\ufe0f", "🚧"]
LINES = ["### PRIORITY 1: ", "## PRIORITY 2.1 - ", "**Status**: ", "Status:", "#", "\ufeff"]
TURNS = ["\n", "\r\n", "\r", "```\n", "~~~\n", "<!--", "-->", "\x0c", "\u2028", "|", " "]
pieces = st.sampled_from([*WORDS, *EMOJI, *LINES, *TURNS])


@given(st.lists(pieces, max_size=30).map("".join))
def test_no_text_breaks_the_reading(text: str) -> None:
    for one in parse(text):
        for status in STATUS_WORDS:
            after = mark(text, one.key, status)
            if after is not None:
                again = next(other for other in parse(after) if other.key == one.key)
                assert again.status is status


def test_the_file_keeps_its_bytes_mode_and_line_ends(tmp_path: Path) -> None:
    path = tmp_path / "ROADMAP.md"
    before = b"\xef\xbb\xbf# R\xe9\r\n### PRIORITY 1: One - Planned\r\n\r\nOld \xff bytes\r\n"
    path.write_bytes(before)
    path.chmod(0o640)

    assert RoadmapFile(path).mark("1", IN_PROGRESS) is Marked.WRITTEN

    assert path.read_bytes() == before.replace(b"Planned", b"In Progress")
    assert os.listdir(tmp_path) == ["ROADMAP.md"]  # noqa: PTH208 only the names matter
    if sys.platform != "win32":
        assert path.stat().st_mode & 0o777 == 0o640


@pytest.mark.skipif(sys.platform == "win32", reason="links need a privilege there")
def test_a_linked_roadmap_stays_a_link(tmp_path: Path) -> None:
    target = tmp_path / "real.md"
    target.write_text("### PRIORITY 1: One - Planned\n", encoding="utf-8")
    link = tmp_path / "ROADMAP.md"
    link.symlink_to("real.md")

    assert RoadmapFile(link).mark("1", COMPLETE) is Marked.WRITTEN

    assert link.is_symlink()
    assert target.read_text(encoding="utf-8") == "### PRIORITY 1: One - Complete\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("### PRIORITY 1: One - Planned\n", Marked.WRITTEN),
        ("### PRIORITY 1: One - In Progress\n", Marked.ALREADY),
        ("### PRIORITY 1: One - Complete\n", Marked.OVERRULED),
        ("### PRIORITY 1: One\n**Status**: Blocked\n", Marked.OVERRULED),
        ("### PRIORITY 1: One\n", Marked.UNMARKED),
        ("### PRIORITY 1: Another one - Planned\n", Marked.GONE),
        ("### PRIORITY 2: One - Planned\n", Marked.GONE),
    ],
)
def test_what_a_person_changed_meanwhile_is_left_alone(
    tmp_path: Path, text: str, expected: Marked
) -> None:
    path = tmp_path / "ROADMAP.md"
    path.write_text(text, encoding="utf-8")

    found = RoadmapFile(path).mark("1", IN_PROGRESS, title="One", expected={PLANNED})

    assert found is expected
    if expected is not Marked.WRITTEN:
        assert path.read_text(encoding="utf-8") == text


class EditedMeanwhile(RoadmapFile):
    """A person saves a line twice, each time just after the file was read."""

    edits = 2

    def _bytes(self) -> bytes:
        data = super()._bytes()
        if self.edits:
            self.edits -= 1
            self.path.write_bytes(data + b"A line of a person's.\n")
        return data


def test_a_person_who_saves_at_that_moment_loses_nothing_and_the_mark_comes(tmp_path: Path) -> None:
    path = tmp_path / "ROADMAP.md"
    path.write_text("### PRIORITY 1: One - 📝 Planned\n", encoding="utf-8")

    found = EditedMeanwhile(path).mark("1", COMPLETE)

    assert found is Marked.WRITTEN
    text = path.read_text(encoding="utf-8")
    assert text == "### PRIORITY 1: One - ✅ Complete\n" + 2 * "A line of a person's.\n"


def test_an_edit_is_seen_at_the_next_reading(tmp_path: Path) -> None:
    path = tmp_path / "ROADMAP.md"
    path.write_text("### PRIORITY 1: One\n", encoding="utf-8")
    roadmap = RoadmapFile(path)
    assert roadmap.read() is roadmap.read()

    path.write_text("### PRIORITY 1: One\n### PRIORITY 2: Two\n", encoding="utf-8")

    assert [one.key for one in roadmap.read().priorities] == ["1", "2"]


def test_a_missing_file_is_told_in_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(RoadmapTrouble, match="No such file"):
        RoadmapFile(tmp_path / "ROADMAP.md").read()
