from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from coffee_bot.channel import Channel
from coffee_bot.feed import Board, Feed
from coffee_daemon import (
    DaemonState,
    DaemonStatus,
    Limits,
    Matter,
    Person,
    Silence,
    Store,
    TurnEnd,
    Via,
)
from coffee_daemon.tasks import Outcome

if TYPE_CHECKING:
    from coffee_bot.config import BotConfig
    from coffee_daemon import ManualClock, Post, Question, Task

ADA = Person(id="U0ADA00001", name="Ada")
AT_HOME = Person(id="local:bob", name="bob")
CARD = "card:code_developer"
LIMITS = Limits()


@dataclass
class Newsroom:
    """A feed with its record, and the daemon's side of it."""

    store: Store
    config: BotConfig
    clock: ManualClock
    status: DaemonStatus
    by_hand: bool = False

    def __post_init__(self) -> None:
        self.feed = self.fresh_feed()

    def fresh_feed(self) -> Feed:
        board = Board(self.store, Channel(self.store, self.config.channel), "https://team.example/")
        return Feed(
            self.store,
            board,
            self.config,
            lambda: self.status,
            by_hand=lambda _: self.by_hand,
            clock=self.clock,
        )

    def news(self) -> list[str]:
        """Derive, show everything, and return the keys of what was shown new."""
        found = []
        while self.feed.derive():
            while (post := self.store.posts.claim(attempt_owner="test")) is not None:
                self.store.posts.sent(post.id, f"{post.id}.000001")
                found.append(post.key)
        return found

    def post(self, key: str) -> Post:
        found = self.store.posts.get(key)
        assert found is not None
        return found

    def tell(self, text: str = "build it", who: Person = ADA) -> Task:
        return self.store.tasks.tell(daemon="code_developer", text=text, who=who, via=Via.SLACK)

    def pick_up(self, nonce: str) -> int:
        self.clock.advance(1)
        assignment = self.store.turns.pick_up("code_developer", nonce=nonce)
        assert assignment is not None
        self.store.turns.started(assignment.turn.id)
        return assignment.turn.id

    def settle(self, turn: int, end: TurnEnd = TurnEnd.OK, summary: str = "All done.") -> None:
        self.store.turns.settle(turn, Outcome(end=end, summary=summary), limits=LIMITS)

    def ask(self, nonce: str | None = None, text: str = "Which database?") -> Question:
        return self.store.questions.ask(
            daemon="code_developer", text=text, turn_nonce=nonce, who=ADA
        )

    def answer(self, number: int, text: str = "SQLite") -> None:
        self.store.questions.reply(
            number,
            text=text,
            who=ADA,
            via=Via.SLACK,
            source=f"s:{number}:{text}",
            quiet=timedelta(0),
        )


@pytest.fixture
def newsroom(store: Store, config: BotConfig, clock: ManualClock) -> Newsroom:
    status = DaemonStatus(name="code_developer", state=DaemonState.IDLE, evidence="free", pid=7)
    return Newsroom(store, config, clock, status)


# First contact and coming back


def test_first_contact_posts_only_what_is_open(newsroom: Newsroom) -> None:
    newsroom.tell("an old one")
    newsroom.settle(newsroom.pick_up("n1"))
    newsroom.store.transitions.observe("code_developer", DaemonState.CRASHED, "long ago")
    task, question = newsroom.tell("an open one"), newsroom.ask()

    assert newsroom.news() == [CARD, f"task:{task.number}", f"question:{question.number}"]


def test_nothing_new_is_no_work(newsroom: Newsroom) -> None:
    newsroom.tell()
    newsroom.ask()
    newsroom.news()

    assert newsroom.feed.derive() == 0


def test_a_question_that_was_settled_while_no_bot_was_there_stops_nothing(
    newsroom: Newsroom,
) -> None:
    newsroom.news()
    newsroom.tell()
    turn = newsroom.pick_up("n1")
    question = newsroom.ask("n1")
    newsroom.settle(turn)
    newsroom.answer(question.number)
    newsroom.pick_up("n2")

    newsroom.feed = newsroom.fresh_feed()
    newsroom.news()
    newsroom.answer(question.number, "PostgreSQL")

    assert f"question:{question.number}" not in newsroom.news()
    assert newsroom.news() == []


