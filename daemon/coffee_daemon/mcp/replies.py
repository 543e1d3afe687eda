"""What the tools give back: short words for the model, and the same as data for programs."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from mcp.types import CallToolResult, TextContent

from coffee_daemon.agents import handed_over
from coffee_daemon.notifications import QuestionState

if TYPE_CHECKING:
    from coffee_daemon.notifications import Answer, Question
    from coffee_daemon.tasks import Exchange


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A question that is stored."""

    number: int
    state: str
    #: What the asker does next.
    instruction: str


@dataclass(frozen=True, kw_only=True)
class Reply:
    """What one person replied."""

    text: str
    by: str
    at: str
    #: The number of the chosen option, and its label.
    option: str | None = None
    chosen: str | None = None


@dataclass(frozen=True, kw_only=True)
class Answered:
    """A question, and what became of it."""

    number: int
    question: str
    #: `open`, `answered` (may still be changed), `picked_up`, `cancelled`, `expired` or `assumed`.
    state: str
    replies: list[Reply] = field(default_factory=list)
    #: The asker's stated default, which stands in because nobody answered; no person's answer.
    assumed: str | None = None


@dataclass(frozen=True, kw_only=True)
class Answers:
    """Several questions with their answers."""

    questions: list[Answered]
    instruction: str = ""


@dataclass(frozen=True, kw_only=True)
class Open:
    """An unsettled question in a list."""

    number: int
    question: str
    options: list[str]
    state: str
    asked_at: str


@dataclass(frozen=True, kw_only=True)
class Listed:
    """The asker's unsettled questions."""

    questions: list[Open]


@dataclass(frozen=True, kw_only=True)
class Done:
    """Whether something was done."""

    done: bool


@dataclass(frozen=True, kw_only=True)
class Added:
    """What a person added to the task while the agent works."""

    text: str
    by: str
    at: str
    #: The question whose answer it changes.
    changes_answer_to: int | None = None


@dataclass(frozen=True, kw_only=True)
class Reported:
    """Whether it was noted, and what people have added since."""

    done: bool
    added: list[Added] = field(default_factory=list)


def result(words: str, data: Any) -> CallToolResult:
    """Say it in words and as data."""
    return CallToolResult(
        content=[TextContent(type="text", text=words)], structured_content=asdict(data)
    )


def complaint(words: str) -> CallToolResult:
    """Say what went wrong, and what to do about it."""
    return CallToolResult(content=[TextContent(type="text", text=words)], is_error=True)


def reported(added: tuple[Answer, ...]) -> CallToolResult:
    """Say that it is noted, with what people have added since."""
    data = Reported(done=True, added=[_added(one) for one in added])
    return result("\n\n".join(filter(None, ("Noted.", handed_over(added)))), data)


def asked(question: Question) -> CallToolResult:
    """Say that the question is stored, and how its asker goes on."""
    then = question.then
    if question.task is None:
        then += f" To fetch it: get_answers([{question.number}])."
    data = Asked(number=question.number, state=question.state, instruction=then)
    return result(f"Asked as question #{question.number}. {then}", data)


def answered(exchanges: list[Exchange]) -> CallToolResult:
    """Say what became of each question."""
    then = _then(exchanges)
    lines = [_line(one) for one in exchanges] or ["You have no open questions."]
    data = Answers(questions=[_data(one) for one in exchanges], instruction=then)
    return result("\n".join([*lines, *filter(None, [then])]), data)


def listed(questions: list[Question]) -> CallToolResult:
    """List what is not settled."""
    lines = [f"#{one.number} ({_STATES[one.state]}): {one.text}" for one in questions]
    data = Listed(questions=[_open(one) for one in questions])
    return result("\n".join(lines) or "You have no open questions.", data)


def _then(exchanges: list[Exchange]) -> str:
    """How to go on while something is not answered."""
    unsettled = [one.question for one in exchanges if not one.question.closed]
    return unsettled[0].then if unsettled else ""


_STATES = {
    QuestionState.OPEN: "open, nobody has answered yet",
    QuestionState.ANSWERED: "answered, but the answer may still be changed",
    QuestionState.PICKED_UP: "answered",
    QuestionState.CANCELLED: "withdrawn: there is no answer, and there will be none",
    QuestionState.EXPIRED: "expired: nobody answered in time, which decides nothing",
}


def _line(exchange: Exchange) -> str:
    question = exchange.question
    standing = question.assumed or _STATES[question.state]
    said = f"#{question.number} {question.text}\n  {standing}"
    if question.state is not QuestionState.PICKED_UP:
        return said
    replies = [_reply(question, one) for one in exchange.answers]
    return "\n".join([said, *(f"  {one.by}: {one.chosen or one.text}" for one in replies)])


def _data(exchange: Exchange) -> Answered:
    question = exchange.question
    taken = question.state is QuestionState.PICKED_UP
    return Answered(
        number=question.number,
        question=question.text,
        state=question.state,
        replies=[_reply(question, one) for one in exchange.answers] if taken else [],
        assumed=question.assumption or None,
    )


def _reply(question: Question, answer: Answer) -> Reply:
    labels = {option.id: option.label for option in question.options}
    return Reply(
        text=answer.text,
        by=answer.who.name or answer.who.id,
        at=answer.created_at.isoformat(),
        option=answer.option,
        chosen=labels.get(answer.option or ""),
    )


def _added(one: Answer) -> Added:
    by, at = one.who.name or one.who.id, one.said_at.isoformat()
    return Added(text=one.text, by=by, at=at, changes_answer_to=one.about)


def _open(question: Question) -> Open:
    return Open(
        number=question.number,
        question=question.text,
        options=[option.label for option in question.options],
        state=question.state,
        asked_at=question.created_at.isoformat(),
    )
