"""What is typed behind `/coffee`: a verb and its arguments, or a usage line."""

from __future__ import annotations

import re
from difflib import get_close_matches
from typing import TYPE_CHECKING

from coffee_bot.intent.kinds import Takes
from coffee_bot.intent.nouns import Intent, Misunderstood
from coffee_bot.intent.verbs import VERBS

if TYPE_CHECKING:
    from coffee_bot.intent.kinds import Verb

#: How every time begins that `read_moment` knows; whether it is one, is seen when it is used.
_TIME = re.compile(
    r"(?:for\s+|until\s+|at\s+)?(?:\d|tomorrow\b|(?:mon|tue|wed|thu|fri|sat|sun)[a-z]{0,6}\b)[^.!?]*\Z",
    re.IGNORECASE,
)
_ON = re.compile(r"\s+on\s+#?([1-9][0-9]{0,17})\Z", re.IGNORECASE)
_TWO_NUMBERS = re.compile(
    r"#?([1-9][0-9]{0,17})\s+(before|after)\s+#?([1-9][0-9]{0,17})", re.IGNORECASE
)
_DAYS = re.compile(r"([1-9][0-9]{0,3})\s*(?:d|days?)?", re.IGNORECASE)
_NUMBER = re.compile(r"#?([1-9][0-9]{0,17})[:,]?(?:\s+|$)")


def parse_command(text: str) -> Intent | Misunderstood:
    """Read the words behind `/coffee`.

    Args:
        text: As the person typed it, without Slack's escapes. Nothing at all means `help`.
    """
    said, rest = _first_word(text)
    if not said:
        return Intent(verb="help")
    verb = VERBS.get(said.lower())
    if verb is None:
        return Misunderstood(problem="There is no such command.", said=said, close=_close(said))
    return _ARGUMENTS[verb.takes](verb, rest)


def _first_word(text: str) -> tuple[str, str]:
    words = text.strip()
    found = re.match(r"\S+", words)
    return (found[0], words[found.end() :].lstrip()) if found else ("", "")


def _close(said: str) -> Verb | None:
    found = get_close_matches(said.lower()[:40], VERBS, n=1, cutoff=0.75)
    return VERBS[found[0]] if found else None


def _alone(verb: Verb, rest: str) -> Intent | Misunderstood:
    if rest:
        return _wrong(verb, f"`{verb.name}` takes nothing else.")
    return Intent(verb=verb.name)


def _perhaps_with_text(verb: Verb, rest: str) -> Intent | Misunderstood:
    return Intent(verb=verb.name, text=rest)


def _with_text(verb: Verb, rest: str) -> Intent | Misunderstood:
    if not rest:
        return _wrong(verb, f"`{verb.name}` needs some words.")
    return Intent(verb=verb.name, text=rest, wants_answer=rest.endswith("?"))


def _with_time(verb: Verb, rest: str) -> Intent | Misunderstood:
    if not _TIME.match(rest):
        return _wrong(verb, f"`{verb.name}` needs a time, such as `2h` or `until 14:00`.")
    return Intent(verb=verb.name, text=rest)


def _with_time_and_task(verb: Verb, rest: str) -> Intent | Misunderstood:
    if rest.lower() == "off":
        return Intent(verb=verb.name, text="off")
    found = _ON.search(rest)
    time = rest[: found.start()] if found else rest
    if not _TIME.match(time):
        return _wrong(verb, f"`{verb.name}` needs a time, such as `2h` or `2h on 12`, or `off`.")
    return Intent(verb=verb.name, text=time, number=int(found[1]) if found else None)


def _with_days(verb: Verb, rest: str) -> Intent | Misunderstood:
    if not rest:
        return Intent(verb=verb.name)
    found = _DAYS.fullmatch(rest)
    if not found:
        return _wrong(verb, f"`{verb.name}` takes a number of days, such as `14d`.")
    return Intent(verb=verb.name, number=int(found[1]))


def _with_number(verb: Verb, rest: str) -> Intent | Misunderstood:
    found = _NUMBER.fullmatch(rest)
    if not found:
        return _wrong(verb, f"`{verb.name}` needs one number, such as 12.")
    return Intent(verb=verb.name, number=int(found[1]))


def _with_number_and_text(verb: Verb, rest: str) -> Intent | Misunderstood:
    found = _NUMBER.match(rest)
    if not found:
        return _wrong(verb, f"`{verb.name}` needs a number first, such as 12.")
    words = rest[found.end() :]
    if not words:
        return _wrong(verb, f"`{verb.name}` needs some words after the number.")
    return Intent(verb=verb.name, number=int(found[1]), text=words)


def _with_two_numbers(verb: Verb, rest: str) -> Intent | Misunderstood:
    found = _TWO_NUMBERS.fullmatch(rest)
    if not found:
        return _wrong(verb, f"`{verb.name}` needs two numbers, such as `12 before 13`.")
    number, side, other = found.groups()
    return Intent(verb=verb.name, number=int(number), text=side.lower(), other=int(other))


def _wrong(verb: Verb, problem: str) -> Misunderstood:
    return Misunderstood(problem=problem, said=verb.name, verb=verb)


_ARGUMENTS = {
    Takes.NOTHING: _alone,
    Takes.PERHAPS: _perhaps_with_text,
    Takes.TEXT: _with_text,
    Takes.TIME: _with_time,
    Takes.TIME_AND_TASK: _with_time_and_task,
    Takes.DAYS: _with_days,
    Takes.NUMBER: _with_number,
    Takes.NUMBER_AND_TEXT: _with_number_and_text,
    Takes.TWO_NUMBERS: _with_two_numbers,
}
