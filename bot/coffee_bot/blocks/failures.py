"""What went wrong: one sentence of cause, a next step, and the last lines for those who ask."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from coffee_bot.blocks.kit import button, context, message, section
from coffee_bot.blocks.words import clip, code_block, line
from coffee_daemon import DaemonState, redact

if TYPE_CHECKING:
    from collections.abc import Sequence

    from coffee_bot.blocks.kit import Block
    from coffee_bot.intent import Message

#: The action of the *Show last lines* button; its value says of what: `turn:12:3` or `change:88`.
LAST_LINES = "lines"

_EXIT = re.compile(r"exit code (\d+)")
_ENDS = (".", "!", "?", "…", ":")
#: So many characters of lines are shown, which is what Slack takes in one section.
_LINES_ROOM = 2_800

#: What brought a state about, as a sentence.
_CAUSES = {DaemonState.CRASHED: "It is {}", DaemonState.GAVE_UP: "It {}"}
#: What a person can do about a state that is trouble.
_STEPS = {
    DaemonState.CRASHED: "The bot starts it again by itself.",
    DaemonState.GAVE_UP: (
        "Look at its last lines, mend what they name, and start it again with the button "
        "or `{command} start`."
    ),
    DaemonState.UNRESPONSIVE: (
        "It may come back by itself; `{command} restart` ends what it is stuck in."
    ),
}


def cause(closing: str) -> str:
    """One sentence on why something failed, of the words with which it ended; may be empty.

    What a program has printed is left out but for its last line, which tends to say it.
    """
    first, *rest = [one for one in closing.splitlines() if one.strip()] or [""]
    found = _EXIT.fullmatch(first.strip())
    if not found:
        return _sentence(first)
    said = f"Its agent ended with exit code {found[1]}"
    return f"{said}: {_sentence(rest[-1])}" if rest else f"{said}."


def task_step(number: int, command: str) -> str:
    """What a person can do about a failed task."""
    return (
        f"Try it again with *Retry* or `{command} retry {number}`, "
        "or reply in this thread with what helps."
    )


def state_cause(state: DaemonState, why: str) -> str:
    """One sentence on what brought trouble about; empty for any other state."""
    said = _CAUSES.get(state)
    return _sentence(why and said.format(why)) if said else ""


def state_step(state: DaemonState, command: str) -> str:
    """What a person can do about a daemon in that state; empty when there is nothing to do."""
    return _STEPS.get(state, "").format(command=command)


def turn_lines_button(task: int, turn: int) -> Block:
    """The button that shows what a turn's agent printed last."""
    return button("Show last lines", action=LAST_LINES, value=f"turn:{task}:{turn}")


def change_lines_button(change: int) -> Block:
    """The button that shows what the daemon's log held last at a change of its state."""
    return button("Show last lines", action=LAST_LINES, value=f"change:{change}")


def last_lines(of: str, lines: Sequence[str]) -> Message:
    """Show the last lines of something to the person who asked for them."""
    if not lines:
        said = f"🗒️ The last lines of {line(of, 100)} are not kept any more, or there were none."
        return message(said, section(said))
    said = f"🗒️ The last lines of {line(of, 100)}"
    return message(
        said,
        section(f"*{said}*"),
        section(code_block(tuple(lines), _LINES_ROOM)),
        context("Only you see this. What looks like a secret is left out."),
    )


def _sentence(words: str) -> str:
    said = clip(redact(" ".join(words.split())), 300)
    return said if not said or said.endswith(_ENDS) else f"{said}."
