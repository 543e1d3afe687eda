from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from store_scene import ADA, BOB, DAEMON, QUIET

from coffee_daemon.errors import BadInput, IllegalMove, NotFound, TurnOver
from coffee_daemon.notifications import QuestionState, Recorded
from coffee_daemon.silence import Silence
from coffee_daemon.tasks import TaskState, TurnEnd

if TYPE_CHECKING:
    from store_scene import Scene

    from coffee_daemon.notifications import Question
    from coffee_daemon.store import Store


def state_of(store: Store, question: Question) -> QuestionState:
    return store.questions.get(question.number).state


def test_a_question_has_its_notifications_number(scene: Scene, store: Store) -> None:
    question = scene.waiting()
    told = store.get_pending_notifications("question")
    assert [(question.number, question.text)] == [(one.number, one.message) for one in told]


def test_options_get_stable_ids(scene: Scene) -> None:
    scene.tell()
    question = scene.ask(scene.turn(), options=["SQLite", "PostgreSQL"])
    assert [(o.id, o.label) for o in question.options] == [("1", "SQLite"), ("2", "PostgreSQL")]


def test_an_empty_question_is_refused(scene: Scene) -> None:
    scene.tell()
    with pytest.raises(BadInput):
        scene.ask(scene.turn(), " ")


def test_an_option_given_twice_is_one(scene: Scene) -> None:
    scene.tell()

    question = scene.ask(scene.turn(), options=("SQLite", "PostgreSQL", "SQLite"))

    assert [(one.id, one.label) for one in question.options] == [
        ("1", "SQLite"),
        ("2", "PostgreSQL"),
    ]


def test_the_same_question_twice_returns_the_first(scene: Scene, store: Store) -> None:
    scene.tell()
    assignment = scene.turn()
    first = scene.ask(assignment, "Which database?")
    again = scene.ask(assignment, " Which database?\n")
    other = scene.ask(assignment, "Which port?")

    assert again == first
    assert [first.number, other.number] == [one.number for one in store.questions.open()]


def test_an_approval_is_never_the_question_that_any_words_answer(scene: Scene) -> None:
    scene.tell()
    assignment = scene.turn()
    free = scene.ask(assignment, "May I push?")

    approval = scene.ask(assignment, "May I push?", approve=True)

    assert approval.number != free.number
    assert scene.ask(assignment, "May I push?", approve=True).number == approval.number
    assert scene.ask(assignment, "May I push?").number == free.number


def test_a_later_turn_that_asks_again_gets_the_same_number(scene: Scene) -> None:
    scene.tell()
    first = scene.turn()
    question = scene.ask(first)
    scene.end(first, TurnEnd.INTERRUPTED)
    scene.follow_up(first.task)
    assert scene.try_turn() is None  # it waits for the answer

    scene.reply(question)
    scene.clock.advance(60)
    again = scene.ask(scene.turn())
    assert again.number != question.number  # answered and picked up: a new question


def test_two_tasks_may_ask_the_same(scene: Scene) -> None:
    assert scene.waiting("Which?").number != scene.waiting("Which?").number


@pytest.mark.parametrize("end", list(TurnEnd))
def test_asking_after_the_turn_has_ended_is_refused(
    scene: Scene, store: Store, end: TurnEnd
) -> None:
    scene.tell()
    assignment = scene.turn()
    scene.end(assignment, end)

    with pytest.raises(TurnOver):
        scene.ask(assignment)
    assert store.questions.open() == []
    assert store.get_pending_notifications("question") == []


def test_asking_in_a_lost_or_unknown_turn_is_refused(scene: Scene, store: Store) -> None:
    scene.tell()
    assignment = scene.turn()
    scene.sweep()
    with pytest.raises(TurnOver):
        scene.ask(assignment)
    with pytest.raises(TurnOver):
        store.questions.ask(daemon=DAEMON, text="Which?", turn_nonce="made up")


def test_an_answer_is_picked_up_after_the_quiet_time(scene: Scene, store: Store) -> None:
    question = scene.waiting()
    receipt = scene.reply(question, "SQLite")
    assert receipt.recorded is Recorded.STORED
    assert receipt.question == store.questions.get(question.number)
    assert scene.try_turn() is None

    scene.clock.advance(60)
    (exchange,) = scene.turn().exchanges
    assert exchange.question.state is QuestionState.PICKED_UP
    assert [one.text for one in exchange.answers] == ["SQLite"]


