"""How an agent from outside joins the stories."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.kinds import guests
from conformance.steps import Ask, AskOn, End, Flood, needs, read_script, write_script
from conformance.stories import STORIES

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

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