def test_a_turn_that_ends_while_its_question_is_shown_is_told_of_afterwards(
    newsroom: Newsroom,
) -> None:
    newsroom.tell()
    turn = newsroom.pick_up("n1")
    question = newsroom.store.questions.ask(
        daemon="code_developer",
        text="Which database?",
        turn_nonce="n1",
        silence=Silence(escalate=("U0BOB00001",), escalate_after=timedelta(hours=1)),
    )
    newsroom.settle(turn)
    newsroom.news()
    newsroom.answer(question.number)
    ends = [newsroom.pick_up("n2")]

    def name(person: str) -> str:
        # Asked for while the message is made.
        if ends and newsroom.store.questions.get(question.number).state == "picked_up":
            newsroom.settle(ends.pop())
        return person

    newsroom.feed = replace(newsroom.feed, name=name)
    newsroom.news()

    assert ends == []
    said = str(newsroom.post(f"question:{question.number}").blocks)
    assert "used: its turn ended" in said
    assert "Change answer" not in said


def test_a_new_process_says_nothing_twice(newsroom: Newsroom) -> None:
    newsroom.news()
    newsroom.tell()
    question = newsroom.ask()
    newsroom.settle(newsroom.pick_up("n1"))
    newsroom.news()
    before = newsroom.post(f"question:{question.number}").wanted_version

    newsroom.feed = newsroom.fresh_feed()

    assert newsroom.news() == []
    assert newsroom.post(f"question:{question.number}").wanted_version == before


def test_a_new_process_tells_what_happened_meanwhile(newsroom: Newsroom) -> None:
    newsroom.news()
    task = newsroom.tell()
    turn = newsroom.pick_up("n1")
    question = newsroom.ask("n1")
    newsroom.settle(turn)
    newsroom.news()

    newsroom.answer(question.number)
    newsroom.settle(newsroom.pick_up("n2"))
    newsroom.feed = newsroom.fresh_feed()

    assert set(newsroom.news()) == {
        f"turn:{task.number}:2",
        f"receipt:{question.number}:2",
        f"end:{task.number}:2:done",
    }


# Questions


def test_a_questions_message_begins_with_its_words_and_mentions_whose_task_it_is(
    newsroom: Newsroom,
) -> None:
    newsroom.news()
    newsroom.tell(who=ADA)
    newsroom.pick_up("n1")
    question = newsroom.ask("n1")

    newsroom.news()

    text = newsroom.post(f"question:{question.number}").text
    assert text.startswith("Which database?")
    assert f"<@{ADA.id}>" in text


def test_a_question_of_nobodys_task_mentions_those_who_are_asked_first(newsroom: Newsroom) -> None:
    newsroom.tell(who=AT_HOME)
    newsroom.pick_up("n1")
    question = newsroom.ask("n1")

    newsroom.news()

    assert f"<@{newsroom.config.ask_first[0]}>" in newsroom.post(f"question:{question.number}").text


def test_a_questions_message_follows_its_state(newsroom: Newsroom) -> None:
    question = newsroom.ask()
    newsroom.news()
    key = f"question:{question.number}"

    newsroom.answer(question.number)
    newsroom.news()
    assert "Answered by Ada" in str(newsroom.post(key).blocks)
    assert "Waiting to be fetched" in str(newsroom.post(key).blocks)

    newsroom.store.questions.collect(question.number)
    assert newsroom.news() == [f"receipt:{question.number}:0"]
    assert "Fetched by whoever asked" in newsroom.post(f"receipt:{question.number}:0").text
    assert "fetched by whoever asked" in str(newsroom.post(key).blocks)
    assert newsroom.post(key).wanted_version == 3


def test_a_withdrawn_question_says_so(newsroom: Newsroom) -> None:
    question = newsroom.ask()
    newsroom.news()

    newsroom.store.questions.withdraw(question.number, who=ADA)
    newsroom.news()

    assert "Withdrawn" in str(newsroom.post(f"question:{question.number}").blocks)


def test_a_question_closed_before_it_was_ever_shown_disturbs_nobody(newsroom: Newsroom) -> None:
    newsroom.news()
    question = newsroom.ask()
    newsroom.store.questions.withdraw(question.number, who=ADA)

    assert newsroom.news() == []


