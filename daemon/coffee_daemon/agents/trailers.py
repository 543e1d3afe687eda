"""Decisions and assumptions as lines for commit messages, as git's trailers are written.

Each is one line whatever people wrote, for a line end would begin a trailer of their own. There
are no addresses in them: ours would be invented.
"""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

from coffee_daemon.agents.approvals import decision_of
from coffee_daemon.agents.marks import block
from coffee_daemon.notifications import AnswerKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from coffee_daemon.notifications import Answer, Person
    from coffee_daemon.tasks import Assignment, Exchange

_OFFER = """\
These lines say what was decided and assumed in this task, ready for commit messages. Where a commit
carries one of them out, end its message with an empty line and that line, as it stands."""

#: Letters of what somebody said, and of a name.
_SAID, _NAME = 200, 80
#: Of more decisions the last ones are told.
_MOST = 20


def trailers(assignment: Assignment) -> tuple[str, ...]:
    """Return `Decided-by: Ada (#13): SQLite` and `Assumed: SQLite (#14)`, in the order of asking.

    What was withdrawn, has expired or was asked back decided nothing. Leave to make a call is no
    decision about the work.
    """
    changed = {one.about: one for one in assignment.follow_ups if one.about is not None}
    found = [
        line
        for exchange in assignment.exchanges
        for line in _of(exchange, changed.get(exchange.question.number))
    ]
    return tuple(found[-_MOST:])


def offered(assignment: Assignment, code: str) -> Iterator[str]:
    """Offer them in a prompt, between marks with that code; nothing where nothing is decided."""
    if lines := trailers(assignment):
        yield block("lines for commit messages", "\n".join(lines), code)
        yield _OFFER


def _of(exchange: Exchange, changed: Answer | None) -> Iterator[str]:
    number, assumed = exchange.question.number, _line(exchange.question.assumption, _SAID)
    if decision_of(exchange).choice is not None:
        return
    approval = exchange.question.answer_kind is AnswerKind.APPROVAL
    if changed is not None and not approval:
        yield from _decided(changed.who, number, changed.text)
    elif assumed:
        yield f"Assumed: {assumed} (#{number})"
    elif exchange.answer is not None and not exchange.asks_back:
        yield from _decided(exchange.answer.who, number, exchange.said)


def _decided(who: Person, number: int, said: str) -> Iterator[str]:
    if words := _line(said, _SAID):
        name = _line(who.name, _NAME) or _line(who.id, _NAME)
        yield f"Decided-by: {name} (#{number}): {words}"


def _line(words: str, most: int) -> str:
    """One line without what hides, commands a terminal or is no letter at all."""
    spaced = " ".join(words.split())
    kept = "".join(letter for letter in spaced if unicodedata.category(letter)[0] != "C").strip()
    return kept if len(kept) <= most else f"{kept[: most - 1].rstrip()}…"
