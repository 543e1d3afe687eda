"""What a question's message offers to press, and the modal for an answer in one's own words.

Limits are those of Slack's Block Kit reference: 75 characters on a button, 100 options in a menu,
300 in the text of a confirmation.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from coffee_bot.blocks.kit import actions, button, menu, plain, section, sure
from coffee_bot.blocks.words import bare, code, line, size, split
from coffee_daemon import ENDED, AnswerKind, QuestionState

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from coffee_bot.blocks.kit import Block
    from coffee_daemon import Answer, Option, Question, Task

#: The actions; their values are a question's number, and the id of an option or of an answer.
CHOOSE, OTHER, SEND_NOW, NOT_AN_ANSWER = "choose", "other", "send_now", "not_an_answer"
CHANGE = "change"
#: The modal, and where the words are in it.
FORM, FORM_WORDS = "answer", "words"

_ROW = 5
#: More options than this are a menu.
_MOST_BUTTONS = 10
_LABEL = 75
#: How much all labels of a menu, and all options written out in the text, may take together.
_MENU_ROOM, _LIST_ROOM = 1_500, 1_200
#: What a dialog asks behind an option's label.
_SURE = ": sure?"
#: Words on an approval's button that allow nothing; whatever else may be dangerous.
_REFUSALS = ("reject", "deny", "no", "cancel", "stop", "refuse", "decline", "abort")


def is_approval(asked: Question) -> bool:
    """Whether only its exact words decide it."""
    return asked.answer_kind is AnswerKind.APPROVAL


def options(asked: Question) -> tuple[str, ...]:
    """The options in full, where buttons or menu cannot show them so."""
    if not _any_clipped(asked) and len(_in_menu(asked)) == len(asked.options):
        return ()
    shown: list[str] = []
    room = _LIST_ROOM
    for one in asked.options:
        entry = f"{code(one.id)} {line(one.label, 300)}"
        room -= size(entry) + 1
        if room < 0:
            break
        shown.append(entry)
    more = len(asked.options) - len(shown)
    return ("*Options*", *shown, *((f"…and {more} more",) if more else ()))


def how_to_answer(asked: Question, people: str, command: str) -> str:
    """How to answer an open question, with whom it is for."""
    # What else happens has a line of its own.
    waits = asked.expires_at is None and asked.assume_at is None
    until = " It waits as long as you need." if waits else ""
    by_command = f"`{command} answer {asked.number} &lt;text&gt;`"
    if is_approval(asked):
        how = f"Press a button, or reply in this thread with exactly {exact_words(asked)}."
        return f"{people} {how} Any other words decide nothing.{until}".strip()
    how = "Reply in this thread"
    if asked.options:
        how = "Choose one, or reply in this thread with its number, its words or your own"
    return f"{people} {how}, or use {by_command}.{until}".strip()


def exact_words(asked: Question) -> str:
    """The words that decide an approval, for a sentence."""
    shown = [f"*{line(one.label, 120)}*" for one in asked.options[:_ROW]]
    shown += ["another option's words"] if len(asked.options) > _ROW else []
    if len(shown) <= 1:
        return "".join(shown) or "its words"
    return f"{', '.join(shown[:-1])} or {shown[-1]}"


def to_press(asked: Question, answers: Sequence[Answer]) -> Iterator[Block]:
    """The rows of buttons that fit the question's state; none once it is closed."""
    if asked.state is QuestionState.ANSWERED and answers:
        yield actions(*_quiet_time(asked, answers[-1]))
    if asked.state in {QuestionState.OPEN, QuestionState.ANSWERED}:
        yield from _choices(asked, answers[-1].option if answers else None)


def to_change(asked: Question, task: Task | None) -> Iterator[Block]:
    """The way to another answer after the pick-up, as long as the task goes on.

    What was allowed may be done already, so an approval has none.
    """
    taken = asked.state is QuestionState.PICKED_UP and not is_approval(asked)
    if taken and task is not None and task.state not in ENDED:
        yield actions(button("Change answer", action=CHANGE, value=str(asked.number)))


def in_a_menu(asked: Question) -> list[tuple[str, str]]:
    """The labels of the options for which a menu has room, with their ids."""
    return [(_label(asked, one), one.id) for one in _in_menu(asked)]


def form(asked: Question) -> Mapping[str, Any]:
    """The modal for an answer in one's own words, or for another answer after the pick-up."""
    change = asked.state is QuestionState.PICKED_UP
    entry = {"type": "plain_text_input", "action_id": FORM_WORDS, "multiline": True}
    box = {
        "type": "input",
        "block_id": FORM,
        "label": plain("Your answer"),
        "element": {**entry, "max_length": 3_000, "focus_on_load": True},
    }
    return {
        "type": "modal",
        "callback_id": FORM,
        "private_metadata": str(asked.number),
        "title": plain("Change the answer" if change else "Answer in your words"),
        "submit": plain("Change" if change else "Answer"),
        "close": plain("Cancel"),
        "blocks": [*(section(piece) for piece in _shown_in_form(asked)), box],
    }


