"""What a question's message says of silence: what will come of it, and what came of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coffee_bot.blocks.kit import message, section
from coffee_bot.blocks.words import duration, line, when
from coffee_daemon import QuestionState

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from coffee_bot.intent import Message
    from coffee_daemon import Question

_DEFAULT = 200


def policy(asked: Question, names: Mapping[str, str]) -> str:
    """What will happen while nobody answers; empty where nothing will, or it has ended."""
    if asked.state is not QuestionState.OPEN:
        return ""
    return " ".join(_parts(asked, names))


def _parts(asked: Question, names: Mapping[str, str]) -> Iterator[str]:
    silence = asked.silence
    if silence.urgent:
        yield "🔥 Urgent."
    if silence.remind is not None:
        yield f"🔁 Reminds people every {duration(silence.remind.total_seconds())}."
    if asked.escalate_at is not None and silence.escalate:
        # Without a mention: it would reach them now.
        people = ", ".join(line(names.get(one, one), 80) for one in silence.escalate)
        yield f"👥 Asks {people} too {when(asked.escalate_at)}."
    if asked.assume_at is not None:
        default = line(silence.assume, _DEFAULT)
        yield (
            f"💤 If nobody answers until {when(asked.assume_at)}: assumes *{default}*, "
            "which can be undone."
        )
    if asked.expires_at is not None:
        yield f"⌛ Closes unanswered {when(asked.expires_at)}."


def assumed(asked: Question) -> str:
    """What stands in for an answer, and how to overrule it."""
    default = line(asked.silence.assume, _DEFAULT)
    until = f" until {when(asked.assume_at)}" if asked.assume_at else ""
    since = f" {when(asked.assumed_at)}" if asked.assumed_at else ""
    return (
        f"💤 *Assumed: {default}*{since}. Nobody answered{until}, so this stated default stands "
        "in; no person decided it. To overrule it, reply in this thread."
    )


def told_assumed(asked: Question) -> Message:
    """Tell a question's thread that its default was assumed: an edit would reach nobody."""
    default = line(asked.silence.assume, _DEFAULT)
    said = f"💤 Nobody answered, so *{default}* is assumed. Reply here to overrule it."
    return message(said, section(said))
