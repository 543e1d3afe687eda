"""Whatever happens in whatever order: no illegal move, nothing lost, nothing twice."""

from __future__ import annotations

import os
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from store_scene import ADA, BOB, DAEMON, Scene

from coffee_daemon.clock import ManualClock
from coffee_daemon.errors import IllegalMove, NotFound, TurnOver
from coffee_daemon.notifications import QuestionState, Recorded, Via
from coffee_daemon.silence import Silence
from coffee_daemon.tasks import ENDED, TaskState, TurnEnd, TurnState

if TYPE_CHECKING:
    from store_kinds import Kind

    from coffee_daemon.store import Store
    from coffee_daemon.tasks import Assignment, Task

#: `make endure` has many more.
LIVES = int(os.environ.get("COFFEE_TEST_RECORDS", "20"))
HOUR = 3600
UNSETTLED = frozenset({QuestionState.OPEN, QuestionState.ANSWERED})
#: What a turn of such an end was told is told again.
CUT_SHORT = frozenset({TurnEnd.INTERRUPTED, TurnEnd.LIMITED, TurnEnd.CRASHED})
BUSY = frozenset({TurnState.READY, TurnState.RUNNING})


class Life(RuleBasedStateMachine):
    """People, a daemon that may die, and time, on one real record."""

    tasks: Bundle[int] = Bundle("tasks")
    questions: Bundle[int] = Bundle("questions")
    sources: Bundle[str] = Bundle("sources")

    def __init__(self, store: Store, kind: Kind) -> None:
        super().__init__()
        self.store, self.kind = store, kind
        self.turn: Assignment | None = None
        #: Each stored reply and follow-up, with the task that must hear of it.
        self.said: dict[str, int] = {}
        #: Sources whose words a person has taken back in time.
        self.taken_back: set[str] = set()
        #: How often each source was new in a turn that was not lost or cut short.
        self.heard: dict[str, int] = {}
        self.count = 0

    @initialize(target=tasks)
    def begin_with_one_turn(self) -> int:
        self.clock = self.store.doors.clock = ManualClock()
        self.scene = Scene(self.store, self.clock)
        # One record for all lives, emptied for each: opening one takes longer than a life.
        with self.store.writing() as connection:
            self.kind.empty(connection)
        task = self.scene.tell()
        self.pick_up()
        return task.number

    # People

    @rule(target=tasks)
    def tell(self) -> int:
        return self.scene.tell().number

    @rule(target=sources, number=questions, quiet=st.sampled_from([0, 60]))
    def reply(self, number: int, quiet: int) -> str:
        source, state = self._source(), self.store.questions.get(number).state
        receipt = self.store.questions.reply(
            number,
            text=f"words of {source}",
            who=ADA,
            via=Via.SLACK,
            source=source,
            quiet=timedelta(seconds=quiet),
        )
        if state is QuestionState.EXPIRED:
            assert receipt.recorded is Recorded.TOO_LATE
        if receipt.recorded is not Recorded.TOO_LATE:
            task = self.store.questions.get(number).task
            assert task is not None
            self.said[source] = task
        return source

    @rule(source=sources, number=questions)
    def hear_the_same_reply_again(self, source: str, number: int) -> None:
        if source not in self.said:
            return
        again = self.store.questions.reply(
            number,
            text="the same again",
            who=BOB,
            via=Via.SLACK,
            source=source,
            quiet=timedelta(0),
        )
        assert again.recorded is Recorded.KNOWN

    @rule(source=consumes(sources))
    def take_a_reply_back(self, source: str) -> None:
        receipt = self.store.questions.delete_reply(source)
        if receipt is not None and receipt.recorded is not Recorded.TOO_LATE:
            self.taken_back.add(source)

    @rule(source=sources)
    def edit_a_reply(self, source: str) -> None:
        text = f"edited words of {source}"
        self.store.questions.edit_reply(source, text=text, quiet=timedelta(seconds=60))

    @rule(target=sources, number=tasks)
    def follow_up(self, number: int) -> str:
        source = self._source()
        self.store.tasks.follow_up(
            number,
            text=f"words of {source}",
            who=BOB,
            via=Via.SLACK,
            source=source,
            quiet=timedelta(seconds=60),
        )
        self.said[source] = number
        return source

    @rule(number=tasks)
    def cancel(self, number: int) -> None:
        ended = self.store.tasks.get(number).state in ENDED
        try:
            self.store.tasks.cancel(number, who=ADA, via=Via.CLI)
        except IllegalMove:
            assert ended

    @rule(number=tasks)
    def retry(self, number: int) -> None:
        ended = self.store.tasks.get(number).state in ENDED
        try:
            self.store.tasks.retry(number, who=ADA)
        except IllegalMove:
            assert not ended

    @rule(number=tasks)
    def hold_or_release(self, number: int) -> None:
        task = self.store.tasks.get(number)
        if task.held_at is not None:
            self.store.queue.release(number, who=BOB, via=Via.CLI)
            return
        try:
            self.store.queue.hold(number, who=ADA, via=Via.CLI)
        except IllegalMove:
            assert task.state in ENDED

    @rule(number=tasks, first=st.booleans())
    def put_first_or_last(self, number: int, *, first: bool) -> None:
        state = self.store.tasks.get(number).state
        put = self.store.queue.first if first else self.store.queue.last
        try:
            put(number, who=ADA, via=Via.CLI)
        except IllegalMove:
            assert state not in {TaskState.QUEUED, TaskState.WAITING}

    @rule(number=questions)
    def withdraw(self, number: int) -> None:
        closed = self.store.questions.get(number).closed
        try:
            self.store.questions.withdraw(number, who=ADA)
        except (IllegalMove, NotFound):
            assert closed

    # Time

    @rule(seconds=st.sampled_from([1, 61, 13 * 3600, 9 * 86400]))
    def wait(self, seconds: int) -> None:
        unanswered = self.store.questions.open()
        self.clock.advance(seconds)
        closed = [one.number for one in self.store.questions.close_due()]

        # Silence decides only where the question says so, and then at once.
        now = self.clock.now()
        ends = [(one.number, one.expires_at or one.assume_at) for one in unanswered]
        due = [number for number, end in ends if end and end <= now]
        assert due == closed
        left = [one.number for one in unanswered if one.number not in due]
        assert left == [one.number for one in self.store.questions.open()]

    # The daemon

    @precondition(lambda self: self.turn is None)
    @rule()
    def pick_up(self) -> None:
        self.turn = self.scene.try_turn()
        if self.turn is not None:
            assert self.turn.task.held_at is None
            self.store.turns.started(self.turn.turn.id)

    @precondition(lambda self: self.turn is not None)
    @rule(
        target=questions,
        text=st.sampled_from(["Red?", "Blue?"]),
        hours=st.sampled_from([None, 1, 24]),
        assume=st.booleans(),
    )
    def ask(self, text: str, hours: int | None, *, assume: bool = False) -> int:
        assert self.turn is not None
        after = timedelta(hours=hours) if hours else None
        silence = Silence(expires_after=after)
        if assume and after:
            silence = Silence(assume="Red", assume_after=after, reversible=True)
        return self.scene.ask(self.turn, text, silence=silence).number

    @precondition(lambda self: self.turn is not None)
    @rule(end=st.sampled_from(TurnEnd), minutes=st.sampled_from([None, 30]), goes_on=st.booleans())
    def settle(self, end: TurnEnd, minutes: int | None = None, *, goes_on: bool = False) -> None:
        assert self.turn is not None
        ended, self.turn = self.turn, None
        limited = end is TurnEnd.LIMITED and minutes is not None
        until = self.clock.now() + timedelta(minutes=minutes or 0) if limited else None
        self.scene.end(ended, end, until=until)
        if end not in CUT_SHORT:
            self._hear(ended)
        with pytest.raises(TurnOver):
            self.scene.ask(ended, "May I still?")
        if goes_on:
            self.pick_up()

    @precondition(lambda self: self.turn is not None)
    @rule(goes_on=st.booleans())
    def die(self, *, goes_on: bool) -> None:
        self.turn = None
        self.scene.sweep()
        if goes_on:
            self.pick_up()

    # What must always hold

    @invariant()
    def a_task_runs_while_its_turn_does(self) -> None:
        running = {one.number for one in self._tasks() if one.state is TaskState.RUNNING}
        assert running == ({self.turn.task.number} if self.turn else set())
        busy = [
            turn.task
            for task in self._tasks()
            for turn in self.store.turns.of_task(task.number)
            if turn.state in BUSY
        ]
        assert set(busy) == running
        assert len(busy) == len(running)

    @invariant()
    def a_waiting_task_waits_for_somebody(self) -> None:
        for task in self._tasks():
            states = {one.state for one in self.store.questions.of_task(task.number)}
            if task.state is TaskState.WAITING:
                assert states & UNSETTLED
            if task.state in ENDED:
                assert not states & UNSETTLED

    @invariant()
    def what_has_ended_is_not_held(self) -> None:
        assert all(task.state not in ENDED for task in self.store.queue.held(DAEMON))

    @invariant()
    def what_was_picked_up_has_its_turn(self) -> None:
        for task in self._tasks():
            for question in self.store.questions.of_task(task.number):
                if question.state is QuestionState.PICKED_UP:
                    answers = self.store.questions.answers(question.number)
                    assert all(answer.turn is not None for answer in answers)

    def teardown(self) -> None:
        if hasattr(self, "scene"):
            self._live_on()
            self._nothing_is_lost_or_heard_twice()

    def _live_on(self) -> None:
        """Let the daemon finish, and people answer whatever is still open."""
        for held in self.store.queue.held(DAEMON):
            self.hold_or_release(held.number)
        if self.turn is not None:
            self.settle(TurnEnd.OK)
        for _ in range(200):
            for question in self.store.questions.open():
                self.reply(question.number, 0)
            self.wait(3600)
            self.pick_up()
            if self.turn is None:
                return
            self.settle(TurnEnd.OK)
        raise AssertionError("it never ends")

    def _nothing_is_lost_or_heard_twice(self) -> None:
        assert all(task.state in ENDED for task in self._tasks())
        for source, number in self.said.items():
            if source in self.taken_back:
                continue
            # Whoever cancels a task, or lets it fail, also gives up what it was not told yet.
            given_up = self.store.tasks.get(number).state is not TaskState.DONE
            heard = self.heard.get(source, 0)
            assert heard == 1 or (heard == 0 and given_up), (source, heard)

    def _hear(self, ended: Assignment) -> None:
        answers = [one for exchange in ended.exchanges for one in exchange.answers]
        for answer in (*answers, *ended.follow_ups):
            if answer.turn == ended.turn.id:
                self.heard[answer.source] = self.heard.get(answer.source, 0) + 1

    def _tasks(self) -> list[Task]:
        return self.store.tasks.list(daemon=DAEMON, limit=500)

    def _source(self) -> str:
        self.count += 1
        return f"said:{self.count}"


