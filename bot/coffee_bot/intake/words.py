"""What a message says once Slack's markup is taken off (pure)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from coffee_bot.intake.letters import Me

_MENTION = re.compile(r"\s*<@([A-Z0-9]+)(?:\|[^>]*)?>[\s,:]*")
#: `<https://a.b|a.b>`, `<mailto:a@b|a@b>`, `<#C1|general>`, `<!here>`: Slack's link markup.
_LINK = re.compile(r"<((?:https?://|mailto:|tel:)[^>|]+)(?:\|([^>]*))?>")
_PLACE = re.compile(r"<#[A-Z0-9]+\|([^>]+)>")
_CALL = re.compile(r"<!(here|channel|everyone)(?:\|[^>]*)?>")


def plain(text: str) -> str:
    """Take Slack's markup off, so that an agent gets what the person typed.

    Links become their address (with the label where it says more), channels `#name`;
    entities are decoded last, `&amp;` at the very end, as Slack's documentation asks.
    """
    text = _LINK.sub(_link, text)
    text = _PLACE.sub(r"#\1", text)
    text = _CALL.sub(r"@\1", text)
    text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    return storable(text)


def storable(text: str) -> str:
    """Replace what no database takes: lone surrogates and NUL."""
    return text.replace("\0", "\ufffd").encode("utf-8", "replace").decode("utf-8")


def words_of(message: Mapping[str, Any]) -> str:
    """The words of a message, with the files that came along named below them."""
    said = plain(message.get("text") or "").strip()
    files = [_file(one) for one in message.get("files") or () if isinstance(one, dict)]
    return "\n".join((said, *files)).strip()


def says_something(words: str) -> bool:
    """Whether there is anything to see: spaces and characters without a shape say nothing."""
    return any(char.isprintable() and not char.isspace() for char in words)


def first_mention(text: str) -> str | None:
    """The id of whoever the raw text begins with; None when it begins with words."""
    found = _MENTION.match(text)
    return found[1] if found else None


def without_mention(text: str, me: Me) -> str:
    """The raw text without the mentions of the bot at its beginning and end."""
    while first_mention(text) == me.user:
        text = _MENTION.sub("", text, count=1)
    return re.sub(rf"\s*<@{re.escape(me.user)}(?:\|[^>]*)?>\s*\Z", "", text).strip()


def without_greeting(text: str, me: Me) -> str:
    """The raw text without a greeting before a mention of the bot: `Hey @code_developer, ...`."""
    greeting = rf"\A\s*(?:hey|hi|hello|ok|okay)[\s,!.]+(?=<@{re.escape(me.user)}[|>])"
    return re.sub(greeting, "", text, flags=re.IGNORECASE)


def is_discussion(text: str, me: Me) -> bool:
    """Whether people talk with each other here: it begins with somebody else, or with `//`."""
    mentioned = first_mention(text)
    return text.lstrip().startswith("//") or (mentioned is not None and mentioned != me.user)


def _link(found: re.Match[str]) -> str:
    address, label = found[1], found[2]
    address = address.removeprefix("mailto:").removeprefix("tel:")
    if not label or label in address:
        # Slack makes links of what only looks like one, such as `setup.py`: the label was typed.
        return label or address
    return f"{label} ({address})"


def _file(one: Mapping[str, Any]) -> str:
    name = plain(str(one.get("name") or one.get("title") or one.get("id") or "file"))
    return f"[file: {name}]"
