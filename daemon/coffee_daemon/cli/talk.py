"""Commands of a person who talks with the daemon."""

from __future__ import annotations

from dataclasses import asdict
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING
from uuid import uuid4

import click

from coffee_daemon.cli import door, screen
from coffee_daemon.errors import BadInput, IllegalMove
from coffee_daemon.notifications import AnswerKind, Question, QuestionState, Recorded, Via
from coffee_daemon.tasks import ENDED, TaskState

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from coffee_daemon.notifications import Receipt
    from coffee_daemon.store import Held
    from coffee_daemon.tasks import Exchange


@click.command("questions")
@click.option("--all", "everything", is_flag=True, help="Closed questions too, newest first.")
@screen.lines_option(20, "How many at most.")
@click.option("--json", "as_json", is_flag=True, help="Print the questions as JSON.")
def questions_command(*, everything: bool, lines: int, as_json: bool) -> None:
    """List what the daemon wants to know, oldest first."""
    config = door.config()
    with door.store(config) as store:
        if everything:
            found = store.questions.recent(limit=lines + 1)
        else:
            found = store.questions.open(limit=lines + 1)
        questions = found[:lines]
        before = {one.number: store.questions.before(one) for one in questions if not one.closed}
    if as_json:
        screen.show_json([_as_data(one) for one in questions])
        return
    if not questions:
        click.echo("No open questions.")
    for question in questions:
        _show(question, before.get(question.number))
    if len(found) > lines:
        click.echo(f"There are more: coffee questions --lines {10 * lines}")


def _as_data(question: Question) -> dict[str, object]:
    """The question with the moments at which silence leads to something."""
    moments = {
        "escalate_at": question.escalate_at,
        "assume_at": question.assume_at,
        "expires_at": question.expires_at,
    }
    return asdict(question) | moments


def _show(question: Question, before: Exchange | None = None) -> None:
    number = click.style(f"#{question.number}", bold=True)
    task = f", task #{question.task}" if question.task is not None else ""
    click.echo(f"{number} {screen.paragraph(question.text)}")
    for option in question.options:
        click.echo(f"     {option.id}. {screen.paragraph(option.label)}")
    if question.answer_kind is AnswerKind.APPROVAL:
        click.echo(click.style("     Only one of these decides, by its number or words.", dim=True))
    if question.why:
        click.echo(click.style(f"     Why it matters: {screen.paragraph(question.why)}", dim=True))
    for told in _told(question, before):
        click.echo(click.style(f"     {told}", dim=True))
    click.echo(
        click.style(
            f"     {_state(question)}, asked {screen.ago(question.created_at)}{task}", dim=True
        )
    )


def _told(question: Question, before: Exchange | None) -> Iterator[str]:
    """What silence leads to, and which earlier questions it belongs to."""
    if not question.closed:
        yield from _silence(question)
    if question.follows is not None:
        yield f"Follows #{question.follows}, whose answer asked back."
    if before is not None and before.answer is not None:
        who, at = screen.one_line(before.answer.who.name, 80), f"{before.answer.said_at:%Y-%m-%d}"
        said = screen.one_line(before.said, 200)
        yield f"Answered before: #{before.question.number}, {who} on {at}: “{said}”."
        yield f"The same again: coffee answer {question.number} --same"


def _silence(question: Question) -> Iterator[str]:
    if question.escalate_at is not None:
        people = ", ".join(question.silence.escalate)
        yield f"Asks {people} too at {_moment(question.escalate_at)}."
    if question.assume_at is not None:
        default = screen.one_line(question.silence.assume, 200)
        at = _moment(question.assume_at)
        yield f"If nobody answers until {at}: assumes “{default}”, which can be undone."
    if question.expires_at is not None:
        yield f"Closes unanswered at {_moment(question.expires_at)}."


def _moment(at: datetime) -> str:
    return f"{at.astimezone():%Y-%m-%d %H:%M}"


