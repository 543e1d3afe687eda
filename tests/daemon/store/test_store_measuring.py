from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from store_scene import DAEMON, QUIET

from coffee_daemon.status import DaemonState

if TYPE_CHECKING:
    from store_scene import Scene

    from coffee_daemon.store import Store


def test_figures_begin_with_the_state_that_stood_at_their_beginning(
    scene: Scene, store: Store
) -> None:
    store.transitions.observe(DAEMON, DaemonState.IDLE, "")
    store.transitions.observe("another", DaemonState.CRASHED, "")
    scene.clock.advance(hours=3)
    begins = scene.clock.now()
    scene.clock.advance(hours=1)
    store.transitions.observe(DAEMON, DaemonState.WORKING, "")
    scene.clock.advance(hours=3)

    found = store.metrics(DAEMON, begins)

    assert [(one.state, one.ends - one.begins) for one in found.spans] == [
        (DaemonState.IDLE, timedelta(hours=1)),
        (DaemonState.WORKING, timedelta(hours=3)),
    ]
    assert found.uptime == 1.0


def test_an_answers_waits_are_measured_from_the_question_and_from_its_quiet_time(
    scene: Scene, store: Store
) -> None:
    begins = scene.clock.now()
    question = scene.waiting()
    scene.clock.advance(hours=13)
    scene.reply(question)
    scene.clock.advance(QUIET.total_seconds() + 20)
    turn = scene.turn()
    scene.end(turn)
    scene.waiting("Nobody answers?")

    found = store.metrics(DAEMON, begins)

    assert found.answered_after == (timedelta(hours=13),)
    assert found.picked_up_after == (timedelta(seconds=20),)
    assert found.done == (scene.clock.now(),)
    assert store.metrics("another", begins).done == ()
