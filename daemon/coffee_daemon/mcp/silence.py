"""What a model may say about silence; the descriptions are what it reads."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from pydantic import BaseModel, ConfigDict, Field

from coffee_daemon.silence import Silence


class WhenSilent(BaseModel):
    """What happens while nobody answers. All of it is optional."""

    model_config = ConfigDict(extra="forbid")

    remind_every_hours: float | None = Field(
        default=None, description="Remind people every so often, instead of as usual."
    )
    escalate: list[str] = Field(
        default=[], description="Slack ids of people to ask too, such as U012ABC."
    )
    escalate_after_hours: float | None = Field(
        default=None, description="After how long the people in `escalate` are asked."
    )
    assume: str = Field(
        default="",
        description="A stated default: what you go on with when nobody answers, one of the "
        "options or a few words. Only for what can be undone. It is told to people beforehand, "
        "and is never a person's answer.",
    )
    assume_after_hours: float | None = Field(
        default=None, description="After how long it is assumed; `assume` needs it."
    )
    reversible: bool = Field(
        default=False,
        description="True where all that follows from the default can be undone, as it must be.",
    )
    urgent: bool = Field(
        default=False, description="Mention people at once, also at night. For emergencies only."
    )


def silence_of(wanted: WhenSilent | None, expires_in_hours: float | None) -> Silence:
    """Return what a model has said about silence."""
    expires = Silence(expires_after=span(expires_in_hours))
    if wanted is None:
        return expires
    return replace(
        expires,
        remind=span(wanted.remind_every_hours),
        escalate=tuple(wanted.escalate),
        escalate_after=span(wanted.escalate_after_hours),
        assume=wanted.assume.strip(),
        assume_after=span(wanted.assume_after_hours),
        reversible=wanted.reversible,
        urgent=wanted.urgent,
    )


def span(hours: float | None) -> timedelta | None:
    """Return a number of hours as a time, one out of all bounds as the longest there is."""
    if hours is None:
        return None
    try:
        return timedelta(hours=hours)
    except (OverflowError, ValueError):
        # Infinite, or no number at all.
        return timedelta.max
