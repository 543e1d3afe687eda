"""The tour: sandbox, bot and daemon in a temporary home, played as the user Ada."""

from __future__ import annotations

import signal
import sys
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from coffee_bot.demo.live import LiveTour, make_sure_of_claude
from coffee_bot.demo.stage import Stage
from coffee_bot.demo.tour import Tour
from coffee_bot.demo.transcript import Transcript
from coffee_bot.gallery import exhibits
from coffee_bot.sandbox import Sandbox, Settings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType

__all__ = ["run_demo", "show_gallery"]


def run_demo(*, port: int = 0, pause: bool = True, agent: str | None = None) -> int:
    """Play the tour; with a terminal stay open afterwards, until Ctrl-C.

    Args:
        port: Of the page; 0 takes a free one.
        pause: Stay open where there is a terminal.
        agent: `claude` plays with the real one; None with a small program that needs no model.

    Raises:
        CoffeeError: The tour got stuck, or the agent is not installed; the message says what.
    """
    if agent:
        make_sure_of_claude()
    with _ended_by_signals(), Stage(port, agent) as stage:
        click.echo(f"Watch and play along: {click.style(stage.sandbox.url, bold=True)}\n")
        transcript = Transcript(stage.sandbox.workspace)
        tour = LiveTour(stage, transcript) if agent else Tour(stage, transcript)
        tour.play()
        if pause and sys.stdin.isatty():
            _stay_open(stage)
    return 0


def _stay_open(stage: Stage) -> None:
    click.echo(
        f"\nIt is yours now. Open {stage.sandbox.url} and type:\n"
        "  /coffee start\n"
        "  /coffee tell Order more beans\n"
        "Ctrl-C ends the demo and removes everything it made."
    )
    try:
        threading.Event().wait()
    except KeyboardInterrupt:
        click.echo("\nCleaning up.")


def show_gallery(*, port: int = 0) -> int:
    """Show every message that the bot has on one page of a sandbox, until Ctrl-C.

    Args:
        port: Of the page; 0 takes a free one.
    """
    settings = Settings(port=port, exhibits=tuple(exhibits()))
    with _ended_by_signals(), Sandbox(settings) as sandbox:
        click.echo(f"Every message, on one page: {sandbox.url}page/gallery.html\nCtrl-C ends it.")
        try:
            threading.Event().wait()
        except KeyboardInterrupt:
            click.echo("")
    return 0


@contextmanager
def _ended_by_signals() -> Iterator[None]:
    """Let every signal that ends a program take the way of Ctrl-C, so that all is cleaned up."""

    def end(_number: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    numbers = [getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]
    before = {number: signal.signal(number, end) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