def test_question_and_task_link_to_each_other(newsroom: Newsroom) -> None:
    task = newsroom.tell()
    newsroom.pick_up("n1")
    question = newsroom.ask("n1")

    newsroom.news()

    asked = newsroom.post(f"asked:{question.number}")
    assert asked.parent == f"task:{task.number}"
    assert "https://team.example/archives/" in asked.text
    assert "https://team.example/archives/" in str(
        newsroom.post(f"question:{question.number}").blocks
    )


# Receipts


def test_each_thread_is_told_once_that_its_words_were_picked_up(newsroom: Newsroom) -> None:
    newsroom.news()
    task = newsroom.tell()
    turn = newsroom.pick_up("n1")
    question = newsroom.ask("n1")
    newsroom.settle(turn)
    newsroom.news()
    newsroom.answer(question.number)
    newsroom.news()

    newsroom.pick_up("n2")

    assert set(newsroom.news()) == {f"turn:{task.number}:2", f"receipt:{question.number}:2"}
    assert newsroom.post(f"receipt:{question.number}:2").parent == f"question:{question.number}"


def test_an_answer_that_is_handed_over_again_says_again(newsroom: Newsroom) -> None:
    newsroom.news()
    task = newsroom.tell()
    turn = newsroom.pick_up("n1")
    question = newsroom.ask("n1")
    newsroom.settle(turn)
    newsroom.news()
    newsroom.answer(question.number)
    newsroom.pick_up("n2")
    newsroom.news()

    newsroom.store.turns.sweep_lost("code_developer", limits=LIMITS)
    newsroom.pick_up("n3")
    newsroom.news()

    assert "again" in newsroom.post(f"turn:{task.number}:3").text
    assert "again" in newsroom.post(f"receipt:{question.number}:3").text


# Tasks


def test_what_a_person_tells_is_shown_at_once_and_mentions_them(newsroom: Newsroom) -> None:
    newsroom.news()
    task = newsroom.tell()

    assert newsroom.news() == [f"task:{task.number}"]
    assert f"<@{ADA.id}>" in newsroom.post(f"task:{task.number}").text


def test_a_priority_is_shown_when_it_is_first_picked_up(newsroom: Newsroom) -> None:
    newsroom.news()
    task = newsroom.store.tasks.from_roadmap(
        daemon="code_developer", source="roadmap:1", title="P1", prompt="p", priority=1000
    )
    assert task is not None
    assert newsroom.news() == []

    newsroom.pick_up("n1")

    assert newsroom.news() == [f"task:{task.number}", f"turn:{task.number}:1"]


@pytest.mark.parametrize(("end", "state"), [(TurnEnd.OK, "done"), (TurnEnd.FAILED, "failed")])
def test_the_end_is_told_in_the_tasks_thread_with_the_agents_words(
    newsroom: Newsroom, end: TurnEnd, state: str
) -> None:
    task = newsroom.tell()
    newsroom.news()
    newsroom.settle(newsroom.pick_up("n1"), end, "Because of <reasons>.")
    newsroom.clock.advance(hours=1)
    if end is TurnEnd.FAILED:
        newsroom.settle(newsroom.pick_up("n2"), end, "Because of <reasons>.")

    newsroom.news()

    turn = 2 if end is TurnEnd.FAILED else 1
    said = newsroom.post(f"end:{task.number}:{turn}:{state}")
    assert said.parent == f"task:{task.number}"
    assert "Because of &lt;reasons&gt;." in said.text


def test_a_long_answer_is_told_in_full_in_several_posts(newsroom: Newsroom) -> None:
    newsroom.news()
    task = newsroom.tell("how does it work?")
    words = "\n".join(f"line {number} of the explanation" for number in range(300))
    newsroom.settle(newsroom.pick_up("n1"), summary=words)

    keys = [key for key in newsroom.news() if key.startswith("end:")]

    assert keys[0] == f"end:{task.number}:1:done"
    assert len(keys) > 1
    told = " ".join(newsroom.post(key).text for key in keys)
    assert all(f"line {number} of" in told for number in range(300))


