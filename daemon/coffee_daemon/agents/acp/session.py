"""Which conversation a turn goes on with, by what the agent can do."""

from __future__ import annotations

import asyncio
import os
import shutil
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from acp import RequestError
from acp.schema import EnvVariable, McpServerStdio

from coffee_daemon.agents.acp.ending import AUTH_REQUIRED, sentence
from coffee_daemon.agents.acp.ledger import spent_before

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from acp.client.connection import ClientSideConnection
    from acp.schema import InitializeResponse

    from coffee_daemon.agents.acp.hearing import Hearing
    from coffee_daemon.agents.acp.voice import Voice
    from coffee_daemon.agents.driver import Driver

_OURS = "COFFEE_"
#: An old conversation is told when nothing more of it came for that long; and some looks at most.
_RETELLING_PAUSE_SECONDS = 0.4
_RETELLING_LOOKS = 20
_ALLOWED = (
    "mcp__coffee",
    "Bash(coffee ask:*)",
    "Bash(coffee report:*)",
    "Bash(git add:*)",
    "Bash(git commit:*)",
)


class Sessions:
    """Opens the conversation of a turn."""

    def __init__(
        self,
        connection: ClientSideConnection,
        hello: InitializeResponse,
        driver: Driver,
        hearing: Hearing,
        voice: Voice,
    ) -> None:
        self._connection = connection
        self._hello = hello
        self._driver = driver
        self._folder = driver.order.folder
        self._hearing = hearing
        self._voice = voice
        self._servers = servers(os.environ)
        self._meta = _meta(driver.order.allowed_tools)

    async def resumed(self, session: str) -> bool:
        """Go on with a conversation; False where the agent cannot, or has forgotten it.

        Raises:
            RequestError: It wants a login first.
            ConnectionError: The agent has gone.
        """
        self._hearing.retold = True
        try:
            return await self._resume(session)
        except RequestError as error:
            if error.code == AUTH_REQUIRED:
                raise
            self._voice.line(f"- the conversation is not known any more: {sentence(error)}")
            return False
        finally:
            self._hearing.begin(self._spent_before(session))

    async def begun(self) -> str:
        """Begin a conversation, and return the agent's name for it.

        Raises:
            RequestError: The agent refuses.
            ConnectionError: The agent has gone.
        """
        opened = await self._connection.new_session(
            cwd=self._folder, mcp_servers=[*self._servers], **self._meta
        )
        return opened.session_id

    def _spent_before(self, session: str) -> float:
        return spent_before(self._driver.run_folder, self._driver.order.task, session)

    @property
    def asks_by_tool(self) -> bool:
        """Whether the agent has our MCP server to ask people by."""
        return bool(self._servers)

    async def _resume(self, session: str) -> bool:
        capabilities = self._hello.agent_capabilities
        if capabilities is None:
            return False
        can = capabilities.session_capabilities
        if can is not None and can.resume is not None:
            await self._connection.resume_session(
                session_id=session, cwd=self._folder, mcp_servers=[*self._servers], **self._meta
            )
            return True
        if capabilities.load_session:
            await self._connection.load_session(
                session_id=session, cwd=self._folder, mcp_servers=[*self._servers], **self._meta
            )
            await self._told_again()
            return True
        return False

    async def _told_again(self) -> None:
        """Wait for the end of the old conversation: Gemini CLI tells it after its answer."""
        heard = -1
        for _ in range(_RETELLING_LOOKS):
            if heard == self._hearing.heard:
                return
            heard = self._hearing.heard
            await asyncio.sleep(_RETELLING_PAUSE_SECONDS)


def servers(environment: Mapping[str, str]) -> list[McpServerStdio]:
    """Our own MCP server for the agent, where it is installed."""
    program = shutil.which("coffee", path=environment.get("PATH"))
    if program is None or find_spec("mcp") is None:
        return []
    marks = {name: value for name, value in environment.items() if name.startswith(_OURS)}
    env = [EnvVariable(name=name, value=value) for name, value in sorted(marks.items())]
    return [McpServerStdio(name="coffee", command=program, args=["mcp"], env=env)]


def _meta(allowed_tools: Sequence[str]) -> dict[str, Any]:
    """Options that Claude Code's adapter takes this way; other agents pass them over.

    What the prompt asks of every agent must not need a person's leave.
    """
    allowed = [*_ALLOWED, *allowed_tools]
    return {"claudeCode": {"options": {"allowedTools": allowed}}}
