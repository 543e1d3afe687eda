"""The daemon's last days on a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from coffee_daemon.cli import door, screen
from coffee_daemon.status import DaemonState as S

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import timedelta

    from coffee_daemon.clock import Day
    from coffee_daemon.metrics import Metrics

#: One letter for an hour, in what colour, and what it stands for.
_MARKS = {
    "w": ("green", "working", {S.WORKING}),
    "?": ("yellow", "waiting for you", {S.WAITING}),
    "-": (None, "idle or starting", {S.IDLE, S.STARTING}),
    "z": ("cyan", "resting, paused or limited", {S.RESTING, S.PAUSED, S.LIMITED}),
    "s": ("cyan", "asleep with its host", {S.ASLEEP}),
    "X": ("red", "crashed or hung", {S.CRASHED, S.GAVE_UP, S.UNRESPONSIVE}),
    ".": (None, "stopped", {S.STOPPED}),
}
_MARK_OF = {state: mark for mark, (_, _, states) in _MARKS.items() for state in states}


@click.command("metrics")
@screen.days_option(31)
@click.option("--json", "as_json", is_flag=True, help="Print the figures as JSON.")
def metrics_command(*, days: int, as_json: bool) -> None:
    """Tell of the last days: hour by hour, tasks done, how long answers took."""
    config = door.config()
    with door.store(config) as store:
        shown = [store.today().earlier(days - 1 - n) for n in range(days)]
        figures = store.metrics(config.name, shown[0].begins)
    if as_json:
        screen.show_json(_plain(figures, shown))
        return
    click.echo(" " * 13 + "0     6     12    18")
    for day in shown:
        click.echo(f"  {day.on:%a %d %b}  {_hours(figures, day)}  {_done(figures.done_on(day))}")
    click.echo(f"\n  {_legend(figures, shown)}\n")
    screen.facts(_sums(figures))


def _hours(figures: Metrics, day: Day) -> str:
    hours = figures.hours(day)
    return "".join(_drawn(_MARK_OF.get(one, " ") if one else " ") for one in hours)


def _drawn(mark: str) -> str:
    colour = _MARKS[mark][0] if mark in _MARKS else None
    return click.style(mark, fg=colour) if colour else mark


def _done(count: int) -> str:
    return f"{count} done" if count else ""


def _legend(figures: Metrics, days: Iterable[Day]) -> str:
    """What the marks mean that are there."""
    seen = {_MARK_OF.get(state) for day in days for state in figures.hours(day) if state}
    told = [f"{_drawn(mark)} {says}" for mark, (_, says, _) in _MARKS.items() if mark in seen]
    return "   ".join(told) or "Nothing is known of these days."


def _sums(figures: Metrics) -> Iterable[tuple[str, str]]:
    yield "Up", _percent(figures.uptime)
    yield "Working", _percent(figures.share(S.WORKING))
    yield "Tasks", f"{len(figures.done)} done"
    yield "Answers", f"{len(figures.answered_after)}, median {_span(figures.median_answer)}"
    if figures.median_pick_up is not None:
        pick_up = _span(figures.median_pick_up)
        yield "Pick-up", f"median {pick_up} after the answer's quiet time"


def _percent(share: float | None) -> str:
    return "not known" if share is None else f"{share:.0%} of the time that is known"


def _span(time: timedelta | None) -> str:
    return "not known" if time is None else screen.span(time.total_seconds())


def _plain(figures: Metrics, days: Iterable[Day]) -> dict[str, object]:
    answer, pick_up = figures.median_answer, figures.median_pick_up
    return {
        "from": figures.begins,
        "to": figures.ends,
        "uptime": figures.uptime,
        "working": figures.share(S.WORKING),
        "done": {str(day): figures.done_on(day) for day in days},
        "answers": len(figures.answered_after),
        "median_answer_seconds": answer.total_seconds() if answer is not None else None,
        "median_pick_up_seconds": pick_up.total_seconds() if pick_up is not None else None,
    }
