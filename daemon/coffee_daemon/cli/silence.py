"""The options of `coffee ask` that say what silence means."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Any, TypeVar

import click

from coffee_daemon.errors import BadInput
from coffee_daemon.moments import read_span
from coffee_daemon.silence import Silence

if TYPE_CHECKING:
    from collections.abc import Mapping

    from click import Context, Parameter

Command = TypeVar("Command", bound=Callable[..., Any])


class Span(click.ParamType[timedelta]):
    """How long: `30m`, `2h`, `1d12h`, or a number of hours."""

    name = "time"

    def convert(self, value: Any, param: Parameter | None, ctx: Context | None) -> timedelta:
        """Read it; a number that is out of all bounds is the longest time there is."""
        del param, ctx
        try:
            return timedelta(hours=float(value))
        except (OverflowError, ValueError):
            found = read_span(str(value))
        if found is not None:
            return found
        if _is_number(str(value)):
            return timedelta.max
        raise BadInput(f"{value!r} is no time.", hint="Write it as 30m, 2h, 1d or 1d12h.")


def _is_number(words: str) -> bool:
    """Whether it is one, such as one that is infinite."""
    try:
        float(words)
    except ValueError:
        return False
    return True


_SPAN = Span()
_OPTIONS = (
    click.option("--remind", type=_SPAN, metavar="TIME", help="Remind people every so often."),
    click.option(
        "--escalate", multiple=True, metavar="PERSON", help="Ask this Slack id too; repeatable."
    ),
    click.option("--escalate-after", type=_SPAN, metavar="TIME", help="When --escalate is due."),
    click.option("--assume", default="", metavar="TEXT", help="What silence is taken for at last."),
    click.option("--after", type=_SPAN, metavar="TIME", help="When --assume is due."),
    click.option(
        "--reversible", is_flag=True, help="What follows from --assume can be undone; it must be."
    ),
    click.option(
        "--expires-in",
        type=_SPAN,
        metavar="TIME",
        help="Close it unanswered after this time. Without it, it waits for ever.",
    ),
    click.option("--urgent", is_flag=True, help="Mention people at once, in quiet hours too."),
)


def silence_options(command: Command) -> Command:
    """Give a command the options; `read_silence` reads them."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def read_silence(given: Mapping[str, Any]) -> Silence:
    """Return what they say."""
    return Silence(
        remind=given["remind"],
        escalate=given["escalate"],
        escalate_after=given["escalate_after"],
        assume=given["assume"].strip(),
        assume_after=given["after"],
        reversible=given["reversible"],
        expires_after=given["expires_in"],
        urgent=given["urgent"],
    )
