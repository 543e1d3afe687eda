from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from store_scene import ADA, BOB, DAEMON

from coffee_daemon.clock import Day
from coffee_daemon.errors import NotFound
from coffee_daemon.notifications import NotificationType, Via
from coffee_daemon.spending import Budget, GoneOn, Halt, Spent
from coffee_daemon.tasks import TaskState, TurnEnd

if TYPE_CHECKING:
    from store_scene import Scene

    from coffee_daemon.store import Store


def halt(scene: Scene, allowed: float = 2) -> Halt:
    day = Day.of(scene.clock.now())
    return Halt(
        daemon=DAEMON, day=day, budget=Budget.TURNS, allowed=allowed, more=2, until=day.ends
    )


def test_turns_and_money_are_summed_by_daemon_from_a_moment_on(scene: Scene, store: Store) -> None:
    scene.tell()
    scene.end(scene.turn(), cost=9.0)
    scene.clock.advance(hours=2)
    since = scene.clock.now()
    scene.tell()
    scene.tell()
    scene.end(scene.turn(), cost=0.25)
    scene.end(scene.turn())

    assert store.spending.since(DAEMON, since) == Spent(turns=2, reported=1, dollars=0.25)
    assert store.spending.since("other", since) == Spent()


def test_a_running_turn_counts_and_its_cost_is_not_known(scene: Scene, store: Store) -> None:
    scene.tell()
    scene.turn()

    assert store.spending.since(DAEMON, scene.clock.now()) == Spent(turns=1, running=1)


def test_a_turn_counts_for_the_day_on_which_it_began(scene: Scene, store: Store) -> None:
    today = Day.of(scene.clock.now())
    task = scene.tell("Work through the night")
    scene.clock.at = today.ends - timedelta(minutes=5)
    turn = scene.turn()
    scene.clock.advance(hours=1)
    scene.end(turn, TurnEnd.FAILED, cost=1.5)
    scene.clock.advance(hours=1)
    scene.end(scene.turn(), cost=0.5)

    after, before = store.spending.by_day(DAEMON, [today.earlier(-1), today])

    assert [(one.task, one.spent.dollars) for one in before.tasks] == [(task.number, 1.5)]
    assert [(one.title, one.spent.dollars) for one in after.tasks] == [
        ("Work through the night", 0.5)
    ]
    assert store.spending.by_day("other", [today])[0].tasks == ()


def test_a_halt_is_told_once_and_found_by_its_day(scene: Scene, store: Store) -> None:
    told = halt(scene)

    assert store.halts.tell(told, "The day's limit is used up", "2 turns")
    assert not store.halts.tell(told, "The day's limit is used up", "2 turns")
    assert store.halts.tell(halt(scene, allowed=4), "Again", "4 turns")

    assert [one.allowed for one in store.halts.of_day(DAEMON, told.day)] == [2, 4]
    assert store.halts.of_days([told.day])[0] == told
    assert store.halts.of_day("other", told.day) == []
    notes = store.notifications.list()
    assert [one.type for one in notes] == [NotificationType.WARNING] * 2
    assert notes[-1].context == {"halt": told.name}


def test_of_many_who_continue_at_the_same_time_one_does(scene: Scene, store: Store) -> None:
    told = halt(scene)
    store.halts.tell(told, "", "")
    people = [ADA, BOB] * 4

    with ThreadPoolExecutor(len(people)) as pool:
        found = list(pool.map(lambda who: store.halts.go_on(told.name, who, Via.SLACK), people))

    assert sum(one.changed for one in found) == 1
    assert len({halt.continued for one in found for halt in (*one.halts, one.before) if halt}) == 1
    outcomes = [one.outcome for one in store.audit.list()]
    assert sorted(outcomes) == ["continued"] + ["had gone on before"] * 7


def test_a_day_that_is_over_cannot_be_continued(scene: Scene, store: Store) -> None:
    told = halt(scene)
    store.halts.tell(told, "", "")
    scene.clock.advance(days=1)

    assert store.halts.go_on(told.name, ADA, Via.CLI) == GoneOn(over=told)
    assert not store.halts.go_on_today(DAEMON, ADA, Via.CLI).changed
    assert store.halts.of_days([told.day]) == [told]


def test_what_is_no_halt_cannot_be_continued(store: Store) -> None:
    with pytest.raises(NotFound):
        store.halts.go_on("2026-01-01:code_developer:turns:2", ADA, Via.SLACK)


def test_old_halts_are_forgotten(scene: Scene, store: Store) -> None:
    first = halt(scene)
    store.halts.tell(first, "", "")
    store.halts.go_on(first.name, ADA, Via.CLI)
    scene.clock.advance(days=40)
    store.halts.tell(halt(scene), "", "")

    assert store.halts.of_days([first.day]) == []
    assert store.facts.get(f"continued:{first.name}") is None