@pytest.mark.parametrize("pause", [timedelta(hours=13), timedelta(days=9)])
def test_an_answer_may_take_half_a_day_or_nine(
    scene: Scene, store: Store, pause: timedelta
) -> None:
    question = scene.waiting()
    for _ in range(10):
        scene.clock.advance(pause.total_seconds() / 10)
        assert store.questions.close_due() == []
        assert scene.sweep() == []
        assert scene.try_turn() is None
    assert state_of(store, question) is QuestionState.OPEN

    scene.reply(question)
    scene.clock.advance(60)
    assert scene.turn().exchanges[0].answers[0].text == "SQLite"


def test_silence_never_closes_a_question(scene: Scene, store: Store) -> None:
    question = scene.waiting()
    scene.clock.advance(days=4000)
    assert store.questions.close_due() == []
    assert state_of(store, question) is QuestionState.OPEN
    assert store.questions.next_close(DAEMON) is None


def test_only_a_time_that_the_asker_set_expires_a_question(scene: Scene, store: Store) -> None:
    scene.tell()
    assignment = scene.turn()
    until = scene.clock.now() + timedelta(hours=2)
    question = scene.ask(assignment, silence=Silence(expires_after=timedelta(hours=2)))
    scene.end(assignment)
    assert store.questions.next_close(DAEMON) == until
    scene.clock.advance(hours=1)
    assert store.questions.close_due() == []

    scene.clock.advance(hours=1)
    assert [question.number] == [one.number for one in store.questions.close_due()]
    (exchange,) = scene.turn().exchanges
    assert (exchange.question.state, exchange.answers) == (QuestionState.EXPIRED, ())


def test_each_reply_begins_the_quiet_time_anew(scene: Scene, store: Store) -> None:
    question = scene.waiting()
    scene.reply(question, "SQLite")
    scene.clock.advance(59)
    receipt = scene.reply(question, "or rather PostgreSQL", who=BOB)
    assert receipt.question is not None
    assert receipt.question.closes_at == scene.clock.now() + QUIET
    assert receipt.question.decided_by == BOB
    scene.clock.advance(59)
    assert scene.try_turn() is None

    scene.clock.advance(1)
    said = [one.text for one in scene.turn().exchanges[0].answers]
    assert said == ["SQLite", "or rather PostgreSQL"]
    assert store.questions.answers(question.number)[0].who == ADA


def test_the_quiet_time_outlives_whoever_set_it(
    scene: Scene, store: Store, shared_url: str
) -> None:
    question = scene.waiting()
    scene.reply(question, quiet=timedelta(minutes=5))
    with type(store).open(shared_url, clock=scene.clock) as another:
        scene.clock.advance(299)
        assert another.turns.pick_up(DAEMON, nonce="early") is None
        scene.clock.advance(1)
        assert another.turns.pick_up(DAEMON, nonce="in time") is not None


def test_answers_stand_in_the_order_in_which_they_were_said(scene: Scene, store: Store) -> None:
    """One that was missed and read back later was still said before the other."""
    question, now = scene.waiting(), scene.clock.now()
    scene.reply(question, "PostgreSQL", who=BOB, said_at=now - timedelta(hours=1))
    scene.reply(question, "SQLite", who=ADA, said_at=now - timedelta(hours=9))

    found = store.questions.answers(question.number)

    assert [one.text for one in found] == ["SQLite", "PostgreSQL"]
    assert [one.said_at for one in found] == [now - timedelta(hours=9), now - timedelta(hours=1)]
    assert store.questions.get(question.number).decided_by == BOB


def test_nothing_was_said_in_the_future(scene: Scene, store: Store) -> None:
    question, now = scene.waiting(), scene.clock.now()
    scene.reply(question, said_at=now + timedelta(hours=1))
    scene.reply(question, "PostgreSQL")

    found = store.questions.answers(question.number)

    assert [(one.text, one.said_at) for one in found] == [("SQLite", now), ("PostgreSQL", now)]


def test_the_same_source_is_recorded_once(scene: Scene, store: Store) -> None:
    question = scene.waiting()
    first = scene.reply(question, source="msg:T1:C1:1.1")
    scene.clock.advance(30)
    again = scene.reply(question, source="msg:T1:C1:1.1")

    assert (again.recorded, again.answer) == (Recorded.KNOWN, first.answer)
    assert again.question == first.question  # its quiet time was not moved
    assert len(store.questions.answers(question.number)) == 1


