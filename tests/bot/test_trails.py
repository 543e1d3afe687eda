"""Links, branch and commit, as people see them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from coffee_bot import blocks
from coffee_bot.blocks.trails import Trail, trail
from coffee_daemon import Task, TaskState, Turn, TurnState, Work

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
SHOP = "https://github.com/acme/shop"
WORK = Work(
    branch="coffee/12-fix",
    branch_url=f"{SHOP}/tree/coffee/12-fix",
    sha="abc1234",
    subject="Mend <it>",
    commit_url=f"{SHOP}/commit/abc1234",
)


def a_turn(number: int, *links: str, work: Work | None = None) -> Turn:
    return Turn(
        id=number,
        task=12,
        number=number,
        nonce=str(number),
        state=TurnState.ENDED,
        links=links,
        work=work,
        created_at=AT,
    )


def a_task(**changes: Any) -> Task:
    facts: dict[str, Any] = {
        "number": 12,
        "daemon": "code_developer",
        "source": "command:12",
        "title": "Mend it",
        "prompt": "Mend it",
        "priority": 0,
        "state": TaskState.DONE,
        "created_at": AT,
        "updated_at": AT,
        **changes,
    }
    return Task(**facts)


def test_requests_other_links_branch_and_commit_stand_in_one_line() -> None:
    left = Trail.of(
        [
            a_turn(1, f"{SHOP}/pull/7", "https://ci.example/run/1", "javascript:alert(1)"),
            a_turn(2, f"{SHOP}/pull/7", "https://gitlab.com/a/b/-/merge_requests/3", work=WORK),
        ]
    )

    assert trail(left) == (
        f"🔗 <{SHOP}/pull/7|pull request 7>"
        " · <https://ci.example/run/1|ci.example/run/1>"
        " · <https://gitlab.com/a/b/-/merge_requests/3|merge request 3>"
        f" · <{SHOP}/tree/coffee/12-fix|branch coffee/12-fix>"
        f" · <{SHOP}/commit/abc1234|commit abc1234> Mend &lt;it&gt;"
    )


def test_what_has_no_page_is_named_without_a_link() -> None:
    left = Trail(work=Work(branch="coffee/12-fix", sha="abc1234", subject="Mend it"))

    assert trail(left) == "🔗 branch coffee/12-fix · commit abc1234 Mend it"


def test_nothing_left_is_nothing_said() -> None:
    assert trail(Trail.of([a_turn(1)])) == ""
    assert trail(None) == ""


def test_the_task_and_its_end_show_the_line_and_name_the_branch_once() -> None:
    done = a_task(branch="coffee/12-fix", result="Mended.")
    left = Trail(work=WORK)

    (end,) = blocks.ended(done, left=left)

    for found in (blocks.task(done, left=left), end):
        assert "pull request" not in str(found.blocks)
        assert str(found.blocks).count("|branch coffee/12-fix>") == 1
    assert "The work is on branch" not in str(end.blocks)


def test_progress_stands_on_the_tasks_message_alone() -> None:
    running = a_task(state=TaskState.RUNNING)

    assert "💬 “half &amp; half”" in str(blocks.task(running, progress="half & half").blocks)
    assert "💬" not in str(blocks.task(running).blocks)
