"""Every story with every kind of agent that can play it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from conformance.acp_kinds import ACP_KINDS
from conformance.claude_kind import ClaudeKind
from conformance.kinds import KINDS
from conformance.npm_kinds import NPM_KINDS
from conformance.stories import STORIES

if TYPE_CHECKING:
    from pathlib import Path

    from conformance.kinds import Kind
    from conformance.stories import Story

# Each story is a load of its own: the workers of one run share them out.
CAST = [
    pytest.param(
        kind,
        story,
        id=f"{kind.name}: {story.name}",
        marks=(*kind.marks, pytest.mark.xdist_group(f"{kind.name}: {story.name}")),
    )
    for kind in (*KINDS, *ACP_KINDS, ClaudeKind(), *NPM_KINDS)
    for story in STORIES
    if story.suits(kind)
]


@pytest.mark.timeout(300)
@pytest.mark.parametrize(("kind", "story"), CAST)
def test_the_promise_holds(kind: Kind, story: Story, tmp_path: Path) -> None:
    if kind.missing:
        pytest.skip(kind.missing)

    story.play(kind, tmp_path)
