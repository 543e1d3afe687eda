"""What every agent that works for the daemon goes through, told once for all kinds.

A story is played with any `Kind` whose agent can do the steps of its script:
`story.play(kind, folder)` raises an AssertionError where a promise does not hold.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from conformance.stage import Stage, stage
from conformance.steps import Ask, End, needs

from coffee_daemon import QuestionState, TaskState

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conformance.kinds import Kind
    from conformance.steps import Script, Step

    Play = Callable[[Stage], None]


@dataclass(frozen=True, kw_only=True)
class Story:
    """A promise, and how it is shown."""

    name: str
    script: Script
    told: Play

    def suits(self, kind: Kind) -> bool:
        """Whether an agent of that kind can do what the script says."""
        wanted: frozenset[type[Step]] = needs(self.script)
        return wanted <= kind.can

    def play(self, kind: Kind, folder: Path) -> None:
        """Play it in an empty folder.

        Raises:
            AssertionError: The promise does not hold.
        """
        with stage(kind, folder, self.script) as built:
            self.told(built)


STORIES: list[Story] = []


def story(script: Script) -> Callable[[Play], Play]:
    """Enter a function among the stories, under its own name."""

    def entered(told: Play) -> Play:
        name = told.__name__.replace("_", " ")
        STORIES.append(Story(name=name, script=script, told=told))
        return told

    return entered


ASK = Ask("Which database?", ("SQLite", "PostgreSQL"))
WORDS = "PostgreSQL, & <nothing> else"


@story(((ASK,), (End("Chosen."),)))
def an_agent_asks_and_ends_its_turn_and_the_next_one_has_the_answer(house: Stage) -> None:
    with house.running():
        number = house.start()
        question = house.open_question(number)
        house.until(number, TaskState.WAITING)
        assert [option.label for option in question.options] == list(ASK.options)
        assert WORDS not in house.seen()[0]

        house.answer(question.number, WORDS)
        task = house.until(number, TaskState.DONE)

    assert WORDS in house.seen()[1]
    assert "Chosen." in task.result
    assert [one.state for one in house.questions(number)] == [QuestionState.PICKED_UP]
