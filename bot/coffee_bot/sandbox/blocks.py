"""Block Kit's sizes and shapes, checked as Slack checks them. Pure.

https://docs.slack.dev/reference/block-kit
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from coffee_bot.sandbox import elements
from coffee_bot.sandbox.elements import at, text_object, too_long
from coffee_bot.sandbox.ids import token

if TYPE_CHECKING:
    from collections.abc import Sequence

    from coffee_bot.sandbox.nouns import Json

MOST_BLOCKS = 50
#: Undocumented total for one message (bolt-js #2509): `msg_blocks_too_long`.
MOST_TOTAL_TEXT = 13_200
_MOST_ID = 255
_INPUTS = frozenset({"actions", "section", "input", "context_actions"})

Problems = Iterator[str]


def problems(blocks: Sequence[Any], *, most: int = MOST_BLOCKS) -> list[str]:
    """Return what Slack would refuse about these blocks, in its words; empty means fine."""
    found = []
    if len(blocks) > most:
        found.append(f"no more than {most} items allowed [json-pointer:/blocks]")
    for index, block in enumerate(blocks):
        found += _block(block, f"/blocks/{index}")
    return [*found, *_repeated(blocks)]


def _block(block: Any, path: str) -> Problems:
    if not isinstance(block, dict):
        yield at("must be an object", path)
        return
    check = _KINDS.get(str(block.get("type")))
    if check is None:
        yield at(f"unsupported type: {block.get('type')}", f"{path}/type")
        return
    yield from too_long(block.get("block_id", ""), _MOST_ID, f"{path}/block_id")
    yield from check(block, path)


def _section(block: Json, path: str) -> Problems:
    fields = block.get("fields", [])
    if "text" not in block and not fields:
        yield at("missing required field: text", path)
    if "text" in block:
        yield from text_object(block["text"], 3_000, f"{path}/text")
    if len(fields) > 10:
        yield at("no more than 10 items allowed", f"{path}/fields")
    for index, field in enumerate(fields):
        yield from text_object(field, 2_000, f"{path}/fields/{index}")
    if "accessory" in block:
        yield from elements.problems(block["accessory"], f"{path}/accessory")


def _header(block: Json, path: str) -> Problems:
    yield from text_object(block.get("text"), 150, f"{path}/text", plain=True)


def _context(block: Json, path: str) -> Problems:
    yield from _listed(block, 10, path)
    for index, element in enumerate(block.get("elements", [])):
        place = f"{path}/elements/{index}"
        if isinstance(element, dict) and element.get("type") == "image":
            yield from elements.problems(element, place)
        else:
            yield from text_object(element, 3_000, place)


def _actions(block: Json, path: str) -> Problems:
    yield from _listed(block, 25, path)
    for index, element in enumerate(block.get("elements", [])):
        yield from elements.problems(element, f"{path}/elements/{index}")


def _input(block: Json, path: str) -> Problems:
    yield from text_object(block.get("label"), 2_000, f"{path}/label", plain=True)
    yield from elements.problems(block.get("element"), f"{path}/element")


def _image(block: Json, path: str) -> Problems:
    if not block.get("alt_text"):
        yield at("missing required field: alt_text", path)
    if not block.get("image_url") and not block.get("slack_file"):
        yield at("missing required field: image_url", path)
    yield from too_long(block.get("image_url", ""), 3_000, f"{path}/image_url")


def _markdown(block: Json, path: str) -> Problems:
    if not block.get("text"):
        yield at("missing required field: text", path)
    yield from too_long(block.get("text", ""), 12_000, f"{path}/text")


def _rich_text(block: Json, path: str) -> Problems:
    if not isinstance(block.get("elements"), list):
        yield at("missing required field: elements", path)


def _anything(_block: Json, _path: str) -> Problems:
    yield from ()


_KINDS: dict[str, Callable[[Json, str], Problems]] = {
    "actions": _actions,
    "context": _context,
    "divider": _anything,
    "header": _header,
    "image": _image,
    "input": _input,
    "markdown": _markdown,
    "rich_text": _rich_text,
    "section": _section,
    "table": _anything,
}


def _listed(block: Json, most: int, path: str) -> Problems:
    listed = block.get("elements")
    if not isinstance(listed, list) or not listed:
        yield at("missing required field: elements", path)
    elif len(listed) > most:
        yield at(f"no more than {most} items allowed", f"{path}/elements")


def _repeated(blocks: Sequence[Any]) -> Problems:
    # A block id is unique in its message, an action id in its block.
    seen: set[tuple[str, str]] = set()
    for index, block in enumerate(blocks):
        name = block.get("block_id") if isinstance(block, dict) else None
        if name and ("", name) in seen:
            yield at(f"duplicate block_id: {name}", f"/blocks/{index}/block_id")
        seen.add(("", str(name)))
    for index, place, element in interactive(blocks):
        name = element.get("action_id")
        if name and (str(index), name) in seen:
            yield at(f"duplicate action_id: {name}", f"/blocks/{index}/{place}")
        seen.add((str(index), str(name)))


def interactive(blocks: Sequence[Any]) -> Iterator[tuple[int, str, Json]]:
    """Yield each element that people can act on: its block's index, its place there, itself."""
    for index, block in enumerate(blocks):
        if not isinstance(block, dict) or block.get("type") not in _INPUTS:
            continue
        several = block.get("elements", [])
        candidates = [(f"elements/{number}", one) for number, one in enumerate(several)]
        candidates += [(name, block.get(name)) for name in ("accessory", "element")]
        for name, element in candidates:
            if isinstance(element, dict) and element.get("type") != "image":
                yield index, name, element


def named(blocks: Sequence[Json]) -> tuple[Json, ...]:
    """Give blocks without an id one, as Slack does, and their elements too."""
    return tuple(_named(block) for block in blocks)


def _named(block: Json) -> Json:
    body = {"block_id": token()[:5], **block}
    if body.get("type") not in _INPUTS:
        return body
    if isinstance(body.get("elements"), list):
        body["elements"] = [_with_action(one) for one in body["elements"]]
    for name in ("accessory", "element"):
        if isinstance(body.get(name), dict):
            body[name] = _with_action(body[name])
    return body


def _with_action(element: Json) -> Json:
    return element if element.get("type") == "image" else {"action_id": token()[:5], **element}


def total_text(node: Any) -> int:
    """Count all text characters below `node`."""
    if isinstance(node, list | tuple):
        return sum(total_text(one) for one in node)
    if not isinstance(node, dict):
        return 0
    own = len(node["text"]) if isinstance(node.get("text"), str) else 0
    return own + sum(total_text(value) for value in node.values())
