"""Words that reach people at the right time: reminders, escalations, the morning, their choices."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coffee_bot.blocks.kit import actions, button, context, message, section, sections
from coffee_bot.blocks.together import TOGETHER
from coffee_bot.blocks.words import ago, clip, line, link, mention, when
from coffee_daemon import Matter, QuestionState

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from coffee_bot.intent import Message
    from coffee_daemon import Contact, Question

#: The action; its value is a question's number.
SNOOZE = "snooze"
_MOST_MENTIONS = 10
#: Questions that a morning message lists.
_MOST_LISTED = 20

#: What each choice is called, and what it is about.
_MATTERS = {
    Matter.QUESTIONS: "mentions in questions that are yours to answer",
    Matter.REMINDERS: "reminders of questions that wait for long",
    Matter.MORNING: "one message in the morning, of what came without a mention",
    Matter.TASKS: "a mention in tasks that you hand over, whose thread you then follow",
    Matter.CRASHES: "mentions at limits of the day, and when it gives up after crashes (admins)",
}


def reminder(asked: Question, person: str, *, command: str = "/coffee") -> Message:
    """Remind somebody in a question's thread that it is still open, or tell that it was then."""
    if asked.state is not QuestionState.OPEN:
        over = f"⏰ {mention(person)} was reminded here while *#{asked.number}* was open."
        return message(over, section(over))
    said = f"⏰ {mention(person)} *#{asked.number}* is still open, asked {ago(asked.created_at)}."
    return message(
        f"⏰ {mention(person)} still open: {clip(asked.text, 600) or '…'}",
        section(said),
        actions(
            button("Snooze until tomorrow 9:00", action=SNOOZE, value=str(asked.number)),
        ),
        context(f"`{command} notify reminders off` ends reminders to you."),
    )


def escalation(asked: Question, person: str) -> Message:
    """Ask further people in a question's thread, as its asker has wished."""
    said = (
        f"📣 {mention(person)} *#{asked.number}* has had no answer, asked {ago(asked.created_at)}."
    )
    return message(
        f"📣 {mention(person)} no answer yet: {clip(asked.text, 600) or '…'}",
        section(f"{said}\nYou were named for this case. A reply in this thread answers it."),
    )


def calling(said: Message, people: Sequence[str]) -> Message:
    """The same message, which mentions people too; without any it is left as it is."""
    if not people:
        return said
    names = " ".join(mention(one) for one in people[:_MOST_MENTIONS])
    return message(f"{said.text} {names}", *(dict(one) for one in said.blocks), context(names))


def snoozed(number: int, until: datetime) -> Message:
    """Tell somebody until when a question is put off."""
    said = f"💤 You are not reminded of #{number} before {when(until)}. It stays open."
    return message(said, section(said))


def morning(person: str, asked: Sequence[Question], urls: Mapping[int, str]) -> Message:
    """Tell somebody in the morning what is open, oldest first.

    Args:
        person: Whom it is for; mentioned once.
        asked: The person's open questions.
        urls: Where the questions' messages are, by number.
    """
    count = "1 question is open" if len(asked) == 1 else f"{len(asked)} questions are open"
    ordered = sorted(asked, key=lambda one: one.created_at)
    more = len(ordered) - _MOST_LISTED
    return message(
        f"☀️ {count} for you, {mention(person)}",
        section(f"☀️ *{count} for you*, {mention(person)}"),
        *sections(_listed(one, urls.get(one.number, "")) for one in ordered[:_MOST_LISTED]),
        section(f"…and {more} more") if more > 0 else None,
        actions(
            button("Answer together…", action=TOGETHER, value=person, style="primary"),
        ),
    )


def choices(contact: Contact, hours: str, zone: str, *, command: str = "/coffee") -> Message:
    """Show somebody what is sent to them.

    Args:
        contact: What is known of this person.
        hours: The hours that hold for this person.
        zone: Whose clock they are by.
        command: The slash command's name.
    """
    own = "yours" if contact.hours else "the usual ones here"
    return message(
        "🔔 What is sent to you",
        section("🔔 *What is sent to you*"),
        *sections(_choice(matter, contact) for matter in Matter),
        section(f"🕘 Hours: {line(hours, 200)} ({own}), by the clock of {line(zone, 80)}"),
        context(
            f"Change it with `{command} notify questions off`, `{command} notify morning on`, "
            f"`{command} notify hours 7:00-15:00` or `{command} notify hours usual`. "
            "Urgent questions mention you all the same."
        ),
    )


def _choice(matter: Matter, contact: Contact) -> str:
    on = contact.wants(matter)
    return f"{'✅' if on else '⬜'} *{matter}* {'on' if on else 'off'}: {_MATTERS[matter]}"


def _listed(asked: Question, url: str) -> str:
    words = link(url, f"#{asked.number} {asked.text}") if url else line(asked.text, 150)
    return f"• {words} · {ago(asked.created_at)}"
