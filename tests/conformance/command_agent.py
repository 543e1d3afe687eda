"""A plain program as the agent: it does a script's steps, and asks with `coffee`.

command_agent.py PLACE      PLACE holds script.json
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

# Its own neighbours, wherever it is started from.
sys.path.insert(0, str(Path(__file__).parents[1]))

from conformance.steps import (
    Ask,
    AskOn,
    Crash,
    End,
    Flood,
    Insist,
    Limit,
    Need,
    Report,
    Say,
    Work,
    next_turn,
    read_script,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from conformance.steps import Step

PLACE = Path(sys.argv[1])


def main() -> int:
    number = next_turn(PLACE, sys.stdin.read())
    for step in read_script(PLACE / "script.json")[number - 1]:
        code = VERBS[type(step)](step)
        if code is not None:
            return code
    return 0


def say(step: Say) -> None:
    print(step.text, flush=True)


def ask_on(step: Ask | AskOn) -> None:
    options = [part for option in step.options for part in ("--option", option)]
    coffee("ask", step.question, *options)


def ask(step: Ask) -> int:
    ask_on(step)
    return 0


def report(step: Report) -> None:
    coffee("report", step.text)


def need(step: Need) -> int | None:
    """Ask for leave; the number is kept, so that a later turn finds the decision."""
    kept = PLACE / "asked"
    if not kept.exists():
        told = coffee("ask", "--approve", "--json", f"May I use {step.tool}: {step.what}?")
        kept.write_text(str(json.loads(told)["number"]))
        return 0
    answer = json.loads(coffee("ask", "--json", "--fetch", kept.read_text()))
    decided([one["option"] for one in answer["answers"]])
    return None


def decided(chosen: list[str | None]) -> None:
    if chosen == ["1"]:
        Path("allowed").touch()


def flood(step: Flood) -> None:
    line = b"x" * 1023 + b"\n"
    for _ in range(step.size // len(line)):
        sys.stdout.buffer.write(line)
    sys.stdout.flush()


def work(step: Work) -> None:
    time.sleep(step.seconds)


def crash(_step: Crash) -> None:
    os.kill(os.getpid(), getattr(signal, "SIGKILL", signal.SIGTERM))


def limit(step: Limit) -> int:
    print(f"Too much for today.\nRetry-After: {step.seconds}", flush=True)
    return 75


def end(step: End) -> int:
    print(step.text, flush=True)
    return 0


def coffee(*argv: str) -> str:
    return subprocess.run(("coffee", *argv), check=True, capture_output=True, text=True).stdout


#: Each returns the exit code when the turn ends with it.
VERBS: dict[type[Step], Callable[[Any], int | None]] = {
    Say: say,
    Ask: ask,
    AskOn: ask_on,
    Report: report,
    Need: need,
    Insist: need,
    Flood: flood,
    Work: work,
    Crash: crash,
    Limit: limit,
    End: end,
}

if __name__ == "__main__":
    sys.exit(main())
