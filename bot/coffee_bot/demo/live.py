"""The tour with a real agent: the same project, and as much time as a model takes."""

from __future__ import annotations

import shutil
import sys
import time
from importlib.util import find_spec

from coffee_bot.demo.tour import Tour
from coffee_daemon import CoffeeError


class LiveTour(Tour):
    """Plays the part of the story that any agent plays in its own words."""

    step_seconds = 1_800.0
    question = "unit"

    def play(self) -> None:
        """Let it work on the first priority, up to the answer and the end.

        Raises:
            CoffeeError: Something that must happen did not; says what.
        """
        begun = time.monotonic()
        self._look_and_start()
        self._narrate("Claude Code works on the roadmap now. It takes as long as its model does.")
        self._narrate("It asks what it does not know. You may answer yourself, on the page.")
        question = self._until(lambda: self._asked(self.question), "a question about the unit")
        self._answer(question)
        self._stop()
        self._look_back(time.monotonic() - begun)


def make_sure_of_claude() -> None:
    """Make sure that Claude Code can be driven from here.

    Raises:
        CoffeeError: Something is not installed; says how to install it.
    """
    if shutil.which("claude") is None:
        raise CoffeeError(
            "Claude Code is not installed: there is no `claude` on the PATH.",
            hint="Install it with `npm install -g @anthropic-ai/claude-code` and log in once.",
        )
    if find_spec("mcp") is None:
        raise CoffeeError(
            "Claude Code asks through a package that is not installed here.",
            hint=f"Install it: {sys.executable} -m pip install 'coffee-developer[mcp]'",
        )
