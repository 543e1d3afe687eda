"""What is measured: series of times, and rows of the table with their targets."""

from __future__ import annotations

import statistics
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Series:
    """Times of one candidate, in seconds unless the row says otherwise."""

    values: tuple[float, ...]

    def quantile(self, part: float) -> float:
        ordered = sorted(self.values)
        return ordered[min(len(ordered) - 1, int(part * len(ordered)))]

    @property
    def median(self) -> float:
        return statistics.median(self.values)

    @property
    def spread(self) -> float:
        """Half of the distance between the quartiles, as a part of the median."""
        if not self.median:
            return 0.0
        return (self.quantile(0.75) - self.quantile(0.25)) / 2 / self.median


@dataclass(frozen=True, kw_only=True)
class Row:
    """One line of the table: a figure of ours, what it is compared with, and the target."""

    name: str
    ours: float
    unit: str
    #: Half the distance between the quartiles, as a part of the median.
    spread: float = 0.0
    #: What a user would take instead, by name.
    peers: dict[str, float] | None = None
    #: The figure that the target is about: a ratio where `against` is named, else `ours`.
    against: str | None = None
    most: float | None = None
    note: str = ""

    @property
    def figure(self) -> float | None:
        """What is held against the target; None when the peer is not there."""
        if self.against is None:
            return self.ours
        peer = (self.peers or {}).get(self.against)
        return self.ours / peer if peer else None

    @property
    def met(self) -> bool | None:
        """Whether the target is met; None where there is none, or nothing to compare with."""
        if self.most is None or self.figure is None:
            return None
        return self.figure <= self.most

    def as_json(self) -> dict[str, Any]:
        return {**asdict(self), "figure": self.figure, "met": self.met}
