"""What the daemon works on: a task's message through its life, its end, lists."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from coffee_bot.blocks.failures import cause, task_step, turn_lines_button
from coffee_bot.blocks.focus import focused
from coffee_bot.blocks.kit import actions, button, context, message, section, sections
from coffee_bot.blocks.status import FACES, STARTABLE, start_button
from coffee_bot.blocks.trails import Trail, trail
from coffee_bot.blocks.words import (
    ago,
    clip,
    code,
    escape,
    line,
    link,
    mention_of,
    name_of,
    split,
    when,
)
from coffee_daemon import TaskState, TurnEnd

if TYPE_CHECKING:
    from collections.abc import Sequence

    from coffee_bot.blocks.kit import Block
    from coffee_bot.intent import Message
    from coffee_daemon import DaemonStatus, Person, Spent, Task, Turn

#: The action of the *Retry* button; its value is the task's number.
RETRY = "retry"

#: How each state looks and reads in a task's message.
_STATES = {
    TaskState.QUEUED: ("📥", "stored, waiting for its turn"),
    TaskState.RUNNING: ("🔨", "being worked on"),
    TaskState.WAITING: ("❓", "waiting for an answer"),
    TaskState.DONE: ("✅", "done"),
    TaskState.FAILED: ("❌", "failed"),
    TaskState.CANCELLED: ("🚫", "cancelled"),
}

#: Ends of a turn that count as a failed attempt.
_FAILURES = frozenset({TurnEnd.FAILED, TurnEnd.CRASHED})
#: Said where a question to the agent has ended without a word of it.
_SILENT = "It ended without a word. Ask again in this thread."


def task(
    told: Task,
    *,
    progress: str = "",
    left: Trail | None = None,
    last: Turn | None = None,
    mentions: bool = True,
) -> Message:
    """Show a task in its present state. It mentions its author; its thread is about the task.

    Args:
        told: The task.
        progress: The agent's last word on how far its turn has come.
        left: What its turns have left outside of the record.
        last: Its last turn.
        mentions: Whether its author is reached by it, or only named.
    """
    name = mention_of if mentions else name_of
    author = f" from {name(told.author)}" if told.author else ""
    words = told.prompt if told.author else told.title
    emoji, says = _STATES[told.state]
    tried = _tried(told, last)
    first, *rest = split(words, limit=2_800, most=2) or ("",)
    return message(
        f"#{told.number}{author}: {clip(words, 2_500)}",
        section(f"*#{told.number}*{author}\n{first}" if author else f"*#{told.number}* {first}"),
        *(section(piece) for piece in rest),
        section(f"💬 “{line(progress, 300)}”") if progress else None,
        section(cause(_said(told, last)[0])) if told.state is TaskState.FAILED else None,
        section(tried),
        section(trail(left)),
        context(f"{emoji} *{says}*", _held(told), ago(told.created_at), _hint(told)),
        actions(*_after_failure(told, last)) if told.state is TaskState.FAILED else None,
    )


def _tried(told: Task, last: Turn | None) -> str:
    """Why a turn failed that is tried again without anybody's doing, and when."""
    if told.state is not TaskState.QUEUED or not told.attempts or last is None:
        return ""
    if last.end not in _FAILURES:
        return ""
    again = f" It is tried again {when(told.not_before)}." if told.not_before else ""
    return f"⚠️ Turn {last.number} failed. {cause(last.summary)}{again}"


def _after_failure(failed: Task, last: Turn | None) -> tuple[Block, ...]:
    retry = button("Retry", action=RETRY, value=str(failed.number))
    return (retry, turn_lines_button(failed.number, last.number)) if last else (retry,)


def stored(told: Task, now: DaemonStatus, *, command: str = "/coffee") -> Message:
    """Tell the person who handed it over that it is kept, running daemon or not."""
    if now.running:
        return message(
            f"✅ Command Sent to Daemon (#{told.number})",
            section(
                f"✅ *Command Sent to Daemon* (#{told.number})\n"
                f"Your message has been delivered to {line(now.name, 80)}."
            ),
            context(f"⏰ {_expectation(now)}"),
            context(f"💡 Use `{command} tasks` to see where it stands."),
        )
    said = f"Stored as #{told.number}; {line(now.name, 80)} {FACES[now.state].says}"
    return message(
        said,
        section(f"📥 {said}. It is picked up when the daemon runs."),
        actions(start_button(now.name)) if now.state in STARTABLE else None,
    )


def _expectation(now: DaemonStatus) -> str:
    """When a reply may be expected."""
    if now.focus_until is not None:
        said = focused(now)
        return f"It is {said}; yours comes then, or as soon as that task is done."
    if now.until is not None:
        return f"It {FACES[now.state].says} until {when(now.until)} and reads this after that."
    return (
        "It may take 12+ hours to respond. Like a human developer, "
        "it needs focus time and rest periods."
    )


