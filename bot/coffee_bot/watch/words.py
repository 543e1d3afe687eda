"""What the watch has to say in the channel (pure)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coffee_bot import blocks

if TYPE_CHECKING:
    from datetime import datetime

    from coffee_bot.intent import Message


def named(daemon: str, host: str) -> str:
    """Whom it is about."""
    return f"{blocks.line(daemon, 80)} on {blocks.line(host, 80)}"


def not_heard_begins(who: str) -> str:
    """How `not_heard` begins, by which it is known again among what Slack keeps for later."""
    return f"Not heard from {who} since"


def not_heard(who: str, since: datetime) -> str:
    """Slack itself says that nobody is home."""
    return (
        f"🔇 {not_heard_begins(who)} {blocks.when(since)}; it may be asleep or offline. "
        "Answers are kept."
    )


def back(who: str, since: datetime, now: datetime) -> Message:
    """Say that we were missed and are back."""
    away = blocks.duration((now - since).total_seconds())
    return blocks.notice(
        "👋",
        f"Back: {who} had not been heard of for {away}, since {blocks.when(since)}. "
        "What you answered meanwhile is kept and read now.",
    )


def another_program(connections: int, living: int) -> Message:
    """Say that somebody else hears what is meant for us, and what to do."""
    bots = "1 bot is" if living == 1 else f"{living} bots are"
    return blocks.notice(
        "🚨",
        f"*Another program uses this app's connections.* Slack counts {connections}, "
        f"but {bots} at work. Slack gives each message, command and click to only one of "
        "them, so some do not reach me. Stop the other program, or give it an app and tokens "
        "of its own; if you do not know it, revoke the app-level token (`xapp-...`) on the "
        "app's page and make a new one. Until then I read the threads every minute; commands "
        "and clicks that went elsewhere are lost.",
    )


def nobody_else() -> Message:
    """Say that this is over."""
    return blocks.notice("✅", "Nobody else uses this app's connections any more.")
