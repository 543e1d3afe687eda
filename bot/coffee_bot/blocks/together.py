"""One modal for several questions, and what became of the answers.

Limits are those of Slack's reference of views: 100 blocks and 250 kB of JSON.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from coffee_bot.blocks import choosing
from coffee_bot.blocks.kit import context, message, option, plain, section, sections
from coffee_bot.blocks.receipts import too_late, undecided
from coffee_bot.blocks.words import clip, line, split, verbatim
from coffee_daemon import AnswerKind, Receipt, Recorded

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from coffee_bot.blocks.kit import Block
    from coffee_bot.intent import Message
    from coffee_daemon import Question

#: The action of the button, and the modal. An input's block is this, a colon and the number.
TOGETHER = "together"
_MOST_BLOCKS = 98
#: Slack takes 250 kB; what is around the blocks has its place too.
_MOST_BYTES = 200_000
_MOST_RADIO = 10
_TEXT_PIECE = 2_500


def together(asked: Sequence[Question]) -> Mapping[str, Any]:
    """The modal that asks several questions at once, as many of them as Slack lets in."""
    shown: list[Block] = []
    room = _MOST_BYTES
    taken = 0
    for one in asked:
        part = [block for block in _part(one) if block]
        room -= len(json.dumps(part))
        if room < 0 or len(shown) + len(part) > _MOST_BLOCKS:
            break
        shown += part
        taken += 1
    more = context(f"…and {len(asked) - taken} more, when these are sent.")
    return {
        "type": "modal",
        "callback_id": TOGETHER,
        "title": plain("Open questions"),
        "submit": plain("Answer"),
        "close": plain("Cancel"),
        "blocks": [*shown, *([more] if more and taken < len(asked) else [])],
    }


def nothing_open() -> Message:
    """Tell somebody that there is nothing to answer."""
    said = "✅ No question for you is open any more."
    return message(said, section(said))


def took_together(outcomes: Sequence[tuple[int, Receipt | str]]) -> Message:
    """Tell somebody what became of each answer."""
    stored = [f"#{number}" for number, came in outcomes if _is_stored(came)]
    lines = [_problem(number, came) for number, came in outcomes if not _is_stored(came)]
    count = "1 answer is" if len(stored) == 1 else f"{len(stored)} answers are"
    first = f"✅ {count} stored: {', '.join(stored)}." if stored else "⌛ Nothing was stored."
    said = f"{first} {len(lines)} not taken." if stored and lines else first
    return message(said, *sections((first, *lines)))


def _part(asked: Question) -> Iterator[Block | None]:
    """One question with its input; left empty, it is no answer."""
    yield from _words(asked)
    if asked.why:
        yield section(f"*Why it matters:* {clip(asked.why, 400)}")
    yield from sections(choosing.options(asked))
    yield {
        "type": "input",
        "block_id": f"{TOGETHER}:{asked.number}",
        "optional": True,
        "label": plain(_label(asked)),
        "element": _element(asked),
    }


def _words(asked: Question) -> Iterator[Block | None]:
    if choosing.is_approval(asked):
        yield section(f"🔐 *#{asked.number}* {line(asked.daemon, 80)} asks for approval of this:")
        yield from (section(piece) for piece in verbatim(asked.text, _TEXT_PIECE))
        return
    first, *rest = split(asked.text, _TEXT_PIECE, most=2) or ("…",)
    yield section(f"*#{asked.number}* {first}")
    yield from (section(piece) for piece in rest)


def _label(asked: Question) -> str:
    if choosing.is_approval(asked):
        return f"Decide #{asked.number}"
    return f"Choose for #{asked.number}" if asked.options else f"Answer #{asked.number}"


def _element(asked: Question) -> Block:
    choices = [option(words, value) for words, value in choosing.in_a_menu(asked)]
    if asked.answer_kind is AnswerKind.TEXT or not choices:
        return {
            "type": "plain_text_input",
            "action_id": choosing.FORM_WORDS,
            "multiline": True,
            "max_length": 3_000,
        }
    if choosing.is_approval(asked) and len(choices) <= _MOST_RADIO:
        return {"type": "radio_buttons", "action_id": TOGETHER, "options": choices}
    return {
        "type": "static_select",
        "action_id": TOGETHER,
        "placeholder": plain("Choose an option"),
        "options": choices,
    }


def _is_stored(came: Receipt | str) -> bool:
    kept = {Recorded.STORED, Recorded.KNOWN, Recorded.FOLLOW_UP}
    return isinstance(came, Receipt) and came.recorded in kept


def _problem(number: int, came: Receipt | str) -> str:
    if isinstance(came, str):
        return f"⌛ #{number}: {clip(came, 180)}"
    if came.recorded is Recorded.UNDECIDED and came.question is not None:
        return undecided(came.question).text
    return too_late(came.question).text
