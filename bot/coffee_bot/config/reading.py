"""One setting -> its value, or a complaint that says what to do."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import time, timedelta
from math import isfinite
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from coffee_bot.config.nouns import ENVIRONMENT, SLACK_API_URL, FileKind
from coffee_daemon import BadConfig

if TYPE_CHECKING:
    from collections.abc import Mapping

SECRETS = ("bot_token", "app_token")

_PERSON = re.compile(r"[UW][A-Z0-9]{5,20}")
_GROUP = re.compile(r"S[A-Z0-9]{5,20}")
_CHANNEL_ID = re.compile(r"[CG][A-Z0-9]{5,20}")
_CHANNEL_NAME = re.compile(r"#?([^\sA-Z#@.,:/<>|]{1,80})")
#: Slack's manifest schema: `/` and up to 31 more.
_COMMAND = re.compile(r"/[a-z0-9_-]{1,31}")
_TOKEN = re.compile(r"[A-Za-z0-9._-]{8,500}")
_HOUR = re.compile(r"([01]?[0-9]|2[0-3])(?::([0-5][0-9]))?")
_A_DAY_IN_SECONDS = 86_400
_A_GIGABYTE_IN_MEGABYTES = 1_000

_WHERE_THEY_GO = (
    "The bot token (xoxb-..., from OAuth & Permissions) goes into SLACK_BOT_TOKEN, "
    "the app-level token (xapp-..., from Basic Information) into SLACK_APP_TOKEN."
)
_WHICH_CHANNEL = "Set it to the channel's name, such as #dev, or to its id, such as C012AB3CD."
_WHICH_PERSON = (
    "Give ids such as U012AB3CD, separated by commas: "
    "in Slack open the person's profile, then the three dots, then Copy member ID. "
    "A user group's id, such as S012AB3CD, is in its address on the page People, User groups."
)


@dataclass(frozen=True)
class Setting:
    """A value with the name of the place it came from, for complaints."""

    value: Any
    place: str

    def text(self) -> str:
        """The value as text, without what people put around it."""
        if isinstance(self.value, str):
            return self.value.strip().strip("'\"").strip()
        raise self.wrong("must be a text")

    def wrong(self, what: str, hint: str = "") -> BadConfig:
        """Return a complaint that names the place."""
        return BadConfig(f"{self.place} {what}.", hint=hint)


def tokens(found: Mapping[str, Setting]) -> tuple[str, str]:
    """Return the bot token and the app-level token."""
    bot, app = (found[key].text() if key in found else "" for key in SECRETS)
    if bot.startswith("xapp-") and app.startswith("xoxb-"):
        raise BadConfig("The two Slack tokens are swapped.", hint=_WHERE_THEY_GO)
    for setting, token, begins in (("bot", bot, "xoxb-"), ("app", app, "xapp-")):
        name = ENVIRONMENT[f"{setting}_token"]
        if not token:
            raise BadConfig(f"{name} is not set.", hint=_WHERE_THEY_GO)
        if not token.startswith(begins) or not _TOKEN.fullmatch(token):
            raise BadConfig(f"{name} is no {setting} token.", hint=_WHERE_THEY_GO)
    return bot, app


def api_url(setting: Setting | None) -> str:
    """Keep the token from travelling in the clear: plain http is for this machine alone."""
    if setting is None:
        return SLACK_API_URL
    url = setting.text()
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError:
        raise setting.wrong("is no address", f"Slack's own is {SLACK_API_URL}") from None
    if parts.scheme == "https" and host:
        return url.rstrip("/") + "/"
    if parts.scheme == "http" and host in {"localhost", "127.0.0.1", "::1"}:
        return url.rstrip("/") + "/"
    raise setting.wrong(
        "must begin with https:// (http:// only on this machine)",
        f"Slack's own is {SLACK_API_URL}",
    )


def channel(setting: Setting | None) -> str:
    """Return a channel's id, or `#` and its name."""
    if setting is None:
        raise BadConfig("COFFEE_CHANNEL is not set.", hint=_WHICH_CHANNEL)
    text = setting.text()
    if _CHANNEL_ID.fullmatch(text):
        return text
    if re.fullmatch(r"D[A-Z0-9]{5,20}", text):
        raise setting.wrong("is a direct message, not a channel", _WHICH_CHANNEL)
    if name := _CHANNEL_NAME.fullmatch(text):
        return f"#{name[1]}"
    raise setting.wrong("is no channel", _WHICH_CHANNEL)


