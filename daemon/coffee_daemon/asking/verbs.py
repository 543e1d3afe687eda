"""The shortest way to ask from a Python program: four functions, no protocol.

They act for whoever this process is by its environment: an agent's turn, or any other program.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from coffee_daemon.asking.asker import Asker
from coffee_daemon.notifications import Question
from coffee_daemon.silence import Silence

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import timedelta

    from coffee_daemon.notifications import Answer
    from coffee_daemon.tasks import Exchange


def ask(
    text: str,
    *,
    options: Sequence[str] = (),
    why: str = "",
    approve: bool = False,
    expires_in: timedelta | None = None,
    silence: Silence | None = None,
) -> Question:
    """Ask a person; returns at once. `then` of the question says how its asker goes on.

    The same open question asked again is one question.

    Args:
        text: What to decide.
        options: Labels of choices.
        why: Why it matters.
        approve: Only an option decides; Approve and Reject unless given.
        expires_in: When it is closed unanswered; None waits for ever.
        silence: What else happens while nobody answers.

    Raises:
        BadInput: The question is empty or too long, or its silence cannot be kept.
        Refused: It assumes what may not be assumed.
        TurnOver: The turn that this process belongs to has ended.
        StoreTrouble: The record cannot be used.
    """
    kept = silence or Silence()
    if expires_in is not None:
        kept = replace(kept, expires_after=expires_in)
    return Asker.here().ask(text, options=options, why=why, approve=approve, silence=kept)


def fetch(question: Question | int) -> Exchange:
    """Look for the answer to a question; returns at once.

    `answer` of what is returned is None until there is one that may no longer be changed.

    Args:
        question: The question, or its number.

    Raises:
        NotFound: There is no such question.
        StoreTrouble: The record cannot be used.
    """
    return Asker.here().look(_number(question))


def report(text: str) -> tuple[Answer, ...]:
    """Say how far this turn has come; returns what people have added to its task since.

    The status shows the words. What is returned is not told again, unless the turn is cut short.

    Raises:
        BadInput: There are no words.
        TurnOver: This process belongs to no running turn.
    """
    return Asker.here().report(text)


def withdraw(question: Question | int) -> Question:
    """Take back a question of one's own that nobody needs to answer any more.

    Args:
        question: The question, or its number.

    Raises:
        NotFound: There is no such question.
        Refused: It is somebody else's.
        IllegalMove: It is closed already.
    """
    return Asker.here().withdraw(_number(question))


def _number(question: Question | int) -> int:
    return question.number if isinstance(question, Question) else question
