"""What goes wrong on Slack's side during a run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from coffee_bot.sandbox import Rates

if TYPE_CHECKING:
    from coffee_bot.sandbox import Fault, Sandbox

#: The headline's: of the posts 5 % are limited and 2 % land late; of those that were carried out
#: 5 % lose their answer and 3 % answer 5xx; of the events 20 % come twice. Edits and reactions
#: are spared: they may be repeated, and the pause after each trouble would fill most of the run.
ROUGH = Rates(
    ratelimit=0.05,
    land_late=0.02,
    late_seconds=0.3,
    lose_reply=0.05,
    server_error_after=0.03,
    duplicate=0.2,
    methods=("chat.postMessage",),
)


class Weather(Protocol):
    """Lets things go wrong."""

    def begin(self, sandbox: Sandbox, seed: int) -> None:
        """Say what shall go wrong from now on."""


@dataclass(frozen=True)
class Chance:
    """Trouble by chance."""

    rates: Rates = ROUGH

    def begin(self, sandbox: Sandbox, seed: int) -> None:
        sandbox.faults.randomly(seed, self.rates)


@dataclass(frozen=True)
class Exactly:
    """Just these faults."""

    faults: tuple[Fault, ...]

    def begin(self, sandbox: Sandbox, seed: int) -> None:
        for fault in self.faults:
            sandbox.faults.add(fault)
