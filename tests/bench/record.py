"""Rows about the record: the same verbs among a thousand, a hundred thousand and a million rows."""

from __future__ import annotations

import time
from contextlib import ExitStack
from typing import TYPE_CHECKING

from bench.nouns import Row
from bench.rounds import alternate

from coffee_daemon import NotificationType, Person, Store, Via, system_clock

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

SIZES = (1_000, 100_000, 1_000_000)
#: As many times the time among a thousand rows; from the design.
_MOST = 1.2
_ADA = Person(id="U0ADA00001", name="Ada")
_DAEMON = "code_developer"

_VERBS: dict[str, Callable[[Store], object]] = {
    "create a notification": lambda store: store.create_notification("info", "Hello", "there"),
    "pending notifications": lambda store: store.get_pending_notifications("question"),
    "tell": lambda store: store.tasks.tell(daemon="other", text="Do it", who=_ADA, via=Via.CLI),
    "pick up nothing": lambda store: store.turns.pick_up(_DAEMON, nonce="bench"),
    "open questions": lambda store: store.questions.open(_DAEMON),
    "newest notifications": lambda store: store.notifications.list(),
    "claim no post": lambda store: store.posts.claim(attempt_owner="bench"),
}


def measure(folder: Path, rounds: int) -> Iterator[Row]:
    """Fill three records, and ask the same of each in alternation."""
    with ExitStack() as stack:
        stores = {size: stack.enter_context(_filled(folder, size)) for size in SIZES}
        for verb, act in _VERBS.items():
            found = alternate(
                {str(size): _timed(act, store) for size, store in stores.items()}, rounds=rounds
            )
            biggest = found[str(SIZES[-1])]
            yield Row(
                name=f"{verb}, among a million",
                ours=biggest.median * 1e3,
                unit="ms",
                spread=biggest.spread,
                peers={f"{size:,}": found[str(size)].median * 1e3 for size in SIZES[:-1]},
                against=f"{SIZES[0]:,}",
                most=_MOST,
            )


def _timed(act: Callable[[Store], object], store: Store) -> Callable[[], float]:
    def run() -> float:
        began = time.perf_counter()
        act(store)
        return time.perf_counter() - began

    return run


def _filled(folder: Path, size: int) -> Store:
    """A record with as many notifications, every tenth with a task that is done."""
    store = Store.open(f"sqlite:///{folder / f'{size}.db'}", clock=system_clock())
    moment = "2026-01-05 09:00:00.000000"
    with store.writing() as connection:
        raw = connection.connection.dbapi_connection
        assert raw is not None
        numbers = range(1, size + 1)
        raw.executemany("INSERT INTO numbers VALUES (?, ?)", ((n, moment) for n in numbers))
        raw.executemany(
            "INSERT INTO tasks (number, daemon, source, title, prompt, priority, state,"
            " wants_answer, result, fresh, reopened, turn_count, turns_used, attempts, lost_turns,"
            " created_at, updated_at)"
            " VALUES (?, ?, ?, 'Do it', 'Do it', 0, 'done', 0, '', 0, 0, 1, 1, 0, 0, ?, ?)",
            ((n, _DAEMON, f"command:{n}", moment, moment) for n in numbers[::10]),
        )
        raw.executemany(
            "INSERT INTO notifications (number, type, title, message, priority, context, state,"
            " created_at) VALUES (?, ?, 'Hello', 'there', 'normal', '{}', 'seen', ?)",
            ((n, NotificationType.INFO.value, moment) for n in numbers),
        )
    return store
