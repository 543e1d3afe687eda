"""Trouble by chance, and the same again for the same seed."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from random import Random
from typing import TYPE_CHECKING, ClassVar

from coffee_bot.sandbox.faults import Effect, Fault, Moment, check_types

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any

    from coffee_bot.sandbox.nouns import Json

#: What people do is sent once, so that it can be lost but never comes twice.
PEOPLES = frozenset({"slash_commands", "interactive"})

#: Where each rate of `Rates` applies, and what it brings.
_ROWS: dict[str, tuple[Moment, Effect]] = {
    "ratelimit": (Moment.BEFORE, Effect.RATE_LIMITED),
    "server_error": (Moment.BEFORE, Effect.SERVER_ERROR),
    "lose_request": (Moment.BEFORE, Effect.LOSE_REPLY),
    "land_late": (Moment.BEFORE, Effect.LAND_LATE),
    "server_error_after": (Moment.STORED, Effect.SERVER_ERROR),
    "internal_error_after": (Moment.STORED, Effect.INTERNAL_ERROR),
    "lose_reply": (Moment.STORED, Effect.LOSE_REPLY),
    "history_lag": (Moment.READ, Effect.LAG),
    "short_pages": (Moment.READ, Effect.SHORT_PAGES),
    "duplicate": (Moment.EVENT, Effect.DUPLICATE),
    "late_event": (Moment.EVENT, Effect.LATE),
    "out_of_order": (Moment.EVENT, Effect.OUT_OF_ORDER),
    "lose_event": (Moment.EVENT, Effect.LOSE_EVENT),
    "lose_ack": (Moment.EVENT, Effect.LOSE_ACK),
    "lose_click": (Moment.EVENT, Effect.LOSE_EVENT),
    "drop_socket": (Moment.EVENT, Effect.DROP_SOCKET),
    "reset_socket": (Moment.EVENT, Effect.RESET_SOCKET),
    "half_open": (Moment.EVENT, Effect.HALF_OPEN),
    "turn_away": (Moment.SOCKET, Effect.TURN_AWAY),
}


@dataclass(frozen=True, kw_only=True)
class Rates:
    """How often each trouble comes, as shares of 1; and how bad it is at most.

    Raises:
        ValueError: When a share is not between 0 and 1, or those of one moment exceed 1.
    """

    ratelimit: float = 0
    #: Before anything is stored.
    server_error: float = 0
    #: The connection ends, and nothing was stored.
    lose_request: float = 0
    land_late: float = 0
    #: After the work was done; so are the next two.
    server_error_after: float = 0
    internal_error_after: float = 0
    lose_reply: float = 0
    history_lag: float = 0
    short_pages: float = 0
    duplicate: float = 0
    late_event: float = 0
    out_of_order: float = 0
    lose_event: float = 0
    lose_ack: float = 0
    #: Commands and clicks, which Slack sends once. The other rates of events spare them.
    lose_click: float = 0
    drop_socket: float = 0
    reset_socket: float = 0
    half_open: float = 0
    turn_away: float = 0

    #: `Retry-After` is 1 to this.
    retry_after: int = 1
    #: A late landing takes up to this; so do the lag of histories and the lateness of events.
    late_seconds: float = 0.3
    lag_seconds: float = 0.3
    event_seconds: float = 0.3
    #: How long Slack counts a half-open socket.
    ghost_seconds: float = 10.0
    #: Messages in a short page.
    page_size: int = 15
    #: The methods that may fail; empty means every one.
    methods: tuple[str, ...] = ()

    #: The shares by name.
    NAMES: ClassVar[tuple[str, ...]] = tuple(_ROWS)

    def __post_init__(self) -> None:
        for name in self.NAMES:
            if not 0 <= getattr(self, name) <= 1:
                raise ValueError(f"{name} must be a share from 0 to 1, not {getattr(self, name)}")
        for moment in Moment:
            names = [name for name, row in _ROWS.items() if row[0] is moment]
            if sum(getattr(self, name) for name in names) > 1:
                raise ValueError(f"together these exceed 1: {', '.join(names)}")
        if min(self.retry_after, self.page_size) < 1:
            raise ValueError("retry_after and page_size must be at least 1")
        longest = (self.late_seconds, self.lag_seconds, self.event_seconds, self.ghost_seconds)
        if min(longest) < 0:
            raise ValueError("seconds must not be below 0")

    def as_json(self) -> Json:
        """Write what differs from nothing at all."""
        usual = asdict(Rates())
        return {key: value for key, value in asdict(self).items() if usual[key] != value}


def read_rates(body: Mapping[str, Any]) -> Rates:
    """Read rates as JSON has them.

    Raises:
        TypeError: When something in it is of the wrong type.
        ValueError: When something in it is unknown or makes no sense.
    """
    wanted: dict[str, tuple[type, ...]] = {one.name: (int, float) for one in fields(Rates)}
    wanted |= {"retry_after": (int,), "page_size": (int,), "methods": (list,)}
    check_types(body, wanted)
    if "methods" in body:
        body = {**body, "methods": tuple(str(one) for one in body["methods"])}
    return Rates(**body)


@dataclass(frozen=True, kw_only=True)
class Chance:
    """Chooses by seed: the n-th post meets the same fate in every run, whatever else goes on."""

    seed: int
    rates: Rates

    def choose(self, moment: Moment, what: str, nth: int) -> Fault | None:
        """Return what befalls the `nth` (from 1) asking for `what` at `moment`."""
        # Chance and no secret: it must be the same for the same seed.
        roll = Random(f"{self.seed} {moment.value} {what} {nth}")  # noqa: S311
        at = roll.random()
        for name in self._applying(moment, what):
            share = getattr(self.rates, name)
            if at < share:
                return self._fault(_ROWS[name], roll)
            at -= share
        return None

    def _applying(self, moment: Moment, what: str) -> Iterator[str]:
        calls = {Moment.BEFORE, Moment.STORED, Moment.READ}
        if moment in calls and self.rates.methods and what not in self.rates.methods:
            return
        for name, row in _ROWS.items():
            if row[0] is moment and (moment is not Moment.EVENT or self._fits(name, what)):
                yield name

    @staticmethod
    def _fits(name: str, what: str) -> bool:
        return (name == "lose_click") is (what in PEOPLES)

    def _fault(self, row: tuple[Moment, Effect], roll: Random) -> Fault:
        moment, effect = row
        rates = self.rates
        most = {
            Effect.LAND_LATE: rates.late_seconds,
            Effect.LAG: rates.lag_seconds,
            Effect.LATE: rates.event_seconds,
            Effect.DUPLICATE: rates.event_seconds,
        }
        seconds: float | None = None
        if effect is Effect.RATE_LIMITED:
            seconds = roll.randint(1, rates.retry_after)
        elif effect is Effect.OUT_OF_ORDER:
            seconds = rates.event_seconds
        elif effect is Effect.HALF_OPEN:
            seconds = rates.ghost_seconds
        elif effect in most:
            seconds = round(roll.uniform(0, most[effect]), 3)
        size = rates.page_size if effect is Effect.SHORT_PAGES else 1
        return Fault(moment=moment, effect=effect, seconds=seconds, size=size)
