"""What becomes of a reply, an edit of it, or its removal."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from coffee_daemon.errors import BadInput, NotFound
from coffee_daemon.notifications import (
    AnswerKind,
    Question,
    QuestionState,
    Receipt,
    Recorded,
    read_choice,
)
from coffee_daemon.store import lineage, rewording
from coffee_daemon.store.rows import answers, follow_ups, people, questions, tasks

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime, timedelta

    from sqlalchemy import Row
    from sqlalchemy.engine import Connection

    from coffee_daemon.notifications import Answer, Person
    from coffee_daemon.store.rows.answers import Words


#: Its asker went on without waiting for more, so a further reply is the task's.
_WENT_ON = frozenset({QuestionState.PICKED_UP, QuestionState.ASSUMED})


def reply(
    connection: Connection, number: int, words: Words, *, now: datetime, quiet: timedelta
) -> Receipt:
    """Record a reply to question `number` where its state has a place for it."""
    known = answers.by_source(connection, words.source)
    if known is not None:
        return _receipt(connection, Recorded.KNOWN, known)
    question = questions.find(connection, number)
    words = _read(question, words)
    if _takes_answers(connection, question):
        if not decides(question, words.option):
            return Receipt(recorded=Recorded.UNDECIDED, question=question)
        return _store(connection, question, words, now=now, quiet=quiet)
    if question.state in _WENT_ON and question.task is not None:
        added = follow_ups.add(connection, question.task, words, now=now, quiet=quiet, about=number)
        return replace(added, question=question)
    return Receipt(recorded=Recorded.TOO_LATE, question=question)


def _takes_answers(connection: Connection, question: Question) -> bool:
    """Whether a reply answers it: also one whose default was assumed, and nobody told so yet."""
    if question.state is QuestionState.ASSUMED:
        return not questions.is_told(connection, question.number)
    return question.state in questions.UNSETTLED


def choose(
    connection: Connection, number: int, words: Words, *, now: datetime, quiet: timedelta
) -> Receipt:
    """Record a pressed option, in place of the one that the same person pressed before."""
    known = answers.by_source(connection, words.source)
    if known is not None:
        return _receipt(connection, Recorded.KNOWN, known)
    question = questions.find(connection, number)
    if question.state is QuestionState.ASSUMED:
        # Whoever still saw the buttons overrules it, by whatever way is left.
        return reply(connection, number, words, now=now, quiet=quiet)
    if question.state not in questions.UNSETTLED:
        return Receipt(recorded=Recorded.TOO_LATE, question=question)
    words = _read(question, words)
    standing = answers.of_question(connection, number)
    before = _pressed_by(standing, words.who)
    if before is not None and _says_no_more(words, before, standing[-1]):
        return Receipt(recorded=Recorded.KNOWN, question=question, answer=before)
    if before is not None:
        answers.take_back(connection, before.id, now)
    return _store(connection, question, words, now=now, quiet=quiet)


def choose_same(
    connection: Connection, number: int, words: Words, *, now: datetime, quiet: timedelta
) -> Receipt:
    """Record what was answered to the same question before."""
    question = questions.find(connection, number)
    earlier = lineage.before(connection, question)
    if earlier is None:
        raise NotFound(
            f"There is no earlier answer to #{number} in the record.", hint="Answer in words."
        )
    option, _ = read_choice(question, earlier.said)
    if option is not None or question.state is QuestionState.PICKED_UP:
        return choose(connection, number, replace(words, option=option), now=now, quiet=quiet)
    return reply(connection, number, replace(words, text=earlier.said), now=now, quiet=quiet)


def _says_no_more(words: Words, before: Answer, last: Answer) -> bool:
    """Whether a press changes nothing: the same as before, or made before it and come late."""
    return words.source < before.source or (words.option == before.option and before is last)


def _pressed_by(standing: Sequence[Answer], who: Person) -> Answer | None:
    """What this person pressed last; words of the same person are another matter."""
    pressed = (one for one in standing if one.who.id == who.id and one.source.startswith("press:"))
    return next(pressed, None)


def edit(
    connection: Connection, source: str, text: str, *, now: datetime, quiet: timedelta
) -> Receipt | None:
    """Change the words of a reply that no turn has."""
    row = _standing(connection, source)
    if row is None:
        return None
    if not _changeable(connection, row):
        return rewording.reword(connection, row, text, now=now, quiet=quiet)
    if row.text == text:
        return _receipt(connection, _kind(row), row)
    if row.question is None:
        answer = answers.edit(connection, row.id, text, None, now)
        task = tasks.find(connection, row.task)
        follow_ups.wait_again(connection, task, now=now, quiet=quiet)
        return Receipt(recorded=Recorded.FOLLOW_UP, question=None, answer=answer)
    return _edit_answer(connection, row, text, now=now, quiet=quiet)


def _edit_answer(
    connection: Connection, row: Row[Any], text: str, *, now: datetime, quiet: timedelta
) -> Receipt:
    question = questions.find(connection, row.question)
    option, words = read_choice(question, text)
    if not decides(question, option):
        # What was decided is taken back with the words that decided it.
        answers.take_back(connection, row.id, now)
        question = _without(connection, row.question, now)
        return Receipt(recorded=Recorded.UNDECIDED, question=question)
    answer = answers.edit(connection, row.id, words, option, now)
    question = questions.change(connection, row.question, closes_at=now + quiet)
    return Receipt(recorded=Recorded.STORED, question=question, answer=answer)


def take_back(connection: Connection, source: str, *, now: datetime) -> Receipt | None:
    """Remove a reply that no turn has."""
    row = _standing(connection, source)
    if row is None:
        return None
    if not _changeable(connection, row):
        rewording.take_back(connection, row, now)
        return _receipt(connection, Recorded.TOO_LATE, row)
    answers.take_back(connection, row.id, now)
    question = None
    if row.question is None:
        follow_ups.drop_if_empty(connection, row.task, now)
    else:
        question = _without(connection, row.question, now)
    return Receipt(recorded=_kind(row), question=question)


def _store(
    connection: Connection, question: Question, words: Words, *, now: datetime, quiet: timedelta
) -> Receipt:
    added = answers.add(connection, words, question=question.number, task=question.task, now=now)
    # What was said last counts, and it may have been recorded before.
    last = answers.of_question(connection, question.number)[-1]
    decided = {"closes_at": now + quiet, **people.columns("decider", last.who)}
    if question.state is not QuestionState.ANSWERED:
        to = QuestionState.ANSWERED
        question = questions.move(
            connection, question.number, to, now=now, answered_at=now, **decided
        )
    else:
        question = questions.change(connection, question.number, **decided)
    return Receipt(recorded=Recorded.STORED, question=question, answer=added)


def _without(connection: Connection, number: int, now: datetime) -> Question:
    """Return the question after one of its replies was taken back."""
    left = answers.of_question(connection, number)
    if left:
        return questions.change(connection, number, **people.columns("decider", left[-1].who))
    nobody = {"closes_at": None, "answered_at": None, **people.columns("decider", None)}
    return questions.move(connection, number, QuestionState.OPEN, now=now, **nobody)


def decides(question: Question, option: str | None) -> bool:
    """Whether a reply with that choice may answer: an approval takes its exact words alone."""
    return option is not None or question.answer_kind is not AnswerKind.APPROVAL


def _read(question: Question, words: Words) -> Words:
    """The words with the option that they choose."""
    if words.option is None:
        option, text = read_choice(question, words.text)
        return replace(words, option=option, text=text)
    labels = {option.id: option.label for option in question.options}
    if words.option not in labels:
        raise BadInput(
            f"#{question.number} has no option {words.option}.",
            hint=f"Choose one of {', '.join(labels) or 'none: answer in words'}.",
        )
    return words if words.text.strip() else replace(words, text=labels[words.option])


def _standing(connection: Connection, source: str) -> Row[Any] | None:
    row = answers.by_source(connection, source)
    return None if row is None or row.deleted_at is not None else row


def _changeable(connection: Connection, row: Row[Any]) -> bool:
    if row.turn is not None:
        return False
    if row.question is None:
        return True
    return questions.find(connection, row.question).state is QuestionState.ANSWERED


def _kind(row: Row[Any]) -> Recorded:
    return Recorded.FOLLOW_UP if row.question is None else Recorded.STORED


def _receipt(connection: Connection, recorded: Recorded, row: Row[Any]) -> Receipt:
    question = None if row.question is None else questions.find(connection, row.question)
    return Receipt(recorded=recorded, question=question, answer=answers.kept(row))
