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
        if not VERBS[type(step)](step):
            break
    return 0


def say(step: Say) -> bool:
    print(step.text, flush=True)
    return True


def ask_on(step: Ask | AskOn) -> bool:
    options = [part for option in step.options for part in ("--option", option)]
    coffee("ask", step.question, *options)
    return True


def ask(step: Ask) -> bool:
    ask_on(step)
    return False


def report(step: Report) -> bool:
    coffee("report", step.text)
    return True


def need(step: Need) -> bool:
    """Ask for leave; the number is kept, so that a later turn finds the decision."""
    kept = PLACE / "asked"
    if not kept.exists():
        told = coffee("ask", "--approve", "--json", f"May I use {step.tool}: {step.what}?")
        kept.write_text(str(json.loads(told)["number"]))
        return False
    answer = json.loads(coffee("ask", "--json", "--fetch", kept.read_text()))
    chosen = [one["option"] for one in answer["answers"]]
    Path("allowed" if chosen == ["1"] else "denied").touch()
    return True


def flood(step: Flood) -> bool:
    line = b"x" * 1023 + b"\n"
    for _ in range(step.size // len(line)):
        sys.stdout.buffer.write(line)
    sys.stdout.flush()
    return True


def work(step: Work) -> bool:
    time.sleep(step.seconds)
    return True


def crash(_step: Crash) -> bool:
    os.kill(os.getpid(), getattr(signal, "SIGKILL", signal.SIGTERM))
    return False


def limit(step: Limit) -> bool:
    print(f"Too much for today.\nRetry-After: {step.seconds}", flush=True)
    sys.exit(75)


def end(step: End) -> bool:
    print(step.text, flush=True)
    return False


def coffee(*argv: str) -> str:
    return subprocess.run(("coffee", *argv), check=True, capture_output=True, text=True).stdout


#: Whether the turn goes on after it.
VERBS: dict[type[Step], Callable[[Any], bool]] = {
    Say: say,
    Ask: ask,
    AskOn: ask_on,
    Report: report,
    Need: need,
    Flood: flood,
    Work: work,
    Crash: crash,
    Limit: limit,
    End: end,
}

if __name__ == "__main__":
    sys.exit(main())