def _state(question: Question) -> str:
    if question.task is not None:
        return str(question.state).replace("_", " ")
    return _OF_NO_TASK.get(question.state, str(question.state))


_OF_NO_TASK = {
    QuestionState.ANSWERED: "answered, waiting to be fetched",
    QuestionState.PICKED_UP: "answered and fetched",
}


@click.command("answer")
@click.argument("number")
@click.argument("words", nargs=-1, metavar="[TEXT]...")
@click.option("--same", is_flag=True, help="What was answered to the same question before.")
def answer_command(*, number: str, words: tuple[str, ...], same: bool) -> None:
    """Answer a question; the number or the exact words of an option choose it."""
    config = door.config()
    text = " ".join(words).strip()
    if not text and not same:
        raise BadInput("The answer is empty.", hint="Write at least a word.")
    if text and same:
        raise BadInput("--same takes no words.", hint="Leave one of the two out.")
    with door.store(config) as store:
        question = store.questions.get(door.number(number))
        take = store.questions.choose_same if same else partial(store.questions.reply, text=text)
        receipt = take(
            question.number,
            who=door.somebody(),
            via=Via.CLI,
            source=f"cli:{uuid4().hex}",
            quiet=timedelta(0),
        )
        door.write_down(store, "answer", f"#{question.number}", receipt.recorded.value)
    door.tell_both(config)
    click.echo(_receipt(receipt, question))


def _receipt(receipt: Receipt, question: Question) -> str:
    recorded = receipt.recorded
    if recorded is Recorded.TOO_LATE:
        raise IllegalMove(f"Question #{question.number} is closed already ({_state(question)}).")
    if recorded is Recorded.UNDECIDED:
        labels = ", ".join(f"{one.id} {screen.clean(one.label)}" for one in question.options)
        raise BadInput(f"That decides nothing. #{question.number} takes one of: {labels}.")
    if recorded is Recorded.FOLLOW_UP:
        return (
            f"Question #{question.number} was picked up already; "
            f"kept as a follow-up to task #{question.task}.{_then(receipt, question)}"
        )
    stored = f"Answer to #{question.number} stored."
    if question.task is None:
        return f"{stored} It waits to be fetched by whoever asked."
    return f"{stored} The daemon picks it up with its next turn."


def _then(receipt: Receipt, question: Question) -> str:
    """When a follow-up is read, by where its task stood."""
    if receipt.standing is None:
        return ""
    if receipt.standing in ENDED:
        return f" It was {receipt.standing}, so this brings it back: its next turn reads it."
    if receipt.standing is TaskState.RUNNING:
        return (
            " It reads it when its current turn ends. "
            f"To end that now: coffee interrupt {question.task}"
        )
    return " It reads it with its next turn."


@click.command("notifications")
@screen.lines_option(20, "How many at most.")
@click.option("--before", metavar="NUMBER", help="Only those older than this one.")
@click.option("--json", "as_json", is_flag=True, help="Print the notifications as JSON.")
def notifications_command(*, lines: int, before: str | None, as_json: bool) -> None:
    """List what passed between people and the daemon, newest first."""
    config = door.config()
    with door.store(config) as store:
        last = door.number(before) if before else None
        notifications = store.notifications.list(before=last, limit=lines)
        held = store.posts.troubles()
    if as_json:
        screen.show_json(notifications)
        return
    for one in held:
        click.echo(_held(one))
    if not notifications:
        click.echo("Nothing yet.")
    else:
        screen.table(
            ("#", "Kind", "What", "When"),
            [
                (
                    str(n.number),
                    str(n.type),
                    screen.one_line(n.message or n.title, screen.NEWS_CHARS),
                    screen.ago(n.created_at),
                )
                for n in notifications
            ],
        )


def _held(one: Held) -> str:
    posts = "1 post is" if one.posts == 1 else f"{one.posts} posts are"
    since, why = screen.ago(one.since), screen.one_line(one.reason, 200)
    return f"! {posts} held back for {one.channel}, the oldest from {since}: {why}"
