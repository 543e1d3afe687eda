"""Help, refusals, what was not understood, notifications, and the feed's own words."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from coffee_bot.blocks.kit import context, message, section, sections
from coffee_bot.blocks.places import held_posts
from coffee_bot.blocks.words import ago, clip, escape, line
from coffee_bot.intent import VERBS, Role
from coffee_daemon import NotificationType

if TYPE_CHECKING:
    from collections.abc import Sequence

    from coffee_bot.intent import Message, Misunderstood, Verb
    from coffee_daemon import CoffeeError, Held, Notification

_KINDS = {
    NotificationType.COMMAND: "✉️",
    NotificationType.QUESTION: "❓",
    NotificationType.INFO: "💬",
    NotificationType.WARNING: "⚠️",
    NotificationType.ERROR: "❌",
    NotificationType.COMPLETION: "✅",
}
#: Verbs of the command line that are verbs here too.
_CLI = re.compile(rf"`coffee ({'|'.join(VERBS)})\b")
_FOR = {
    Role.ADMIN: " (admins)",
    Role.OPERATOR: " (operators and admins)",
    Role.ANSWERER: " (answerers, operators and admins)",
}


def help_page(*, command: str = "/coffee", daemon: str = "code_developer") -> Message:
    """Answer `help`: every verb, and how to talk to it otherwise."""
    name = line(daemon, 80)
    return message(
        f"☕ What you can ask for: {', '.join(VERBS)}",
        section(f"☕ *{name} at your service*"),
        *sections(_help_line(verb, command) for verb in VERBS.values()),
        section(
            "You can also mention me or write to me directly: "
            "“what is the daemon doing?”, “tell the daemon to …”, “ask the daemon whether …”.\n"
            "A question's buttons answer it, and so does a reply in its thread; "
            "a reply in a task's thread adds to the task."
        ),
        context(f"💡 {name} may take 12+ hours to respond; nothing is lost meanwhile."),
    )


def usage(wrong: Misunderstood, *, command: str = "/coffee") -> Message:
    """Answer a command that cannot be carried out as typed."""
    verb = wrong.verb or wrong.close
    if verb is None:
        lines = [f"Try `{command} help`. There are: {', '.join(VERBS)}."]
    elif wrong.verb:
        lines = [f"Usage: `{_typed(verb, command)}`"]
    else:
        lines = [f"Did you mean `{_typed(verb, command)}`? `{command} help` lists them all."]
    said = "\n".join((f"🤔 {wrong.problem}", *lines))
    return message(said, section(said))


def not_understood(*, command: str = "/coffee", daemon: str = "code_developer") -> Message:
    """Answer a sentence that is no clear wish: nothing was done, and this is how."""
    name = line(daemon, 80)
    return message(
        "🤔 I did not understand that, so I did nothing.",
        section("🤔 *I did not understand that, so I did nothing.*"),
        section(
            f"• To hand over work: “tell {name} to …” or `{command} tell &lt;text&gt;`\n"
            f"• To ask it something: “ask {name} whether …”\n"
            f"• To see how it is: “what is {name} doing?” or `{command} status`\n"
            f"• To control it: exactly `{command} start`, `{command} stop`, `{command} restart`\n"
            f"• Everything: `{command} help`"
        ),
    )


def refusal(reason: str) -> Message:
    """Tell somebody no, why, and what to do about it. `reason` may use `code` spans."""
    said = f"🔒 {clip(reason, 1_500)}"
    return message(said, section(said))


def trouble(error: CoffeeError, *, command: str = "/coffee") -> Message:
    """Tell what did not work, and what to do next: here, where the same verbs exist."""
    said = f"❌ {clip(error.message, 1_500)}"
    hint = _CLI.sub(lambda found: f"`{command} {found[1]}", clip(error.hint, 1_000))
    return message(said, section(said), section(hint))


def notice(emoji: str, words: str) -> Message:
    """Say one thing of our own in the channel, such as an alarm of the watch."""
    said = f"{emoji} {clip(words, 2_500)}"
    return message(said, section(said))


def notifications(
    found: Sequence[Notification],
    *,
    more: bool = False,
    held: Sequence[Held] = (),
    command: str = "/coffee",
) -> Message:
    """Answer `notifications`, newest first.

    Args:
        found: What passed between people and the daemon.
        more: There are older ones.
        held: What channels do not take.
        command: The slash command's name.
    """
    if not found:
        return message(
            "📭 No notifications yet.",
            *held_posts(held),
            section("📭 *No notifications yet.*"),
        )
    count = "1 notification" if len(found) == 1 else f"{len(found)} notifications"
    return message(
        f"🔔 The latest {count}",
        *held_posts(held),
        section("🔔 *Notifications*, newest first"),
        *sections(_entry(one) for one in found),
        context(
            f"Answer a question with `{command} answer &lt;number&gt; &lt;text&gt;`.",
            "Older ones: `coffee notifications` on the machine." if more else "",
        ),
    )


def _entry(one: Notification) -> str:
    words = line(one.message, 200)
    title = line(one.title, 100)
    said = f"*{title}*: {words}" if words and words != title else f"*{title}*"
    # What ends a task begins with the task's own number, and one number is enough.
    number = "" if title.startswith("#") else f"*#{one.number}* "
    return f"{_KINDS[one.type]} {number}{said} · {ago(one.created_at)}"


def _help_line(verb: Verb, command: str) -> str:
    return f"`{_typed(verb, command)}` {verb.summary}{_FOR.get(verb.role, '')}"


def _typed(verb: Verb, command: str) -> str:
    return escape(f"{command} {verb.usage}")
