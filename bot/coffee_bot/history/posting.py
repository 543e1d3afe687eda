"""Posting a picture: Slack's three steps of an upload."""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

from slack_sdk.errors import SlackApiError

from coffee_bot.calling import CALL_ERRORS

if TYPE_CHECKING:
    from slack_sdk import WebClient

log = logging.getLogger(__name__)

_SLACKS_WORD = re.compile(r"[a-z_]+")
_UPLOAD_SECONDS = 30.0
#: Slack's words for "some of it may have been done".
_UNCLEAR = frozenset({"internal_error", "fatal_error", "request_timeout"})


class Posted(Enum):
    """What became of a picture."""

    SHOWN = "shown"
    REFUSED = "refused"  # certainly not there
    UNCLEAR = "unclear"  # it may be there, or come yet


@dataclass(frozen=True, kw_only=True)
class Picture:
    """A PNG, and what is said with it."""

    data: bytes
    title: str
    #: For screen readers.
    alt: str
    #: Words above it.
    comment: str


@dataclass(frozen=True)
class Poster:
    """Uploads pictures. Nothing is sent a second time: an unclear one is looked up."""

    client: WebClient

    def post(self, picture: Picture, channel: str) -> tuple[Posted, str]:
        """Post it; return what became of it, and Slack's word where it refused."""
        try:
            file = self._upload(picture)
        except CALL_ERRORS as error:
            return Posted.REFUSED, _word(error)
        try:
            self.client.files_completeUploadExternal(
                files=[{"id": file, "title": picture.title}],
                channel_id=channel,
                initial_comment=picture.comment,
            )
        except SlackApiError as error:
            if _is_definite(error):
                return Posted.REFUSED, _word(error)
        except CALL_ERRORS as error:
            log.info("An upload ended unclear: %s", error, extra={"action": "history"})
        else:
            return Posted.SHOWN, ""
        return (Posted.SHOWN if self._is_shared(file) else Posted.UNCLEAR), ""

    def _upload(self, picture: Picture) -> str:
        place = self.client.files_getUploadURLExternal(
            filename="history.png", length=len(picture.data), alt_txt=picture.alt
        )
        url = str(place["upload_url"])
        if urlsplit(url).scheme not in {"https", urlsplit(self.client.base_url).scheme}:
            raise OSError("Slack named an address that is not safe")
        request = Request(url, data=picture.data, method="POST")  # noqa: S310 - looked at above
        request.add_header("Content-Type", "application/octet-stream")
        with urlopen(request, timeout=_UPLOAD_SECONDS) as answer:  # noqa: S310 - as above
            answer.read()
        return str(place["file_id"])

    def _is_shared(self, file: str) -> bool:
        try:
            found = self.client.files_info(file=file)["file"]
        except CALL_ERRORS:
            return False
        return any((found.get("shares") or {}).values())


def _is_definite(error: SlackApiError) -> bool:
    """Whether Slack said in its own words that nothing was done; anything may be after a 500."""
    said = str(error.response.get("error"))
    return _SLACKS_WORD.fullmatch(said) is not None and said not in _UNCLEAR


def _word(error: Exception) -> str:
    if isinstance(error, SlackApiError):
        return str(error.response.get("error"))
    return str(error)
