"""Settings of the bot's side, read once at the door."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field, fields, replace
from datetime import timedelta
from math import isfinite
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from coffee_daemon import BadConfig, load_config, read_settings

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from coffee_daemon import Config

SLACK_API_URL = "https://slack.com/api/"

#: Where each setting may come from: the environment's name for it. In `[slack]` of
#: `config.toml` it has the name on the left.
ENVIRONMENT = {
    "bot_token": "SLACK_BOT_TOKEN",
    "app_token": "SLACK_APP_TOKEN",
    "api_url": "SLACK_API_URL",
    "channel": "COFFEE_CHANNEL",
    "admins": "COFFEE_ADMINS",
    "members": "COFFEE_MEMBERS",
    "ask_first": "COFFEE_ASK_FIRST",
    "command": "COFFEE_COMMAND",
    "settle_seconds": "COFFEE_SETTLE_SECONDS",
    "quiet_seconds": "COFFEE_QUIET_SECONDS",
    "post_seconds": "COFFEE_POST_SECONDS",
    "away_seconds": "COFFEE_AWAY_SECONDS",
    "allow_external": "COFFEE_ALLOW_EXTERNAL",
}
_SECRETS = ("bot_token", "app_token")
#: As flags these come ready made.
_TIMES = ("settle", "quiet", "post_interval", "away")

_PERSON = re.compile(r"[UW][A-Z0-9]{5,20}")
_CHANNEL_ID = re.compile(r"[CG][A-Z0-9]{5,20}")
_CHANNEL_NAME = re.compile(r"#?([^\sA-Z#@.,:/<>|]{1,80})")
#: Slack's manifest schema: `/` and up to 31 more.
_COMMAND = re.compile(r"/[a-z0-9_-]{1,31}")
_TOKEN = re.compile(r"[A-Za-z0-9._-]{8,500}")
_A_DAY_IN_SECONDS = 86_400

_WHERE_THEY_GO = (
    "The bot token (xoxb-..., from OAuth & Permissions) goes into SLACK_BOT_TOKEN, "
    "the app-level token (xapp-..., from Basic Information) into SLACK_APP_TOKEN."
)
_WHICH_CHANNEL = "Set it to the channel's name, such as #dev, or to its id, such as C012AB3CD."
_WHICH_PERSON = (
    "Give ids such as U012AB3CD, separated by commas: "
    "in Slack open the person's profile, then the three dots, then Copy member ID."
)


@dataclass(frozen=True, kw_only=True)
class BotConfig:
    """Everything the upper floor needs to know."""

    daemon: Config
    bot_token: str = field(repr=False)
    app_token: str = field(repr=False)
    api_url: str = SLACK_API_URL
    #: A channel's id, or `#` and its name.
    channel: str
    #: Slack user ids. Admins may do what members may.
    admins: frozenset[str] = frozenset()
    members: frozenset[str] = frozenset()
    #: Whom a question mentions when no `tell` of a person led to it, in this order.
    ask_first: tuple[str, ...] = ()
    command: str = "/coffee"
    #: How long an unclear post may take to appear before history is believed.
    settle: timedelta = timedelta(seconds=60)
    #: How long after a reply it may still be edited or followed by another one.
    quiet: timedelta = timedelta(seconds=60)
    #: The least time between two posts in a channel.
    post_interval: timedelta = timedelta(seconds=1)
    #: How long nothing is heard from us before Slack says so, while there is work; 0: never.
    away: timedelta = timedelta(seconds=900)
    #: Whether the channel may be shared with other workspaces.
    allow_external: bool = False
    #: What programs of the person's own get of our environment: nothing that is ours.
    environment: Mapping[str, str] = field(default_factory=dict, repr=False)


def load_bot_config(environment: Mapping[str, str], **flags: Any) -> BotConfig:
    """Read the settings: `[slack]` in the file, environment over file, flags over both.

    Args:
        environment: Usually `os.environ`.
        flags: Fields of `BotConfig` or of the daemon's `Config` by name; None means not given.

    Raises:
        BadConfig: Names the setting, what is wrong with it and what to do.
    """
    own = {one.name for one in fields(BotConfig)} - {"daemon"}
    given = {key: value for key, value in flags.items() if key in own and value is not None}
    times = {key: given.pop(key) for key in _TIMES if key in given}
    rest = {key: value for key, value in flags.items() if key not in own}
    daemon = load_config(environment, **rest)
    found = _build(_gather(daemon.home, environment, given), daemon)
    theirs = {name: value for name, value in environment.items() if not _is_ours(name)}
    return replace(found, environment=theirs, **times)


def _is_ours(name: str) -> bool:
    return name.upper().startswith(("SLACK_", "COFFEE_"))


@dataclass(frozen=True)
class _Setting:
    """A value with the name of the place it came from, for complaints."""

    value: Any
    place: str

    def text(self) -> str:
        if isinstance(self.value, str):
            return self.value.strip().strip("'\"").strip()
        raise self.wrong("must be a text")

    def wrong(self, what: str, hint: str = "") -> BadConfig:
        return BadConfig(f"{self.place} {what}.", hint=hint)


def _gather(
    home: Path, environment: Mapping[str, str], flags: Mapping[str, Any]
) -> dict[str, _Setting]:
    path = home / "config.toml"
    found = _from_file(read_settings(home).get("slack", {}), path)
    found |= {
        key: _Setting(environment[name], name)
        for key, name in ENVIRONMENT.items()
        if environment.get(name, "").strip()
    }
    return found | {key: _Setting(value, f"The flag {key}") for key, value in flags.items()}


def _from_file(table: Any, path: Path) -> dict[str, _Setting]:
    if not isinstance(table, dict):
        raise BadConfig(f"[slack] in {path} must be a table.")
    if unknown := sorted(set(table) - set(ENVIRONMENT)):
        known = ", ".join(ENVIRONMENT)
        raise BadConfig(f"[slack] in {path} knows no {unknown[0]!r}.", hint=f"It knows {known}.")
    if any(table.get(secret) for secret in _SECRETS):
        _demand_private(path)
    return {key: _Setting(value, f"[slack] {key} in {path}") for key, value in table.items()}


def _demand_private(path: Path) -> None:
    # Elsewhere there are no such bits: there the folder's own rights protect the file.
    if os.name == "posix" and path.stat().st_mode & 0o077:
        raise BadConfig(
            f"{path} holds a Slack token, but others may read it.",
            hint=f"Run: chmod 600 {path}",
        )


def _build(found: Mapping[str, _Setting], daemon: Config) -> BotConfig:
    bot_token, app_token = _tokens(found)
    return BotConfig(
        daemon=daemon,
        bot_token=bot_token,
        app_token=app_token,
        api_url=_api_url(found.get("api_url")),
        channel=_channel(found.get("channel")),
        admins=frozenset(_people(found.get("admins"))),
        members=frozenset(_people(found.get("members"))),
        ask_first=_people(found.get("ask_first")),
        command=_command(found.get("command")),
        settle=_seconds(found, "settle", 60),
        quiet=_seconds(found, "quiet", 60),
        post_interval=_seconds(found, "post", 1),
        away=_seconds(found, "away", 900),
        allow_external=_yes(found.get("allow_external")),
    )


def _tokens(found: Mapping[str, _Setting]) -> tuple[str, str]:
    bot, app = (found[key].text() if key in found else "" for key in _SECRETS)
    if bot.startswith("xapp-") and app.startswith("xoxb-"):
        raise BadConfig("The two Slack tokens are swapped.", hint=_WHERE_THEY_GO)
    for setting, token, begins in (("bot", bot, "xoxb-"), ("app", app, "xapp-")):
        name = ENVIRONMENT[f"{setting}_token"]
        if not token:
            raise BadConfig(f"{name} is not set.", hint=_WHERE_THEY_GO)
        if not token.startswith(begins) or not _TOKEN.fullmatch(token):
            raise BadConfig(f"{name} is no {setting} token.", hint=_WHERE_THEY_GO)
    return bot, app


def _api_url(setting: _Setting | None) -> str:
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


def _channel(setting: _Setting | None) -> str:
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


def _people(setting: _Setting | None) -> tuple[str, ...]:
    """Return the ids in their order, each once."""
    if setting is None:
        return ()
    return tuple(dict.fromkeys(_person(word, setting) for word in _words(setting)))


def _words(setting: _Setting) -> list[str]:
    value = setting.value
    if isinstance(value, list | tuple | set | frozenset):
        if not all(isinstance(one, str) for one in value):
            raise setting.wrong("must hold user ids", _WHICH_PERSON)
        return [one.strip() for one in value]
    return [word for word in re.split(r"[\s,;]+", setting.text()) if word]


def _person(word: str, setting: _Setting) -> str:
    if _PERSON.fullmatch(word):
        return word
    if "*" in word:
        raise setting.wrong("may not hold *: that would let everybody in", _WHICH_PERSON)
    # A token pasted into the wrong line must not end up in a log.
    shown = "a token" if word.startswith(("xox", "xapp")) else repr(word[:40])
    raise setting.wrong(f"holds {shown}, which is no user id", _WHICH_PERSON)


def _command(setting: _Setting | None) -> str:
    if setting is None:
        return "/coffee"
    text = setting.text()
    command = text if text.startswith("/") else f"/{text}"
    if not _COMMAND.fullmatch(command):
        raise setting.wrong(
            "must be / and up to 31 small letters, digits, - or _", "The usual one is /coffee."
        )
    return command


def _seconds(found: Mapping[str, _Setting], name: str, usual: float) -> timedelta:
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


def _yes(setting: _Setting | None) -> bool:
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
