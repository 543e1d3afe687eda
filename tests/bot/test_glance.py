from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from coffee_bot.app.glance import Glance
from coffee_daemon import DaemonState, DaemonStatus

if TYPE_CHECKING:
    from coffee_daemon import ManualClock, Store


def test_the_heartbeats_of_an_idle_daemon_are_no_news(store: Store, clock: ManualClock) -> None:
    glance = Glance(store)
    now = clock.now()
    idle = DaemonStatus(
        name="code_developer", state=DaemonState.IDLE, evidence="1 s", last_heartbeat=now, uptime=1
    )
    assert glance.news(idle, "connected")

    later = replace(
        idle, evidence="2 s", last_heartbeat=now + timedelta(seconds=5), uptime=6, memory_mb=9.0
    )

    assert not glance.news(later, "connected")
    assert glance.news(replace(later, state=DaemonState.PAUSED), "connected")
    assert glance.news(later, "deaf")
