"""A small real Slack on loopback: Web API, Socket Mode, people, and a page that looks like a chat.

The bot under it runs unchanged; only its API address differs:

    with Sandbox() as sandbox:
        ...  # start a bot with sandbox.api_url, sandbox.bot_token, sandbox.app_token
        sandbox.workspace.command("ada", "dev", "/coffee", "status")
        print(sandbox.workspace.transcript("dev"))
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from coffee_bot.sandbox.chance import Rates
from coffee_bot.sandbox.errors import CommandRefusedError, UnknownNameError
from coffee_bot.sandbox.faults import ENDS, Effect, Fault, Moment
from coffee_bot.sandbox.ids import APP_ID, BOT_ID, BOT_USER_ID, TEAM_ID
from coffee_bot.sandbox.limits import Limits
from coffee_bot.sandbox.nouns import CommandResult, Message, Upload, User, View
from coffee_bot.sandbox.plan import FaultPlan, Happened
from coffee_bot.sandbox.server import Server
from coffee_bot.sandbox.settings import Exhibit, Settings, Shortcut
from coffee_bot.sandbox.workspace import Workspace

if TYPE_CHECKING:
    from types import TracebackType
    from typing import Self

__all__ = [
    "ENDS",
    "CommandRefusedError",
    "CommandResult",
    "Effect",
    "Exhibit",
    "Fault",
    "FaultPlan",
    "Happened",
    "Limits",
    "Message",
    "Moment",
    "Rates",
    "Sandbox",
    "Settings",
    "Shortcut",
    "UnknownNameError",
    "Upload",
    "User",
    "View",
    "Workspace",
]


class Sandbox:
    """One pretend Slack workspace, served on 127.0.0.1 from a thread of its own."""

    team_id = TEAM_ID
    app_id = APP_ID
    bot_id = BOT_ID
    bot_user_id = BOT_USER_ID

    def __init__(
        self, settings: Settings | None = None, *, faults: FaultPlan | None = None
    ) -> None:
        #: What shall go wrong.
        self.faults = faults or FaultPlan()
        self._server = Server(settings or Settings(), self.faults)
        #: Its people, channels and messages.
        self.workspace = Workspace(self._server)

    def start(self) -> None:
        """Start serving; raises OSError when the wanted port is taken."""
        self._server.start()

    def stop(self) -> None:
        """Stop serving and close every connection."""
        self._server.stop()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    @property
    def url(self) -> str:
        """The page's address."""
        return self._server.slack.base_url

    @property
    def api_url(self) -> str:
        """The Web API's address, for `SLACK_API_URL`."""
        return f"{self.url}api/"

    @property
    def bot_token(self) -> str:
        """The bot token, for `SLACK_BOT_TOKEN`."""
        return self._server.slack.bot_token

    @property
    def app_token(self) -> str:
        """The app-level token, for `SLACK_APP_TOKEN`."""
        return self._server.slack.app_token