def test_an_edit_before_pick_up_counts_and_moves_the_quiet_time(scene: Scene, store: Store) -> None:
    question = scene.waiting()
    scene.reply(question, "SQLite", source="msg:1")
    scene.clock.advance(50)
    receipt = store.questions.edit_reply("msg:1", text="PostgreSQL", quiet=QUIET)
    assert receipt is not None
    assert receipt.question is not None
    assert receipt.question.closes_at == scene.clock.now() + QUIET

    scene.clock.advance(60)
    assert scene.turn().exchanges[0].answers[0].text == "PostgreSQL"


def test_an_edit_that_changes_no_word_moves_nothing(scene: Scene, store: Store) -> None:
    question = scene.waiting()
    closes_at = scene.clock.now() + QUIET
    scene.reply(question, "SQLite", source="msg:1")
    scene.clock.advance(50)
    store.questions.edit_reply("msg:1", text="SQLite", quiet=QUIET)
    assert store.questions.get(question.number).closes_at == closes_at


def test_an_edit_after_pick_up_leaves_the_answer_as_it_was_read(scene: Scene, store: Store) -> None:
    question = scene.waiting()
    scene.reply(question, "SQLite", source="msg:1")
    scene.clock.advance(60)
    scene.turn()
    receipt = store.questions.edit_reply("msg:1", text="PostgreSQL", quiet=QUIET)

    assert receipt is not None
    assert receipt.recorded is Recorded.FOLLOW_UP
    assert [one.text for one in store.questions.answers(question.number)] == ["SQLite"]


def test_an_edit_of_an_unknown_message_is_none_of_ours(store: Store) -> None:
    assert store.questions.edit_reply("msg:?", text="PostgreSQL", quiet=QUIET) is None
    assert store.questions.delete_reply("msg:?") is None


def test_deleting_the_only_reply_opens_the_question_again(scene: Scene, store: Store) -> None:
    question = scene.waiting()
    scene.reply(question, source="msg:1")
    receipt = store.questions.delete_reply("msg:1")

    assert receipt is not None
    assert receipt.question == question
    scene.clock.advance(hours=1)
    assert scene.try_turn() is None
    assert [question] == store.questions.open(DAEMON)


def test_deleting_one_of_two_replies_leaves_the_other(scene: Scene, store: Store) -> None:
    question = scene.waiting()
    scene.reply(question, "SQLite")
    scene.reply(question, "PostgreSQL", who=BOB, source="msg:2")
    store.questions.delete_reply("msg:2")

    assert store.questions.get(question.number).decided_by == ADA
    scene.clock.advance(60)
    assert [one.text for one in scene.turn().exchanges[0].answers] == ["SQLite"]


def test_a_late_copy_of_a_deleted_reply_is_not_stored(scene: Scene, store: Store) -> None:
    question = scene.waiting()
    scene.reply(question, source="msg:1")
    store.questions.delete_reply("msg:1")
    again = scene.reply(question, source="msg:1")

    assert (again.recorded, again.answer) == (Recorded.KNOWN, None)
    assert state_of(store, question) is QuestionState.OPEN
    assert store.questions.delete_reply("msg:1") is None


def test_deleting_after_pick_up_changes_nothing(scene: Scene, store: Store) -> None:
    question = scene.waiting()
    scene.reply(question, source="msg:1")
    scene.clock.advance(60)
    scene.turn()
    receipt = store.questions.delete_reply("msg:1")

    assert receipt is not None
    assert receipt.recorded is Recorded.TOO_LATE
    assert len(store.questions.answers(question.number)) == 1


def test_a_reply_taken_back_from_a_queued_task_keeps_it_from_starting(
    scene: Scene, store: Store
) -> None:
    first, second = scene.waiting("One?"), scene.waiting("Two?")
    scene.reply(first)
    scene.reply(second, source="msg:2")
    scene.clock.advance(60)
    assert scene.turn().task.number == first.task  # the second one is queued now
    store.questions.delete_reply("msg:2")
    assert scene.try_turn() is None

    scene.reply(second)
    scene.clock.advance(60)
    assert scene.turn().task.number == second.task


