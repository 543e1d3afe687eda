"""New words for a reply that a turn has read: they are a follow-up in its place."""

from __future__ import annotations

from dataclasses import replace
from secrets import token_hex
from typing import TYPE_CHECKING, Any

from coffee_daemon.notifications import Receipt, Recorded, Via, read_choice
from coffee_daemon.store.rows import answers, follow_ups, people, questions, tasks
from coffee_daemon.tasks import ENDED

if TYPE_CHECKING:
    from datetime import datetime, timedelta

    from sqlalchemy import Row
    from sqlalchemy.engine import Connection


def reword(
    connection: Connection, row: Row[Any], text: str, *, now: datetime, quiet: timedelta
) -> Receipt:
    """Keep new words for a task that goes on; of one that has ended it is too late.

    Words that its agent has read before are nothing new, and take back what waits.
    """
    number = row.question or row.about
    question = None if number is None else questions.find(connection, number)
    standing = None if row.task is None else tasks.find(connection, row.task).state
    told = Receipt(recorded=Recorded.TOO_LATE, question=question, standing=standing)
    if row.turn is None or standing is None or standing in ENDED:
        return told
    option, words = read_choice(question, text) if question else (None, text)
    said = answers.wordings(connection, row)
    last, read = said[-1], [one for one in said if one.turn is not None]
    if last.text == words:
        return replace(told, recorded=Recorded.KNOWN, answer=last)
    if last.turn is not None:
        changed = _words(row, f"{row.source}~{token_hex(4)}", words, option)
        about = {"about": number, "replaces": row.id}
        added = follow_ups.add(connection, row.task, changed, now=now, quiet=quiet, **about)
        return replace(added, question=question)
    if read[-1].text == words:
        answers.take_back(connection, last.id, now)
        return replace(told, recorded=Recorded.KNOWN, answer=read[-1])
    kept = answers.edit(connection, last.id, words, option, now)
    return replace(told, recorded=Recorded.FOLLOW_UP, answer=kept)


def _words(row: Row[Any], source: str, text: str, option: str | None) -> answers.Words:
    who = people.somebody(row, "who")
    return answers.Words(text=text, who=who, via=Via(row.via), source=source, option=option)


def take_back(connection: Connection, row: Row[Any], now: datetime) -> None:
    """Let go of words that wait in the place of a reply which was read and is deleted now."""
    for one in answers.wordings(connection, row) if row.turn is not None else ():
        if one.turn is None:
            answers.take_back(connection, one.id, now)
