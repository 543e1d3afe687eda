"""The live card of a daemon, its buttons, and the modal behind *Ask*."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from coffee_bot.blocks.focus import focused
from coffee_bot.blocks.kit import actions, button, context, facts, message, plain, section, sure
from coffee_bot.blocks.status import (
    FACES,
    LINES,
    STARTABLE,
    held_tasks,
    missing,
    noted,
    start_button,
)
from coffee_bot.blocks.words import ago, bare, line, link, name_of, when
from coffee_daemon import DaemonState

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    from coffee_bot.blocks.kit import Block
    from coffee_bot.intent import Message
    from coffee_daemon import DaemonStatus, Person

#: The actions; their value is the daemon's name.
STOP, RESTART, ASK = "stop", "restart", "ask"
#: The modal, and where the words are in it.
ASK_FORM, ASK_WORDS = "ask", "words"
#: How many of the open questions the card names.
_NAMED = 3

S = DaemonState
#: In these there is a process that a person can end.
_STOPPABLE = frozenset(
    {S.IDLE, S.WORKING, S.WAITING, S.RESTING, S.PAUSED, S.LIMITED, S.UNRESPONSIVE, S.ASLEEP}
)
#: In these the task is what it is at.
_AT_WORK = frozenset({S.WORKING, S.UNRESPONSIVE, S.ASLEEP})


@dataclass(frozen=True, kw_only=True)
class Linked:
    """A task or a question, and where its own message is."""

    number: int
    words: str
    #: Empty while it is not shown yet.
    url: str = ""


def sign_of_life(now: DaemonStatus) -> datetime | None:
    """When it was last heard of: its agent while one works, for a heart that beats is no work."""
    if now.state is S.WORKING:
        return now.last_output_at or now.task_started_at
    return now.last_heartbeat


def status_card(
    now: DaemonStatus,
    *,
    sign: datetime | None = None,
    asked: Sequence[Linked] = (),
    task_url: str = "",
    command: str = "/coffee",
) -> Message:
    """Show the state in a card that is edited in place.

    It holds nothing that changes with every look, so that it is edited only when it matters.

    Args:
        now: The state.
        sign: When it was last heard of, as far as the card shall tell it.
        asked: The open questions, oldest first.
        task_url: Where the task's own message is.
        command: The slash command's name.
    """
    face = FACES[now.state]
    return message(
        f"{face.emoji} {_headline(now)}{_on(now)}",
        section(at_work(now, task_url)),
        _times(now, sign),
        *missing(now),
        *noted(now),
        section(_questions(asked)),
        context(*_small_print(now, command)),
        actions(*buttons(now)),
    )


def ask_form(daemon: str) -> Mapping[str, Any]:
    """The modal in which somebody hands over work or asks something."""
    entry = {"type": "plain_text_input", "action_id": ASK_WORDS, "multiline": True}
    box = {
        "type": "input",
        "block_id": ASK_FORM,
        "label": plain("What is to be done, or what do you want to know?"),
        "hint": plain("What ends with a question mark is answered in words, in its thread."),
        "element": {**entry, "max_length": 3_000, "focus_on_load": True},
    }
    said = f"{line(daemon, 80)} gets to it when it has time; it may take 12 hours and more."
    return {
        "type": "modal",
        "callback_id": ASK_FORM,
        "private_metadata": daemon,
        "title": plain("Hand over, or ask"),
        "submit": plain("Send"),
        "close": plain("Cancel"),
        "blocks": [section(said), box],
    }


def not_opened_to_ask() -> Message:
    """Tell that the modal did not open, and what does the same."""
    said = "⏳ Slack did not open the window in time. Press it again, or use `/coffee tell`."
    return message(said, section(said))


def pinned(daemon: str, *, news: bool) -> Message:
    """Tell the person who pinned the card."""
    said = f"📌 The card of {line(daemon, 80)} is {'pinned now' if news else 'pinned already'}."
    return message(said, section(said))


def unpinned(daemon: str, *, news: bool) -> Message:
    """Tell the person who took the pin away."""
    still = "not pinned any more" if news else "not pinned"
    said = f"📌 The card of {line(daemon, 80)} is {still}."
    return message(said, section(said))


def did_pin(who: Person, daemon: str) -> Message:
    """Show the channel who pinned the card."""
    said = f"📌 {name_of(who)} pinned the card of {line(daemon, 80)}."
    return message(said, section(said))


def did_unpin(who: Person, daemon: str) -> Message:
    """Show the channel who took the pin away."""
    said = f"📌 {name_of(who)} unpinned the card of {line(daemon, 80)}."
    return message(said, section(said))


def _headline(now: DaemonStatus) -> str:
    until = f" until {when(now.until)}" if now.until else ""
    return f"{line(now.name, 80)} {FACES[now.state].says}{until}"


def _on(now: DaemonStatus) -> str:
    """What follows the headline where only plain words are shown."""
    at_work = now.current_task and now.state in _AT_WORK
    return f" on {line(now.current_task or '', 200)}" if at_work else ""


def at_work(now: DaemonStatus, task_url: str) -> str:
    """The state, the task and how far it has come; else why it is so."""
    lines = [f"{FACES[now.state].emoji} *{_headline(now)}*"]
    if now.current_task:
        number = f"#{now.task_number} " if now.task_number else ""
        lines.append(link(task_url, f"{number}{now.current_task}"))
    if said := focused(now):
        lines.append(f"🎯 {said}; messages are kept meanwhile")
    if now.progress:
        lines.append(f"💬 “{line(now.progress, 300)}”")
    if now.reason and now.state is not S.WORKING:
        lines.append(line(now.reason, 300))
    return "\n".join(lines)


def _times(now: DaemonStatus, sign: datetime | None) -> Block | None:
    """Times that each reader's Slack counts on by itself."""
    told = []
    if sign is not None:
        told.append(("Last sign of life", ago(sign)))
    if now.running and now.started_at:
        told.append(("Up since", when(now.started_at)))
    return facts(*told) if told else None


