from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import update
from store_scene import ADA

from coffee_daemon.contacts import Contact, Matter, Snooze
from coffee_daemon.store.schema import contacts

if TYPE_CHECKING:
    from store_scene import Scene

    from coffee_daemon.clock import ManualClock
    from coffee_daemon.store import Store

HOUR = timedelta(hours=1)


def test_who_was_never_written_down_is_told_of_everything(store: Store) -> None:
    assert store.contacts.get("U1") == Contact(id="U1")
    assert all(Contact(id="U1").wants(matter) for matter in Matter)
    assert store.contacts.all() == {}


def test_each_thing_known_of_somebody_is_kept_beside_the_others(
    store: Store, clock: ManualClock
) -> None:
    store.contacts.choose("U1", Matter.QUESTIONS, on=False)
    store.contacts.set_hours("U1", "7:00-15:00")
    store.contacts.set_direct("U1", "D1")
    store.contacts.locate("U1", zone="Europe/Berlin", offset=3600)
    store.contacts.choose("U1", Matter.MORNING, on=False)
    store.contacts.choose("U1", Matter.QUESTIONS, on=True)
    clock.advance(60)
    store.contacts.had_morning("U1")
    found = store.contacts.locate("U1", zone="Europe/Paris", offset=None)

    assert found == Contact(
        id="U1",
        zone="Europe/Paris",
        offset=None,
        located_at=clock.now(),
        direct="D1",
        hours="7:00-15:00",
        off=frozenset({Matter.MORNING}),
        morning_at=clock.now(),
    )
    assert store.contacts.get("U1") == found
    assert store.contacts.all() == {"U1": found}


def test_a_choice_that_a_later_version_knows_is_left_out(store: Store) -> None:
    store.contacts.choose("U1", Matter.TASKS, on=False)
    with store.writing() as connection:
        connection.execute(update(contacts).values(off=["tasks", "weather"]))

    assert store.contacts.get("U1").off == {Matter.TASKS}


def test_the_latest_word_on_a_question_counts_and_closed_ones_are_forgotten(
    scene: Scene, clock: ManualClock
) -> None:
    store = scene.store
    one, two = scene.waiting(), scene.waiting("Which colour?")
    store.contacts.snooze(one.number, "U1", clock.now() + HOUR)
    clock.advance(60)
    latest = store.contacts.snooze(one.number, "U1", clock.now() + 2 * HOUR)
    other = store.contacts.snooze(one.number, "U2", clock.now() + HOUR)

    assert latest == Snooze(
        question=one.number, person="U1", until=clock.now() + 2 * HOUR, said_at=clock.now()
    )
    assert store.contacts.snoozes() == [latest, other]
    store.questions.withdraw(one.number, who=ADA)
    third = store.contacts.snooze(two.number, "U1", clock.now() + HOUR)
    assert store.contacts.snoozes() == [third]
