"""Words and tables on a terminal."""

from __future__ import annotations

import codecs
import json
import sys
import unicodedata
from dataclasses import asdict, is_dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    Command = Callable[..., Any]

MINUTE, HOUR, DAY = 60, 3600, 86400
#: Enough for what went wrong and what to do about it, on a few lines of a narrow terminal.
NEWS_CHARS = 240


def clean(text: str) -> str:
    """Take out what could command a terminal; line ends and tabs stay."""
    return "".join(
        letter for letter in text if letter in "\n\t" or unicodedata.category(letter)[0] != "C"
    )


def paragraph(text: str) -> str:
    """The whole text, each further line set in: no text of others looks like a row of ours."""
    return clean(text).replace("\n", "\n     ")


def one_line(text: str, width: int = 72) -> str:
    """The first line, cut to `width` letters."""
    first = clean(text).strip().split("\n", 1)[0]
    return first if len(first) <= width else first[: width - 1] + "…"


def span(seconds: float) -> str:
    """A length of time as people say it: `42 s`, `14 min`, `3 h 5 min`, `2 d 4 h`."""
    whole = int(seconds)
    if whole < MINUTE:
        return f"{whole} s"
    if whole < HOUR:
        return f"{whole // MINUTE} min"
    if whole < DAY:
        return f"{whole // HOUR} h {whole % HOUR // MINUTE} min"
    return f"{whole // DAY} d {whole % DAY // HOUR} h"


def ago(moment: datetime) -> str:
    """How long ago `moment` was."""
    return span(max(0.0, (datetime.now(UTC) - moment).total_seconds())) + " ago"


def show_json(noun: Any) -> None:
    """Print a noun, a list of nouns or a dict as JSON."""
    # What the terminal cannot show is written as an escape: whoever reads this loses no letter.
    every_letter = codecs.lookup(sys.stdout.encoding or "ascii").name == "utf-8"
    click.echo(json.dumps(_plain(noun), ensure_ascii=not every_letter, indent=2))


def _plain(noun: Any) -> Any:
    if is_dataclass(noun) and not isinstance(noun, type):
        return _plain(asdict(noun))
    if isinstance(noun, dict):
        return {str(key): _plain(value) for key, value in noun.items()}
    if isinstance(noun, (list, tuple)):
        return [_plain(value) for value in noun]
    if isinstance(noun, datetime):
        return noun.isoformat()
    if isinstance(noun, timedelta):
        return noun.total_seconds()
    return noun


def facts(rows: Iterable[tuple[str, str]]) -> None:
    """Print names and values, the values in one column."""
    for name, value in rows:
        click.echo(f"  {click.style(name.ljust(10), dim=True)} {paragraph(value)}")


def lines_option(usual: int, meaning: str) -> Callable[[Command], Command]:
    """The option `-n`: how many lines or rows, one at least."""
    return click.option(
        "-n",
        "--lines",
        type=click.IntRange(min=1),
        default=usual,
        show_default=str(usual),
        help=meaning,
    )


def days_option(most: int) -> Callable[[Command], Command]:
    """The option `--days`: how many days to look back, at most `most`."""
    return click.option(
        "--days",
        type=click.IntRange(1, most),
        default=7,
        show_default=True,
        help="How many days, today included.",
    )


def table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print a table that fits the terminal."""
    from rich.box import SIMPLE_HEAD  # noqa: PLC0415 - only when drawing
    from rich.console import Console  # noqa: PLC0415 - only when drawing
    from rich.table import Table  # noqa: PLC0415 - only when drawing
    from rich.text import Text  # noqa: PLC0415 - only when drawing

    drawn = Table(box=SIMPLE_HEAD, pad_edge=False, show_edge=False)
    for column in columns:
        drawn.add_column(column, overflow="fold")
    for row in rows:
        drawn.add_row(*(Text(clean(cell)) for cell in row))
    Console(soft_wrap=False).print(drawn)