def test_a_follow_up_brings_a_second_end_and_keeps_the_first(newsroom: Newsroom) -> None:
    newsroom.news()
    task = newsroom.tell()
    newsroom.settle(newsroom.pick_up("n1"))
    newsroom.news()
    newsroom.store.tasks.follow_up(
        task.number, text="more", who=ADA, via=Via.SLACK, source="f:1", quiet=timedelta(0)
    )
    newsroom.settle(newsroom.pick_up("n2"), summary="More done.")

    assert newsroom.news() == [f"turn:{task.number}:2", f"end:{task.number}:2:done"]
    assert newsroom.post(f"end:{task.number}:1:done").wanted_version == 1


def test_what_a_cancelled_task_leaves_is_told_when_the_daemon_has_looked(
    newsroom: Newsroom,
) -> None:
    task, store = newsroom.tell(), newsroom.store
    turn = newsroom.pick_up("a" * 32)
    newsroom.ask("a" * 32)
    newsroom.settle(turn)
    newsroom.news()
    store.tasks.cancel(task.number, who=ADA, via=Via.SLACK)
    newsroom.news()

    newsroom.clock.advance(1)
    store.tasks.set_result(task.number, "Not committed: half.txt.")
    for request in store.requests.pending("code_developer"):
        store.requests.apply(request.id)
    newsroom.news()

    end = newsroom.post(f"end:{task.number}:1:cancelled")
    assert "half.txt" in end.text
    assert end.wanted_version == 2


def test_a_cancelled_task_says_so(newsroom: Newsroom) -> None:
    task = newsroom.tell()
    newsroom.news()
    newsroom.store.tasks.cancel(task.number, who=ADA, via=Via.CLI)

    assert newsroom.news() == [f"end:{task.number}:0:cancelled"]


def test_warnings_of_the_daemon_are_passed_on(newsroom: Newsroom) -> None:
    newsroom.news()
    number = newsroom.store.create_notification("warning", "Roadmap", "Heading 2.6 is gone.")

    assert newsroom.news() == [f"note:{number}"]


def test_a_second_try_after_a_failure_says_so(newsroom: Newsroom) -> None:
    task = newsroom.tell()
    newsroom.settle(newsroom.pick_up("n1"), TurnEnd.FAILED, "exit code 1")
    newsroom.news()
    newsroom.clock.advance(hours=1)
    newsroom.pick_up("n2")
    newsroom.news()

    assert "again" not in newsroom.post(f"turn:{task.number}:1").text
    assert "again: its turn before failed" in newsroom.post(f"turn:{task.number}:2").text


# Progress


def test_progress_edits_the_tasks_message_and_the_card_at_most_every_ten_seconds(
    newsroom: Newsroom,
) -> None:
    task = newsroom.tell()
    newsroom.pick_up("n1")
    newsroom.status = replace(
        newsroom.status, state=DaemonState.WORKING, task_number=task.number, current_task="it"
    )
    newsroom.news()
    keys = (f"task:{task.number}", CARD)
    before = [newsroom.post(key).wanted_version for key in keys]
    for word in range(30):
        newsroom.store.turns.progress("n1", f"word {word}")
        assert newsroom.news() == []
        newsroom.clock.advance(1)

    edits = [newsroom.post(key).wanted_version - was for key, was in zip(keys, before, strict=True)]
    assert edits == [3, 3]
    due = newsroom.feed.due_in()
    assert due is not None
    newsroom.clock.advance(due)
    newsroom.news()
    for key in keys:
        assert "word 29" in str(newsroom.post(key).blocks)


def test_a_turn_that_is_over_shows_no_progress_any_more(newsroom: Newsroom) -> None:
    task = newsroom.tell()
    turn = newsroom.pick_up("n1")
    newsroom.store.turns.progress("n1", "half of it")
    newsroom.news()
    assert "half of it" in str(newsroom.post(f"task:{task.number}").blocks)

    newsroom.settle(turn, summary="See https://github.com/acme/shop/pull/7")
    newsroom.news()

    shown = str(newsroom.post(f"task:{task.number}").blocks)
    assert "half of it" not in shown
    assert "<https://github.com/acme/shop/pull/7|pull request 7>" in shown


# Changes of state


def test_changes_that_matter_are_posted_and_the_others_only_show_on_the_card(
    newsroom: Newsroom,
) -> None:
    newsroom.news()
    observe = newsroom.store.transitions.observe
    observe("code_developer", DaemonState.IDLE, "free")
    newsroom.news()
    observe("code_developer", DaemonState.WORKING, "a turn")
    newsroom.clock.advance(hours=1)
    assert newsroom.news() == []

    crash = observe("code_developer", DaemonState.CRASHED, "process 7 is gone")
    assert crash is not None

    assert newsroom.news() == [f"transition:{crash.id}"]
    assert "crashed" in newsroom.post(f"transition:{crash.id}").text