def _shown_in_form(asked: Question) -> tuple[str, ...]:
    first, *rest = split(asked.text, most=2) or ("…",)
    labels = ", ".join(f"{code(one.id)} {line(one.label, 75)}" for one in asked.options[:_ROW])
    offered = (f"Its number or its words choose an option: {labels}",) if labels else ()
    return (f"*#{asked.number}* {first}", *rest, *offered)


def _quiet_time(asked: Question, last: Answer) -> Iterator[Block]:
    taken_back = "Not an answer" if last.source.startswith("msg:") else "Take it back"
    if quiet_seconds(asked, (last,)):
        yield button("Send now", action=SEND_NOW, value=f"{asked.number}", style="primary")
    yield button(taken_back, action=NOT_AN_ANSWER, value=f"{asked.number}:{last.id}")


def quiet_seconds(asked: Question, answers: Sequence[Answer]) -> int:
    """How long the last reply waits for a further one; 0 when it counted at once."""
    if asked.closes_at is None or not answers:
        return 0
    return max(0, round((asked.closes_at - max(one.created_at for one in answers)).total_seconds()))


def _choices(asked: Question, chosen: str | None) -> Iterator[Block]:
    if not _has_buttons(asked):
        yield from _menu(asked)
        return
    buttons = [_option(asked, one, chosen) for one in asked.options]
    buttons += _other(asked)
    for begin in range(0, len(buttons), _ROW):
        yield actions(*buttons[begin : begin + _ROW])


def _other(asked: Question) -> list[Block]:
    """The way to the modal, while there is no answer: later a reply in the thread adds to it."""
    if is_approval(asked) or asked.state is not QuestionState.OPEN:
        return []
    words = "Other…" if asked.options else "Answer…"
    return [button(words, action=OTHER, value=str(asked.number))]


def _menu(asked: Question) -> Iterator[Block]:
    choices = [(_label(asked, one), _value(asked, one)) for one in _in_menu(asked)]
    yield actions(menu("Choose an option", action=CHOOSE, options=choices), *_other(asked))


def _in_menu(asked: Question) -> list[Option]:
    """Those for which there is room in a menu."""
    fitting, room = [], _MENU_ROOM
    for one in asked.options[:100]:
        room -= size(_label(asked, one))
        if room < 0:
            break
        fitting.append(one)
    return fitting


def _option(asked: Question, one: Option, chosen: str | None) -> Block:
    label = _label(asked, one)
    mark = "✓ " if one.id == chosen else ""
    return button(
        bare(f"{mark}{label}", _LABEL),
        action=f"{CHOOSE}:{one.id}",
        value=_value(asked, one),
        style=_style(asked, one),
        confirm=_confirm(asked, one) if _is_dangerous(asked, one) else None,
    )


def _style(asked: Question, one: Option) -> str | None:
    if not is_approval(asked) or _grant(asked, one) == "allow_always":
        return None
    return "primary" if _allows(asked, one) else "danger"


def _confirm(asked: Question, one: Option) -> Block:
    # Slack counts the words of all blocks together.
    room = 300 if len(asked.options) <= _ROW else 40
    return sure(
        f"{bare(one.label, room // 3 - len(_SURE)) or 'This'}{_SURE}",
        bare(asked.text, room) or "…",
        confirm=bare(one.label, 30) or "Yes",
        deny="Not yet",
    )


def _is_dangerous(asked: Question, one: Option) -> bool:
    """Whether a slip of the finger would do harm that the quiet time cannot mend.

    Where the asker says what its options mean, it is the ones that last.
    """
    if not is_approval(asked):
        return False
    grant = _grant(asked, one)
    return grant == "allow_always" if grant else _allows(asked, one)


def _allows(asked: Question, one: Option) -> bool:
    grant = _grant(asked, one)
    if grant:
        return grant.startswith("allow")
    first = one.label.strip().casefold().split()[:1]
    return not (first and first[0].strip(".,!:;") in _REFUSALS)


def _grant(asked: Question, one: Option) -> str:
    """What the asking program means by an option, in the words of the Agent Client Protocol."""
    choices = asked.subject.get("choices")
    told = choices.get(one.label) if isinstance(choices, dict) else None
    return str(told.get("grant") or "") if isinstance(told, dict) else ""


def _has_buttons(asked: Question) -> bool:
    return len(asked.options) <= _MOST_BUTTONS


def _any_clipped(asked: Question) -> bool:
    return any(_label(asked, one).endswith("…") for one in asked.options)


def _label(asked: Question, one: Option) -> str:
    """A button's words. An approval's are its exact words; others show the number too."""
    # Room for the mark of the chosen one.
    if is_approval(asked):
        return bare(one.label, _LABEL - 2) or "…"
    return bare(f"{one.id}. {one.label}", _LABEL - 2)


def _value(asked: Question, one: Option) -> str:
    return f"{asked.number}:{one.id}"
