from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from store_scene import ADA, BOB, DAEMON

from coffee_daemon.errors import BadInput, IllegalMove, NotFound
from coffee_daemon.notifications import Via
from coffee_daemon.tasks import Task, TaskState

if TYPE_CHECKING:
    from collections.abc import Callable

    from store_kinds import Kind
    from store_scene import Scene

    from coffee_daemon.store import Store


def order(store: Store) -> list[int]:
    return [task.number for task in store.tasks.open(DAEMON)]


def picked(scene: Scene) -> list[int]:
    """The numbers in the order in which they are really picked."""
    found = []
    while (assignment := scene.try_turn()) is not None:
        found.append(assignment.task.number)
        scene.end(assignment)
    return found


def first(scene: Scene, number: int) -> Task:
    return scene.store.queue.first(number, who=ADA, via=Via.CLI)


def last(scene: Scene, number: int) -> Task:
    return scene.store.queue.last(number, who=ADA, via=Via.CLI)


def move(scene: Scene, number: int, other: int, *, after: bool = False) -> Task:
    return scene.store.queue.move(number, other, after=after, who=ADA, via=Via.CLI)


def hold(scene: Scene, number: int) -> Task:
    return scene.store.queue.hold(number, who=BOB, via=Via.CLI)


def release(scene: Scene, number: int) -> Task:
    return scene.store.queue.release(number, who=ADA, via=Via.CLI)


def planned(store: Store, key: str = "1", place: int = 0) -> Task:
    made = store.tasks.from_roadmap(
        daemon=DAEMON, source=f"roadmap:{key}", title=key, prompt=key, priority=1000 + place
    )
    assert made is not None
    return made


def test_what_is_put_first_is_picked_first_and_keeps_its_place(scene: Scene, store: Store) -> None:
    one, two, three = (scene.tell().number for _ in range(3))

    first(scene, three)
    first(scene, three)

    assert order(store) == [three, one, two]
    assert scene.tell().number == order(store)[-1]
    assert picked(scene)[:3] == [three, one, two]


def test_what_is_put_last_comes_after_all_that_are_there_also_the_roadmaps(
    scene: Scene, store: Store
) -> None:
    one, priority, two = scene.tell().number, planned(store).number, scene.tell().number

    last(scene, one)

    assert order(store) == [two, priority, one]
    later = scene.tell().number
    assert picked(scene) == [two, later, priority, one]


def test_a_priority_may_go_before_commands_and_stays_there_when_the_roadmap_is_read_again(
    scene: Scene, store: Store
) -> None:
    command, priority = scene.tell().number, planned(store).number

    first(scene, priority)
    read = {"source": "roadmap:1", "title": "Newer words", "prompt": "Newer words"}
    store.tasks.from_roadmap(daemon=DAEMON, priority=1007, **read)

    assert order(store) == [priority, command]
    assert store.tasks.get(priority).title == "Newer words"
    assert picked(scene) == [priority, command]


def test_a_task_is_put_just_before_or_after_another(scene: Scene, store: Store) -> None:
    one, two, three, four = (scene.tell().number for _ in range(4))

    move(scene, four, two)
    assert order(store) == [one, four, two, three]
    move(scene, one, two, after=True)

    assert order(store) == [four, two, one, three]
    assert picked(scene) == [four, two, one, three]


def test_work_that_has_begun_may_be_overtaken_too(scene: Scene, store: Store) -> None:
    question = scene.waiting()
    fresh = scene.tell().number

    first(scene, fresh)
    scene.reply(question)
    scene.clock.advance(60)

    assert picked(scene) == [fresh, question.task]


def test_a_waiting_task_may_be_put_first_and_is_when_it_may_go_on(
    scene: Scene, store: Store
) -> None:
    question = scene.waiting()
    others = [scene.tell().number, scene.tell().number]
    first(scene, others[1])
    first(scene, question.task or 0)
    assert order(store) == [question.task, others[1], others[0]]
    scene.reply(question)
    scene.clock.advance(60)

    assert picked(scene) == [question.task, others[1], others[0]]


@pytest.mark.parametrize("put", [first, last])
def test_what_runs_or_has_ended_has_no_place(
    put: Callable[[Scene, int], Task], scene: Scene
) -> None:
    done = scene.done()
    scene.tell()
    running = scene.turn().task
    with pytest.raises(IllegalMove, match="running"):
        put(scene, running.number)
    with pytest.raises(IllegalMove, match="done"):
        put(scene, done.number)
    with pytest.raises(NotFound):
        put(scene, 99)


def test_nothing_is_put_beside_itself_or_another_daemons(scene: Scene) -> None:
    mine, other = scene.tell().number, scene.tell(daemon="other").number
    for beside in (mine, other):
        with pytest.raises(BadInput):
            move(scene, mine, beside)


