from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from coffee_daemon.agents.limits import (
    UNKNOWN_BACK_OFF,
    limit_from_moment,
    limit_from_words,
    speaks_of_limit,
    told_end,
)

#: 11:20 in Berlin, 05:20 in New York.
NOW = datetime(2026, 11, 22, 10, 20, tzinfo=UTC)
LOCAL = ZoneInfo("Europe/Berlin")
EPOCH = int(datetime(2026, 11, 22, 13, 0, tzinfo=UTC).timestamp())


def at(day: int, hour: int, minute: int = 0, month: int = 11, year: int = 2026) -> datetime:
    """The moment in UTC, with the minute that words leave out."""
    return datetime(year, month, day, hour, minute, tzinfo=UTC) + timedelta(minutes=1)


@pytest.mark.parametrize(
    ("words", "until"),
    [
        ("You've hit your 5-hour limit · resets 1:01pm (UTC)", at(22, 13, 1)),
        ("You've hit your weekly limit · resets Nov 25, 1:01pm (UTC)", at(25, 13, 1)),
        ("You've hit your session limit · resets 5:10pm (Europe/Paris)", at(22, 16, 10)),
        ("You've hit your limit · resets 2am (Europe/Berlin)", at(23, 1)),
        ("You've hit your Opus limit · resets 12am (America/New_York)", at(23, 5)),
        ("Limit reached · resets 11:30am (Asia/Calcutta) · /upgrade to Max", at(23, 6)),
        ("5-hour limit reached ∙ resets 3pm", at(22, 14)),
        ("Weekly limit reached ∙ resets Dec 2 at 5pm", at(2, 16, month=12)),
        ("Claude usage limit reached. Your limit will reset at 3pm (America/Bogota).", at(22, 20)),
        ("You've hit your limit · resets 12:30pm", at(22, 11, 30)),
        ("You've hit your limit · resets 12:30am", at(22, 23, 30)),
        ("You've hit your limit · resets 23:15 (UTC)", at(22, 23, 15)),
        ("You've hit your weekly limit · resets Nov 25 (UTC)", at(25, 0)),
        ("You've hit your limit · resets in 2h 30m", at(22, 12, 50)),
        ("Usage limit reached, try again in 45 minutes", at(22, 11, 5)),
        ("You've hit your limit · resets 3pm (Mars/Olympus)", at(22, 14)),
        ("You've hit your usage limit. Buy more, or try again at 2:05 PM.", at(22, 13, 5)),
        ("You've hit your usage limit. Try again at Nov 30th, 2026 9:00 AM.", at(30, 8)),
        ("You have exhausted your capacity. Your quota will reset after 1h30m.", at(22, 11, 50)),
        ("Weekly usage limit reached. It will reset in 2 hours 10 minutes.", at(22, 12, 30)),
    ],
)
def test_the_time_is_read_in_every_known_form(words: str, until: datetime) -> None:
    limit = limit_from_words(words, NOW, LOCAL)
    assert (limit.until, limit.told) == (until, True)
    assert speaks_of_limit(words)


def test_seconds_are_read_too() -> None:
    words = "You exceeded your current quota. Please retry in 3h20m45.2s"

    assert limit_from_words(words, NOW).until == at(22, 13, 40) + timedelta(seconds=45)


@pytest.mark.parametrize(
    "words",
    [
        "You have exhausted your daily quota on this model.",
        "You exceeded your current quota, please check your plan and billing details.",
        '{"error": {"code": 429, "status": "RESOURCE_EXHAUSTED"}}',
        "Resource has been exhausted (e.g. check quota).",
        "Rate limit exceeded. Try again later.",
        "Rate limit reached for gpt-5.",
        "exceeded retry limit, last status: 429 Too Many Requests",
        "Quota exceeded. Check your plan and billing details.",
        "Free usage exceeded, subscribe to Go",
    ],
)
def test_the_words_of_every_agent_are_known_also_where_they_tell_no_time(words: str) -> None:
    assert speaks_of_limit(words)
    assert told_end(words, NOW) is None


def test_a_moment_is_read_where_the_program_tells_one() -> None:
    words = f"Claude AI usage limit reached|{EPOCH}"
    assert limit_from_words(words, NOW, LOCAL).until == at(22, 12, 59)
    told = limit_from_moment(float(EPOCH), NOW)
    assert told is not None
    assert told.until == at(22, 12, 59)


def test_a_date_in_the_next_year_is_one() -> None:
    late = datetime(2026, 12, 30, 12, 0, tzinfo=UTC)
    words = "You've hit your weekly limit · resets Jan 2, 9am (UTC)"
    assert limit_from_words(words, late).until == at(2, 9, month=1, year=2027)


@pytest.mark.parametrize(
    "words",
    [
        "API Error: Request rejected (429) · This request would exceed your account's rate limit.",
        "You've hit your limit",
        "You've hit your limit · resets soon",
        "You've hit your limit · resets 99pm (UTC)",
        "You've hit your weekly limit · resets Feb 31, 1pm (UTC)",
        "You've hit your weekly limit · resets Jun 3, 1pm (UTC)",
        "Claude AI usage limit reached|1111111111",
        "",
    ],
)
def test_where_no_time_can_be_read_it_waits_an_hour_and_says_that_this_is_a_guess(
    words: str,
) -> None:
    limit = limit_from_words(words, NOW, LOCAL)
    assert (limit.until, limit.told) == (NOW + UNKNOWN_BACK_OFF, False)


@pytest.mark.parametrize("epoch", [None, 0.0, 1e30, EPOCH + 1e9, NOW.timestamp() - 1])
def test_a_moment_that_cannot_be_true_is_none(epoch: float | None) -> None:
    assert limit_from_moment(epoch, NOW) is None


@pytest.mark.parametrize(
    "words",
    [
        "I have raised the file size limit.",
        "Done.",
        "The speed limit is 50.",
        "Connection reset.",
        "The disk's quota is 5 GB.",
    ],
)
def test_other_words_about_limits_are_no_usage_limit(words: str) -> None:
    assert not speaks_of_limit(words)
