"""`session/update`: what the agent tells of its work, for the log, the progress and the cost."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from acp.schema import (
    AgentMessageChunk,
    AgentPlanUpdate,
    AgentThoughtChunk,
    TextContentBlock,
    ToolCallProgress,
    ToolCallStart,
    UsageUpdate,
)

from coffee_daemon.agents.limits import Limit, guessed, limit_from_moment
from coffee_daemon.system import system_clock

if TYPE_CHECKING:
    from acp.schema import PlanEntry

    from coffee_daemon.agents.acp.calls import Calls
    from coffee_daemon.agents.acp.voice import Voice

_CURRENCY = "USD"
#: Where Claude Code's adapter tells a limit; the protocol itself knows none.
_RATE_LIMIT = "_claude/rateLimit"
#: Gemini CLI tells its mode as if its model had said it.
_MODE = re.compile(r"\[MODE_UPDATE\] (\w+)")


class Hearing:
    """Hears the agent out. While an old conversation is told again, only what it cost counts."""

    def __init__(self, calls: Calls, voice: Voice) -> None:
        self.retold = False
        #: How many updates there were so far.
        self.heard = 0
        #: The newest word on how far the turn is.
        self.progress = ""
        self.limit: Limit | None = None
        self._calls = calls
        self._voice = voice
        self._spent: float | None = None
        self._spent_before = 0.0

    @property
    def spent(self) -> float | None:
        """US dollars that the whole conversation has cost; None where the agent does not say."""
        return self._spent

    @property
    def cost(self) -> float | None:
        """US dollars that this turn has cost; None where the agent does not say."""
        if self._spent is None:
            return None
        # Below what it told before, it counts anew.
        counted = self._spent_before if self._spent >= self._spent_before else 0.0
        return self._spent - counted

    def begin(self, spent_before: float = 0.0) -> None:
        """The turn's own work begins: what the conversation has cost so far is not its cost."""
        self.retold = False
        self._spent_before = self._spent or spent_before
        self._spent = None

    def hear(self, update: Any) -> None:
        """Take in one update; kinds that say nothing to people are passed over."""
        self.heard += 1
        if isinstance(update, UsageUpdate):
            self._count(update)
        elif not self.retold:
            self._tell(update)

    def _tell(self, update: Any) -> None:
        if isinstance(update, AgentMessageChunk):
            self._say(_text(update.content))
        elif isinstance(update, AgentThoughtChunk):
            self._voice.think(_text(update.content))
        elif isinstance(update, ToolCallStart | ToolCallProgress):
            self._call(update)
        elif isinstance(update, AgentPlanUpdate):
            self._plan(update.entries)

    def _say(self, words: str) -> None:
        if mode := _MODE.fullmatch(words):
            self._voice.line(f"- its mode is now {mode[1]}")
        else:
            self._voice.say(words)

    def _call(self, update: ToolCallStart | ToolCallProgress) -> None:
        if title := self._calls.learn(update):
            self.progress = title
            self._voice.working(title)
        if update.status == "failed":
            self._voice.line(f"- failed: {self._calls.title(update.tool_call_id)}")

    def _plan(self, entries: list[PlanEntry]) -> None:
        done = sum(entry.status == "completed" for entry in entries)
        now = next((entry for entry in entries if entry.status == "in_progress"), None)
        if now is not None:
            self.progress = f"{now.content} ({done + 1} of {len(entries)})"
            self._voice.line(f"* {self.progress}")

    def _count(self, update: UsageUpdate) -> None:
        self._note_limit((update.field_meta or {}).get(_RATE_LIMIT))
        if update.cost is not None and update.cost.currency.upper() == _CURRENCY:
            self._spent = update.cost.amount

    def _note_limit(self, told: Any) -> None:
        if isinstance(told, dict) and told.get("status") == "rejected":
            now = system_clock().now()
            self.limit = limit_from_moment(told.get("resetsAt"), now) or guessed(now)


def _text(content: Any) -> str:
    return content.text if isinstance(content, TextContentBlock) else f"[{content.type}]"
