"""The daemon's last days in figures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coffee_bot.blocks.kit import context, facts, message, section, sections
from coffee_bot.blocks.words import duration
from coffee_daemon import DaemonState

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import timedelta

    from coffee_bot.intent import Message
    from coffee_daemon import Day, Metrics


def metrics(told: Metrics, days: Sequence[Day]) -> Message:
    """Answer `metrics`: sums, and the tasks done on each day, oldest first."""
    count = f"{len(told.done)} task{'s' * (len(told.done) != 1)} done"
    head = f"📈 The last {len(days)} days: {count}, up {_percent(told.uptime)}"
    return message(
        head,
        section(f"📈 *The last {len(days)} days*"),
        facts(
            ("Up", _percent(told.uptime)),
            ("Working", _percent(told.share(DaemonState.WORKING))),
            ("Waiting for you", _percent(told.share(DaemonState.WAITING))),
            ("Tasks", count),
            ("Answers", f"{len(told.answered_after)}, median {_span(told.median_answer)}"),
            ("Pick-up", f"median {_span(told.median_pick_up)}"),
        ),
        *sections(f"• *{day.on:%a %d %b}* · {told.done_on(day)} done" for day in days),
        context(
            "Shares are of the time that is known. Pick-up counts from the end of the quiet time.",
            "Hour by hour: `coffee metrics` on the machine.",
        ),
    )


def _percent(share: float | None) -> str:
    return "not known" if share is None else f"{share:.0%}"


def _span(time: timedelta | None) -> str:
    return "not known" if time is None else duration(time.total_seconds())
