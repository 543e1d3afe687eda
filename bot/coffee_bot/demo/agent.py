"""A small coding agent for the demo: no model, but real files, real tests, real commits.

It is run like any other agent: the prompt on standard input, the task's folder as its own,
`coffee ask` for what it does not know. Nothing in it belongs to the daemon.
"""

from __future__ import annotations

import re
import subprocess
import sys
import time
from pathlib import Path

#: A person should be able to see that it works.
_THINKING_SECONDS = 1.0

_BREWING = '''\
"""How long a drink takes."""

{name} = {{"espresso": {espresso}, "flat white": {flat_white}, "filter coffee": {filter}}}


def brewing_time(drink):
    """Return the brewing time of `drink` in {unit}."""
    return {name}[drink]
'''

_PRICES = '''\
"""What a drink costs."""

CENTS = {"espresso": 220, "flat white": 380, "filter coffee": 250}


def price(drink):
    """Return the price of `drink` in cents."""
    return CENTS[drink]
'''

_THANKS = '''\
"""Good manners."""


def thanks(name):
    """Return a thank you for `name`."""
    return f"Thank you, {name}. Enjoy your coffee!"
'''

_TAG = ("git", "tag", "menu-1")

_TEST = """\
import unittest

from {module} import {function}


class {title}(unittest.TestCase):
    def test_{function}(self):
        self.assertEqual({expected!r}, {function}({argument!r}))
"""


def main() -> int:
    """Read the prompt and do what it asks for."""
    prompt = sys.stdin.read()
    time.sleep(_THINKING_SECONDS)
    if "brewing_time" in prompt:
        return brewing(prompt)
    if "prices.py" in prompt:
        return build("prices", "price", _PRICES, "espresso", 220)
    if "MENU.md" in prompt:
        return publish(prompt)
    if "thank you" in prompt:
        words = "Thank you, Ada. Enjoy your coffee!"
        return build("thanks", "thanks", _THANKS, "Ada", words)
    return improvise(prompt)


def brewing(prompt: str) -> int:
    """Ask for the unit, and go on once it is known."""
    if re.search(r"minutes", answers(prompt), re.IGNORECASE):
        code = _BREWING.format(name="MINUTES", espresso=1, flat_white=2, filter=4, unit="minutes")
        return build("brewing", "brewing_time", code, "filter coffee", 4)
    if answers(prompt):
        code = _BREWING.format(
            name="SECONDS", espresso=25, flat_white=90, filter=240, unit="seconds"
        )
        return build("brewing", "brewing_time", code, "filter coffee", 240)
    run(
        "coffee",
        "ask",
        "Which unit should brewing times count in?",
        "--option",
        "Seconds",
        "--option",
        "Minutes",
        "--why",
        "It shows in the menu, and changing it later breaks everybody's code.",
    )
    print("I have asked the team and end my turn here.")
    return 0


def publish(prompt: str) -> int:
    """Ask for leave, and publish only with it."""
    said = answers(prompt)
    if not said:
        run(
            "coffee",
            "ask",
            f"Publish the menu\n{' '.join(_TAG)}",
            "--approve",
            "--why",
            "Whoever prints the menu takes it from this tag, and a tag is for good.",
        )
        print("I have asked for leave and end my turn here.")
        return 0
    if not re.search(r"approve", said, re.IGNORECASE):
        print("I have no leave, so nothing is published.")
        return 0
    write("MENU.md", menu())
    return finish("Write the menu") or run(*_TAG)


def menu() -> str:
    """Every drink with its price, from the project's own code."""
    told = "from prices import CENTS\nfor one in CENTS: print(f'- {one}: {CENTS[one] / 100:.2f}')"
    done = subprocess.run(
        [sys.executable, "-B", "-c", told], check=True, capture_output=True, text=True
    )
    return f"# Menu\n\n{done.stdout}"


def answers(prompt: str) -> str:
    """What people have answered so far, as the prompt tells it."""
    found = re.search(r"(?s)begin: answer to question #.*?\n(.*?)\n===", prompt)
    return found[1] if found else ""


def build(module: str, function: str, code: str, argument: str, expected: object) -> int:
    """Write a module and its test, run all tests, commit."""
    write(f"{module}.py", code)
    title = module.capitalize()
    write(
        f"test_{module}.py",
        _TEST.format(
            module=module, function=function, title=title, expected=expected, argument=argument
        ),
    )
    return finish(f"Add {module}.py with {function}()")


def improvise(prompt: str) -> int:
    """Do something sensible with words of a person's own."""
    words = task_words(prompt)
    if words.endswith("?"):
        files = sorted(path.name for path in Path().glob("*.py") if not path.match("test_*"))
        print("The coffee corner has these modules: " + ", ".join(files) + ".")
        return 0
    said = answers(prompt)
    if not said:
        run(
            "coffee",
            "ask",
            "Where shall I write that down?",
            *("--option", "NOTES.md", "--option", "IDEAS.md"),
            "--why",
            "The demo's agent has no model: writing down what you say is what it can do.",
        )
        print("I have asked where, and end my turn here.")
        return 0
    name = "IDEAS.md" if "IDEAS" in said.upper() else "NOTES.md"
    with Path(name).open("a", encoding="utf-8") as notes:
        notes.write(f"- {words}\n")
    return finish(f"Write it down in {name}")


def task_words(prompt: str) -> str:
    """The words of the task itself, without what the daemon says around them."""
    found = re.search(r"(?s)begin: task #.*?\n(.*?)\n===", prompt)
    return found[1].strip() if found else prompt.strip()


def write(name: str, text: str) -> None:
    """Write a file of the project."""
    Path(name).write_text(text, encoding="utf-8")
    print(f"Wrote {name}.", flush=True)


def finish(message: str) -> int:
    """Run the repository's tests; commit when they pass."""
    run("coffee", "report", "Running the tests")
    tests = run(sys.executable, "-B", "-m", "unittest", "--quiet")
    if tests != 0:
        print("The tests fail, so nothing is committed.")
        return 1
    print("All tests pass.", flush=True)
    run("git", "add", "--all")
    run("git", "commit", "--quiet", "--message", message)
    print(f"Committed: {message}.")
    return 0


def run(*command: str) -> int:
    """Run a program; what it prints matters only when it fails."""
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    if done.returncode:
        print(done.stdout + done.stderr, flush=True)
    return done.returncode


if __name__ == "__main__":
    sys.exit(main())
