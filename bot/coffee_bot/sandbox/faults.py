"""Trouble on demand: what can go wrong, and where.

The server asks the plan at named moments. A fault is used up after `times` hits, so a test says
exactly which call fails and sees the next one succeed.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from enum import Enum
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from coffee_bot.sandbox.nouns import Json


class Moment(Enum):
    """Where the server asks the plan."""

    BEFORE = "before"  # a method was called, nothing is stored yet
    STORED = "stored"  # the method has done its work, the answer is not sent yet
    READ = "read"  # a channel or thread is about to be read
    EVENT = "event"  # an envelope is about to go out on a socket
    SOCKET = "socket"  # a socket was just opened


class Effect(Enum):
    """What goes wrong."""

    RATE_LIMITED = "rate_limited"  # HTTP 429 with Retry-After
    SERVER_ERROR = "server_error"  # HTTP 500, not JSON
    INTERNAL_ERROR = "internal_error"  # {"ok": false, "error": "internal_error"}
    REFUSE = "refuse"  # {"ok": false, "error": ...} with an error of your choice
    LOSE_REPLY = "lose_reply"  # the connection ends instead of an answer
    HANG = "hang"  # no answer; the connection stays open until the caller gives up
    SLOW = "slow"  # the work and its answer come late
    LAND_LATE = "land_late"  # the connection ends at once, the work is done later
    LAG = "lag"  # messages younger than this are not shown
    SHORT_PAGES = "short_pages"  # fewer messages in a page than were asked for
    LOSE_EVENT = "lose_event"  # the envelope is not sent this time
    LOSE_ACK = "lose_ack"  # the envelope arrives, its acknowledgement does not
    DUPLICATE = "duplicate"  # the payload comes again in an envelope of its own
    LATE = "late"  # the envelope is sent late
    OUT_OF_ORDER = "out_of_order"  # the envelope waits until another one has overtaken it
    DROP_SOCKET = "drop_socket"  # the connection is closed without a close frame
    RESET_SOCKET = "reset_socket"  # TCP RST
    SILENT_FIN = "silent_fin"  # our side ends without a close frame, and listens to nothing more
    HALF_OPEN = "half_open"  # stays open, answers nothing, and Slack still counts it
    TURN_AWAY = "turn_away"  # a disconnect message instead of a hello


#: What can become of a socket.
ENDS = frozenset(
    {Effect.DROP_SOCKET, Effect.RESET_SOCKET, Effect.SILENT_FIN, Effect.HALF_OPEN},
)

#: Which trouble is possible where.
POSSIBLE: dict[Moment, frozenset[Effect]] = {
    Moment.BEFORE: frozenset(
        {
            Effect.RATE_LIMITED,
            Effect.SERVER_ERROR,
            Effect.INTERNAL_ERROR,
            Effect.REFUSE,
            Effect.LOSE_REPLY,
            Effect.HANG,
            Effect.SLOW,
            Effect.LAND_LATE,
        }
    ),
    Moment.STORED: frozenset(
        {Effect.SERVER_ERROR, Effect.INTERNAL_ERROR, Effect.LOSE_REPLY, Effect.HANG, Effect.SLOW}
    ),
    Moment.READ: frozenset({Effect.LAG, Effect.SHORT_PAGES}),
    Moment.EVENT: ENDS
    | {
        Effect.LOSE_EVENT,
        Effect.LOSE_ACK,
        Effect.DUPLICATE,
        Effect.LATE,
        Effect.OUT_OF_ORDER,
    },
    Moment.SOCKET: ENDS | {Effect.TURN_AWAY},
}

#: The effects that take `seconds`, and how many they are unless said.
SECONDS: dict[Effect, float] = {
    Effect.RATE_LIMITED: 1,  # in Retry-After, rounded up
    Effect.HANG: 60,
    Effect.SLOW: 1,
    Effect.LAND_LATE: 0.3,
    Effect.LAG: 5,
    Effect.DUPLICATE: 0,
    Effect.LATE: 1,
    Effect.OUT_OF_ORDER: 1,  # at most, if nothing comes to overtake it
    Effect.HALF_OPEN: 60,  # for so long Slack counts it
}

#: The effects that take an `error`, and which it is unless said.
ERRORS: dict[Effect, str | None] = {Effect.REFUSE: None, Effect.TURN_AWAY: "too_many_websockets"}

E = TypeVar("E", bound=Enum)


@dataclass(frozen=True, kw_only=True)
class Fault:
    """One kind of trouble at one moment.

    Raises:
        ValueError: When the effect makes no sense at that moment, or a number makes none.
    """

    moment: Moment
    effect: Effect
    #: The method (`chat.postMessage`), the event type (`message`), or `slash_commands` and
    #: `interactive` for what people do; None means any.
    of: str | None = None
    #: None: again and again, until the plan is cleared.
    times: int | None = 1
    #: So many are passed over first.
    skip: int = 0
    #: How long or how late, real seconds; of the sandbox's clock for LAG. None: as in `SECONDS`.
    seconds: float | None = None
    #: Slack's error code of REFUSE, the reason of TURN_AWAY.
    error: str | None = None
    #: Messages in a page of SHORT_PAGES.
    size: int = 1

    def __post_init__(self) -> None:
        if self.effect not in POSSIBLE[self.moment]:
            names = _names(POSSIBLE[self.moment])
            raise ValueError(
                f"{self.effect.value!r} cannot happen at {self.moment.value!r}; possible: {names}"
            )
        if self.seconds is not None and self.effect not in SECONDS:
            raise ValueError(f"{self.effect.value!r} takes no seconds; {_names(SECONDS)} do")
        if self.error is not None and self.effect not in ERRORS:
            raise ValueError(f"{self.effect.value!r} takes no error; {_names(ERRORS)} do")
        if self.effect is Effect.REFUSE and not self.error:
            raise ValueError("'refuse' needs the error to answer with, such as 'not_in_channel'")
        if (self.times is not None and self.times < 1) or self.skip < 0 or self.size < 1:
            raise ValueError("times and size must be at least 1, skip at least 0")
        if self.pause < 0:
            raise ValueError(f"seconds must not be below 0, and are {self.seconds}")

    @property
    def pause(self) -> float:
        """The seconds that count: those given, else the usual ones of this effect."""
        return SECONDS.get(self.effect, 0) if self.seconds is None else self.seconds

    @property
    def code(self) -> str:
        """The error that counts: the one given, else the usual one of this effect."""
        return self.error or ERRORS.get(self.effect) or ""

    def as_json(self) -> Json:
        """Write it as `POST /sandbox/faults` takes it, without what is as usual."""
        usual = {"of": None, "times": 1, "skip": 0, "seconds": None, "error": None, "size": 1}
        fields = asdict(self) | {"moment": self.moment.value, "effect": self.effect.value}
        return {key: value for key, value in fields.items() if usual.get(key, key) != value}


def read_fault(body: Mapping[str, Any]) -> Fault:
    """Read a fault as JSON has it.

    Raises:
        KeyError: When `moment` or `effect` is missing.
        TypeError: When something in it is of the wrong type.
        ValueError: When something in it is unknown or makes no sense.
    """
    wanted: dict[str, tuple[type, ...]] = {
        "of": (str, type(None)),
        "times": (int, type(None)),
        "skip": (int,),
        "seconds": (int, float, type(None)),
        "error": (str, type(None)),
        "size": (int,),
    }
    rest = {key: value for key, value in body.items() if key not in {"moment", "effect"}}
    check_types(rest, wanted)
    return Fault(
        moment=one_of(Moment, body["moment"]), effect=one_of(Effect, body["effect"]), **rest
    )


def check_types(body: Mapping[str, Any], wanted: Mapping[str, tuple[type, ...]]) -> None:
    """Hold a JSON object to its fields.

    Raises:
        TypeError: When a field is of another type.
        ValueError: When there is a field of another name.
    """
    for key, value in body.items():
        if key not in wanted:
            raise ValueError(f"there is no {key!r} here; possible: {', '.join(wanted)}")
        # True is an int for Python, and never meant as one here.
        if isinstance(value, bool) or not isinstance(value, wanted[key]):
            names = " or ".join(_JSON_NAMES[kind] for kind in wanted[key])
            raise TypeError(f"{key!r} must be {names}, not {value!r}")


_JSON_NAMES = {
    str: "a string",
    int: "a whole number",
    float: "a number",
    list: "a list",
    type(None): "null",
}


def one_of(kind: type[E], name: object) -> E:
    """Return the member of that value.

    Raises:
        ValueError: When there is none, with those that there are.
    """
    for member in kind:
        if member.value == name:
            return member
    raise ValueError(f"{name!r} is not a valid {kind.__name__}; possible: {_names(kind)}")


def _names(members: Any) -> str:
    return ", ".join(sorted(member.value for member in members))
