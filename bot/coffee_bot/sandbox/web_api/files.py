"""files.*: upload in three steps, and look one up."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from coffee_bot.sandbox import files, posting
from coffee_bot.sandbox.errors import SlackError
from coffee_bot.sandbox.ids import BOT_USER_ID, token

if TYPE_CHECKING:
    from coffee_bot.sandbox.nouns import Channel, File, Json, Message
    from coffee_bot.sandbox.slack import Slack
    from coffee_bot.sandbox.web_api.args import Args


def get_upload_url(slack: Slack, args: Args) -> Json:
    """Say where to send a file. https://docs.slack.dev/reference/methods/files.getUploadURLExternal."""
    name = args.need("filename", "missing_argument")
    length = args.number("length", 0)
    if length < 1:
        raise SlackError("missing_argument")
    file = files.make(slack, name, length, BOT_USER_ID, args.text("alt_txt"))
    ticket = token()
    slack.state.uploads[ticket] = file.id
    return {"upload_url": f"{slack.base_url}upload/v1/{ticket}", "file_id": file.id}


def complete_upload(slack: Slack, args: Args) -> Json:
    """Finish uploads and share them in one message.

    https://docs.slack.dev/reference/methods/files.completeUploadExternal
    """
    wanted = args.json("files", "invalid_arguments")
    if not isinstance(wanted, list) or not wanted:
        raise SlackError("missing_argument")
    found = [_uploaded(slack, one) for one in wanted]
    # Without a channel the file stays the app's own.
    if args.text("channel_id") or args.text("channels"):
        _share(slack, _message(slack, args, found))
    return {"files": [files.as_json(slack, one) for one in found]}


def info(slack: Slack, args: Args) -> Json:
    """Look a file up. https://docs.slack.dev/reference/methods/files.info."""
    file = slack.state.files.get(args.need("file", "file_not_found"))
    if file is None or file.data is None:
        raise SlackError("file_not_found")
    return {"file": files.with_shares(slack, file), "comments": []}


def _uploaded(slack: Slack, given: object) -> File:
    known = slack.state.files.get(str(given.get("id"))) if isinstance(given, dict) else None
    if known is None or known.data is None:
        raise SlackError("file_not_found")
    title = str(given.get("title") or "") if isinstance(given, dict) else ""
    return files.put(slack, known, known.data, title=title)


def _message(slack: Slack, args: Args, shared: list[File]) -> Message:
    channel = _channel(args)
    thread_ts = args.text("thread_ts") or None
    if thread_ts and slack.state.logs[channel.id].get(thread_ts) is None:
        raise SlackError("invalid_thread_ts")
    return posting.as_app(
        channel.id,
        args.text("initial_comment"),
        subtype="file_share",
        files=tuple(files.as_json(slack, one) for one in shared),
        thread_ts=thread_ts,
    )


def _channel(args: Args) -> Channel:
    name = "channel_id" if args.text("channel_id") else "channels"
    channel = args.channel(name)
    if channel.is_archived:
        raise SlackError("is_archived")
    args.member_of(channel)
    return channel


def _share(slack: Slack, draft: Message) -> None:
    """Post it; Slack does so some time after its answer."""
    if not slack.settings.share_lag:
        posting.post(slack, draft)
        return

    async def later() -> None:
        await asyncio.sleep(slack.settings.share_lag)
        posting.post(slack, draft)

    slack.spawn(later())
