"""One file's bytes from Slack. The bot token goes to Slack alone."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from http.client import HTTPException
from typing import TYPE_CHECKING, Any
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

from slack_sdk.errors import SlackApiError

from coffee_bot.files.offers import NOT_THERE, OUTSIDE, objection, size_of, too_large

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from email.message import Message
    from http.client import HTTPResponse

    from slack_sdk import WebClient

#: How long nothing may come, and how long all of it may take.
_SILENCE_SECONDS = 15.0
_DOWNLOAD_SECONDS = 300.0
_PIECE_BYTES = 65_536
#: Slack keeps files below these names, its edition for governments below the second.
_SLACKS = (".slack.com", ".slack-gov.com")
_SIGN_IN = (
    "Slack does not let the bot read files: add the scope `files:read` to the app, "
    "install it anew, and send the file again."
)
_DEFINITE = {
    "file_not_found": NOT_THERE,
    "file_deleted": NOT_THERE,
    "not_visible": NOT_THERE,
    "missing_scope": _SIGN_IN,
}


class Never(Exception):
    """The file will not be taken. The reason is a sentence for people."""


class NotNow(Exception):
    """It did not work this time. The reason is for people, should it stay so."""

    def __init__(self, reason: str, seconds: float = 0.0) -> None:
        super().__init__(reason)
        #: How long to wait at least.
        self.seconds = seconds


class _Stay(HTTPRedirectHandler):
    """Follows nobody: Slack's own redirection leads to a page to sign in."""

    def redirect_request(self, *_: Any) -> None:
        """Refuse; the caller then sees the answer itself."""


@dataclass(frozen=True)
class Door:
    """Where the bytes of files come from."""

    client: WebClient
    #: Bytes of a file.
    most: int
    stopping: Callable[[], bool] = field(default=lambda: False)

    def fetch(self, file: str) -> bytes:
        """Return the bytes of the file of that id.

        Raises:
            Never: It cannot or must not be had.
            NotNow: It may be had later.
        """
        found = self._look_up(file)
        if reason := objection(found, self.most):
            raise Never(reason)
        url = str(found.get("url_private_download") or found.get("url_private") or "")
        if not self._is_slacks(url):
            raise Never(OUTSIDE)
        data, kind = self._read(url)
        if len(data) != size_of(found):
            self._explain(kind, found)
        return data

    def _look_up(self, file: str) -> Mapping[str, Any]:
        try:
            return dict(self.client.files_info(file=file)["file"])
        except SlackApiError as error:
            said = str(error.response.get("error"))
            if said in _DEFINITE:
                raise Never(_DEFINITE[said]) from None
            raise NotNow(f"Slack said {said}.", _wait(error.response.headers or {})) from None
        except OSError as error:
            raise NotNow(f"Slack cannot be reached ({error}).") from None

    def _is_slacks(self, url: str) -> bool:
        place, ours = urlsplit(url), urlsplit(self.client.base_url)
        if place.scheme == "https" and (place.hostname or "").endswith(_SLACKS):
            return True
        return (place.scheme, place.netloc) == (ours.scheme, ours.netloc)

    def _read(self, url: str) -> tuple[bytes, str]:
        request = Request(url)  # noqa: S310 - `_is_slacks` looked at it
        request.add_unredirected_header("Authorization", f"Bearer {self.client.token}")
        try:
            with build_opener(_Stay).open(request, timeout=_SILENCE_SECONDS) as answer:
                return self._bounded(answer), answer.headers.get_content_type()
        except HTTPError as error:
            with error:
                raise _of_status(error) from None
        except (OSError, HTTPException) as error:
            raise NotNow(f"The download failed ({error}).") from None

    def _bounded(self, answer: HTTPResponse) -> bytes:
        data, deadline = bytearray(), time.monotonic() + _DOWNLOAD_SECONDS
        while piece := answer.read1(_PIECE_BYTES):
            data += piece
            if len(data) > self.most:
                raise Never(too_large(len(data), self.most))
            if time.monotonic() > deadline:
                raise NotNow("The download took too long.")
            if self.stopping():
                raise NotNow("The bot was stopped.")
        return bytes(data)

    def _explain(self, kind: str, found: Mapping[str, Any]) -> None:
        """Raise: what came is not the file, though the answer was no refusal."""
        if kind == "text/html" and found.get("mimetype") != kind:
            raise Never(_SIGN_IN)
        raise NotNow("What came has another length than the file.")


def _of_status(error: HTTPError) -> Never | NotNow:
    if error.code in {301, 302, 303, 307, 308, 401, 403}:
        return Never(_SIGN_IN)
    if error.code in {404, 410}:
        return Never(NOT_THERE)
    return NotNow(f"Slack answered {error.code}.", _wait(error.headers))


def _wait(headers: Mapping[str, Any] | Message) -> float:
    """The seconds that Slack asks to wait."""
    try:
        return float(headers.get("Retry-After") or 0)
    except ValueError:
        return 0.0
