"""Text objects and the things people can click, checked as Slack checks them. Pure.

https://docs.slack.dev/reference/block-kit/block-elements
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from coffee_bot.sandbox.nouns import Json

_SELECTS = frozenset(
    f"{many}{of}_select"
    for many in ("", "multi_")
    for of in ("static", "external", "users", "conversations", "channels")
)
_CHOICES = frozenset({"overflow", "radio_buttons", "checkboxes"})
_PLAIN = frozenset(
    {
        "button",
        "datepicker",
        "datetimepicker",
        "email_text_input",
        "file_input",
        "image",
        "number_input",
        "plain_text_input",
        "rich_text_input",
        "timepicker",
        "url_text_input",
        "workflow_button",
    }
)
_MOST_OPTIONS = {"overflow": 5, "radio_buttons": 10, "checkboxes": 10}
_STYLES = frozenset({"primary", "danger", None})


def at(problem: str, path: str) -> str:
    """Say where a problem is, as Slack does."""
    return f"{problem} [json-pointer:{path}]"


def too_long(value: Any, most: int, path: str) -> Iterator[str]:
    """Complain about a string of more than `most` characters."""
    if len(str(value or "")) > most:
        yield at(f"must be less than {most + 1} characters", path)


def text_object(value: Any, most: int, path: str, *, plain: bool = False) -> Iterator[str]:
    """Check a text object of 1 to `most` characters; `plain` forbids mrkdwn."""
    allowed = {"plain_text"} if plain else {"plain_text", "mrkdwn"}
    if not isinstance(value, dict) or value.get("type") not in allowed:
        yield at(f"must be a {' or '.join(sorted(allowed))} object", path)
        return
    text = value.get("text")
    if not isinstance(text, str) or not text:
        yield at("must be more than 0 characters", f"{path}/text")
        return
    yield from too_long(text, most, f"{path}/text")


def problems(element: Any, path: str) -> Iterator[str]:
    """Check one element of a block."""
    kind = element.get("type") if isinstance(element, dict) else None
    if kind not in _SELECTS | _CHOICES | _PLAIN:
        yield at(f"unsupported type: {kind}", f"{path}/type")
        return
    yield from too_long(element.get("action_id"), 255, f"{path}/action_id")
    if kind == "button":
        yield from _button(element, path)
    elif kind == "image" and not element.get("alt_text"):
        yield at("missing required field: alt_text", path)
    elif kind == "plain_text_input":
        yield from too_long(element.get("initial_value"), 3_000, f"{path}/initial_value")
    if kind in _CHOICES or kind in {"static_select", "multi_static_select"}:
        yield from _options(element, path)
    if "confirm" in element:
        yield from _confirm(element["confirm"], f"{path}/confirm")
    if "placeholder" in element:
        yield from text_object(element["placeholder"], 150, f"{path}/placeholder", plain=True)


def _button(element: Json, path: str) -> Iterator[str]:
    yield from text_object(element.get("text"), 75, f"{path}/text", plain=True)
    yield from too_long(element.get("value"), 2_000, f"{path}/value")
    yield from too_long(element.get("url"), 3_000, f"{path}/url")
    if element.get("style") not in _STYLES:
        yield at("must be primary or danger", f"{path}/style")


def _options(element: Json, path: str) -> Iterator[str]:
    options = element.get("options") or []
    if not options and not element.get("option_groups"):
        yield at("missing required field: options", path)
    most = _MOST_OPTIONS.get(element["type"], 100)
    if len(options) > most:
        yield at(f"no more than {most} items allowed", f"{path}/options")
    for index, option in enumerate(options):
        place = f"{path}/options/{index}"
        yield from text_object(option.get("text"), 75, f"{place}/text")
        yield from too_long(option.get("value"), 150, f"{place}/value")


def _confirm(confirm: Json, path: str) -> Iterator[str]:
    yield from text_object(confirm.get("title"), 100, f"{path}/title", plain=True)
    yield from text_object(confirm.get("text"), 300, f"{path}/text")
    for name in ("confirm", "deny"):
        if name in confirm:
            yield from text_object(confirm[name], 30, f"{path}/{name}", plain=True)
