"""How an agent from outside joins the stories."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from conformance.claude_kind import ClaudeKind
from conformance.kinds import guests
from conformance.npm_kinds import NPM_KINDS
from conformance.steps import Ask, AskOn, End, Flood, needs, read_script, write_script
from conformance.stories import STORIES

if TYPE_CHECKING:
    import pytest

REFERENCE = Path(__file__).parents[2] / "docs" / "reference" / "agents.md"
GUEST = """
from conformance.kinds import CommandKind

KIND = CommandKind(name="guest")
"""


def test_a_kind_of_anybodys_own_joins_by_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "guest_kind.py").write_text(GUEST)
    monkeypatch.syspath_prepend(tmp_path)

    [kind] = guests({"COFFEE_TEST_KIND": "guest_kind:KIND"})

    assert kind.name == "guest"
    assert all(story.suits(kind) for story in STORIES)
    assert guests({}) == ()


def test_a_script_comes_out_of_its_file_as_it_went_in(tmp_path: Path) -> None:
    script = ((AskOn("Red?", ("Yes", "No")), Flood(9)), (Ask("Round?"), End("Over.")))
    path = tmp_path / "script.json"

    write_script(path, script)

    assert read_script(path) == script
    assert needs(script) == {AskOn, Flood, Ask, End}


def test_the_docs_say_how_many_stories_each_real_agent_is_played() -> None:
    page = REFERENCE.read_text(encoding="utf-8")
    told = {name: int(number) for name, number in re.findall(r"\| `([\w-]+)` \| (\d+) \|", page)}
    kinds = (ClaudeKind(), *NPM_KINDS)

    assert told == {one.name: sum(story.suits(one) for story in STORIES) for one in kinds}
    assert f"Of the {len(STORIES)} [stories]" in page