def test_a_late_reply_becomes_a_follow_up(scene: Scene, store: Store) -> None:
    question = scene.waiting()
    scene.reply(question)
    scene.clock.advance(60)
    assignment = scene.turn()
    receipt = scene.reply(question, "PostgreSQL after all")

    assert receipt.recorded is Recorded.FOLLOW_UP
    assert scene.end(assignment).state is TaskState.QUEUED
    assert [one.text for one in scene.turn().follow_ups] == ["PostgreSQL after all"]
    assert len(store.questions.answers(question.number)) == 1


def test_a_late_reply_to_a_done_task_brings_it_back(scene: Scene, store: Store) -> None:
    question = scene.waiting()
    scene.reply(question)
    scene.clock.advance(60)
    assert scene.end(scene.turn()).state is TaskState.DONE

    assert scene.reply(question, "No, wait").recorded is Recorded.FOLLOW_UP
    assert question.task is not None
    assert store.tasks.get(question.task).state is TaskState.QUEUED


def test_a_reply_to_a_withdrawn_question_is_too_late(scene: Scene, store: Store) -> None:
    question = scene.waiting()
    store.questions.withdraw(question.number, who=BOB)
    assert scene.reply(question).recorded is Recorded.TOO_LATE
    assert store.questions.answers(question.number) == ()


def test_a_reply_to_an_expired_question_is_too_late(scene: Scene, store: Store) -> None:
    scene.tell()
    assignment = scene.turn()
    question = scene.ask(assignment, silence=Silence(expires_after=QUIET))
    scene.end(assignment)
    scene.clock.advance(61)
    assert [one.number for one in store.questions.close_due()] == [question.number]

    for _ in range(2):
        assert scene.reply(question).recorded is Recorded.TOO_LATE
    assert store.questions.answers(question.number) == ()


def test_a_reply_to_nothing_is_refused(store: Store, scene: Scene) -> None:
    scene.tell()
    question = scene.ask(scene.turn())
    with pytest.raises(NotFound):
        scene.reply(question.__class__(**{**vars(question), "number": 99}))


def test_a_chosen_option_speaks_for_itself(scene: Scene) -> None:
    scene.tell()
    question = scene.ask(scene.turn(), options=["SQLite", "PostgreSQL"])
    answer = scene.reply(question, "", option="2").answer
    assert answer is not None
    assert (answer.option, answer.text) == ("2", "PostgreSQL")
    with pytest.raises(BadInput, match="no option 3"):
        scene.reply(question, "", option="3")


def test_a_task_with_two_questions_waits_for_both(scene: Scene) -> None:
    scene.tell()
    assignment = scene.turn()
    first, second = scene.ask(assignment, "Database?"), scene.ask(assignment, "Port?")
    assert scene.end(assignment).state is TaskState.WAITING
    scene.reply(first, "SQLite")
    scene.clock.advance(hours=1)
    assert scene.try_turn() is None

    scene.reply(second, "5432")
    assert scene.try_turn() is None
    scene.clock.advance(60)
    exchanges = scene.turn().exchanges
    assert [[a.text for a in one.answers] for one in exchanges] == [["SQLite"], ["5432"]]


def test_an_answer_while_the_asking_turn_still_runs_is_not_lost(scene: Scene, store: Store) -> None:
    scene.tell()
    assignment = scene.turn()
    question = scene.ask(assignment)
    scene.reply(question)
    scene.clock.advance(hours=1)
    assert scene.try_turn() is None
    assert state_of(store, question) is QuestionState.ANSWERED

    assert scene.end(assignment).state is TaskState.WAITING
    second = scene.turn()
    assert second.exchanges[0].answers[0].turn == second.turn.id
    assert not second.interrupted


def test_withdrawing_lets_the_task_go_on_at_once(scene: Scene, store: Store) -> None:
    question = scene.waiting()
    withdrawn = store.questions.withdraw(question.number, who=BOB)
    assert (withdrawn.state, withdrawn.decided_by) == (QuestionState.CANCELLED, BOB)
    assert question.task is not None
    assert store.tasks.get(question.task).state is TaskState.QUEUED
    assert scene.turn().exchanges[0].question.state is QuestionState.CANCELLED


