"""Files that the workspace keeps, and how Slack writes them."""

from __future__ import annotations

import mimetypes
from typing import TYPE_CHECKING
from urllib.parse import quote

from coffee_bot.sandbox.nouns import File

if TYPE_CHECKING:
    from coffee_bot.sandbox.nouns import Json, Message, Upload
    from coffee_bot.sandbox.slack import Slack


def add(slack: Slack, upload: Upload, user: str) -> File:
    """Keep what a person attaches."""
    made = make(slack, upload.name, len(upload.data), user)
    return put(slack, made, upload.data, mimetype=upload.mimetype)


def make(slack: Slack, name: str, length: int, user: str, alt_txt: str = "") -> File:
    """Keep a place for a file whose bytes come later."""
    file = File(
        id=slack.mint.next("F"),
        name=name,
        title=name,
        mimetype=mimetypes.guess_type(name)[0] or "application/octet-stream",
        user=user,
        created=int(slack.now()),
        length=length,
        alt_txt=alt_txt,
    )
    slack.state.files[file.id] = file
    return file


def put(slack: Slack, file: File, data: bytes, *, mimetype: str = "", title: str = "") -> File:
    """Keep a file's bytes."""
    changed = {**vars(file), "data": data, "length": len(data)}
    changed |= {"mimetype": mimetype or file.mimetype, "title": title or file.title}
    slack.state.files[file.id] = kept = File(**changed)
    return kept


def as_json(slack: Slack, file: File) -> Json:
    """Write a file as messages carry it.

    https://docs.slack.dev/reference/objects/file-object
    """
    kind = file.name.rpartition(".")[2].lower() if "." in file.name else "binary"
    place = f"{slack.base_url}files-pri/{slack.state.team_id}-{file.id}"
    name = quote(file.name, safe="")
    body: Json = {
        "id": file.id,
        "created": file.created,
        "timestamp": file.created,
        "name": file.name,
        "title": file.title,
        "mimetype": file.mimetype,
        "filetype": kind,
        "pretty_type": kind.upper(),
        "user": file.user,
        "user_team": slack.state.team_id,
        "editable": False,
        "size": file.length,
        "mode": "hosted",
        "is_external": False,
        "external_type": "",
        "is_public": True,
        "public_url_shared": False,
        "display_as_bot": False,
        "username": "",
        "url_private": f"{place}/{name}",
        "url_private_download": f"{place}/download/{name}",
        "permalink": f"{slack.base_url}files/{file.user}/{file.id}/{name}",
        "file_access": "visible",
    }
    return body | ({"alt_txt": file.alt_txt} if file.alt_txt else {})


def with_shares(slack: Slack, file: File) -> Json:
    """Write a file as `files.info` does, with where it was shared."""
    shares: dict[str, dict[str, list[Json]]] = {}
    for channel in slack.state.channels.values():
        found = [
            _share(one)
            for one in slack.state.logs[channel.id].all()
            if any(item["id"] == file.id for item in one.files)
        ]
        if found:
            kind = "private" if channel.is_private or channel.is_im else "public"
            shares.setdefault(kind, {})[channel.id] = found
    return as_json(slack, file) | {"shares": shares}


def _share(item: Message) -> Json:
    thread = {"thread_ts": item.thread_ts} if item.thread_ts else {}
    return {"ts": item.ts, "share_user_id": item.user, **thread}
