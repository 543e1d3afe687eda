"""Plain sentences: what is clearly meant, or nothing. Nothing here guesses."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from coffee_bot.intent.command import parse_command
from coffee_bot.intent.nouns import Intent
from coffee_bot.intent.verbs import VERBS

if TYPE_CHECKING:
    from coffee_bot.intent.kinds import Verb

_WHO = r"(?:the\s+)?(?:daemon|code[_\s-]?developer)"
_POLITE = r"\s*(?:(?:hey|hi|hello|ok|okay|so|please|pls)[\s,!.]+)*"
_COULD = r"(?:(?:can|could|would|will)\s+you\s+(?:please\s+)?)?"
#: What only prefaces a request and says nothing about it.
_PREFACE = re.compile(_POLITE + _COULD, re.IGNORECASE)
_TO_DAEMON = re.compile(
    rf"(?P<how>ask|tell)\s+{_WHO}[\s,:]+(?P<words>\S.*)", re.IGNORECASE | re.DOTALL
)
#: `daemon implement ...`, `daemon please ...`: said to the daemon itself.
_DAEMON_DO = re.compile(
    rf"{_WHO}[\s,:]+(?:please\s+(?P<asked>\S.*)"
    r"|(?P<words>(?:implement|work\s+on)\s+\S.*|start\s+working(?![^\s,:.!]).*))",
    re.IGNORECASE | re.DOTALL,
)
#: `tell me ...` is said to the bot, and `tell daemon` alone says nothing.
_TELL_SOMEBODY = re.compile(
    rf"\s*tell\s+(?:(?:me|us|him|her|them|everyone|everybody|somebody|someone|<?@\S+)\b|{_WHO}\W*$)",
    re.IGNORECASE,
)
_SHOW = r"(?:show(?:\s+me)?|list|give\s+me)(?:\s+the|\s+your|\s+all)?"
#: The only group of a phrase.
_NUMBER = r"#?([1-9][0-9]{0,17})"
_FILLERS = frozenset(
    {"currently", "still", "now", "please", "just", "exactly", "right", "today", "thanks"}
)
_SHORT_FORMS = {"what's": "what is", "whats": "what is", "how's": "how is", "hows": "how is"}
#: No phrase of ours is longer, and nobody should wait for a regular expression.
_LONGEST_PHRASE = 120


def read_exact(text: str) -> Intent | None:
    """Read a sentence that is exactly a command, such as `status` or `cancel 12`.

    This is what counts in a thread of ours, where everything else is an answer or a follow-up.
    """
    words = text.strip()
    if not words or _TELL_SOMEBODY.match(words):
        return None
    if words[:4].lower() == "tell" and _TO_DAEMON.match(words):
        return _read_tell(words)
    found = parse_command(words)
    return found if isinstance(found, Intent) else None


def read_language(text: str) -> Intent | None:
    """Read a mention or direct message, without the mention itself.

    Returns:
        What is clearly meant, or None. Verbs that control the daemon are only understood as
        exact commands; everything else only as a whole sentence.
    """
    return read_exact(text) or _read_tell(text) or _read_phrase(text)


def _read_tell(text: str) -> Intent | None:
    request = text[_end_of_preface(text) :]
    if found := _TO_DAEMON.match(request):
        return _told(found["words"].strip(), asked=found["how"].lower() == "ask")
    if found := _DAEMON_DO.match(request):
        return _told((found["asked"] or found["words"]).strip(), asked=False)
    return None


def _told(words: str, *, asked: bool) -> Intent | None:
    """`ask daemon to do it` hands over work; any other `ask` wants an answer."""
    head, _, rest = words.partition(" ")
    work = head.lower() in {"to", "that"} and bool(rest.strip())
    text = rest.strip() if work else words
    if isinstance(command := parse_command(text), Intent) and not command.text:
        # `tell daemon to stop` is no work for an agent, and no exact command either.
        return None if command.changes else command
    return Intent(verb="tell", text=text, wants_answer=text.endswith("?") or (asked and not work))


def _end_of_preface(text: str) -> int:
    found = _PREFACE.match(text)
    return found.end() if found else 0


def _read_phrase(text: str) -> Intent | None:
    if len(text) > _LONGEST_PHRASE:
        return None
    sentence = _plain_sentence(text)
    for name, pattern in _patterns():
        if found := pattern.fullmatch(sentence):
            number = next(filter(None, found.groups()), None)
            return Intent(verb=name, number=int(number) if number else None)
    return None


def _plain_sentence(text: str) -> str:
    """Lower case, without what carries no meaning: `Hey, what's it doing now?`."""
    words = re.sub(r"[\s,:;]+", " ", text.lower().replace("\u2019", "'")).rstrip(" ?!.")
    words = words[_end_of_preface(words) :]
    kept = (_SHORT_FORMS.get(word, word) for word in words.split() if word not in _FILLERS)
    return " ".join(kept).removesuffix(" at the moment")


@cache
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((verb.name, _pattern(verb)) for verb in VERBS.values() if verb.phrases)


def _pattern(verb: Verb) -> re.Pattern[str]:
    """A verb that only looks may be said by its name alone: `status?`, `tasks, please`."""
    phrases = verb.phrases if verb.changes else (verb.name, *verb.phrases)
    meant = {"who": _WHO, "show": _SHOW, "number": _NUMBER}
    return re.compile("|".join(one.format_map(meant) for one in phrases))