def ended(
    over: Task,
    spent: Spent | None = None,
    last: Turn | None = None,
    *,
    left: Trail | None = None,
    command: str = "/coffee",
) -> tuple[Message, ...]:
    """Tell a task's thread how it ended, with the agent's own words in full.

    Long words need several messages; they go out in their order. What it has cost is told where
    the agent has reported any of it. Of one that failed the cause is told, and what can be done.

    Args:
        over: The task.
        spent: What its turns have cost.
        last: Its last turn.
        left: What its turns have left outside of the record.
        command: The slash command's name.
    """
    if over.state is TaskState.FAILED:
        return (_failed(over, spent, last, left, command),)
    links, closing = section(trail(left)), (_branch(over, left), _cost(spent))
    first, *rest = split(over.result, limit=2_700) or (_SILENT if over.wants_answer else "",)
    head = _headline(over)
    return (
        message(
            f"{head}\n{first}".rstrip(),
            section(head),
            section(first),
            *(() if rest else (links, context(*closing))),
        ),
        *(_goes_on(over, piece) for piece in rest[:-1]),
        *(_goes_on(over, piece, links, *closing) for piece in rest[-1:]),
    )


def _failed(
    over: Task, spent: Spent | None, last: Turn | None, left: Trail | None, command: str
) -> Message:
    """The cause and the next step. What was printed is for those who ask for it."""
    said, remains = _said(over, last)
    head, why = _headline(over), cause(said)
    return message(
        f"{head}\n{why}".rstrip(),
        section(head),
        section("\n".join(filter(None, (why, task_step(over.number, command))))),
        section(clip(remains, 1_500)),
        section(trail(left)),
        context(_branch(replace(over, result=remains), left), _cost(spent)),
        actions(turn_lines_button(over.number, last.number)) if last else None,
    )


def _said(over: Task, last: Turn | None) -> tuple[str, str]:
    """The words with which it ended, and what was added to them on what it has left."""
    if last is not None and last.summary and over.result.startswith(last.summary):
        return last.summary, over.result.removeprefix(last.summary).strip()
    return over.result, ""


def cancelled(over: Task, *, command: str = "/coffee") -> Message:
    """Tell the person who cancelled it."""
    if over.state is TaskState.CANCELLED:
        said = f"🚫 #{over.number} is cancelled: {line(over.title)}"
        return message(said, section(said), context(_branch(over)))
    said = f"🚫 #{over.number} is being stopped: {line(over.title)}"
    return message(
        said,
        section(f"{said}\nIts work is kept. Its thread tells when it has ended."),
        context(f"`{command} tasks` shows it."),
    )


def withdrawn(number: int) -> Message:
    """Tell the person who withdrew a question."""
    said = f"🚫 Question #{number} is withdrawn; no answer is needed any more."
    return message(said, section(said))


def did_cancel(number: int, what: str, who: Person, *, question: bool = False) -> Message:
    """Show the channel who cancelled a task or withdrew a question."""
    did = "withdrew question" if question else "cancelled"
    said = f"🚫 {name_of(who)} {did} #{number}: {line(what)}"
    return message(said, section(said))


def tasks(
    found: Sequence[Task],
    *,
    more: bool = False,
    now: DaemonStatus | None = None,
    command: str = "/coffee",
) -> Message:
    """Answer `tasks`: the open ones first. `more` says that there are others than these."""
    if not found:
        said = f"No tasks yet. Hand one over with `{command} tell &lt;text&gt;`."
        return message(f"📭 {said}", section(f"📭 {said}"))
    count = "1 task" if len(found) == 1 else f"{len(found)} tasks"
    stopped = now is not None and not now.running
    return message(
        f"🗂️ The first {count}" if more else f"🗂️ {count}",
        section("🗂️ *Tasks*, the open ones first, in the order of pick-up"),
        *sections(entry(one) for one in found),
        context("There are more: `coffee tasks` on the machine.") if more else None,
        context(f"{line(now.name, 80)} {FACES[now.state].says}.") if now and stopped else None,
    )


def entry(one: Task, url: str = "") -> str:
    """A task on one line; its number leads to its message where `url` says where that is."""
    emoji, says = _STATES[one.state]
    who = f" · {name_of(one.author)}" if one.author else ""
    held = f" · {_held(one)}" if one.held_at else ""
    said = f"{emoji} *{link(url, f'#{one.number}')}* {line(one.title)} · {says}{held}{who}"
    return f"{said} · {ago(one.updated_at)}"


def _held(one: Task) -> str:
    return f"✋ held by {name_of(one.held_by)} since {when(one.held_at)}" if one.held_at else ""


def _hint(told: Task) -> str:
    if told.state is TaskState.WAITING:
        return "its question is a message of its own in this channel"
    return "reply in this thread to add to it"


def _headline(over: Task) -> str:
    if over.state is TaskState.DONE and over.wants_answer:
        return f"💬 *Answer to #{over.number}*"
    emoji, says = _STATES[over.state]
    return f"{emoji} *#{over.number} {says}*: {line(over.title)}"


def _branch(over: Task, left: Trail | None = None) -> str:
    # What is left of a task that was not done is told in its result, with its branch.
    told = not over.branch or over.branch in over.result
    told = told or (left is not None and left.leads_to(over.branch or ""))
    return "" if told else f"The work is on branch {code(over.branch or '')}."


def _cost(spent: Spent | None) -> str:
    return f"{spent.count} · {escape(spent.cost)}" if spent and spent.reported else ""


def _goes_on(over: Task, piece: str, links: Block | None = None, *closing: str) -> Message:
    said = f"#{over.number} goes on:\n{piece}"
    return message(said, section(piece), links, context(*closing, when(over.updated_at)))
