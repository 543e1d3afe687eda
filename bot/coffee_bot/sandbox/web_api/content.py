"""What a message or an edit carries, checked as Slack checks it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coffee_bot.sandbox import blocks as block_kit
from coffee_bot.sandbox.errors import SlackError

if TYPE_CHECKING:
    from coffee_bot.sandbox.nouns import Json
    from coffee_bot.sandbox.web_api.args import Args

#: Longer text is cut, with a warning.
MOST_TEXT = 40_000
MOST_MARKDOWN = 12_000
MOST_ATTACHMENTS = 100


def text(args: Args) -> str:
    """Return the message's text, from `text` or `markdown_text`, cut to what Slack keeps.

    Raises:
        SlackError: When both are there, or the Markdown is too long.
    """
    markdown = args.text("markdown_text")
    if markdown and (args.text("text") or args.text("blocks")):
        raise SlackError("markdown_text_conflict")
    if len(markdown) > MOST_MARKDOWN:
        raise SlackError("msg_too_long")
    return markdown or args.text("text")[:MOST_TEXT]


def blocks(args: Args) -> tuple[Json, ...] | None:
    """Return the checked blocks, each with a block id; None when not given.

    Raises:
        SlackError: `invalid_blocks_format`, `invalid_blocks` or `msg_blocks_too_long`.
    """
    given = args.json("blocks", "invalid_blocks_format")
    if given is None:
        return None
    if not isinstance(given, list) or not all(isinstance(one, dict) for one in given):
        raise SlackError("invalid_blocks_format")
    if problems := block_kit.problems(given):
        raise SlackError("invalid_blocks", **_details(problems))
    if block_kit.total_text(given) > block_kit.MOST_TOTAL_TEXT:
        raise SlackError("msg_blocks_too_long")
    return block_kit.named(given)


def attachments(args: Args) -> tuple[Json, ...] | None:
    """Return the attachments; None when not given.

    Raises:
        SlackError: `invalid_attachments` or `too_many_attachments`.
    """
    given = args.json("attachments", "invalid_attachments")
    if given is None:
        return None
    if not isinstance(given, list) or not all(isinstance(one, dict) for one in given):
        raise SlackError("invalid_attachments")
    if len(given) > MOST_ATTACHMENTS:
        raise SlackError("too_many_attachments")
    return tuple(given)


def metadata(args: Args) -> Json | None:
    """Return the message's metadata; None when not given, `{}` to remove it.

    https://docs.slack.dev/messaging/message-metadata

    Raises:
        SlackError: `invalid_metadata_format`.
    """
    given = args.json("metadata", "invalid_metadata_format")
    if given is None:
        return None
    if given == {}:
        return {}
    shaped = isinstance(given, dict) and isinstance(given.get("event_payload"), dict)
    if not shaped or not isinstance(given.get("event_type"), str) or not given["event_type"]:
        raise SlackError("invalid_metadata_format")
    return {"event_type": given["event_type"], "event_payload": given["event_payload"]}


def _details(problems: list[str]) -> Json:
    messages = [f"[ERROR] {problem}" for problem in problems]
    return {"errors": problems, "response_metadata": {"messages": messages}}
