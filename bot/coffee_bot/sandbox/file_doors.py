"""Where the bytes of files go in and out: for the app, and for the page.

https://docs.slack.dev/messaging/working-with-files
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from aiohttp import BodyPartReader, StreamReader, web

from coffee_bot.sandbox import files
from coffee_bot.sandbox.errors import UnknownNameError
from coffee_bot.sandbox.nouns import Upload
from coffee_bot.sandbox.web_api.dispatch import spoil

if TYPE_CHECKING:
    from coffee_bot.sandbox.nouns import File
    from coffee_bot.sandbox.slack import Slack

#: What a fault's `of` calls the two requests that are no methods.
UPLOAD, DOWNLOAD = "files.upload", "files.download"
#: Slack takes a gigabyte; the sandbox keeps everything in memory.
MOST_BYTES = 64 * 1024 * 1024
_SIGN_IN = "<!DOCTYPE html><html><title>Slack</title><body>Sign in to Coffee House</body></html>"


async def upload(slack: Slack, request: web.Request) -> web.StreamResponse:
    """Take a file's bytes at the address that `files.getUploadURLExternal` gave."""
    file = slack.state.files.get(slack.state.uploads.get(request.match_info["ticket"], ""))
    if file is None:
        return web.Response(status=404, text="No such upload.")
    if (trouble := await spoil(slack, request, UPLOAD)) is not None:
        return trouble
    data = await _bytes(request)
    if data is None:
        return web.Response(status=413, text="Too large for the sandbox.")
    files.put(slack, file, data)
    return web.Response(text=f"OK - {len(data)}")


async def download(slack: Slack, request: web.Request) -> web.StreamResponse:
    """Hand out a file to whoever brings the bot token; anybody else is asked to sign in.

    Slack does that with a page and HTTP 200, so a client that looks at the status alone keeps
    the page for the file.
    """
    if (trouble := await spoil(slack, request, DOWNLOAD)) is not None:
        return trouble
    file = slack.state.files.get(request.match_info["place"].rpartition("-")[2])
    if file is None or file.data is None:
        return web.Response(status=404, text="Not found.")
    bearer = request.headers.get("Authorization", "") == f"Bearer {slack.bot_token}"
    if not bearer or "files:read" not in slack.settings.scopes:
        return web.Response(text=_SIGN_IN, content_type="text/html")
    return web.Response(body=file.data, content_type=file.mimetype)


async def attach(slack: Slack, request: web.Request) -> web.StreamResponse:
    """Take a file from the page: `POST /sandbox/upload?user=...&name=...`, the body its bytes."""
    data = await _bytes(request)
    try:
        user = slack.state.user(request.query["user"]).id
        wanted = Upload(name=request.query["name"], data=data or b"")
    except (KeyError, UnknownNameError) as error:
        return web.json_response({"ok": False, "error": str(error)}, status=400)
    if not data:
        words = "The file is empty." if data is not None else "The file is too large."
        return web.json_response({"ok": False, "error": words}, status=400)
    return web.json_response({"ok": True, "id": files.add(slack, wanted, user).id})


async def show(slack: Slack, request: web.Request) -> web.StreamResponse:
    """Show a file on the page, which has no token."""
    file = slack.state.files.get(request.match_info["id"])
    if file is None or file.data is None:
        raise web.HTTPNotFound
    return web.Response(body=file.data, headers=_as_download(file))


def _as_download(file: File) -> dict[str, str]:
    """Headers with which no file can become a page of the sandbox's own."""
    return {
        "Content-Type": file.mimetype,
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(file.name, safe='')}",
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "sandbox",
    }


async def _bytes(request: web.Request) -> bytes | None:
    """The body, or the one file of a form; None when it is too large."""
    if request.content_type != "multipart/form-data":
        return await _bounded(request.content)
    async for part in await request.multipart():
        if isinstance(part, BodyPartReader) and part.filename:
            return await _bounded(part)
    return b""


async def _bounded(source: StreamReader | BodyPartReader) -> bytes | None:
    data = b""
    while chunk := await _chunk(source):
        data += chunk
        if len(data) > MOST_BYTES:
            return None
    return data


async def _chunk(source: StreamReader | BodyPartReader) -> bytes:
    if isinstance(source, StreamReader):
        return await source.readany()
    return bytes(await source.read_chunk())