def _questions(asked: Sequence[Linked]) -> str:
    if not asked:
        return ""
    count = "1 open question" if len(asked) == 1 else f"{len(asked)} open questions"
    named = [f"• {link(one.url, f'#{one.number} {one.words}')}" for one in asked[:_NAMED]]
    more = len(asked) - _NAMED
    return "\n".join((f"❓ *{count}*", *named, *((f"…and {more} more",) if more > 0 else ())))


def _small_print(now: DaemonStatus, command: str) -> tuple[str, ...]:
    pid = f"PID {now.pid}" if now.pid and now.running else ""
    held, bot = held_tasks(now.held_tasks), LINES.get(now.bot_link, "")
    return (pid, held, bot, f"`{command} status` tells more")


def buttons(now: DaemonStatus) -> Iterator[Block]:
    """What fits the state: nobody is asked to start what runs."""
    if now.state in STARTABLE:
        yield start_button(now.name)
    yield button("Ask", action=ASK, value=now.name)
    if now.state in _STOPPABLE:
        yield button("Restart", action=RESTART, value=now.name, confirm=_sure(now, "Restart"))
        yield button(
            "Stop", action=STOP, value=now.name, style="danger", confirm=_sure(now, "Stop")
        )


def _sure(now: DaemonStatus, verb: str) -> Block:
    goes_on = "when it is back" if verb == "Restart" else "at the next start"
    task = f" on #{now.task_number}" if now.task_number else ""
    said = f"Its turn{task} is interrupted, and goes on {goes_on}. "
    return sure(
        bare(f"{verb} {now.name}?", 100),
        f"{said if now.state in _AT_WORK else ''}Open questions stay open, and nothing is lost.",
        confirm=verb,
        deny="Leave it",
    )
