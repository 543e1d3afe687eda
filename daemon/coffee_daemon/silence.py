"""What silence means for one question: nothing, unless its asker has said so.

Whatever comes of silence is told as just that, and never as a person's answer.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from coffee_daemon.errors import BadInput, Refused

#: Nobody means a time further ahead.
LONGEST = timedelta(days=3650)
#: People who are reminded more often would stop reading.
SHORTEST_REMIND = timedelta(minutes=1)
_MOST_PEOPLE = 10
_PERSON = re.compile(r"[UW][A-Z0-9]{2,30}")


class SilenceKind(StrEnum):
    """What silence leads to at last."""

    WAIT = "wait"  # for ever
    REMIND = "remind"  # people are reminded; it waits for ever
    ESCALATE = "escalate"  # further people are asked; it waits for ever
    ASSUME = "assume"  # its stated default is assumed, and told as that
    EXPIRE = "expire"  # it is closed unanswered, which decides nothing


@dataclass(frozen=True, kw_only=True)
class Silence:
    """What happens while nobody answers. Times count from the moment of asking."""

    #: After so long people are reminded, and again after so long; None: as the bot is set.
    remind: timedelta | None = None
    #: Slack ids of people who are asked too, when `escalate_after` has passed.
    escalate: tuple[str, ...] = ()
    escalate_after: timedelta | None = None
    #: The default that its asker goes on with when `assume_after` has passed; empty: none.
    assume: str = ""
    assume_after: timedelta | None = None
    #: Its asker says that what follows from the default can be undone.
    reversible: bool = False
    #: When it is closed unanswered; None: never.
    expires_after: timedelta | None = None
    #: People are mentioned at once, in quiet hours too.
    urgent: bool = False

    @property
    def kind(self) -> SilenceKind:
        """What it leads to at last."""
        if self.assume:
            return SilenceKind.ASSUME
        if self.expires_after is not None:
            return SilenceKind.EXPIRE
        if self.escalate:
            return SilenceKind.ESCALATE
        return SilenceKind.WAIT if self.remind is None else SilenceKind.REMIND

    def check(self, *, approval: bool = False) -> None:
        """Make sure that it can be kept.

        Args:
            approval: The question is one that a person alone decides.

        Raises:
            BadInput: A time or a person cannot be meant, or half of a pair is missing.
            Refused: It assumes what may not be assumed.
        """
        _check_expiry(self.expires_after)
        _check_remind(self.remind)
        _check_escalation(self)
        _check_assumption(self)
        if self.assume and approval:
            raise Refused(
                "An approval is never assumed: only a person decides it.",
                hint="Leave out the default; it waits, however long it takes.",
            )
        if self.assume and not self.reversible:
            raise Refused(
                "A default may be assumed only where what follows from it can be undone.",
                hint="Mark the question as reversible if it is; else leave the default out.",
            )


def _possible(span: timedelta | None) -> bool:
    return span is None or timedelta(0) < span <= LONGEST


def _check_expiry(span: timedelta | None) -> None:
    if not _possible(span):
        raise BadInput(
            "A question expires after more than 0 hours, and after ten years at most.",
            hint="Leave it out for a question that waits for ever.",
        )


def _check_remind(span: timedelta | None) -> None:
    if span is not None and not SHORTEST_REMIND <= span <= LONGEST:
        raise BadInput(
            "People are reminded after a minute at least, and after ten years at most.",
            hint="Leave it out for reminders as the bot is set.",
        )


def _check_escalation(wanted: Silence) -> None:
    if bool(wanted.escalate) is not (wanted.escalate_after is not None):
        raise BadInput(
            "Asking further people takes both: whom, and after how long.",
            hint="Such as the person U012ABC after 8 hours.",
        )
    if not _possible(wanted.escalate_after):
        raise BadInput("Further people are asked after more than 0 hours, ten years at most.")
    strangers = [one for one in wanted.escalate if not _PERSON.fullmatch(one)]
    if strangers:
        raise BadInput(
            f"{strangers[0][:40]!r} is no Slack id of a person.",
            hint="It looks like U012ABC; Slack shows it in the person's profile.",
        )
    if len(wanted.escalate) > _MOST_PEOPLE:
        raise BadInput(f"At most {_MOST_PEOPLE} further people are asked.")


def _check_assumption(wanted: Silence) -> None:
    if bool(wanted.assume.strip()) is not (wanted.assume_after is not None):
        raise BadInput(
            "Assuming a default takes both: what is assumed, and after how long.",
            hint="Such as SQLite after 24 hours.",
        )
    if not _possible(wanted.assume_after):
        raise BadInput("A default is assumed after more than 0 hours, and after ten years at most.")
    if wanted.assume and wanted.expires_after is not None:
        raise BadInput(
            "A question either assumes a default or is closed unanswered, not both.",
            hint="Choose one of the two.",
        )