def test_another_daemons_order_is_its_own(scene: Scene, store: Store) -> None:
    others = [scene.tell(daemon="other").number for _ in range(2)]
    mine = [scene.tell().number for _ in range(3)]

    move(scene, mine[2], mine[0])

    assert order(store) == [mine[2], mine[0], mine[1]]
    assert [task.number for task in store.tasks.open("other")] == others


def test_moving_is_no_news_of_the_task_and_is_written_down(scene: Scene, store: Store) -> None:
    one, two = scene.tell(), scene.tell()
    scene.clock.advance(60)

    first(scene, two.number)
    move(scene, two.number, one.number, after=True)
    last(scene, one.number)

    assert store.tasks.get(two.number).updated_at == two.updated_at
    told = [(entry.verb, entry.target, entry.outcome) for entry in reversed(store.audit.list())]
    assert told == [("first", "#2", "moved"), ("move", "#2", "after #1"), ("last", "#1", "moved")]


MOVES = st.lists(
    st.tuples(
        st.sampled_from(("first", "last", "before", "after")), st.integers(0, 5), st.integers(0, 5)
    ),
    max_size=12,
)


def expected(numbers: list[int], moves: list[tuple[str, int, int]]) -> list[int]:
    """The same on a plain list."""
    told = list(numbers)
    for verb, at, beside in moves:
        number, other = numbers[at], numbers[beside]
        if verb in {"before", "after"} and number == other:
            continue
        told.remove(number)
        places = {"first": 0, "last": len(told)}
        if other in told:
            places |= {"before": told.index(other), "after": told.index(other) + 1}
        told.insert(places[verb], number)
    return told


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(moves=MOVES)
def test_however_people_move_tasks_the_order_is_the_one_they_see(
    moves: list[tuple[str, int, int]], scene: Scene, store: Store, engine_kind: Kind
) -> None:
    with store.writing() as connection:
        engine_kind.empty(connection)
    numbers = [scene.tell().number for _ in range(4)]
    numbers += [planned(store, str(place), place).number for place in range(2)]
    for verb, at, beside in moves:
        if verb in {"first", "last"}:
            (first if verb == "first" else last)(scene, numbers[at])
        elif at != beside:
            move(scene, numbers[at], numbers[beside], after=verb == "after")

    assert order(store) == expected(numbers, moves)
    assert picked(scene) == expected(numbers, moves)


def test_a_held_task_is_passed_over_until_it_is_released(scene: Scene, store: Store) -> None:
    one, two = scene.tell().number, scene.tell().number

    held = hold(scene, one)
    assert (held.held_by, held.held_at, held.state) == (BOB, scene.clock.now(), TaskState.QUEUED)
    assert order(store) == [two, one]
    assert [task.number for task in store.queue.held(DAEMON)] == [one]
    assert picked(scene) == [two]
    released = release(scene, one)

    assert (released.held_by, released.held_at) == (None, None)
    assert store.queue.held(DAEMON) == []
    assert picked(scene) == [one]


def test_a_running_task_ends_its_turn_and_is_then_held(scene: Scene, store: Store) -> None:
    scene.tell()
    assignment = scene.turn()
    question = scene.ask(assignment)
    hold(scene, assignment.task.number)

    assert scene.end(assignment).state is TaskState.WAITING
    scene.reply(question)
    scene.clock.advance(60)

    assert scene.try_turn() is None
    release(scene, assignment.task.number)
    assert [one.answers[0].text for one in scene.turn().exchanges] == ["SQLite"]


def cancelled(scene: Scene, task: Task) -> Task:
    hold(scene, task.number)
    return scene.store.tasks.cancel(task.number, who=ADA, via=Via.CLI)


def ended_well(scene: Scene, task: Task) -> Task:
    assignment = scene.turn()
    hold(scene, task.number)
    return scene.end(assignment)


@pytest.mark.parametrize("end", [cancelled, ended_well])
def test_what_ends_is_held_no_longer(
    end: Callable[[Scene, Task], Task], scene: Scene, store: Store
) -> None:
    task = scene.tell()
    ended = end(scene, task)

    assert (ended.held_at, ended.held_by) == (None, None)
    with pytest.raises(IllegalMove, match="already"):
        hold(scene, task.number)
    store.tasks.retry(task.number, who=ADA)
    assert scene.try_turn() is not None


def test_holding_twice_names_who_holds_and_releasing_what_is_free_is_told(scene: Scene) -> None:
    task = scene.tell().number
    with pytest.raises(IllegalMove, match="not held"):
        release(scene, task)
    hold(scene, task)

    with pytest.raises(IllegalMove, match="held already, by Bob"):
        hold(scene, task)


def test_a_held_task_is_held_after_a_restart_too(scene: Scene, store: Store) -> None:
    task = scene.tell().number
    scene.turn()
    hold(scene, task)

    (lost,) = scene.sweep()

    assert (lost.state, lost.held_by) == (TaskState.QUEUED, BOB)
    assert scene.try_turn() is None