def test_flapping_is_folded_into_one_message(newsroom: Newsroom) -> None:
    newsroom.news()
    first = newsroom.store.transitions.observe("code_developer", DaemonState.CRASHED, "gone")
    assert first is not None
    shown = newsroom.news()
    for state in (DaemonState.IDLE, DaemonState.CRASHED, DaemonState.IDLE):
        newsroom.clock.advance(5)
        newsroom.store.transitions.observe("code_developer", state, "flap")
        shown += newsroom.news()

    assert shown == [f"transition:{first.id}"]
    assert newsroom.post(f"transition:{first.id}").wanted_version == 4


def test_a_crash_that_is_over_offers_no_start(newsroom: Newsroom) -> None:
    newsroom.news()
    crash = newsroom.store.transitions.observe("code_developer", DaemonState.CRASHED, "gone")
    assert crash is not None
    newsroom.news()
    key = f"transition:{crash.id}"
    assert "'actions'" in str(newsroom.post(key).blocks)

    newsroom.store.transitions.observe("code_developer", DaemonState.IDLE, "back")
    newsroom.news()

    assert "now idle" in newsroom.post(key).text
    assert "'actions'" not in str(newsroom.post(key).blocks)


def test_giving_up_is_a_message_of_its_own_that_leads_to_the_logs_last_words(
    newsroom: Newsroom,
) -> None:
    newsroom.news()
    observe = newsroom.store.transitions.observe
    observe("code_developer", DaemonState.CRASHED, "gone")
    newsroom.news()
    end = observe("code_developer", DaemonState.GAVE_UP, "crashed 5 times\nline 1\nBoom")
    assert end is not None

    assert newsroom.news() == [f"transition:{end.id}"]
    told = str(newsroom.post(f"transition:{end.id}").blocks)
    assert "It crashed 5 times." in told
    assert f"'change:{end.id}'" in told
    assert "Boom" not in told


def given_up(newsroom: Newsroom) -> str:
    """Let it give up; return the words of the message, twice the same."""
    observe = newsroom.store.transitions.observe
    observe("code_developer", DaemonState.CRASHED, "gone")
    newsroom.news()
    end = observe("code_developer", DaemonState.GAVE_UP, "crashed 5 times")
    assert end is not None
    newsroom.news()
    return newsroom.post(f"transition:{end.id}").text


def test_giving_up_mentions_the_admins_and_a_crash_that_is_mended_does_not(
    newsroom: Newsroom,
) -> None:
    newsroom.news()

    assert f"<@{ADA.id}>" in given_up(newsroom)
    assert f"<@{ADA.id}>" not in newsroom.post("transition:1").text


def test_giving_up_mentions_no_admin_who_does_not_want_it_or_sleeps(newsroom: Newsroom) -> None:
    newsroom.store.contacts.choose(ADA.id, Matter.CRASHES, on=False)
    newsroom.news()
    assert f"<@{ADA.id}>" not in given_up(newsroom)

    newsroom.store.contacts.choose(ADA.id, Matter.CRASHES, on=True)
    newsroom.store.contacts.set_hours(ADA.id, "18:00-20:00")
    newsroom.store.transitions.observe("code_developer", DaemonState.IDLE, "started")
    newsroom.clock.advance(hours=1)
    newsroom.news()
    assert f"<@{ADA.id}>" not in given_up(newsroom)


def test_the_lines_of_a_crash_can_be_looked_at_when_it_is_back(newsroom: Newsroom) -> None:
    newsroom.news()
    crash = newsroom.store.transitions.observe("code_developer", DaemonState.CRASHED, "gone\nBoom")
    newsroom.news()
    newsroom.store.transitions.observe("code_developer", DaemonState.IDLE, "free")
    newsroom.news()

    assert crash is not None
    told = str(newsroom.post(f"transition:{crash.id}").blocks)
    assert f"'change:{crash.id}'" in told
    assert "'start'" not in told, "it runs again"


