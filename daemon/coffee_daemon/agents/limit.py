"""How a plain program tells that it met a usage limit: by its exit code and a last word."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from coffee_daemon.tasks import Outcome, TurnEnd

#: EX_TEMPFAIL of sysexits.h: it did not work now, and is worth trying again later.
LATER = 75

#: As servers say it, in seconds; told alone on a line.
_WHEN = re.compile(r"^\s*Retry-After:\s*(\d{1,7})\s*$", re.IGNORECASE | re.MULTILINE)


def limited(said: str, now: datetime) -> Outcome:
    """The outcome of a turn that met a limit, with its end where the program told it."""
    told = _WHEN.findall(said)
    until = now + timedelta(seconds=int(told[-1])) if told else None
    return Outcome(end=TurnEnd.LIMITED, summary=said, until=until)
