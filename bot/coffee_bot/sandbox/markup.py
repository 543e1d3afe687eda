"""Slack's text: how it stores what a person types, and whom a text notifies.

https://docs.slack.dev/messaging/formatting-message-text
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from coffee_bot.sandbox.nouns import Json
    from coffee_bot.sandbox.state import State

_TYPED = re.compile(
    r"<@(?P<id>[UW][A-Z0-9]+)(?:\|[^>]*)?>"
    r"|(?<![\w@.])@(?P<name>[\w.-]*\w)"
    r"|(?<![\w#&/])\#(?P<channel>[\w-]+)"
    r"|(?P<url>https?://[^\s<>|]*[^\s<>|.,;:!?)\]}'\"])"
)
_LIVE = re.compile(
    r"<!(?P<all>channel|here|everyone)(?:\|[^>]*)?>"
    r"|<!subteam\^(?P<subteam>[A-Z0-9]+)(?:\|[^>]*)?>"
    r"|<@(?P<user>[UW][A-Z0-9]+)(?:\|[^>]*)?>"
)
_LINKED = re.compile(r"(?<![\w<!@])@(channel|here|everyone)\b")
_EVERYBODY = frozenset({"channel", "here", "everyone"})


def escape(text: str) -> str:
    """Escape the three characters that Slack escapes, and no other."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def unescape(text: str) -> str:
    """Undo `escape`; `&amp;` last, or an escaped entity would be decoded twice."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def typed(state: State, text: str, *, named: bool = False) -> str:
    """Turn what a person types into what Slack stores.

    Names, channels and links become tokens, the rest is escaped. Slash commands carry `named`
    mentions (`<@U1|ada>`).
    """
    parts: list[str] = []
    end = 0
    for match in _TYPED.finditer(text):
        token = _token(state, match, named=named)
        if token is None:
            continue
        parts += [escape(text[end : match.start()]), token]
        end = match.end()
    return "".join([*parts, escape(text[end:])])


def _token(state: State, match: re.Match[str], *, named: bool) -> str | None:
    if url := match["url"]:
        return f"<{escape(url)}>"
    if name := match["channel"]:
        found = next((one for one in state.channels.values() if one.name == name), None)
        return f"<#{found.id}|{name}>" if found else None
    if match["name"] in _EVERYBODY:
        return f"<!{match['name']}>"
    wanted = {match["id"], match["name"]} - {None}
    user = next((one for one in state.users.values() if {one.id, one.name} & wanted), None)
    if user is None:
        return None
    return f"<@{user.id}|{user.name}>" if named else f"<@{user.id}>"


def mentions(text: str, user: str) -> bool:
    """Tell whether `text` mentions the user id."""
    return re.search(rf"<@{re.escape(user)}(?:\|[^>]*)?>", text) is not None


def pings(text: str, blocks: Iterable[Json], *, link_names: bool) -> list[tuple[str, str]]:
    """Find whom a message notifies: (kind, target), each once.

    `plain_text` objects notify nobody; mrkdwn, markdown and rich text do, also inside code.
    """
    found = list(_live(text))
    if link_names:
        found += [(name, "") for name in _LINKED.findall(text)]
    for block in blocks:
        found += _in_block(block)
    return list(dict.fromkeys(found))


def _live(text: str) -> Iterator[tuple[str, str]]:
    for match in _LIVE.finditer(text):
        if match["all"]:
            yield match["all"], ""
        elif match["subteam"]:
            yield "subteam", match["subteam"]
        else:
            yield "user", match["user"]


def _in_block(node: Any) -> Iterator[tuple[str, str]]:
    if isinstance(node, list):
        for item in node:
            yield from _in_block(item)
    if not isinstance(node, dict) or node.get("type") == "plain_text":
        return
    yield from _rich(node)
    if node.get("type") in {"mrkdwn", "markdown"}:
        yield from _live(str(node.get("text", "")))
        return
    for value in node.values():
        if isinstance(value, dict | list):
            yield from _in_block(value)


def _rich(node: Json) -> Iterator[tuple[str, str]]:
    kind = node.get("type")
    if kind == "user" and "user_id" in node:
        yield "user", str(node["user_id"])
    elif kind == "usergroup" and "usergroup_id" in node:
        yield "subteam", str(node["usergroup_id"])
    elif kind == "broadcast" and "range" in node:
        yield str(node["range"]), ""
