"""An idle daemon looks only when there is something to see."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from workshop import ADA, Workshop

from coffee_daemon import Store, Via, Wish, write_wish
from coffee_daemon.loop.glance import Glance

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


@pytest.fixture
def house(tmp_path: Path) -> Workshop:
    return Workshop.build(tmp_path)


@pytest.fixture
def store(house: Workshop) -> Iterator[Store]:
    with house.store() as opened:
        yield opened


@pytest.fixture
def glance(house: Workshop, store: Store) -> Glance:
    found = Glance(house.config, store, house.clock)
    found.remember()
    return found


def tell(house: Workshop) -> None:
    house.tell("say hello")


def edit(house: Workshop) -> None:
    (house.config.project / "ROADMAP.md").write_text("### PRIORITY 1: New - Planned\n")


def remove(house: Workshop) -> None:
    (house.config.project / "ROADMAP.md").unlink()


def wish(house: Workshop) -> None:
    write_wish(house.config, Wish(wanted=True, by=ADA.name))


def test_where_nothing_happens_nothing_is_news(glance: Glance, store: Store) -> None:
    store.tasks.open()
    assert store.turns.pick_up("code_developer", nonce="none") is None

    assert not glance.finds_news()


@pytest.mark.parametrize("change", [tell, edit, remove, wish])
def test_every_change_is_news_once(
    house: Workshop, glance: Glance, change: Callable[[Workshop], None]
) -> None:
    change(house)

    assert glance.finds_news()
    glance.remember()
    house.clock.advance(15)
    assert not glance.finds_news()


def test_a_moment_that_came_while_the_host_slept_is_news(house: Workshop, glance: Glance) -> None:
    glance.due = house.clock.now() + timedelta(minutes=1)
    assert not glance.finds_news()
    house.clock.advance(15)
    assert not glance.finds_news()
    house.clock.sleep(120)
    house.clock.advance(15)

    assert glance.finds_news()


def test_a_lost_ring_is_made_up_for(house: Workshop) -> None:
    quick = house.with_settings(heartbeat=timedelta(milliseconds=50))
    with quick.running(), quick.store() as store:
        # Nobody rings.
        told = store.tasks.tell(daemon=quick.config.name, text="Hi", who=ADA, via=Via.CLI)
        quick.clock.advance(15)
        quick.until(told.number, store.tasks.get(told.number).state.DONE)
