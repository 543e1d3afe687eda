"""Commands of agents and scripts: asking a person without blocking."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from coffee_daemon.asking import Asker
from coffee_daemon.cli import door, screen
from coffee_daemon.cli.silence import read_silence, silence_options
from coffee_daemon.errors import BadInput
from coffee_daemon.notifications import Question, QuestionState

if TYPE_CHECKING:
    from coffee_daemon.notifications import Answer
    from coffee_daemon.tasks import Exchange

#: The exit codes of a look for an answer: not there yet, and the stated default instead of one.
_NOT_YET, _ASSUMED = 3, 4


@click.command("ask")
@click.argument("words", nargs=-1, metavar="[QUESTION]...")
@click.option("--option", "options", multiple=True, metavar="TEXT", help="A choice; repeatable.")
@click.option("--approve", is_flag=True, help="Only a choice decides; by default Approve, Reject.")
@click.option("--why", default="", metavar="TEXT", help="Why it matters.")
@silence_options
@click.option("--fetch", metavar="NUMBER", help="Print the answer to a question asked before.")
@click.option("--wait", is_flag=True, help="Outside a turn: wait for the answer and print it.")
@click.option("--json", "as_json", is_flag=True, help="Print the outcome as JSON.")
def ask_command(
    *,
    words: tuple[str, ...],
    options: tuple[str, ...],
    approve: bool,
    why: str,
    fetch: str | None,
    wait: bool,
    as_json: bool,
    **silence: Any,
) -> int:
    """Ask a person something; returns at once with the question's number.

    Inside an agent's turn the task goes on with the answer in its next turn. Elsewhere
    the answer is fetched with --fetch, which ends with 0 when it is there, with 3 when
    it is not yet, with 4 when your default is assumed instead, and with 1 when there
    will be none. The same open question asked twice is one question.
    """
    asker = Asker(door.config(), door.current_turn())
    if wait:
        asker.may_wait()
    if fetch is not None:
        number = _only(door.number(fetch), words)
    else:
        asked = asker.ask(
            " ".join(words),
            options=options,
            approve=approve,
            why=why,
            silence=read_silence(silence),
        )
        number = asked.number
        if not wait:
            _told(asked, as_json=as_json)
            return 0
    return _answered(asker.wait(number) if wait else asker.look(number), as_json=as_json)


def _only(number: int, words: tuple[str, ...]) -> int:
    if words:
        raise BadInput("--fetch takes a number, and no question.", hint="Ask without --fetch.")
    return number


def _told(question: Question, *, as_json: bool) -> None:
    then = question.then
    if question.task is None:
        then += f" To fetch it: coffee ask --fetch {question.number}"
    if as_json:
        screen.show_json({"number": question.number, "state": question.state, "instruction": then})
    else:
        click.echo(f"Asked as question #{question.number}. {then}")


def _answered(exchange: Exchange, *, as_json: bool) -> int:
    question, answers = exchange.question, exchange.answers
    if as_json:
        screen.show_json(_as_data(exchange))
    elif exchange.answer is not None:
        click.echo(screen.clean("\n".join(answer.text for answer in answers)))
    else:
        click.echo(screen.clean(f"Question #{question.number} {_standing(question)}"), err=True)
    if question.state in _CODES:
        return _CODES[question.state]
    return 1 if question.closed else _NOT_YET


def _as_data(exchange: Exchange) -> dict[str, object]:
    question = exchange.question
    found = {"number": question.number, "state": question.state, "answers": exchange.answers}
    return found | ({"assumed": question.assumption} if question.assumption else {})


def _standing(question: Question) -> str:
    told = question.assumed
    return f"has no answer: {told}." if told else _STANDINGS[question.state]


_CODES = {QuestionState.PICKED_UP: 0, QuestionState.ASSUMED: _ASSUMED}
_STANDINGS = {
    QuestionState.OPEN: "is still open. Nobody has answered yet, which decides nothing.",
    QuestionState.ANSWERED: "has an answer that may still be changed. Look again in a minute.",
    QuestionState.PICKED_UP: "was answered and picked up.",
    QuestionState.CANCELLED: "was closed without an answer: it was withdrawn.",
    QuestionState.EXPIRED: "was closed without an answer: it expired.",
}


@click.command("report")
@click.argument("words", nargs=-1, metavar="[TEXT]...")
@click.option(
    "--session",
    metavar="NAME",
    help="The agent's own name for its conversation; the next turn goes on with it.",
)
def report_command(*, words: tuple[str, ...], session: str | None) -> None:
    """Say how far the current turn has come; it shows in the status.

    Prints what people have added to the task since: it counts as read then.
    """
    asker = Asker(door.config(), door.current_turn())
    if session is not None:
        asker.session(session.strip())
    added = asker.report(" ".join(words)) if words or session is None else ()
    click.echo("\n\n".join(filter(None, ("Noted.", _handed_over(added)))))


def _handed_over(added: tuple[Answer, ...]) -> str:
    from coffee_daemon.agents import handed_over  # noqa: PLC0415 - only where there is something

    return screen.clean(handed_over(added)) if added else ""
