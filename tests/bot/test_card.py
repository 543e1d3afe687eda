"""The live card: what it shows, what can be pressed on it, and when it is edited."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from coffee_bot import blocks
from coffee_bot.channel import Channel
from coffee_bot.feed import Board
from coffee_bot.feed.card import STEP, WORKING_STEP, Card
from coffee_bot.feed.pace import ProgressPace
from coffee_daemon import DaemonState, DaemonStatus, Person, Store

if TYPE_CHECKING:
    from coffee_bot.config import BotConfig
    from coffee_bot.intent import Message
    from coffee_daemon import ManualClock, Post

S = DaemonState
AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
NAME = "code_developer"
ADA = Person(id="U0ADA00001", name="Ada")


def a_status(state: DaemonState = S.IDLE, **changes: Any) -> DaemonStatus:
    return DaemonStatus(name=NAME, state=state, evidence="", pid=7, started_at=AT, **changes)


def pressable(card: Message) -> dict[str, Any]:
    (row,) = (block for block in card.blocks if block["type"] == "actions")
    return {one["action_id"]: one for one in row["elements"]}


#: What can be pressed in each state.
BUTTONS = {state: ["ask", "restart", "stop"] for state in S} | {
    S.STOPPED: ["start", "ask"],
    S.CRASHED: ["start", "ask"],
    S.GAVE_UP: ["start", "ask"],
    S.STARTING: ["ask"],
    S.UNKNOWN: ["ask"],
}


@pytest.mark.parametrize("state", S)
def test_the_buttons_fit_the_state(state: DaemonState) -> None:
    assert list(pressable(blocks.status_card(a_status(state)))) == BUTTONS[state]


def test_stop_and_restart_ask_first_and_say_what_becomes_of_the_work() -> None:
    working = pressable(blocks.status_card(a_status(S.WORKING, task_number=12, current_task="x")))

    assert "confirm" not in working["ask"]
    assert "goes on at the next start" in working["stop"]["confirm"]["text"]["text"]
    assert "turn on #12 is interrupted" in working["restart"]["confirm"]["text"]["text"]
    idle = pressable(blocks.status_card(a_status(S.IDLE)))
    assert "interrupted" not in idle["stop"]["confirm"]["text"]["text"]


def test_it_tells_state_reason_task_progress_and_since_when() -> None:
    now = a_status(
        S.WORKING, current_task="Mend <it>", task_number=12, progress="half & half", reason="works"
    )
    shown = str(blocks.status_card(now, sign=AT, task_url="https://team.example/p1").blocks)

    assert "is working*" in shown
    assert "<https://team.example/p1|#12 Mend &lt;it&gt;>" in shown
    assert "💬 “half &amp; half”" in shown
    assert f"*Last sign of life*\\n<!date^{int(AT.timestamp())}^{{ago}}" in shown
    assert f"*Up since*\\n<!date^{int(AT.timestamp())}^" in shown
    stuck = a_status(S.UNRESPONSIVE, reason="no heartbeat, process alive")
    assert "no heartbeat, process alive" in str(blocks.status_card(stuck).blocks)


def test_three_open_questions_are_named_with_links_and_the_others_counted() -> None:
    url = "https://team.example/p2"
    asked = [blocks.Linked(number=at, words=f"Q{at}?", url=url) for at in range(1, 6)]
    shown = str(blocks.status_card(a_status(), asked=asked).blocks)

    assert "*5 open questions*" in shown
    assert f"<{url}|#3 Q3?>" in shown
    assert "Q4?" not in shown
    assert "…and 2 more" in shown


@dataclass
class Wall:
    """A card on its board, with the clock that goes on and the daemon's status."""

    store: Store
    config: BotConfig
    clock: ManualClock
    now: DaemonStatus = field(default_factory=a_status)

    def __post_init__(self) -> None:
        board = Board(self.store, Channel(self.store, self.config.channel), "https://t.example/")
        self.card = Card(self.store, board, lambda: self.now, "/coffee", ProgressPace(self.clock))

    def edits(self) -> int:
        return self.card.derive()

    def shown(self) -> Post:
        found = self.store.posts.get(f"card:{NAME}")
        assert found is not None
        return found

    def quiet(self, minutes: int, **beats: str) -> int:
        """Let minutes go by in which only ages change; return how often the card was edited."""
        edits = 0
        for _ in range(minutes * 4):
            self.clock.advance(15)
            heard: dict[str, Any] = {name: self.clock.now() for name in beats.values()}
            self.now = replace(self.now, uptime=(self.now.uptime or 0) + 15, **heard)
            edits += self.edits()
        return edits


@pytest.fixture
def wall(store: Store, config: BotConfig, clock: ManualClock) -> Wall:
    wall = Wall(store, config, clock, a_status(last_heartbeat=clock.now()))
    assert wall.edits() == 1
    return wall


def test_quiet_minutes_edit_nothing_though_the_heart_beats(wall: Wall) -> None:
    assert wall.quiet(59, heart="last_heartbeat") == 0


def test_an_idle_daemon_is_seen_alive_again_each_hour(wall: Wall) -> None:
    assert wall.quiet(180, heart="last_heartbeat") == 3
    assert str(int(wall.clock.now().timestamp())) in str(wall.shown().blocks)


def test_a_chatty_agent_moves_the_sign_of_life_in_steps_of_minutes(wall: Wall) -> None:
    wall.now = a_status(S.WORKING, current_task="x", task_started_at=wall.clock.now())
    wall.edits()

    minutes = int(WORKING_STEP.total_seconds() / 60)
    assert wall.quiet(minutes * 4, output="last_output_at") == 4


def test_a_silent_agent_edits_nothing_though_the_daemons_heart_beats(wall: Wall) -> None:
    began = wall.clock.now()
    wall.now = a_status(S.WORKING, current_task="x", task_started_at=began, last_output_at=began)
    wall.edits()

    assert wall.quiet(120, heart="last_heartbeat") == 0
    assert f"<!date^{int(began.timestamp())}^{{ago}}" in str(wall.shown().blocks)


def test_an_edit_that_is_made_anyway_brings_the_newest_sign_of_life(wall: Wall) -> None:
    wall.quiet(10, heart="last_heartbeat")
    heard = wall.now.last_heartbeat
    wall.now = replace(wall.now, state=S.PAUSED)

    assert wall.edits() == 1
    assert heard is not None
    assert f"<!date^{int(heard.timestamp())}^{{ago}}" in str(wall.shown().blocks)


def test_an_open_question_is_named_until_it_is_closed(wall: Wall) -> None:
    asked = wall.store.questions.ask(daemon=NAME, text="Which database?", who=ADA)
    assert wall.edits() == 1
    assert f"#{asked.number} Which database?" in str(wall.shown().blocks)

    wall.store.questions.withdraw(asked.number, who=ADA)

    assert wall.edits() == 1
    assert "Which database?" not in str(wall.shown().blocks)


def test_the_steps_are_coarse() -> None:
    assert timedelta(minutes=1) <= WORKING_STEP <= STEP
