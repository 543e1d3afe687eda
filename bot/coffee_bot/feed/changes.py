"""Changes of a daemon's state that matter, with flapping folded into one message."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from coffee_bot import blocks
from coffee_bot.intent import Message
from coffee_daemon import DaemonState as S
from coffee_daemon import Day

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from coffee_bot.feed.board import Board
    from coffee_bot.reaching import Reach
    from coffee_daemon import Store, Transition

CURSOR = "feed:transitions"

#: What people must know. The rest, such as from idle to working, shows on the card.
MATTERS = frozenset(
    {S.CRASHED, S.GAVE_UP, S.UNRESPONSIVE, S.ASLEEP, S.UNKNOWN, S.STOPPED, S.PAUSED}
)
#: States from which a way back is news. A limit that is reached has a post of its own.
_DOWN = MATTERS - {S.PAUSED} | {S.LIMITED}
#: A change so soon after another one is told in the same message.
FLAPPING = timedelta(seconds=60)
#: More changes than this at once are a backlog, which is one message however long it took.
BACKLOG = 3
#: Slack takes 50 blocks a message; a folded change is one of them.
_MOST = 20


@dataclass(frozen=True, kw_only=True)
class Group:
    """Changes of one daemon that are told together."""

    daemon: str
    changes: tuple[Transition, ...]

    @property
    def key(self) -> str:
        """Named by its first change, so that later ones edit it."""
        return f"transition:{self.changes[0].id}"

    @property
    def until(self) -> datetime:
        """When its last change was."""
        return self.changes[-1].at

    def takes(self, change: Transition, *, backlog: bool) -> bool:
        """Whether a further change belongs to it. A crash gets a post of its own."""
        if change.after is S.GAVE_UP or len(self.changes) >= _MOST:
            return False
        if change.after is S.CRASHED and self.changes[0].after is not S.CRASHED:
            return False
        return backlog or change.at - self.until < FLAPPING


@dataclass
class Changes:
    """Derives posts from transitions, from the cursor on."""

    store: Store
    board: Board
    #: Whether a person's start or stop ran then, which is told by its own post.
    by_hand: Callable[[datetime], bool]
    reach: Reach
    command: str = "/coffee"
    _open: dict[str, Group] = field(default_factory=dict)

    def derive(self) -> int:
        """Want what is new; return how many posts changed."""
        cursor = self.store.cursors.get(CURSOR)
        if cursor is None:
            # First contact: what happened before it is nobody's news.
            self.store.cursors.move(CURSOR, self.store.transitions.latest_id())
            return 0
        found = self.store.transitions.after(cursor)
        if not found:
            return 0
        groups = self._grouped([one for one in found if self._is_news(one)])
        wanted = sum(self.board.want(key, self._told(key, group)) for key, group in groups.items())
        # Only now: dying in between wants the same posts again, which is no work.
        self.store.cursors.move(CURSOR, found[-1].id)
        return wanted

    def _told(self, key: str, group: Group) -> Message:
        """A group in words; where it waits for a person, the admins are mentioned."""
        shown = tell(group, self.command)
        if group.changes[0].after is not S.GAVE_UP:
            return shown
        return blocks.calling(shown, self.reach.admins(key))

    def _is_news(self, change: Transition) -> bool:
        ordinary = change.after is S.STOPPED or change.before in {None, S.STOPPED}
        if ordinary and self.by_hand(change.at):
            return False
        return matters(change) and not (change.before is S.LIMITED and self._is_told(change))

    def _is_told(self, change: Transition) -> bool:
        """Whether it goes on from a limit as a person has just let it, or to try its agent again.

        The one has a post of its own, the other was told when it went on for the first time.
        """
        halts = self.store.halts.of_day(change.daemon, Day.of(change.at))
        limits = [one for one in self.store.halts.usages() if one.daemon == change.daemon]
        return any(
            one.continued and timedelta(0) <= change.at - one.continued.at < FLAPPING
            for one in halts
        ) or any(one.again and one.spans(change.at) for one in limits)

    def _grouped(self, changes: Sequence[Transition]) -> dict[str, Group]:
        backlog = len(changes) > BACKLOG
        groups: dict[str, Group] = {}
        for change in changes:
            group = self._open.get(change.daemon)
            if group is not None and group.takes(change, backlog=backlog):
                group = replace(group, changes=(*group.changes, change))
            else:
                group = Group(daemon=change.daemon, changes=(change,))
            self._open[change.daemon] = groups[group.key] = group
        return groups


def matters(change: Transition) -> bool:
    """Whether people must know of a change; a way back from trouble counts."""
    return change.after in MATTERS or change.before is None or change.before in _DOWN


def tell(group: Group, command: str = "/coffee") -> Message:
    """Tell a group: the first change in full, each later one in a line.

    What can be pressed fits the last one: nobody is asked to start what runs again. The lines of
    a crash can be looked at all the same.
    """
    first, *rest = group.changes
    lines = next((one.id for one in reversed(group.changes) if "\n" in one.why), None)
    shown = _one(first, lines, command)
    if not rest:
        return shown
    told = (block for block in shown.blocks if block["type"] != "actions")
    last = _one(rest[-1], lines, command)
    buttons = (block for block in last.blocks if block["type"] == "actions")
    return Message(
        text=f"{shown.text} ({_more(len(rest))}, now {_state(rest[-1])})",
        blocks=(*told, *(_line(change) for change in rest), *buttons),
    )


def _more(changes: int) -> str:
    return "1 more change" if changes == 1 else f"{changes} more changes"


def _state(change: Transition) -> str:
    return change.after.value.replace("_", " ")


def _one(change: Transition, lines: int | None, command: str) -> Message:
    return blocks.transition(
        change.daemon,
        change.after,
        why=change.why.partition("\n")[0],
        at=change.at,
        lines=lines,
        command=command,
    )


def _line(change: Transition) -> dict[str, object]:
    face = blocks.FACES[change.after]
    said = f"{blocks.when(change.at)}: {face.emoji} {face.says}"
    if change.after is S.STARTING and change.why:
        # Who, or what, starts it is the news.
        said += f": {blocks.line(change.why)}"
    return {"type": "context", "elements": [{"type": "mrkdwn", "text": said}]}
