"""Files that came with replies, from being offered to lying in the state folder."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from store_scene import DAEMON

from coffee_daemon.reply_files import FILE_WAIT, FileState, OfferedFile

if TYPE_CHECKING:
    from store_scene import Scene

    from coffee_daemon.reply_files import ReplyFile

PLAN = OfferedFile(source="F1", name="plan.pdf", mimetype="application/pdf", size=12)


def sent(scene: Scene, *files: OfferedFile) -> tuple[ReplyFile, ...]:
    """Answer a waiting task's question with files."""
    receipt = scene.reply(scene.waiting(), files=files)
    assert receipt.answer is not None
    return receipt.answer.files


def test_a_file_is_wanted_until_it_is_kept(scene: Scene) -> None:
    (file,) = sent(scene, PLAN)

    assert (file.state, file.name) == (FileState.WANTED, "plan.pdf")
    assert scene.store.reply_files.due(DAEMON) == [file]
    assert scene.store.reply_files.keep(file.id, 12)
    assert scene.store.reply_files.due(DAEMON) == []


def test_files_of_a_task_have_names_of_their_own(scene: Scene) -> None:
    question = scene.waiting()
    scene.reply(question, files=[PLAN, PLAN])
    scene.reply(question, files=[PLAN])

    names = [one.name for one in scene.store.reply_files.of_task(question.task or 0)]

    assert names == ["plan.pdf", "plan-2.pdf", "plan-3.pdf"]


def test_the_same_reply_again_brings_no_second_file(scene: Scene) -> None:
    question = scene.waiting()
    for _ in range(2):
        scene.reply(question, source="msg:1", files=[PLAN])

    assert len(scene.store.reply_files.of_task(question.task or 0)) == 1


def test_a_turn_waits_for_a_file_and_is_told_of_it(scene: Scene) -> None:
    (file,) = sent(scene, PLAN)
    scene.store.reply_files.later(file.id, scene.clock.now() + timedelta(hours=1), "offline")
    begun = scene.clock.now()
    scene.clock.advance(seconds=FILE_WAIT.total_seconds() - 1)

    assert scene.try_turn() is None
    due = scene.store.questions.next_close(DAEMON, after=scene.clock.now())
    assert due == begun + FILE_WAIT
    scene.clock.advance(seconds=2)

    (exchange,) = scene.turn().exchanges
    assert [one.state for one in exchange.answers[0].files] == [FileState.WANTED]


def test_a_turn_begins_as_soon_as_the_file_is_there_and_the_quiet_time_over(scene: Scene) -> None:
    question = scene.waiting()
    receipt = scene.reply(question, files=[PLAN], quiet=timedelta(seconds=5))
    assert receipt.answer is not None
    scene.clock.advance(seconds=6)
    assert scene.try_turn() is None

    scene.store.reply_files.keep(receipt.answer.files[0].id, 12)

    (exchange,) = scene.turn().exchanges
    (kept,) = exchange.answers[0].files
    assert (kept.state, kept.late) == (FileState.KEPT, False)


def test_a_follow_up_waits_for_its_file_too(scene: Scene) -> None:
    task = scene.done()
    receipt = scene.follow_up(task, files=[PLAN], quiet=timedelta(0))
    assert receipt.answer is not None
    assert scene.try_turn() is None

    scene.store.reply_files.refuse(receipt.answer.files[0].id, "It is a program.")

    (follow_up,) = scene.turn().follow_ups
    assert [one.reason for one in follow_up.files] == ["It is a program."]


def test_a_file_that_comes_after_its_turn_began_is_late(scene: Scene) -> None:
    (file,) = sent(scene, PLAN)
    scene.clock.advance(seconds=120)
    scene.turn()

    scene.store.reply_files.keep(file.id, 12)

    assert [one.late for one in scene.store.reply_files.of_answer(file.answer)] == [True]


def test_a_reply_that_is_taken_back_takes_its_files_with_it(scene: Scene) -> None:
    question = scene.waiting()
    scene.reply(question, source="msg:1", files=[PLAN])
    scene.store.questions.delete_reply("msg:1")

    (dropped,) = scene.store.reply_files.due(DAEMON)

    assert dropped.state is FileState.DROPPED
    assert not scene.store.reply_files.keep(dropped.id, 12)
    scene.store.reply_files.forget(dropped.id)
    assert scene.store.reply_files.due(DAEMON) == []


def test_a_file_that_is_wanted_is_not_forgotten(scene: Scene) -> None:
    (file,) = sent(scene, PLAN)

    scene.store.reply_files.forget(file.id)

    assert scene.store.reply_files.due(DAEMON) == [file]


def test_a_refused_offer_is_never_due(scene: Scene) -> None:
    (file,) = sent(scene, OfferedFile(source="F2", name="setup.exe", refused="It is a program."))

    assert (file.state, file.reason) == (FileState.REFUSED, "It is a program.")
    assert scene.store.reply_files.due(DAEMON) == []


def test_a_question_without_a_task_has_no_place_for_files(scene: Scene) -> None:
    question = scene.store.questions.ask(daemon=DAEMON, text="Which?")
    receipt = scene.reply(question, files=[PLAN])
    assert receipt.answer is not None

    (file,) = receipt.answer.files

    assert file.state is FileState.REFUSED
    assert "no task" in file.reason


def test_a_file_is_tried_again_when_its_time_has_come(scene: Scene) -> None:
    (file,) = sent(scene, PLAN)
    again = scene.clock.now() + timedelta(seconds=10)
    scene.store.reply_files.later(file.id, again, "offline")

    assert scene.store.reply_files.due(DAEMON) == []
    assert scene.store.reply_files.next_try(DAEMON) == again
    scene.clock.advance(seconds=11)

    assert [(one.tries, one.reason) for one in scene.store.reply_files.due(DAEMON)] == [
        (1, "offline")
    ]


def test_another_daemons_files_are_no_business_of_ours(scene: Scene) -> None:
    sent(scene, PLAN)

    assert scene.store.reply_files.due("other") == []
    assert scene.store.reply_files.next_try("other") is None


def test_files_are_forgotten_with_their_task(scene: Scene) -> None:
    task = scene.done()
    receipt = scene.follow_up(task, files=[PLAN], quiet=timedelta(0))
    assert receipt.answer is not None
    scene.store.reply_files.keep(receipt.answer.files[0].id, 12)
    scene.end(scene.turn())
    scene.clock.advance(days=1000)

    list(scene.store.prune(keep=timedelta(days=90)))

    assert scene.store.reply_files.of_task(task.number) == ()
