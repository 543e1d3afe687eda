"""The agent of the chaos: it asks what its task lists, and writes down which answers it was given.

A line `ask: WORDS` of the task is a question. Each turn asks what was not asked yet. What a turn
was handed goes to `ledger` in the state folder before anything else: one line of JSON an answer,
all lines of a turn in one write, so that a kill leaves none of them half.
"""

from __future__ import annotations

import json
import os
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_BLOCK = re.compile(r"^=== (\w+) begin: ([^\n]*)\n(.*?)\n=== \1 end$", re.MULTILINE | re.DOTALL)
_WANTED = re.compile(r"^ask: (.+)$", re.MULTILINE)
_ASKED = re.compile(r"question #(\d+), asked in an earlier turn")
#: What a turn before this one had, which was cut short, is told again and marked so.
_ANSWER = re.compile(r"answer to question #(\d+) by .*?(, new in this turn|, told again: .*)?")


def main() -> int:
    prompt = sys.stdin.read()
    blocks = [(found[2], found[3]) for found in _BLOCK.finditer(prompt)]
    asked = {int(found[1]): text for name, text in blocks if (found := _ASKED.fullmatch(name))}
    interrupted = "interrupted" in _BLOCK.sub("", prompt)
    write_down(
        {
            "turn": os.environ["COFFEE_TURN"],
            "question": int(found[1]),
            "words": asked[int(found[1])],
            "answer": text,
            "interrupted": interrupted,
        }
        for name, text in blocks
        if (found := _ANSWER.fullmatch(name)) and found[2]
    )
    wanted = [words for words in _WANTED.findall(prompt) if words not in asked.values()]
    if wanted:
        ask(wanted)
    return 0


def write_down(entries: Iterable[dict[str, object]]) -> None:
    lines = "".join(json.dumps(entry) + "\n" for entry in entries)
    if not lines:
        return
    ledger = os.open(
        Path(os.environ["COFFEE_HOME"]) / "ledger", os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600
    )
    os.write(ledger, lines.encode())
    os.fsync(ledger)
    os.close(ledger)


def ask(wanted: list[str]) -> None:
    from coffee_daemon import Store, load_config, system_clock  # noqa: PLC0415 - costs 0.5 s

    config = load_config(os.environ)
    with Store.open(config.database, clock=system_clock(), migrate=False) as store:
        for words in wanted:
            nonce = os.environ["COFFEE_TURN"]
            asked = store.questions.ask(daemon=config.name, text=words, turn_nonce=nonce)
            sys.stdout.write(f"asked #{asked.number}\n")


if __name__ == "__main__":
    sys.exit(main())
