"""What the feed tells of words that came while a turn ran."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from coffee_bot.channel import Channel
from coffee_bot.feed import Board, Feed
from coffee_daemon import DaemonState, DaemonStatus, Limits, Person, Store, TurnEnd, Via
from coffee_daemon.tasks import Outcome

if TYPE_CHECKING:
    from coffee_bot.config import BotConfig
    from coffee_daemon import Assignment, ManualClock, Post, Question

ADA = Person(id="U0ADA00001", name="Ada")
NAME = "code_developer"


@dataclass
class Scene:
    """A task in its first turn, the feed about it, and the daemon's side."""

    store: Store
    config: BotConfig
    clock: ManualClock

    def __post_init__(self) -> None:
        self.feed = self.fresh_feed()
        self.task = self.store.tasks.tell(daemon=NAME, text="build it", who=ADA, via=Via.SLACK)
        self.turn = self.begin("n1")
        self.show()

    def fresh_feed(self) -> Feed:
        board = Board(self.store, Channel(self.store, self.config.channel), "https://team.example/")
        status = DaemonStatus(name=NAME, state=DaemonState.IDLE, evidence="free", pid=7)
        return Feed(self.store, board, self.config, lambda: status)

    def begin(self, nonce: str) -> Assignment:
        self.clock.advance(60)
        assignment = self.store.turns.pick_up(NAME, nonce=nonce)
        assert assignment is not None
        self.store.turns.started(assignment.turn.id)
        return assignment

    def end(self, end: TurnEnd = TurnEnd.OK) -> None:
        outcome = Outcome(end=end, summary="All done.")
        self.store.turns.settle(self.turn.turn.id, outcome, limits=Limits())

    def show(self) -> None:
        while self.feed.derive():
            while (post := self.store.posts.claim(attempt_owner="test")) is not None:
                self.store.posts.sent(post.id, f"{post.id}.000001")

    def say(self, text: str) -> None:
        self.clock.advance(14 * 60)
        self.store.tasks.follow_up(
            self.task.number,
            text=text,
            who=ADA,
            via=Via.SLACK,
            source=f"msg:T:C:{text}",
            quiet=timedelta(0),
        )

    def ask(self) -> Question:
        nonce = self.turn.turn.nonce
        return self.store.questions.ask(daemon=NAME, text="Which?", turn_nonce=nonce)

    def reply(self, question: Question, text: str) -> None:
        self.clock.advance(60)
        self.store.questions.reply(
            question.number,
            text=text,
            who=ADA,
            via=Via.SLACK,
            source=f"msg:T:C:{text}",
            quiet=timedelta(0),
        )

    def answered(self) -> Question:
        """A question whose answer the task's second turn has."""
        question = self.ask()
        self.end()
        self.show()
        self.reply(question, "SQLite")
        self.turn = self.begin("n2")
        self.show()
        return question

    def post(self, key: str) -> Post:
        found = self.store.posts.get(key)
        assert found is not None, key
        return found

    @property
    def kept(self) -> Post:
        return self.post(f"kept:{self.task.number}:1")


@pytest.fixture
def scene(store: Store, config: BotConfig, clock: ManualClock) -> Scene:
    return Scene(store, config, clock)


def test_it_says_how_long_the_turn_has_run_and_offers_to_interrupt_it(scene: Scene) -> None:
    scene.say("mind the docs")
    scene.show()

    assert scene.kept.text == "📥 Kept. It reads this when the current turn ends (running 14 min)."
    assert scene.kept.parent == f"task:{scene.task.number}"
    assert f"'value': '{scene.task.number}:1'" in str(scene.kept.blocks)


def test_a_bot_that_comes_back_goes_on_with_the_same_message(scene: Scene) -> None:
    scene.say("mind the docs")
    scene.show()
    scene.feed = scene.fresh_feed()
    scene.show()
    scene.say("and the tests")
    scene.show()
    assert "these 2 messages" in scene.kept.text

    scene.end()
    scene.show()
    assert scene.kept.text == "📥 Kept. It reads these 2 messages with its next turn."
    scene.turn = scene.begin("n2")
    scene.show()

    assert scene.kept.text.startswith("📖 Read <!date^")
    assert scene.kept.text.endswith(", turn 2")


def test_what_was_handed_again_is_told_to_be(scene: Scene) -> None:
    scene.say("mind the docs")
    scene.store.turns.report("n1", "half way")
    scene.show()
    assert scene.kept.text.endswith(", turn 1")

    scene.end(TurnEnd.INTERRUPTED)
    scene.turn = scene.begin("n2")
    scene.show()

    assert "turn 2, again: the turn that had it first was cut short" in scene.kept.text


def test_a_wish_to_interrupt_shows_and_a_refusal_says_why(scene: Scene) -> None:
    scene.say("mind the docs")
    number = scene.task.number
    scene.store.requests.interrupt(number, who=ADA, via=Via.SLACK, turn=1)
    scene.show()
    assert "Ada interrupted the turn" in scene.kept.text
    assert "actions" not in str(scene.kept.blocks)

    (wish,) = scene.store.requests.of_task(number, "interrupt")
    scene.store.requests.refuse(wish.id, "it is <paused>")
    scene.show()

    assert "Not interrupted: it is &lt;paused&gt;." in scene.kept.text
    assert "actions" in str(scene.kept.blocks)


def test_words_that_a_cancelled_task_never_read_are_told_to_be_unread(scene: Scene) -> None:
    scene.say("mind the docs")
    scene.show()
    scene.store.tasks.cancel(scene.task.number, who=ADA, via=Via.CLI)
    scene.end(TurnEnd.INTERRUPTED)
    scene.show()

    assert f"Not read: #{scene.task.number} is cancelled" in scene.kept.text


def test_a_changed_answer_is_told_in_the_questions_thread_alone(scene: Scene) -> None:
    question = scene.answered()
    scene.reply(question, "PostgreSQL")
    scene.show()

    changed = scene.post(f"changed:{question.number}:2")
    assert changed.parent == f"question:{question.number}"
    assert f"*Ada changed the answer to #{question.number}* after it was picked up" in changed.text
    # The project of this test is no repository.
    assert "What it has committed since is not known." in str(changed.blocks)
    assert scene.store.posts.get(f"kept:{scene.task.number}:2") is None
    assert "Change answer" in str(scene.post(f"question:{question.number}").blocks)


def test_a_changed_answer_that_may_wait_has_no_buttons(scene: Scene) -> None:
    question = scene.answered()
    scene.reply(question, "PostgreSQL")
    scene.show()
    scene.store.requests.defer(scene.task.number, question.number, who=ADA)
    scene.show()

    changed = scene.post(f"changed:{question.number}:2")
    assert "So it was chosen by Ada." in changed.text
    assert "actions" not in str(changed.blocks)


def test_a_change_after_the_end_says_that_it_brought_the_task_back(scene: Scene) -> None:
    question = scene.answered()
    scene.end()
    scene.show()
    scene.reply(question, "PostgreSQL")
    scene.show()

    (added,) = scene.store.tasks.added(scene.task.number)
    changed = scene.post(f"changed:{question.number}:0:{added.id}")
    assert "Too late for the turns before" in changed.text
