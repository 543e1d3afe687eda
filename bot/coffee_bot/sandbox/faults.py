"""Trouble on demand: what shall go wrong, where, and how often.

The server asks the plan at named moments. A fault is used up after `times` hits, so a test says
exactly which call fails and sees the next one succeed.
"""

from __future__ import annotations

import threading
from collections import Counter
from dataclasses import dataclass, replace
from enum import Enum


class Moment(Enum):
    """Where the server asks the plan."""

    BEFORE = "before"  # a method was called, nothing is stored yet
    STORED = "stored"  # the method has done its work, the answer is not sent yet
    EVENT = "event"  # an event is about to go out on a socket
    SOCKET = "socket"  # a socket was just opened


class Effect(Enum):
    """What goes wrong."""

    RATE_LIMITED = "rate_limited"  # HTTP 429 with Retry-After
    SERVER_ERROR = "server_error"  # HTTP 500, not JSON
    INTERNAL_ERROR = "internal_error"  # {"ok": false, "error": "internal_error"}
    LOSE_REPLY = "lose_reply"  # the connection ends instead of an answer
    DROP_SOCKET = "drop_socket"  # the WebSocket is cut without a close frame
    LOSE_EVENT = "lose_event"  # the event is not sent this time
    DUPLICATE = "duplicate"  # the event is sent twice


#: Which trouble is possible where.
POSSIBLE: dict[Moment, frozenset[Effect]] = {
    Moment.BEFORE: frozenset(
        {Effect.RATE_LIMITED, Effect.SERVER_ERROR, Effect.INTERNAL_ERROR, Effect.LOSE_REPLY}
    ),
    Moment.STORED: frozenset({Effect.SERVER_ERROR, Effect.INTERNAL_ERROR, Effect.LOSE_REPLY}),
    Moment.EVENT: frozenset({Effect.DROP_SOCKET, Effect.LOSE_EVENT, Effect.DUPLICATE}),
    Moment.SOCKET: frozenset({Effect.DROP_SOCKET}),
}


@dataclass(frozen=True, kw_only=True)
class Fault:
    """One kind of trouble at one moment.

    Raises:
        ValueError: When the effect makes no sense at that moment.
    """

    moment: Moment
    effect: Effect
    #: The method (`chat.postMessage`) or event type (`message`); None means any.
    of: str | None = None
    times: int = 1
    #: `Retry-After` of a 429.
    seconds: int = 1

    def __post_init__(self) -> None:
        if self.effect not in POSSIBLE[self.moment]:
            names = ", ".join(sorted(effect.value for effect in POSSIBLE[self.moment]))
            raise ValueError(
                f"{self.effect.value!r} cannot happen at {self.moment.value!r}; possible: {names}"
            )


class FaultPlan:
    """What is still to go wrong, in the order it was asked for. Usable from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._faults: list[Fault] = []
        #: How often each effect has happened.
        self.happened: Counter[Effect] = Counter()

    def add(self, fault: Fault) -> None:
        """Plan `fault`, after those planned before."""
        with self._lock:
            self._faults.append(fault)

    def clear(self) -> None:
        """Let nothing more go wrong."""
        with self._lock:
            self._faults.clear()

    @property
    def left(self) -> tuple[Fault, ...]:
        """What has not happened yet."""
        with self._lock:
            return tuple(self._faults)

    def take(self, moment: Moment, what: str) -> Fault | None:
        """Use up one hit of the first fault planned for `what` at `moment`, if there is one."""
        if not self._faults:
            return None
        with self._lock:
            for index, fault in enumerate(self._faults):
                if fault.moment is moment and fault.of in {None, what}:
                    self._use(index, fault)
                    return fault
        return None

    def _use(self, index: int, fault: Fault) -> None:
        self.happened[fault.effect] += 1
        if fault.times > 1:
            self._faults[index] = replace(fault, times=fault.times - 1)
        else:
            del self._faults[index]
