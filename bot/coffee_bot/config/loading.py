"""Settings of the bot's side, read once at the door."""

from __future__ import annotations

import os
from dataclasses import fields, replace
from typing import TYPE_CHECKING, Any

from coffee_bot.config import reading, times
from coffee_bot.config.nouns import ENVIRONMENT, BotConfig
from coffee_bot.config.reading import SECRETS, Setting
from coffee_daemon import BadConfig, load_config, read_settings

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from coffee_daemon import Config

#: As flags these come ready made.
_TIMES = ("settle", "quiet", "post_interval", "away", "hours", "remind_after")


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


def load_roles(environment: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    """Read who has which role, by the names of the settings; without the rest of them.

    Raises:
        BadConfig: Names the setting, what is wrong with it and what to do.
    """
    found = _gather(load_config(environment).home, environment, {})
    return {name: reading.people(found.get(name)) for name in ("admins", "operators", "members")}


def _is_ours(name: str) -> bool:
    return name.upper().startswith(("SLACK_", "COFFEE_"))


def _gather(
    home: Path, environment: Mapping[str, str], flags: Mapping[str, Any]
) -> dict[str, Setting]:
    path = home / "config.toml"
    found = _from_file(read_settings(home).get("slack", {}), path)
    found |= {
        key: Setting(environment[name], name)
        for key, name in ENVIRONMENT.items()
        if environment.get(name, "").strip()
    }
    return found | {key: Setting(value, f"The flag {key}") for key, value in flags.items()}


def _from_file(table: Any, path: Path) -> dict[str, Setting]:
    if not isinstance(table, dict):
        raise BadConfig(f"[slack] in {path} must be a table.")
    if unknown := sorted(set(table) - set(ENVIRONMENT)):
        known = ", ".join(ENVIRONMENT)
        raise BadConfig(f"[slack] in {path} knows no {unknown[0]!r}.", hint=f"It knows {known}.")
    if any(table.get(secret) for secret in SECRETS):
        _demand_private(path)
    return {key: Setting(value, f"[slack] {key} in {path}") for key, value in table.items()}


def _demand_private(path: Path) -> None:
    # Elsewhere there are no such bits: there the folder's own rights protect the file.
    if os.name == "posix" and path.stat().st_mode & 0o077:
        raise BadConfig(
            f"{path} holds a Slack token, but others may read it.",
            hint=f"Run: chmod 600 {path}",
        )


def _build(found: Mapping[str, Setting], daemon: Config) -> BotConfig:
    bot_token, app_token = reading.tokens(found)
    return BotConfig(
        daemon=daemon,
        bot_token=bot_token,
        app_token=app_token,
        api_url=reading.api_url(found.get("api_url")),
        channel=reading.channel(found.get("channel")),
        admins=frozenset(reading.people(found.get("admins"))),
        operators=frozenset(reading.people(found.get("operators"))),
        members=frozenset(reading.people(found.get("members"))),
        ask_first=reading.people(found.get("ask_first")),
        command=reading.command(found.get("command")),
        settle=reading.seconds(found, "settle", 60),
        quiet=reading.seconds(found, "quiet", 60),
        post_interval=reading.seconds(found, "post", 1),
        hours=times.hours(found),
        remind_after=times.remind_after(found.get("remind_after")),
        away=reading.seconds(found, "away", 900),
        digest=reading.hour(found.get("digest"), BotConfig.digest),
        file_bytes=reading.megabytes(found.get("file_megabytes"), BotConfig.file_bytes),
        file_kinds=reading.kinds(found.get("file_kinds"), BotConfig.file_kinds),
        allow_external=reading.yes(found.get("allow_external")),
    )
