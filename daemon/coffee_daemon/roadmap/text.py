"""Reading and marking the roadmap's text. Pure: text in, priorities or text out."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from coffee_daemon.roadmap.nouns import EMOJI, Priority, PriorityStatus, Roadmap

if TYPE_CHECKING:
    from collections.abc import Iterator


def parse(text: str) -> list[Priority]:
    """Return the priorities in the order of the text; the first one of each key counts."""
    firsts: dict[str, Priority] = {}
    for section in _sections(text):
        firsts.setdefault(section.priority.key, section.priority)
    return list(firsts.values())


def read(text: str) -> Roadmap:
    """Parse the text and tell which headings were passed over, and why."""
    priorities = parse(text)
    first = {one.key: one.line for one in priorities}
    every = [section.priority for section in _sections(text)]
    return Roadmap(
        priorities=tuple(priorities),
        warnings=tuple(
            f"PRIORITY {one.key} stands in the roadmap more than once: "
            f"line {first[one.key]} counts, line {one.line} is ignored."
            for one in every
            if one.line != first[one.key]
        ),
    )


def mark(text: str, key: str, status: PriorityStatus) -> str | None:
    """Return the text with that priority's status changed and nothing else.

    The word changes, and its emoji if it has one; capitals stay capitals. A text that says so
    already comes back as it is. None means that the heading is gone, or that it has no status
    which could be changed safely.
    """
    section = next((one for one in _sections(text) if one.priority.key == key), None)
    if section is None or not section.signs or status not in EMOJI:
        return None
    if any(sign.status not in EMOJI for sign in section.signs):
        return None
    # From the end to the start, so that the places still to come stay right.
    for sign in sorted(section.signs, key=lambda sign: sign.start, reverse=True):
        if sign.status is not status:
            text = text[: sign.start] + sign.saying(status) + text[sign.end :]
    return text


@dataclass(frozen=True)
class _Sign:
    """A word or an emoji that tells a status, and where in the text it stands."""

    start: int
    text: str
    status: PriorityStatus

    @property
    def end(self) -> int:
        return self.start + len(self.text)

    def saying(self, status: PriorityStatus) -> str:
        if not self.text[0].isalpha():
            return EMOJI[status]
        if self.text.isupper():
            return status.value.upper()
        return status.value.lower() if self.text.islower() else status.value


@dataclass(frozen=True)
class _Line:
    start: int
    number: int
    text: str
    heading: bool


@dataclass(frozen=True)
class _Section:
    priority: Priority
    signs: tuple[_Sign, ...]


@dataclass(frozen=True)
class _Ending:
    """A heading's end: where its title stops, and the status behind it."""

    title: str
    signs: tuple[_Sign, ...] = ()
    #: Only a word with nothing before it: part of the title if there is a status line.
    bare: bool = False


_PICTURE = "[\u2300-\u27bf\u2b00-\u2bff\U0001f000-\U0001faff]\ufe0f?"
_WORD = r"(?P<word>planned|in[ -]progress|completed?)(?![\w-])"
_LINE = re.compile(r"([^\r\n]*)(\r\n|\r|\n|$)")
_FENCE = re.compile(r" {0,3}(`{3,}(?=[^`]*$)|~{3,})")
_COMMENT = re.compile(r"\ufeff? {0,3}<!--")
_HEADING = re.compile(r"\ufeff? {0,3}#{1,6}(?=[ \t]|$)")
_PRIORITY = re.compile(
    r"\ufeff? {0,3}#{1,6}[ \t]\W{0,20}?(?P<bold>[*_]*)PRIORITY[ \t]+"
    r"(?P<key>[0-9]+(?:\.[0-9]+)*[a-z]?)[*_]*(?:[ \t]*:|[ \t]+[-\u2013\u2014](?=[ \t]))[*_]*[ \t]*",
    re.IGNORECASE,
)
_STATUS_LINE = re.compile(
    r"[ \t]*(?:[>*+-][ \t]+)*(?P<bold>[*_]*)status[*_]*[ \t]*:[*_]*[ \t]*"
    rf"(?P<lead>{_PICTURE})?[ \t*_]*(?:{_WORD}[ \t*_]*)?(?P<tail>{_PICTURE})?",
    re.IGNORECASE,
)
_LAST_WORD = re.compile(rf"(?<![\w-]){_WORD}[ \t)\]*_]*$", re.IGNORECASE)
_LAST_PICTURE = re.compile(rf"({_PICTURE})[ \t]*$")
_PICTURES = {emoji: status for status, emoji in EMOJI.items()}


def _lines(text: str) -> Iterator[_Line]:
    """Every line but those of fenced code and comments, which may show headings as examples."""
    fence, comment = "", False
    for number, match in enumerate(_LINE.finditer(text), start=1):
        line = match[1]
        if comment or (not fence and _COMMENT.match(line)):
            comment = "-->" not in line
        elif fence:
            fence = "" if _closes(line, fence) else fence
        elif opening := _FENCE.match(line):
            fence = opening[1]
        else:
            yield _Line(match.start(), number, line, bool(_HEADING.match(line)))


