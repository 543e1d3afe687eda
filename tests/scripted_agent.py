"""An agent for tests: it does what the lines of its prompt say, one after the other.

    step: write FILE TEXT      step: commit MESSAGE       step: say TEXT
    step: ask QUESTION         ask, and end the turn
    step: ask-on QUESTION      ask, and go on
    step: wait-for FILE        go on when the file exists in COFFEE_HOME
    step: session NAME         tell the conversation's name
    step: report TEXT          say how far it is, and print what was added meanwhile
    step: tell FILE            create a file in COFFEE_HOME
    step: read FILE            print what is in it
    step: orphan               leave a sleeping child in a session of its own
    step: sleep SECONDS        step: exit CODE

Steps that an earlier turn of the task has done are passed over.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

HOME = Path(os.environ["COFFEE_HOME"])
DONE = HOME / f"steps-of-{os.environ['COFFEE_TASK_ID']}"


def main() -> int:
    prompt = sys.stdin.read()
    lines = [line.removeprefix("step: ") for line in prompt.splitlines() if line[:6] == "step: "]
    done = int(DONE.read_text()) if DONE.exists() else 0
    for place, line in enumerate(lines[done:], done + 1):
        verb, _, rest = line.partition(" ")
        DONE.write_text(str(place))
        code = do(verb, rest)
        if code is not None:
            return code
    return 0


def do(verb: str, rest: str) -> int | None:
    first, _, text = rest.partition(" ")
    return VERBS[verb](first, text, rest)


def write(first: str, text: str, _rest: str) -> None:
    Path(first).write_text(text + "\n")


def commit(_first: str, _text: str, rest: str) -> None:
    run("git", "add", "--all")
    run("git", "commit", "--quiet", "--message", rest)


def ask_on(_first: str, _text: str, rest: str) -> None:
    run("coffee", "ask", rest, "--option", "Yes", "--option", "No")


def ask(first: str, text: str, rest: str) -> int:
    ask_on(first, text, rest)
    return 0


def wait_for(first: str, _text: str, _rest: str) -> None:
    while not (HOME / first).exists():
        time.sleep(0.01)


def orphan(_first: str, _text: str, _rest: str) -> None:
    sleeper = [sys.executable, "-c", "import time; time.sleep(600)"]
    subprocess.Popen(sleeper, start_new_session=True)


def run(*argv: str) -> None:
    subprocess.run(argv, check=True)


VERBS: dict[str, Callable[[str, str, str], int | None]] = {
    "write": write,
    "commit": commit,
    "ask": ask,
    "ask-on": ask_on,
    "wait-for": wait_for,
    "orphan": orphan,
    "read": lambda _first, _text, rest: print(Path(rest).read_text(), flush=True),
    "say": lambda _first, _text, rest: print(rest, flush=True),
    "session": lambda _first, _text, rest: run("coffee", "report", "--session", rest),
    "report": lambda _first, _text, rest: run("coffee", "report", rest),
    "tell": lambda first, _text, _rest: (HOME / first).touch(),
    "sleep": lambda first, _text, _rest: time.sleep(float(first)),
    "exit": lambda first, _text, _rest: int(first),
}

if __name__ == "__main__":
    sys.exit(main())
