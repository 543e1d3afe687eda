"""What is said while a turn runs: kept, read, or the turn is interrupted for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from coffee_bot.blocks.kit import actions, button, context, message, section
from coffee_bot.blocks.words import clip, code, duration, line, name_of, when
from coffee_daemon import ENDED, TaskState, TurnEnd

if TYPE_CHECKING:
    from collections.abc import Sequence

    from coffee_bot.blocks.kit import Block
    from coffee_bot.intent import Message
    from coffee_daemon import Answer, Commit, Person, Question, Request, Task, Turn

#: The actions. The first one's value is a task's and its turn's number, the second one's a
#: question's.
INTERRUPT, LATER = "interrupt", "later"
#: Commits that are named; of the others it is told how many they are.
_COMMITS = 5


@dataclass(frozen=True, kw_only=True)
class Added:
    """What people said to a task in one thread during one turn, and what became of it."""

    task: Task
    #: What stands of it, as it was said; empty when all was taken back.
    words: tuple[Answer, ...]
    #: The turn that ran when it was said; None when none did.
    during: Turn | None
    #: Whether that turn still runs.
    runs: bool = False
    #: The turn that has all of it; None while any of it waits.
    reader: Turn | None = None
    #: The last wish to interrupt that turn.
    interrupt: Request | None = None


def kept(added: Added) -> Message:
    """Tell a task's thread what became of what was said there while a turn runs."""
    said = _fate(added, "this" if len(added.words) < 2 else f"these {len(added.words)} messages")
    return message(said, section(said), _offer(added, "Interrupt and send now"))


def changed_answer(
    added: Added, asked: Question, commits: Sequence[Commit] | None = None
) -> Message:
    """Tell a question's thread what became of an answer that changed after it was picked up.

    Args:
        added: The new words.
        asked: The question.
        commits: What the task has committed since the pick-up; None when nobody knows.
    """
    if not added.words:
        return kept(added)
    who = ", ".join(dict.fromkeys(name_of(one.who) for one in added.words))
    picked_up = f" {when(asked.picked_up_at)}" if asked.picked_up_at else ""
    head = f"✏️ *{who} changed the answer to #{asked.number}* after it was picked up{picked_up}"
    words = clip(added.words[-1].text, 500)
    said = _fate(added, "the new answer")
    return message(
        f"{head}: {words}\n{said}",
        section(f"{head}:"),
        section(words),
        section(_committed(commits)) if added.runs else None,
        section(said),
        _offer(added, "Interrupt and use the new answer", later=str(asked.number)),
    )


def read_already(number: int) -> Message:
    """Tell that a changed answer waits no more."""
    said = f"📖 The new answer to #{number} was read already, or taken back."
    return message(said, section(said))


def interrupting(task: Task, waiting: int) -> Message:
    """Tell the person who has a turn interrupted."""
    said = f"⏭️ The turn of #{task.number} is being ended: {line(task.title)}"
    reads = "It then reads what was said meanwhile." if waiting else "Nothing new waits for it."
    first = "Its next turn comes before all other work."
    return message(said, section(said), context(first, reads))


def did_interrupt(who: Person, task: Task) -> Message:
    """Show the channel who has a turn interrupted."""
    said = f"⏭️ {name_of(who)} interrupted the turn of #{task.number}: {line(task.title)}"
    return message(said, section(said))


def _fate(added: Added, what: str) -> str:
    task = added.task
    if not added.words:
        return "💬 Taken back: nothing of it waits any more."
    if added.reader is not None:
        return _read(added, added.reader)
    if task.state in ENDED:
        return f"🚫 Not read: #{task.number} is {task.state}. Say it again to bring it back."
    if added.runs:
        return _waits(added, what)
    if task.reopened:
        return (
            f"⌛ Too late for the turns before: #{task.number} had ended. "
            f"This has brought it back, and its next turn reads {what}."
        )
    waits = task.state is TaskState.WAITING
    then = "once its question is answered" if waits else "with its next turn"
    return f"📥 Kept. It reads {what} {then}."


def _read(added: Added, reader: Turn) -> str:
    times = [one.read_at for one in added.words if one.read_at is not None]
    at = f" {when(max(times))}" if times else ""
    again = any(one.told_again for one in added.words)
    cut = ", again: the turn that had it first was cut short" if again else ""
    return f"📖 Read{at}, turn {reader.number}{_ended_by(added)}{cut}"


def _ended_by(added: Added) -> str:
    """Who had the turn ended for it."""
    wish, during = added.interrupt, added.during
    if wish is None or during is None or during.end is not TurnEnd.INTERRUPTED:
        return ""
    return f", after {name_of(wish.who)} interrupted turn {during.number}"


def _waits(added: Added, what: str) -> str:
    """How it stands while the turn runs in which it was said."""
    wish = added.interrupt
    if wish is not None and wish.settled_at is None:
        by = name_of(wish.who)
        return f"⏭️ {by} interrupted the turn: the next one begins at once and reads {what}."
    refused = f" Not interrupted: {line(wish.reason)}." if wish and wish.reason else ""
    later = added.words[-1].deferred_by
    chosen = f" So it was chosen by {line(later, 80)}." if later else ""
    return f"📥 Kept. It reads {what} when the current turn ends{_age(added)}.{chosen}{refused}"


def _age(added: Added) -> str:
    """How long the turn had run when the last of it was said."""
    if added.during is None:
        return ""
    last = max(one.created_at for one in added.words)
    return f" (running {duration((last - added.during.created_at).total_seconds())})"


def _offer(added: Added, label: str, *, later: str = "") -> Block | None:
    wish = added.interrupt
    on_its_way = wish is not None and wish.settled_at is None
    if not added.words or added.reader or not added.runs or not added.during or on_its_way:
        return None
    if added.words[-1].deferred_by:
        return None
    value = f"{added.task.number}:{added.during.number}"
    now = button(label, action=INTERRUPT, value=value, style="danger")
    if not later:
        return actions(now)
    return actions(now, button("Tell it afterwards", action=LATER, value=later))


def _committed(commits: Sequence[Commit] | None) -> str:
    if commits is None:
        return "What it has committed since is not known."
    if not commits:
        return "It has committed nothing since."
    named = [f"{code(one.name)} {line(one.subject, 100)}" for one in commits[-_COMMITS:]]
    more = len(commits) - len(named)
    before = [f"…and {more} before these"] if more else []
    return "\n".join(("Committed since, by the earlier answer:", *before, *named))
