"""An asker that lost the marks of its turn: many clients hand a server few of their variables.

Without them it would ask for nobody's task, and the task would end without the answer. The agent
further up, which the daemon has started, still has them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from coffee_daemon.system import environment_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

_MARKS = frozenset({"COFFEE_TURN", "COFFEE_TASK_ID", "COFFEE_HOME", "COFFEE_DAEMON"})
#: Where the record is, if the turn was told.
_KEPT = _MARKS | {"COFFEE_DATABASE_URL"}


def with_marks(
    environment: Mapping[str, str], elders: Iterable[Mapping[str, str]]
) -> dict[str, str]:
    """Return the environment, with the marks of the nearest elder's turn where it has none.

    Args:
        environment: That of this process.
        elders: Those of its parent, the parent's parent and so on.
    """
    if environment.get("COFFEE_TURN"):
        return dict(environment)
    marked = next((one for one in elders if one.get("COFFEE_TURN")), {})
    return {**environment, **{name: marked[name] for name in _KEPT & marked.keys()}}


def elders() -> Iterator[Mapping[str, str]]:
    """The environments of the processes above this one, nearest first, as far as we may look."""
    import psutil  # noqa: PLC0415 - only for who has lost its marks

    for process in psutil.Process().parents():
        yield environment_of(process.pid) or {}