def people(setting: Setting | None) -> tuple[str, ...]:
    """Return the ids in their order, each once."""
    if setting is None:
        return ()
    return tuple(dict.fromkeys(_person(word, setting) for word in _words(setting)))


def _words(setting: Setting) -> list[str]:
    value = setting.value
    if isinstance(value, list | tuple | set | frozenset):
        if not all(isinstance(one, str) for one in value):
            raise setting.wrong("must hold user ids", _WHICH_PERSON)
        return [one.strip() for one in value]
    return [word for word in re.split(r"[\s,;]+", setting.text()) if word]


def _person(word: str, setting: Setting) -> str:
    if _PERSON.fullmatch(word) or is_group(word):
        return word
    if "*" in word:
        raise setting.wrong("may not hold *: that would let everybody in", _WHICH_PERSON)
    # A token pasted into the wrong line must not end up in a log.
    shown = "a token" if word.startswith(("xox", "xapp")) else repr(word[:40])
    raise setting.wrong(f"holds {shown}, which is no id of a person or user group", _WHICH_PERSON)


def is_group(word: str) -> bool:
    """Whether this is the id of a user group, and not of a person."""
    return _GROUP.fullmatch(word) is not None


def command(setting: Setting | None) -> str:
    """Return the slash command, with its slash."""
    if setting is None:
        return "/coffee"
    text = setting.text()
    command = text if text.startswith("/") else f"/{text}"
    if not _COMMAND.fullmatch(command):
        raise setting.wrong(
            "must be / and up to 31 small letters, digits, - or _", "The usual one is /coffee."
        )
    return command


def seconds(found: Mapping[str, Setting], name: str, usual: float) -> timedelta:
    """Return a time between 0 and a day."""
    setting = found.get(f"{name}_seconds")
    if setting is None:
        return timedelta(seconds=usual)
    try:
        seconds = float(setting.value)
    except (TypeError, ValueError):
        raise setting.wrong("must be a number of seconds") from None
    if not (isfinite(seconds) and 0 <= seconds <= _A_DAY_IN_SECONDS):
        raise setting.wrong("must be a number of seconds between 0 and a day")
    return timedelta(seconds=seconds)


def hour(setting: Setting | None, usual: time | None) -> time | None:
    """Return a time of day; none where it is switched off."""
    if setting is None:
        return usual
    word = setting.text().lower()
    if word in {"", "off", "no", "never", "false"}:
        return None
    found = _HOUR.fullmatch(word)
    if found is None:
        raise setting.wrong("must be a time of day", "Such as 9:00 or 17:30; off switches it off.")
    return time(int(found[1]), int(found[2] or 0))


def megabytes(setting: Setting | None, usual: int) -> int:
    """Return a size in bytes, up to a gigabyte."""
    if setting is None:
        return usual
    try:
        found = float(setting.value)
    except (TypeError, ValueError):
        raise setting.wrong("must be a number of megabytes") from None
    if not (isfinite(found) and 0 < found <= _A_GIGABYTE_IN_MEGABYTES):
        raise setting.wrong("must be a number of megabytes above 0, up to 1000")
    return int(found * 1_000_000)


def kinds(setting: Setting | None, usual: frozenset[FileKind]) -> frozenset[FileKind]:
    """Return the kinds of files that are taken; an empty list takes none."""
    if setting is None:
        return usual
    known = {kind.value: kind for kind in FileKind if kind is not FileKind.PROGRAM}
    words = [word.lower() for word in _words(setting)]
    if strange := [word for word in words if word not in known]:
        names = ", ".join(known)
        raise setting.wrong(f"holds {strange[0][:40]!r}, which is no kind", f"There are {names}.")
    return frozenset(known[word] for word in words)


def yes(setting: Setting | None) -> bool:
    """Return whether it says yes; not given is no."""
    if setting is None:
        return False
    if isinstance(setting.value, bool):
        return setting.value
    word = setting.text().lower()
    if word in {"true", "yes", "on", "1"}:
        return True
    if word in {"false", "no", "off", "0", ""}:
        return False
    raise setting.wrong("must be true or false")
