"""What an asker may say about silence."""

from __future__ import annotations

from datetime import timedelta

import pytest

from coffee_daemon.errors import BadInput, Refused
from coffee_daemon.silence import Silence, SilenceKind

HOUR = timedelta(hours=1)
DEFAULT = Silence(assume="SQLite", assume_after=HOUR, reversible=True)


def test_silence_means_nothing_unless_somebody_says_so() -> None:
    silence = Silence()

    silence.check()
    silence.check(approval=True)
    assert silence.kind is SilenceKind.WAIT


@pytest.mark.parametrize(
    ("silence", "kind"),
    [
        (Silence(remind=HOUR), "remind"),
        (Silence(remind=HOUR, escalate=("U012ABC",), escalate_after=HOUR), "escalate"),
        (Silence(escalate=("U012ABC",), escalate_after=HOUR, expires_after=HOUR), "expire"),
        (DEFAULT, "assume"),
    ],
)
def test_its_kind_is_what_it_leads_to_at_last(silence: Silence, kind: str) -> None:
    silence.check()
    assert silence.kind == kind


def test_a_default_is_assumed_only_where_it_can_be_undone() -> None:
    DEFAULT.check()
    with pytest.raises(Refused, match="can be undone"):
        Silence(assume="SQLite", assume_after=HOUR).check()


def test_an_approval_is_never_assumed() -> None:
    with pytest.raises(Refused, match="only a person decides it"):
        DEFAULT.check(approval=True)


@pytest.mark.parametrize(
    ("silence", "said"),
    [
        (Silence(assume="SQLite", reversible=True), "after how long"),
        (Silence(assume_after=HOUR, reversible=True), "what is assumed"),
        (Silence(assume=" ", assume_after=HOUR, reversible=True), "what is assumed"),
        (Silence(assume="A", assume_after=-HOUR, reversible=True), "more than 0"),
        (Silence(assume="A", assume_after=HOUR, reversible=True, expires_after=HOUR), "not both"),
        (Silence(escalate=("U012ABC",)), "whom, and after how long"),
        (Silence(escalate_after=HOUR), "whom, and after how long"),
        (Silence(escalate=("Bob",), escalate_after=HOUR), "'Bob' is no Slack id"),
        (Silence(escalate=("<!channel>",), escalate_after=HOUR), "no Slack id"),
        (Silence(escalate=("U012ABC",) * 11, escalate_after=HOUR), "At most 10"),
        (Silence(escalate=("U012ABC",), escalate_after=timedelta.max), "ten years"),
        (Silence(remind=timedelta(seconds=1)), "after a minute at least"),
        (Silence(expires_after=timedelta(0)), "more than 0"),
    ],
)
def test_what_cannot_be_kept_is_refused_with_the_reason(silence: Silence, said: str) -> None:
    with pytest.raises(BadInput, match=said):
        silence.check()
