"""Words on their way to Slack: escaping, cutting, times, links.

Facts about escaping and sizes are from Slack's documentation ("Formatting text for app
surfaces", `chat.postMessage`, `chat.update`).
"""

from __future__ import annotations

import re
from datetime import UTC
from typing import TYPE_CHECKING

from coffee_daemon import redact

if TYPE_CHECKING:
    from datetime import datetime

    from coffee_daemon import Person

#: `chat.update` refuses more than 4,000 in `text`; ours stays well below.
TEXT_LIMIT = 3_500
#: Slack refuses more than 3,000 in one section.
SECTION_LIMIT = 2_900
#: What `split` keeps free to close a code block that goes on in the next piece.
_FENCE_ROOM = 8
_CUT = "\u2026"

#: Control characters (but for tab and line feed), and marks that turn the reading direction.
_UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_USER_ID = re.compile(r"[UW][A-Z0-9]{2,30}")
_GROUP_ID = re.compile(r"S[A-Z0-9]{5,20}")
#: A backtick before another one.
_TICKS = re.compile("`(?=`)")
_DATE = re.compile(r"<!date\^[^|>]*\|([^>]*)>")


def escape(text: str) -> str:
    """Make words from outside harmless: no mention, link or command of theirs works.

    Slack asks for exactly `&`, `<` and `>`. Characters that cannot be sent or that hide
    what is written go too.
    """
    clean = _SURROGATE.sub("\ufffd", _UNSEEN.sub("", text.replace("\r\n", "\n")))
    return clean.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def unmarked(text: str) -> str:
    """What a text of ours says where Slack reads no markup: its dates in UTC, nothing escaped."""
    said = _DATE.sub(r"\1", text)
    return said.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def size(text: str) -> int:
    """Count as Slack at its strictest might: in UTF-16 units, an emoji as two."""
    return len(text) + sum(1 for char in text if char > "\uffff")


def clip(text: str, limit: int) -> str:
    """Escape, and cut at `limit` with an ellipsis."""
    escaped = escape(text).strip()
    if size(escaped) <= limit:
        return escaped
    return escaped[: _whole(escaped, _fitting(escaped, limit - 1))].rstrip() + _CUT


def bare(text: str, limit: int) -> str:
    """Cut onto one line for a `plain_text` object, in which Slack reads no tokens."""
    clean = _SURROGATE.sub("\ufffd", _UNSEEN.sub("", " ".join(text[: 4 * limit].split())))
    return clean if size(clean) <= limit else clean[: _fitting(clean, limit - 1)].rstrip() + _CUT


def line(text: str, limit: int = 150) -> str:
    """Escape onto one line, and cut at `limit`."""
    return clip(" ".join(text[: 4 * limit].split()), limit)


def code(text: str) -> str:
    """Show a short word as it is, in a code span."""
    return f"`{line(text.replace('`', chr(39)), 300)}`"


def code_block(lines: tuple[str, ...], limit: int = 2_000) -> str:
    """Show the last of these lines as they are; what looks like a secret is left out."""
    kept: list[str] = []
    for one in reversed(lines):
        shown = clip(redact(one).replace("`", "'"), 300)
        limit -= size(shown) + 1
        if limit < 0:
            break
        kept.append(shown)
    return "```\n" + "\n".join(reversed(kept)) + "\n```"


def verbatim(text: str, limit: int = SECTION_LIMIT, *, most: int = 2) -> tuple[str, ...]:
    """Show words exactly as they are, in code blocks where no markup of theirs works.

    What does not fit is left out, and the last block is followed by how much that is.
    """
    # Three backticks would end the block: unseen spaces keep each from the next.
    whole = escape(_TICKS.sub("`\u200b", text)).strip()
    pieces: list[str] = []
    while whole and len(pieces) < most:
        end = _whole(whole, _fitting(whole, limit - 2 * _FENCE_ROOM))
        piece, whole = whole[:end], whole[end:]
        pieces.append(f"```\n{piece}\n```")
    if whole:
        pieces.append(f"*{len(whole)} more characters are not shown here.*")
    return tuple(pieces)