def test_a_backlog_is_told_as_one_message(newsroom: Newsroom) -> None:
    newsroom.news()
    newsroom.feed = newsroom.fresh_feed()
    states = [DaemonState.STOPPED, DaemonState.IDLE, DaemonState.ASLEEP, DaemonState.IDLE]
    for state in states:
        newsroom.store.transitions.observe("code_developer", state, "while away")
        newsroom.clock.advance(hours=1)

    assert len(newsroom.news()) == 1


def test_what_a_person_just_did_is_not_told_twice(newsroom: Newsroom) -> None:
    newsroom.news()
    newsroom.by_hand = True
    newsroom.store.transitions.observe("code_developer", DaemonState.STOPPED, "asked to")
    newsroom.clock.advance(hours=1)
    newsroom.store.transitions.observe("code_developer", DaemonState.IDLE, "free")

    assert newsroom.news() == []


# The card


def test_the_card_is_edited_in_place_and_only_when_it_matters(newsroom: Newsroom) -> None:
    newsroom.news()
    newsroom.status = replace(newsroom.status, uptime=9.0, cpu_percent=3.0)
    assert newsroom.feed.derive() == 0

    newsroom.status = replace(newsroom.status, state=DaemonState.WORKING, current_task="P1")
    newsroom.news()

    assert newsroom.post(CARD).wanted_version == 2


# A feed that moves


def test_what_is_open_or_under_way_goes_along_with_the_feed(newsroom: Newsroom) -> None:
    task, later = newsroom.tell(), newsroom.tell("and then this")
    turn = newsroom.pick_up("n1")
    question = newsroom.ask("n1")
    newsroom.news()

    newsroom.feed.board.channel.move("C0OPS00001", "ops")
    moved = set(newsroom.news())

    assert {CARD + "@1", f"question:{question.number}@1", f"task:{task.number}@1"} <= moved
    assert f"task:{later.number}@1" not in moved, "it has not begun"
    assert {newsroom.post(key).channel for key in moved - {"moved:1"}} == {"C0OPS00001"}
    assert newsroom.post("moved:1").channel == newsroom.config.channel
    assert "It goes on in" in str(newsroom.post(f"question:{question.number}").blocks)
    assert "is shown in" in newsroom.post(CARD).text
    assert newsroom.news() == []
    newsroom.settle(turn)
    newsroom.store.questions.withdraw(question.number, who=ADA)
    newsroom.pick_up("n2")
    newsroom.news()
    assert newsroom.post(f"turn:{task.number}:2").parent == f"task:{task.number}@1"


def test_what_was_never_shown_goes_along_as_it_is(newsroom: Newsroom) -> None:
    newsroom.news()
    question = newsroom.ask()
    newsroom.feed.derive()
    newsroom.feed.board.channel.move("C0OPS00001", "ops")

    newsroom.news()

    assert newsroom.post(f"question:{question.number}").channel == "C0OPS00001"
    assert newsroom.store.posts.get(f"question:{question.number}@1") is None


@pytest.mark.parametrize("there", ["", "C0NEWS0001"])
def test_what_a_channel_never_took_is_not_said_twice_when_the_feed_leaves_it(
    newsroom: Newsroom, there: str
) -> None:
    question = newsroom.ask()
    newsroom.news()
    home, key = newsroom.config.channel, f"question:{question.number}"
    newsroom.feed.board.channel.move("C0OPS00001", "ops")
    newsroom.feed.derive()
    newsroom.store.posts.hold_waiting("C0OPS00001", "restricted_action")

    newsroom.feed.board.channel.move(there or home, "back")
    newsroom.news()

    assert newsroom.store.posts.get(f"{key}@1") is None
    assert newsroom.store.posts.get(f"{CARD}@1") is None
    shown = newsroom.post(f"{key}@2" if there else key)
    assert "Reply in this thread" in str(shown.blocks)


def test_a_feed_that_comes_back_goes_on_in_its_old_messages(newsroom: Newsroom) -> None:
    question = newsroom.ask()
    newsroom.news()
    home = newsroom.config.channel
    newsroom.feed.board.channel.move("C0OPS00001", "ops")
    newsroom.news()

    newsroom.feed.board.channel.move(home, "dev")
    newsroom.news()

    assert "Reply in this thread" in str(newsroom.post(f"question:{question.number}").blocks)
    assert "It goes on in" in str(newsroom.post(f"question:{question.number}@1").blocks)