@pytest.mark.timeout(120 + LIVES)
def test_whatever_happens_nothing_is_lost_and_nothing_is_heard_twice(
    opened: Store, engine_kind: Kind
) -> None:
    class Here(Life):
        def __init__(self) -> None:
            super().__init__(opened, engine_kind)

    run_state_machine_as_test(
        Here,
        settings=settings(
            max_examples=LIVES,
            stateful_step_count=40,
            deadline=None,
            derandomize=LIVES < 100,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


# What chance may miss in a few lives.


@pytest.mark.parametrize("end", TurnEnd)
def test_after_every_end_of_a_turn_its_questions_are_answered_or_expire(
    opened: Store, engine_kind: Kind, end: TurnEnd
) -> None:
    life = Life(opened, engine_kind)
    life.begin_with_one_turn()
    life.ask("Red?", None)
    life.ask("Blue?", 1)
    (task,) = [one.number for one in life.store.tasks.list()]
    answered, expiring = [one.number for one in life.store.questions.open()]
    life.follow_up(task)
    life.settle(end, 30)
    life.reply(answered, 60)
    life.wait(2 * HOUR)
    ended = life.store.tasks.get(task).state in ENDED
    assert ended is (end is TurnEnd.CANCELLED)
    late = QuestionState.CANCELLED if ended else QuestionState.EXPIRED
    assert life.store.questions.get(expiring).state is late
    life.reply(expiring, 60)
    life.pick_up()
    assert (life.turn is None) is ended
    if not ended:
        # What was said during a turn that was cut short is handed over with the next one.
        life.settle(end, None, goes_on=True)

    life.a_task_runs_while_its_turn_does()
    life.a_waiting_task_waits_for_somebody()
    life.what_was_picked_up_has_its_turn()
    life.teardown()
