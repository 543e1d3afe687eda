"""What a question's message says of earlier ones: whose answer is on offer, which it follows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coffee_bot.blocks.kit import actions, button, context
from coffee_bot.blocks.words import bare, line, link, name_of, when
from coffee_daemon import QuestionState

if TYPE_CHECKING:
    from collections.abc import Iterator

    from coffee_bot.blocks.kit import Block
    from coffee_daemon import Exchange, Question

#: The action that answers the same as before; its value is the question's number.
SAME = "same"
_LABEL = 75
_SAID = 200


def follows(asked: Question, url: str) -> str:
    """Which question's answer asked back, with a link to it; empty where none did."""
    if asked.follows is None:
        return ""
    return f"↪️ Follows {link(url, f'#{asked.follows}')}, whose answer asked back"


def offer(asked: Question, before: Exchange | None) -> Iterator[Block | None]:
    """What people answered to the same question before, and the button that says it again."""
    if before is None or before.answer is None or asked.state is not QuestionState.OPEN:
        return
    answer, number = before.answer, before.question.number
    who, said = name_of(answer.who), line(before.said, _SAID)
    yield context(f"🕘 Answered before: #{number}, {who} {when(answer.said_at)}: “{said}”")
    label = bare(f"Same as before: {before.said}", _LABEL)
    yield actions(button(label, action=SAME, value=str(asked.number)))
