"""What the upper floor needs to know, and where each setting may come from."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import time, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from coffee_bot.reminding import Hours
    from coffee_daemon import Config


class FileKind(StrEnum):
    """What is in a file."""

    TEXT = "text"  # source, logs, CSV, JSON, SVG and the like
    IMAGE = "image"  # PNG, JPEG, GIF, WebP
    PDF = "pdf"
    ARCHIVE = "archive"  # ZIP and what is built on it, such as .docx; tar, gzip and their kin
    OTHER = "other"  # not known
    PROGRAM = "program"  # runs on some machine; never taken


SLACK_API_URL = "https://slack.com/api/"

#: Where each setting may come from: the environment's name for it. In `[slack]` of
#: `config.toml` it has the name on the left.
ENVIRONMENT = {
    "bot_token": "SLACK_BOT_TOKEN",
    "app_token": "SLACK_APP_TOKEN",
    "api_url": "SLACK_API_URL",
    "channel": "COFFEE_CHANNEL",
    "admins": "COFFEE_ADMINS",
    "operators": "COFFEE_OPERATORS",
    "members": "COFFEE_MEMBERS",
    "ask_first": "COFFEE_ASK_FIRST",
    "command": "COFFEE_COMMAND",
    "settle_seconds": "COFFEE_SETTLE_SECONDS",
    "quiet_seconds": "COFFEE_QUIET_SECONDS",
    "post_seconds": "COFFEE_POST_SECONDS",
    "work_hours": "COFFEE_WORK_HOURS",
    "work_days": "COFFEE_WORK_DAYS",
    "quiet_hours": "COFFEE_QUIET_HOURS",
    "remind_after": "COFFEE_REMIND_AFTER",
    "away_seconds": "COFFEE_AWAY_SECONDS",
    "allow_external": "COFFEE_ALLOW_EXTERNAL",
    "digest": "COFFEE_DIGEST",
    "file_megabytes": "COFFEE_FILE_MEGABYTES",
    "file_kinds": "COFFEE_FILE_KINDS",
}


@dataclass(frozen=True, kw_only=True)
class BotConfig:
    """Everything the upper floor needs to know."""

    daemon: Config
    bot_token: str = field(repr=False)
    app_token: str = field(repr=False)
    api_url: str = SLACK_API_URL
    #: A channel's id, or `#` and its name.
    channel: str
    #: Slack's ids of people and user groups, one list for each role; see `intent.Role`.
    admins: frozenset[str] = frozenset()
    operators: frozenset[str] = frozenset()
    members: frozenset[str] = frozenset()
    #: Whom a question mentions when no `tell` of a person led to it, in this order; groups too.
    ask_first: tuple[str, ...] = ()
    command: str = "/coffee"
    #: How long an unclear post may take to appear before history is believed.
    settle: timedelta = timedelta(seconds=60)
    #: How long after a reply it may still be edited or followed by another one.
    quiet: timedelta = timedelta(seconds=60)
    #: The least time between two posts in a channel.
    post_interval: timedelta = timedelta(seconds=1)
    #: When people may be mentioned, each by the own clock; None: at any time.
    hours: Hours | None = None
    #: Working time after which a question is reminded of, unless it says otherwise; 0: never.
    remind_after: timedelta = timedelta(hours=4)
    #: How long nothing is heard from us before Slack says so, while there is work; 0: never.
    away: timedelta = timedelta(seconds=900)
    #: Whether the channel may be shared with other workspaces.
    allow_external: bool = False
    #: When the daily digest is told, by the machine's local time; None: never.
    digest: time | None = time(9, 0)
    #: Bytes of one file that comes with a reply, and which kinds are taken.
    file_bytes: int = 10_000_000
    file_kinds: frozenset[FileKind] = frozenset({FileKind.TEXT, FileKind.IMAGE, FileKind.PDF})
    #: What programs of the person's own get of our environment: nothing that is ours.
    environment: Mapping[str, str] = field(default_factory=dict, repr=False)