def split(text: str, limit: int = SECTION_LIMIT, *, most: int = 20) -> tuple[str, ...]:
    """Escape, and cut into pieces of at most `limit`, at the ends of paragraphs or lines.

    A code block that is cut is closed and opened again. After `most` pieces the rest is
    left out, and the last piece says so.
    """
    rest = escape(text).strip()
    pieces: list[str] = []
    while size(rest) > limit and len(pieces) < most - 1:
        piece, rest = _piece(rest, limit - _FENCE_ROOM)
        pieces.append(piece)
    if size(rest) > limit:
        rest = _shortened(rest, limit)
    return tuple(piece for piece in (*pieces, rest) if piece)


def when(moment: datetime) -> str:
    """Show a time in each reader's own zone."""
    return _date(moment, "{date_short_pretty} at {time}", "")


def clock(moment: datetime) -> str:
    """Show a time of day, to the second, in each reader's own zone."""
    fallback = f"{moment.astimezone(UTC):%H:%M:%S} UTC"
    return f"<!date^{int(moment.timestamp())}^{{time_secs}}|{fallback}>"


def ago(moment: datetime) -> str:
    """Show an age that grows by itself."""
    return _date(moment, "{ago}", "at ")


def duration(seconds: float) -> str:
    """Say how long, in the two largest units: `2 d 3 h`, `4 min`, `12 s`."""
    left = max(0, int(seconds))
    if left < 60:
        return f"{left} s"
    parts: list[str] = []
    for unit, each in (("d", 86_400), ("h", 3_600), ("min", 60)):
        count, left = divmod(left, each)
        if count or parts:
            parts.append(f"{count} {unit}")
    return " ".join(part for part in parts[:2] if not part.startswith("0 "))


def name_of(person: Person | None) -> str:
    """A person's name, without a mention."""
    return line(person.name or person.id, 80) if person else "somebody"


def mention(user_id: str) -> str:
    """A mention, which reaches the person or the user group; any other word is shown as it is."""
    if _GROUP_ID.fullmatch(user_id):
        return f"<!subteam^{user_id}>"
    return f"<@{user_id}>" if _USER_ID.fullmatch(user_id) else line(user_id, 80)


def mention_of(person: Person | None) -> str:
    """A mention of somebody on Slack; the name of anybody else."""
    if person and _USER_ID.fullmatch(person.id):
        return mention(person.id)
    return name_of(person)


def link(url: str, label: str) -> str:
    """A link; `url` is ours, `label` may come from outside."""
    safe = escape(url.replace("<", "%3C").replace(">", "%3E").replace("|", "%7C"))
    return f"<{safe}|{line(label.replace('|', '/'))}>" if safe else line(label)


def permalink(workspace_url: str, channel: str, ts: str, thread_ts: str | None = None) -> str:
    """The address of a message.

    Args:
        workspace_url: What `auth.test` calls `url`, such as `https://team.slack.com/`.
        channel: The channel's id.
        ts: The message's own ts.
        thread_ts: Its parent's ts, for a message in a thread.
    """
    address = f"{workspace_url.rstrip('/')}/archives/{channel}/p{ts.replace('.', '')}"
    return f"{address}?thread_ts={thread_ts}&cid={channel}" if thread_ts else address


def _date(moment: datetime, shown: str, before: str) -> str:
    fallback = f"{moment.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
    return f"<!date^{int(moment.timestamp())}^{shown}|{before}{fallback}>"


def _fitting(text: str, limit: int) -> int:
    """How many characters of `text` fit."""
    used = 0
    for index, char in enumerate(text):
        used += 2 if char > "\uffff" else 1
        if used > limit:
            return index
    return len(text)


def _whole(text: str, end: int) -> int:
    """Move `end` back so that no entity such as `&amp;` is cut in two."""
    begin = text.rfind("&", max(0, end - 4), end)
    return begin if begin >= 0 and ";" not in text[begin:end] else end


def _piece(text: str, limit: int) -> tuple[str, str]:
    end = _whole(text, _fitting(text, limit))
    window = text[:end]
    for mark in ("\n\n", "\n", " "):
        if (found := window.rfind(mark)) > end // 2:
            end = found
            break
    piece, rest = text[:end].rstrip(), text[end:].lstrip("\n ")
    if piece.count("```") % 2:
        return f"{piece}\n```", f"```\n{rest}"
    return piece, rest


def _shortened(text: str, limit: int) -> str:
    said = "\n\u2026 (cut here)"
    piece, _ = _piece(text, limit - _FENCE_ROOM - len(said))
    return piece + said
