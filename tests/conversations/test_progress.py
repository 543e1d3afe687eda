"""What an agent reports and leaves, on its task's message: edited in place, never posted."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

from bot_house import key_of, words
from waiting import eventually

if TYPE_CHECKING:
    from bot_house import House

    from coffee_bot.sandbox import Message

#: Reports five steps at once, waits to go on, commits a file and names its pull request.
REPORTS = """
import subprocess, sys, time
from pathlib import Path
sys.stdin.read()
for step in range(5):
    subprocess.run(["coffee", "report", f"step {step} of <5>"], check=True)
while not Path(GO).exists():
    time.sleep(0.05)
Path("new").write_text("x")
subprocess.run(["git", "add", "new"], check=True)
subprocess.run(["git", "commit", "--quiet", "-m", "Add a file & more"], check=True)
print("Opened https://github.com/acme/shop/pull/7 for it.")
"""


def git(folder: Path, *arguments: str) -> None:
    subprocess.run(["git", "-C", str(folder), *arguments], check=True, capture_output=True)


def let_it_work(house: House) -> Path:
    """Start on a repository with the agent above; return the file that lets it go on."""
    project, go = house.config.daemon.project, house.config.daemon.home / "go"
    git(project, "init", "--quiet", "--initial-branch", "main")
    git(project, "config", "user.name", "Ada")
    git(project, "config", "user.email", "ada@example.org")
    git(project, "commit", "--quiet", "--allow-empty", "-m", "Begin")
    agent = Path(house.config.daemon.agent.command[1])
    agent.write_text(REPORTS.replace("GO", repr(str(go))), encoding="utf-8")
    house.command("start")
    house.command("tell build it")
    return go


def kept(house: House, kind: str, *parts: str) -> Message:
    """Wait until the one message of that kind holds these words."""

    def look() -> Message | None:
        found = [one for one in house.workspace.messages("dev") if key_of(one).startswith(kind)]
        assert len(found) <= 1
        return next((one for one in found if all(part in words(one) for part in parts)), None)

    return eventually(look, 60, f"{kind} with {parts}")


def test_progress_edits_the_tasks_message_and_the_card_and_links_come_with_the_end(
    house: House,
) -> None:
    go = let_it_work(house)

    task = kept(house, "task:", "being worked on", "💬 “step 4 of &lt;5&gt;”")
    kept(house, "card:", "is working", "💬 “step 4 of &lt;5&gt;”")
    (number,) = [one.number for one in house.store.tasks.list()]
    thread = [one for one in house.workspace.thread("dev", task.ts) if one.ts != task.ts]
    assert not [one for one in thread if "step" in words(one)], "nothing is posted for it"

    go.touch()

    end = house.message(f"#{number} done", "pull request 7", "Add a file &amp; more")
    assert "<https://github.com/acme/shop/pull/7|pull request 7>" in words(end)
    shown = words(kept(house, "task:", "done", "commit ", "pull request 7"))
    assert "step" not in shown
    assert "branch coffee" not in shown, "it is merged and gone"
