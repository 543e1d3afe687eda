from __future__ import annotations

import subprocess
import sys

import pytest

from coffee_daemon import redact

CANARY = "CANARY-7f3a91"

#: A program that begins its log and then does what its last line says.
PROGRAM = """
import logging, threading
from coffee_daemon import begin_log

begin_log(logging.INFO, "%(levelname)s %(message)s")
token = "xoxb-" + "{canary}"

def fail():
    raise ValueError(f"{{token}} is no good")

{ending}
"""


@pytest.mark.parametrize(
    "written",
    [
        f"token xoxb-1-{CANARY} is wrong",
        f"xoxe.xoxp-1-{CANARY}",
        f"XOXB-{CANARY}",
        f"SLACK_APP_TOKEN='xapp-1-A0-{CANARY}'",
        f"wss://wss-primary.example/link/?ticket={CANARY}&app_id=1",
        f"Authorization: Bearer {CANARY}",
        f"authorization: bearer {CANARY}",
        f"Authorization: Basic {CANARY}",
        f"postgresql+psycopg://coffee:{CANARY}@db.example/coffee",
        f"postgresql://coffee:p@ss@{CANARY}@db.example/coffee",
        f"postgresql://coffee:p/{CANARY}@db.example/coffee",
        f"postgresql://:{CANARY}@db.example/coffee",
        f"postgresql://db.example/coffee?user=me&password={CANARY}",
        f"key sk-ant-{CANARY}",
    ],
)
def test_what_opens_a_door_is_left_out_of_a_line(written: str) -> None:
    assert CANARY not in redact(written)
    assert "[secret]" in redact(written)


@pytest.mark.parametrize(
    "written",
    [
        "At work for code_developer in the channel C0DEV00001.",
        "see https://team.slack.com/archives/C1/p17001234 by ada@coffee.example",
        "question:12 may be there; reading back later",
        "sqlite:////home/ada/.coffee_maker/notifications.db",
        "xoxo, a bearer of good news",
        "the app-level token, from Basic Information) into SLACK_APP_TOKEN.",
    ],
)
def test_other_words_stay(written: str) -> None:
    assert redact(written) == written


@pytest.mark.parametrize(
    "ending",
    [
        "logging.getLogger('any').info('a token: %s', token)",
        "try:\n    fail()\nexcept ValueError:\n    logging.exception('it failed')",
        "thread = threading.Thread(target=fail)\nthread.start()\nthread.join()",
        "fail()",
    ],
    ids=["a line", "a traceback", "a thread's end", "the process's end"],
)
def test_no_line_of_a_log_holds_a_secret(ending: str) -> None:
    program = PROGRAM.format(canary=CANARY, ending=ending)
    argv = [sys.executable, "-c", program]
    said = subprocess.run(argv, capture_output=True, text=True, check=False, timeout=30)

    logged = [line for line in said.stderr.splitlines() if not line.startswith("  ")]
    assert CANARY not in said.stderr
    assert any("[secret]" in line for line in logged)
