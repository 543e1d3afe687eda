"""Commands of agents and scripts: asking a person without blocking."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import click

from coffee_daemon.cli import door, screen
from coffee_daemon.errors import BadInput, Refused, TurnOver
from coffee_daemon.notifications import Answer, Question, QuestionState

if TYPE_CHECKING:
    from coffee_daemon.config import Config

INSTRUCTION = (
    "End your turn now. The task waits, and goes on with the answer, "
    "however long it takes. Do not assume an answer."
)
_MOST_HOURS = 10 * 365 * 24
_LATER = "Nothing waits for it. See `coffee questions --all` for what became of it."


@click.command("ask")
@click.argument("words", nargs=-1, required=True, metavar="QUESTION...")
@click.option("--option", "options", multiple=True, metavar="TEXT", help="A choice; repeatable.")
@click.option("--why", default="", metavar="TEXT", help="Why it matters.")
@click.option("--wait", is_flag=True, help="Outside a turn: wait for the answer and print it.")
@click.option(
    "--expires-in",
    type=float,
    metavar="HOURS",
    help="Close it unanswered after this time. Without it, it waits for ever.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the outcome as JSON.")
def ask_command(
    *,
    words: tuple[str, ...],
    options: tuple[str, ...],
    why: str,
    wait: bool,
    expires_in: float | None,
    as_json: bool,
) -> int:
    """Ask a person something; returns at once with the question's number.

    Inside an agent's turn the task goes on with the answer in its next turn. The same
    question asked twice is one question.
    """
    config, turn = door.config(), door.current_turn()
    text = " ".join(words).strip()
    if not text:
        raise BadInput("The question is empty.", hint="Write what you want to know.")
    if wait and turn:
        raise Refused("A turn never waits for a person.", hint=INSTRUCTION)
    with door.store(config, migrate=False) as store:
        question = store.questions.ask(
            daemon=config.name,
            text=text,
            options=options,
            why=why,
            turn_nonce=turn,
            expires_at=_in_hours(expires_in),
            who=None if turn else door.somebody(),
        )
    door.tell_both(config)
    if wait:
        return _wait(config, question, as_json=as_json)
    _told(question, INSTRUCTION if turn else _LATER, as_json=as_json)
    return 0


def _in_hours(hours: float | None) -> datetime | None:
    if hours is None:
        return None
    # So that what is no number at all is refused, too.
    if not 0 < hours <= _MOST_HOURS:
        raise BadInput(
            "--expires-in takes hours: more than 0, ten years at most.",
            hint="Leave it out for a question that waits for ever.",
        )
    return datetime.now(UTC) + timedelta(hours=hours)


def _told(question: Question, instruction: str, *, as_json: bool) -> None:
    if as_json:
        screen.show_json(
            {"number": question.number, "state": question.state, "instruction": instruction}
        )
    else:
        click.echo(f"Asked as question #{question.number}. {instruction}")


def _wait(config: Config, question: Question, *, as_json: bool) -> int:
    with door.store(config, migrate=False) as store:
        while True:
            store.questions.expire_due()
            present, answers = store.questions.collect(question.number)
            if present.state not in {QuestionState.OPEN, QuestionState.ANSWERED}:
                return _closed(present, answers, as_json=as_json)
            time.sleep(0.5)


def _closed(question: Question, answers: tuple[Answer, ...], *, as_json: bool) -> int:
    text = "\n".join(answer.text for answer in answers)
    if as_json:
        screen.show_json({"number": question.number, "state": question.state, "answers": answers})
    elif question.state is QuestionState.PICKED_UP:
        click.echo(screen.clean(text))
    else:
        click.echo(f"Question #{question.number} was closed without an answer.", err=True)
    return 0 if question.state is QuestionState.PICKED_UP else 1


@click.command("report")
@click.argument("words", nargs=-1, metavar="[TEXT]...")
@click.option(
    "--session",
    metavar="NAME",
    help="The agent's own name for its conversation; the next turn goes on with it.",
)
def report_command(*, words: tuple[str, ...], session: str | None) -> None:
    """Say how far the current turn has come; it shows in the status."""
    config, turn = door.config(), door.current_turn()
    if turn is None:
        raise TurnOver("Only an agent's turn can report.", hint="Hand over work with: coffee tell")
    text = " ".join(words).strip()
    if not text and session is None:
        raise BadInput("There is nothing to report.", hint='Try: coffee report "Running tests"')
    with door.store(config, migrate=False) as store:
        if session is not None:
            store.turns.session(turn, session.strip())
        if text:
            store.turns.progress(turn, text)
    door.tell_both(config)
    click.echo("Noted.")
