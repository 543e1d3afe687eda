"""The last days as a picture: `python -m coffee_bot.history.draw FILE`, the data on standard input.

A program of its own, for drawing takes much memory and some seconds. It needs the extra `history`.
"""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

from coffee_daemon import runs

if TYPE_CHECKING:
    from collections.abc import Sequence

    Days = list[dict[str, Any]]

_INK, _FAINT, _LINES, _PAPER = "#2b2320", "#8a807a", "#e8e4df", "#ffffff"
#: Letter -> colour and hatching. Colours after Okabe and Ito, which colour-blind people tell
#: apart; the hatching tells trouble from the others without any colour.
_LOOKS = {
    "w": ("#009e73", ""),
    "?": ("#f0a71f", ""),
    "-": ("#d9d5d0", ""),
    "z": ("#8ecbee", ""),
    "s": ("#2f6fa7", ""),
    "X": ("#d1401f", "////"),
    ".": ("#f4f2ef", ""),
}
#: Marks of the waiting times, in minutes.
_MINUTES = {1: "1 min", 15: "15 min", 120: "2 h", 1440: "1 d", 10080: "7 d"}
_SHORTEST_MINUTES, _LONGEST_MINUTES = 0.4, 15_000
#: Inches: the width, a row, and what is above and below the rows.
_WIDTH, _ROW, _HEAD, _FOOT = 11.5, 0.34, 0.86, 0.80
_FEWEST_ROWS = 5
_DOTS_PER_INCH = 150


def main(argv: Sequence[str]) -> int:
    """Draw what standard input tells into the file of that name."""
    draw(json.load(sys.stdin.buffer), argv[0])
    return 0


def draw(told: dict[str, Any], path: str) -> None:
    """Draw bands, tasks done and waiting times side by side, a row for each day."""
    # An extra; the figure draws itself, so no screen is looked for.
    from matplotlib.figure import Figure  # noqa: PLC0415

    count = len(told["days"])
    height = _HEAD + _FOOT + _ROW * max(count, _FEWEST_ROWS)
    figure = Figure(figsize=(_WIDTH, height), dpi=_DOTS_PER_INCH, facecolor=_PAPER)
    parts = _parts(figure, height)
    _bands(parts[0], told)
    _done(parts[1], told["days"])
    _waits(parts[2], told["days"])
    for part in parts:
        _bare(part)
    _name_rows(parts, told["days"])
    line = 1 - 0.30 / height
    figure.text(0.012, line, told["title"], fontsize=14, fontweight="bold", color=_INK, va="center")
    figure.text(0.975, line, told["sums"], fontsize=9.5, color=_FAINT, va="center", ha="right")
    _legend(figure, told["legend"], height)
    figure.savefig(path, format="png", facecolor=_PAPER)


def _parts(figure: Any, height: float) -> tuple[Any, Any, Any]:
    grid = figure.add_gridspec(
        1,
        3,
        width_ratios=(6.2, 1.2, 2.0),
        wspace=0.06,
        left=0.085,
        right=0.975,
        top=1 - _HEAD / height,
        bottom=_FOOT / height,
    )
    bands = figure.add_subplot(grid[0])
    return bands, *(figure.add_subplot(part, sharey=bands) for part in (grid[1], grid[2]))


def _bands(part: Any, told: dict[str, Any]) -> None:
    hours, days = told["slot_hours"], told["days"]
    for row, day in enumerate(days):
        for letter, begins, length in runs(day["slots"]):
            if letter in _LOOKS:
                colour, hatch = _LOOKS[letter]
                part.broken_barh(
                    [(begins * hours, length * hours)],
                    (row - 0.36, 0.72),
                    facecolor=colour,
                    hatch=hatch,
                    edgecolor=_PAPER if hatch else colour,
                    linewidth=0,
                )
    part.set_xlim(0, max(24, *(len(day["slots"]) * hours for day in days)))
    part.set_xticks(range(0, 25, 3), [f"{hour:02d}:00" for hour in range(0, 25, 3)])
    _head(part, f"Hour of the day ({told['zone']})")
    part.grid(axis="x", color=_LINES, linewidth=0.8)


def _done(part: Any, days: Days) -> None:
    counts = [day["done"] for day in days]
    most = max([*counts, 1])
    part.barh(range(len(days)), counts, height=0.5, color="#4b5f8c")
    for row, count in enumerate(counts):
        if count:
            part.text(count + most * 0.06, row, str(count), va="center", fontsize=9, color=_INK)
    part.set_xlim(0, most * 1.35)
    part.set_xticks([])
    _head(part, "Tasks done")


def _waits(part: Any, days: Days) -> None:
    for row, day in enumerate(days):
        minutes = [max(seconds / 60, _SHORTEST_MINUTES) for seconds in day["waits"]]
        dots = part.scatter(minutes, [row] * len(minutes), s=26, color="#b0569b", alpha=0.75)
        # What lies on the edge is drawn whole.
        dots.set(clip_on=False, linewidth=0)
    part.set_xscale("log")
    part.set_xlim(_SHORTEST_MINUTES, _LONGEST_MINUTES)
    part.set_xticks(list(_MINUTES), list(_MINUTES.values()))
    part.minorticks_off()
    part.grid(axis="x", color=_LINES, linewidth=0.8)
    _head(part, "Waiting time of each answer")


def _head(part: Any, words: str) -> None:
    part.set_title(words, fontsize=9.5, color=_FAINT, loc="left", pad=6)


def _bare(part: Any) -> None:
    part.set_axisbelow(True)
    part.set_facecolor(_PAPER)
    part.tick_params(axis="x", labelsize=8.5, colors=_FAINT, length=0)
    for side in part.spines.values():
        side.set_visible(False)


def _name_rows(parts: tuple[Any, Any, Any], days: Days) -> None:
    bands, *others = parts
    bands.set_ylim(len(days) - 0.5, -0.5)
    bands.set_yticks(range(len(days)), [day["name"] for day in days])
    bands.tick_params(axis="y", labelsize=9.5, colors=_INK, length=0)
    for part in others:
        part.tick_params(axis="y", labelleft=False, length=0)


def _legend(figure: Any, legend: list[list[str]], height: float) -> None:
    from matplotlib.patches import Patch  # noqa: PLC0415 - as above

    handles = []
    for letter, words in legend:
        colour, hatch = _LOOKS[letter]
        edge = _PAPER if hatch else "#c9c3bc"
        handles.append(
            Patch(facecolor=colour, hatch=hatch, edgecolor=edge, linewidth=0.6, label=words)
        )
    figure.legend(
        handles=handles,
        loc="lower left",
        bbox_to_anchor=(0.075, 0.06 / height),
        ncols=max(len(handles), 1),
        frameon=False,
        fontsize=9,
        labelcolor=_INK,
        handlelength=1.2,
        handleheight=0.9,
        columnspacing=1.4,
        handletextpad=0.5,
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