def test_a_word_lets_it_go_on_from_every_limit_of_today(scene: Scene, store: Store) -> None:
    store.halts.tell(halt(scene), "", "")
    store.halts.tell(replace(halt(scene), budget=Budget.DOLLARS, allowed=5.0), "", "")
    until = limited(scene, "claude")

    first = store.halts.go_on_today(DAEMON, ADA, Via.CLI)
    second = store.halts.go_on_today(DAEMON, BOB, Via.CLI)

    assert {one.limit for one in first.halts} == {"2 turns", "$5.00"}
    assert [one.task for one in first.lifted] == [until]
    assert not second.changed
    assert second.before is not None
    assert second.before.continued is not None
    assert second.before.continued.who == ADA
    assert store.halts.go_on_today("other", ADA, Via.CLI) == GoneOn()


def limited(scene: Scene, agent: str, until: timedelta | None = timedelta(hours=3)) -> int:
    task = scene.tell()
    assignment = scene.try_turn(only=task.number)
    assert assignment is not None
    scene.store.turns.started(assignment.turn.id, agent=agent)
    end = scene.clock.now() + until if until else None
    scene.end(assignment, TurnEnd.LIMITED, until=end)
    return task.number


def test_an_agents_usage_limit_is_kept_for_that_agent(scene: Scene, store: Store) -> None:
    number = limited(scene, "claude")

    found = store.halts.usage(DAEMON, "claude")

    assert found is not None
    assert (found.task, found.until - found.at) == (number, timedelta(hours=3))
    assert store.halts.usage(DAEMON, "codex") is None
    assert store.halts.usages() == [found]


def test_a_usage_limit_of_unknown_end_is_tried_again_less_and_less_often(
    scene: Scene, store: Store
) -> None:
    task, waits = scene.tell(), []
    for _ in range(6):
        turn = scene.try_turn()
        assert turn is not None
        store.turns.started(turn.turn.id, agent="claude")
        scene.end(turn, TurnEnd.LIMITED)
        found = store.halts.usage(DAEMON, "claude")
        assert found is not None
        assert store.tasks.get(task.number).not_before == found.until
        waits.append((found.until - found.at).total_seconds() / 60)
        assert found.again is (len(waits) > 1)
        scene.clock.at = found.until

    assert waits == [15, 15, 30, 60, 120, 120]
    scene.clock.advance(hours=1)
    limited(scene, "claude")
    later = store.halts.usage(DAEMON, "claude")
    assert later is not None
    assert not later.again


def test_a_lifted_usage_limit_lets_its_task_start_at_once(scene: Scene, store: Store) -> None:
    number = limited(scene, "claude")
    found = store.halts.usage(DAEMON, "claude")
    assert found is not None
    assert scene.try_turn() is None

    store.halts.lift(found, ADA, Via.CLI)

    assert store.halts.usage(DAEMON, "claude") is None
    assert scene.turn().task.number == number
    assert [one.outcome for one in store.audit.list()] == ["tried again"]


def test_a_lifted_usage_limit_holds_no_task_that_waited_for_an_answer(
    scene: Scene, store: Store
) -> None:
    task = scene.tell()
    assignment = scene.try_turn()
    assert assignment is not None
    store.turns.started(assignment.turn.id, agent="claude")
    question = scene.ask(assignment)
    scene.end(assignment, TurnEnd.LIMITED, until=scene.clock.now() + timedelta(days=3))
    found = store.halts.usage(DAEMON, "claude")
    assert found is not None

    store.halts.lift(found, ADA, Via.CLI)
    scene.reply(question)
    scene.clock.advance(60)

    assert scene.turn().task.number == task.number


def test_a_task_fails_when_its_turns_have_cost_its_money(scene: Scene, store: Store) -> None:
    scene.limits = type(scene.limits)(dollars_per_task=1.0)
    task = scene.tell()
    scene.end(scene.turn(), TurnEnd.INTERRUPTED, cost=0.6)
    assert store.tasks.get(task.number).state is TaskState.QUEUED
    scene.end(scene.turn(), TurnEnd.INTERRUPTED, cost=0.6)

    failed = store.tasks.get(task.number)
    assert failed.state is TaskState.FAILED
    assert "$1.20" in failed.result


def test_a_usage_limit_that_is_over_at_once_each_time_makes_no_turns_spin(
    scene: Scene, store: Store
) -> None:
    task, waits = scene.tell(), []
    for _ in range(12):
        turn = scene.try_turn()
        assert turn is not None
        store.turns.started(turn.turn.id, agent="claude")
        scene.end(turn, TurnEnd.LIMITED, until=scene.clock.now())
        found = store.halts.usage(DAEMON, "claude")
        assert found is not None
        assert store.tasks.get(task.number).not_before == found.until
        waits.append((found.until - found.at).total_seconds())
        scene.clock.at = found.until

    assert waits == [1, 1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300]


def test_no_usage_limit_lasts_for_ever(scene: Scene, store: Store) -> None:
    limited(scene, "claude", until=timedelta(days=365_000))

    found = store.halts.usage(DAEMON, "claude")

    assert found is not None
    assert found.until - found.at == timedelta(days=35)
