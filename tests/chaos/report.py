"""What a run has to say, as a table."""

from __future__ import annotations

import platform
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import psutil

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from chaos.findings import Finding


@dataclass(frozen=True, kw_only=True)
class Report:
    """The figures of one run."""

    seed: int
    #: Which strategy the bot followed.
    bot: str
    findings: Sequence[Finding]
    #: What happened to make it hard, by name.
    troubles: Mapping[str, object]
    seconds: float

    @property
    def passed(self) -> bool:
        """Whether every promise was kept."""
        return all(one.kept for one in self.findings)

    def __str__(self) -> str:
        return "\n".join(self._lines())

    def _lines(self) -> Iterator[str]:
        yield f"seed {self.seed}, {self.bot} bot, {machine()}"
        yield ""
        for name, count in self.troubles.items():
            yield f"  {name:<44}{count!s:>8}"
        yield ""
        yield f"  {'promise':<44}{'expected':>8}{'found':>8}"
        for one in self.findings:
            mark = "" if one.kept else "   BROKEN"
            yield f"  {one.promise:<44}{one.expected!s:>8}{one.found!s:>8}{mark}"
            if one.examples:
                yield f"    such as {', '.join(one.examples)}"
        yield ""
        yield f"{'PASS' if self.passed else 'FAIL'} in {self.seconds:.0f} s (seed {self.seed})"


def machine() -> str:
    """Where and when."""
    today = datetime.now(UTC).date().isoformat()
    system = f"{platform.system()} {platform.release()}, Python {platform.python_version()}"
    return f"{system}, {psutil.cpu_count()} cores, {today}"


def counted(ends: Sequence[str]) -> str:
    """Say how often each came."""
    return ", ".join(f"{count} {name}" for name, count in sorted(Counter(ends).items()))
