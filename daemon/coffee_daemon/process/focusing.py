"""A person's focus: until a time, or until it is done, one task alone begins turns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coffee_daemon.errors import BadInput, IllegalMove
from coffee_daemon.process.pausing import change_wish
from coffee_daemon.tasks import ENDED

if TYPE_CHECKING:
    from datetime import datetime

    from coffee_daemon.config import Config
    from coffee_daemon.notifications import Person
    from coffee_daemon.store import Store
    from coffee_daemon.tasks import Task


def focus(
    config: Config,
    store: Store,
    *,
    until: datetime,
    who: Person,
    on: int | None = None,
    running: int | None = None,
) -> Task | None:
    """Let the daemon work on one task alone. Ring its bell afterwards.

    Args:
        config: The daemon's settings.
        store: The record.
        until: When the focus ends, if its task has not ended before.
        who: The person.
        on: The task; None takes the one that runs.
        running: The number of the task that runs, as far as it is known.

    Returns:
        The task; None when it is whichever begins next.

    Raises:
        NotFound: There is no such task.
        IllegalMove: It has ended, or is held.
        BadInput: It is another daemon's.
        BadConfig: The state folder cannot be used.
        ProcessTrouble: It cannot be written.
    """
    number = on if on is not None else running
    task = None if number is None else _fit(config, store.tasks.get(number))
    change_wish(
        config,
        focus_until=until,
        focus_by=who.name,
        focus_at=store.now(),
        focus_task=task.number if task else None,
    )
    return task


def _fit(config: Config, task: Task) -> Task:
    if task.daemon != config.name:
        raise BadInput(f"#{task.number} is a task of {task.daemon}.", hint=f"Ask {task.daemon}.")
    if task.state in ENDED:
        again = f"`coffee retry {task.number}` queues it again."
        raise IllegalMove(f"#{task.number} is already {task.state}.", hint=again)
    if task.held_at is not None:
        free = f"`coffee release {task.number}` lets it go on."
        raise IllegalMove(f"#{task.number} is held.", hint=free)
    return task