def test_withdrawing_one_of_two_leaves_the_task_waiting(scene: Scene, store: Store) -> None:
    scene.tell()
    assignment = scene.turn()
    first, second = scene.ask(assignment, "Database?"), scene.ask(assignment, "Port?")
    task = scene.end(assignment)
    store.questions.withdraw(first.number, who=BOB)
    assert store.tasks.get(task.number).state is TaskState.WAITING

    store.questions.withdraw(second.number, who=BOB)
    assert store.tasks.get(task.number).state is TaskState.QUEUED


def test_a_question_withdrawn_while_its_turn_runs_is_told_to_the_next(
    scene: Scene, store: Store
) -> None:
    scene.tell()
    assignment = scene.turn()
    store.questions.withdraw(scene.ask(assignment).number, who=BOB)
    assert scene.end(assignment).state is TaskState.QUEUED

    assert scene.end(scene.turn()).state is TaskState.DONE


def test_a_turn_that_withdraws_its_own_question_needs_no_other_turn_for_that(
    scene: Scene, store: Store
) -> None:
    scene.tell()
    assignment = scene.turn()
    question = scene.ask(assignment)
    store.questions.withdraw(question.number, who=BOB, turn_nonce=assignment.turn.nonce)

    assert scene.end(assignment).state is TaskState.DONE


def test_what_was_picked_up_cannot_be_withdrawn(scene: Scene, store: Store) -> None:
    question = scene.waiting()
    scene.reply(question)
    scene.clock.advance(60)
    scene.turn()
    with pytest.raises(IllegalMove, match="already picked up"):
        store.questions.withdraw(question.number, who=BOB)


def test_a_question_outside_any_turn_is_collected_after_the_quiet_time(
    scene: Scene, store: Store
) -> None:
    question = store.questions.ask(daemon=DAEMON, text="Deploy?", who=ADA)
    assert store.questions.collect(question.number) == (question, ())
    scene.reply(question, "Yes")
    waiting, _ = store.questions.collect(question.number)
    assert waiting.state is QuestionState.ANSWERED

    scene.clock.advance(60)
    taken, answers = store.questions.collect(question.number)
    assert taken.state is QuestionState.PICKED_UP
    assert [one.text for one in answers] == ["Yes"]
    assert store.questions.collect(question.number) == (taken, answers)
    assert scene.reply(question, "No").recorded is Recorded.TOO_LATE


def test_a_tasks_question_is_not_collected(scene: Scene, store: Store) -> None:
    question = scene.waiting()
    scene.reply(question)
    scene.clock.advance(60)
    assert store.questions.collect(question.number)[0].state is QuestionState.ANSWERED
    assert scene.turn().exchanges[0].question.number == question.number


def test_the_next_moment_to_look_is_the_earliest(scene: Scene, store: Store) -> None:
    first, second = scene.waiting("One?"), scene.waiting("Two?")
    looked = scene.clock.now()
    scene.reply(first)
    scene.reply(second, quiet=QUIET * 2)
    assert store.questions.next_close(DAEMON) == looked + QUIET
    assert store.questions.next_close("other") is None
    scene.clock.advance(60)
    assert store.questions.next_close(DAEMON) == looked + QUIET * 2
    # What became due since the last look is not missed.
    assert store.questions.next_close(DAEMON, after=looked) == looked + QUIET


def test_open_questions_are_paged_oldest_first(scene: Scene, store: Store) -> None:
    asked = [scene.waiting(f"Question {n}?") for n in range(5)]
    first = store.questions.open(limit=2)
    rest = store.questions.open(DAEMON, after=first[-1].number)
    assert [*first, *rest] == asked
    assert store.questions.recent(limit=2) == asked[:2:-1]
    assert store.questions.recent(before=asked[1].number) == asked[:1]
    assert store.questions.open("other") == []


def test_a_question_can_change_until_it_is_picked_up(scene: Scene, store: Store) -> None:
    first, second = scene.waiting("One?"), scene.waiting("Two?")
    scene.reply(first)
    assert [first.number, second.number] == [q.number for q in store.questions.changeable()]
    scene.clock.advance(60)
    scene.turn()
    assert [second.number] == [one.number for one in store.questions.changeable()]


def test_a_questions_notification_is_seen_when_it_is_picked_up(scene: Scene, store: Store) -> None:
    question = scene.waiting()
    scene.reply(question)
    assert len(store.get_pending_notifications("question")) == 1
    scene.clock.advance(60)
    scene.turn()
    assert store.get_pending_notifications("question") == []
