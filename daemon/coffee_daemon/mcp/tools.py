"""The tools themselves; their docstrings are what a model reads before it calls one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

from mcp.types import CallToolResult
from pydantic import Field

from coffee_daemon.errors import CoffeeError
from coffee_daemon.mcp import replies
from coffee_daemon.mcp.silence import WhenSilent, silence_of

if TYPE_CHECKING:
    from coffee_daemon.asking import Asker

Tool = TypeVar("Tool", bound=Callable[..., CallToolResult])

QuestionText = Annotated[
    str,
    Field(
        description="What to decide, in words for a person who has not followed your work. "
        "One decision for each question."
    ),
]
OptionLabels = Annotated[
    list[str],
    Field(description="Choices to offer, short. People may also answer in their own words."),
]
Why = Annotated[
    str, Field(description="Why it matters, and what follows from each choice. Optional.")
]
Approve = Annotated[
    bool,
    Field(
        description="True where only one of the options may decide, such as leave to delete "
        "something. Without options they are Approve and Reject. Other words decide nothing."
    ),
]
Hours = Annotated[
    float | None,
    Field(
        description="What happens on silence. Leave it out and the question waits for ever; "
        "with a number of hours it is closed unanswered after that, which decides nothing."
    ),
]
Silent = Annotated[
    WhenSilent | None,
    Field(description="What else happens while nobody answers. Leave it out and it waits."),
]
Numbers = Annotated[
    list[int],
    Field(description="Numbers that ask_human gave. Leave it out for all that you still have."),
]
Number = Annotated[int, Field(description="The number that ask_human gave.")]
Progress = Annotated[str, Field(description="What you are doing now, in one short sentence.")]


def told(tool: Tool) -> Tool:
    """Give an error back in words that say what to do, instead of breaking the call."""

    @wraps(tool)
    def careful(*arguments: Any, **named: Any) -> CallToolResult:
        try:
            return tool(*arguments, **named)
        except CoffeeError as error:
            return replies.complaint(str(error))

    # Its signature is that of the tool: `wraps` says so, and the schema is read from it.
    return careful  # type: ignore[return-value]


@dataclass(frozen=True)
class Tools:
    """What an asker can do, as tools."""

    asker: Asker

    @told
    def ask_human(
        self,
        question: QuestionText,
        options: OptionLabels = [],  # noqa: B006 - never changed; a default for the schema
        why: Why = "",
        approve: Approve = False,
        expires_in_hours: Hours = None,
        when_silent: Silent = None,
    ) -> Annotated[CallToolResult, replies.Asked]:
        """Ask a human for a decision, a permission, or something only people know.

        Ask when the choice is not yours to make or a wrong guess would be costly, not for what
        you can find out yourself. Returns at once with the question's number and never waits;
        people may take hours or days. Then do what the instruction in the result says. Silence
        is never consent: without an answer nothing is decided. The same question asked again
        while it is open is the same question.
        """
        silence = silence_of(when_silent, expires_in_hours)
        asked = self.asker.ask(question, options=options, why=why, approve=approve, silence=silence)
        return replies.asked(asked)

    @told
    def get_answers(
        self,
        numbers: Numbers = [],  # noqa: B006 - never changed; a default for the schema
    ) -> Annotated[CallToolResult, replies.Answers]:
        """Look whether humans have answered your questions, and fetch what they said.

        Never waits. A question that is still open has no answer yet: do not assume one, do not
        ask it again, and do not call this in a loop.
        """
        return replies.answered([self.asker.look(one) for one in numbers or self._mine()])

    @told
    def report_progress(self, text: Progress) -> Annotated[CallToolResult, replies.Reported]:
        """Tell the people who watch what you are doing now, and get what they have added since.

        For news, never for questions. Call it now and then, and before you finish: what people
        add while you work is in the result.
        """
        if self.asker.turn is None:
            words = "Nobody is shown progress here: this is no turn of the daemon. Go on working."
            return replies.result(words, replies.Reported(done=False))
        return replies.reported(self.asker.report(text))

    @told
    def list_open_questions(self) -> Annotated[CallToolResult, replies.Listed]:
        """List your questions that are open, or answered and not fetched, with their numbers."""
        return replies.listed(self.asker.open())

    @told
    def withdraw_question(self, number: Number) -> Annotated[CallToolResult, replies.Done]:
        """Take back a question of yours that nobody needs to answer any more."""
        self.asker.withdraw(number)
        return replies.result(f"Question #{number} is withdrawn.", replies.Done(done=True))

    def _mine(self) -> list[int]:
        """All of the turn's task, whose answers may be here already; elsewhere the unsettled."""
        if self.asker.turn is None:
            return [one.number for one in self.asker.open()]
        return [one.question.number for one in self.asker.exchanges()]