def _closes(line: str, fence: str) -> bool:
    found = _FENCE.match(line)
    return bool(found and found[1].startswith(fence) and line.strip() == found[1])


def _sections(text: str) -> Iterator[_Section]:
    """Every priority with the text below it, repeated keys too."""
    lines = list(_lines(text))
    headings = [index for index, line in enumerate(lines) if line.heading]
    for index, following in pairwise([*headings, len(lines)]):
        if found := _PRIORITY.match(lines[index].text):
            end = lines[following].start if following < len(lines) else len(text)
            yield _section(text, found, lines[index:following], end)


def _section(text: str, found: re.Match[str], lines: list[_Line], end: int) -> _Section:
    heading = lines[0]
    ending = _ending(heading.text[found.end() :], heading.start + found.end())
    below = next(filter(None, map(_status_line, lines[1:])), ())
    if ending.bare and below:
        ending = _Ending(_without_hashes(heading.text[found.end() :]))
    signs = (*ending.signs, *below)
    bold = found["bold"]
    priority = Priority(
        key=found["key"],
        heading_title=_clean(ending.title.removesuffix(bold) if bold else ending.title),
        status=_strongest(signs),
        body=_clean(text[heading.start + len(heading.text) : end]),
        line=heading.number,
    )
    return _Section(priority, signs)


def _ending(words: str, start: int) -> _Ending:
    """Tell a heading's title from the status behind it; `start` is where `words` stand."""
    words = _without_hashes(words)
    tail = _LAST_PICTURE.search(words)
    status = _PICTURES.get(tail[1][0]) if tail else None
    if tail and status:
        ended = _worded(words[: tail.start()], start)
        sign = _Sign(start + tail.start(1), tail[1], status)
        if ended.signs and ended.signs[0].status is status:
            return _Ending(ended.title, (*ended.signs, sign))
        return _Ending(_before(words[: tail.start()]), (sign,))
    return _worded(words, start)


def _worded(words: str, start: int) -> _Ending:
    found = _LAST_WORD.search(words)
    if not found:
        return _Ending(words.strip())
    word = _Sign(start + found.start(), found["word"], _meaning(found["word"]))
    before = words[: found.start()]
    lead = _LAST_PICTURE.search(before.rstrip(" \t*_(["))
    if lead:
        emoji = _Sign(start + lead.start(1), lead[1], word.status)
        return _Ending(_before(words[: lead.start()]), (emoji, word))
    if _before(before) != before.rstrip():
        return _Ending(_before(before), (word,))
    # With nothing between, only a word spelled as a status is one: "make the tour complete".
    if word.text[0].isupper() and not before.casefold().endswith("not "):
        return _Ending(before.strip(), (word,), bare=True)
    return _Ending(words.strip())


def _before(words: str) -> str:
    """Cut the dash, bracket or emphasis that leads to a status."""
    words = words.rstrip("*_([").rstrip(" \t")
    return re.sub(r"(?:[ \t]+[-\u2013\u2014|]+|:)$", "", words).strip()


def _without_hashes(words: str) -> str:
    words = words.rstrip(" \t")
    bare = words.rstrip("#")
    return bare.rstrip(" \t") if not bare or bare[-1] in " \t" else words


def _status_line(line: _Line) -> tuple[_Sign, ...]:
    found = _STATUS_LINE.match(line.text)
    if not found:
        return ()
    status = _meaning(found["word"]) if found["word"] else None
    if status is None and found["lead"]:
        status = _PICTURES.get(found["lead"][0])
    if status is None:
        said = line.text[found.start("lead") if found["lead"] else found.end() :].strip()
        # In plain text "Status: ..." may begin any sentence.
        return (_Sign(line.start, "", PriorityStatus.OTHER),) if said and found["bold"] else ()
    signs = [name for name in ("lead", "word") if found[name]]
    if found["tail"] and _PICTURES.get(found["tail"][0]) is status:
        signs.append("tail")
    return tuple(_Sign(line.start + found.start(name), found[name], status) for name in signs)


def _meaning(word: str) -> PriorityStatus:
    known = {"p": PriorityStatus.PLANNED, "i": PriorityStatus.IN_PROGRESS}
    return known.get(word[0].casefold(), PriorityStatus.COMPLETE)


def _strongest(signs: tuple[_Sign, ...]) -> PriorityStatus:
    """Where heading and status line differ: to start what is called complete is the worst."""
    said = {sign.status for sign in signs}
    order = (PriorityStatus.COMPLETE, PriorityStatus.OTHER, PriorityStatus.IN_PROGRESS)
    return next((status for status in order if status in said), PriorityStatus.PLANNED)


def _clean(words: str) -> str:
    """One kind of line end, and no bytes that are not text."""
    text = words.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    return text.replace("\r\n", "\n").replace("\r", "\n").strip("\n").rstrip()
