"""The front door: what the bot, and any Python program, may use of the daemon's side.

Each name is loaded when it is first asked for, so that a program that only wants the
status does not pay for the database.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from coffee_daemon.front_door import ROOMS as _ROOMS

if TYPE_CHECKING:
    from coffee_daemon.addresses import safe_link
    from coffee_daemon.asking import ask, fetch, report, withdraw
    from coffee_daemon.clock import Clock, Day, ManualClock, SystemClock
    from coffee_daemon.config import (
        DEFAULT_NAME,
        AgentSettings,
        Config,
        Limits,
        WorkingHours,
        load_config,
        read_settings,
    )
    from coffee_daemon.contacts import Contact, Matter, Snooze
    from coffee_daemon.digest import Digest
    from coffee_daemon.doorbell import Doorbell, bot_bell, daemon_bell, ring
    from coffee_daemon.errors import (
        BadConfig,
        BadInput,
        CoffeeError,
        IllegalMove,
        NotFound,
        ProcessTrouble,
        Refused,
        StartFailed,
        StopFailed,
        StoreBusy,
        StoreTrouble,
        Unproven,
    )
    from coffee_daemon.history import MOST_DAYS, PICTURE_SLOT, History, phases, runs
    from coffee_daemon.journal import acts_folder
    from coffee_daemon.logs import SafeFormatter, begin_log, redact
    from coffee_daemon.metrics import Metrics
    from coffee_daemon.moments import read_moment
    from coffee_daemon.notifications import (
        Answer,
        AnswerKind,
        Notification,
        NotificationType,
        Option,
        Person,
        Priority,
        Question,
        QuestionState,
        Receipt,
        Recorded,
        Via,
        local_person,
        read_choice,
    )
    from coffee_daemon.process import (
        ProcessManager,
        StopReport,
        Wish,
        focus,
        pause,
        read_wish,
        resume,
        unfocus,
        write_wish,
    )
    from coffee_daemon.reply_files import (
        FileState,
        OfferedFile,
        ReplyFile,
        kept_folder,
    )
    from coffee_daemon.silence import Silence, SilenceKind
    from coffee_daemon.spending import (
        Budget,
        DaySpent,
        GoneOn,
        Halt,
        Spent,
        TaskSpent,
        UsageLimit,
        spent_by_task,
    )
    from coffee_daemon.status import DaemonState, DaemonStatus
    from coffee_daemon.store import (
        AuditEntry,
        AuditHead,
        Held,
        InboxRow,
        Post,
        PostState,
        Request,
        Store,
        Transition,
    )
    from coffee_daemon.story import Event, Story
    from coffee_daemon.system import (
        Identity,
        Lock,
        Vigil,
        private_folder,
        read_small,
        run_bounded,
        system_clock,
        write_private,
    )
    from coffee_daemon.tails import daemon_tail, turn_tail
    from coffee_daemon.tasks import ENDED, Exchange, Task, TaskState, Turn, TurnEnd, TurnState, Work
    from coffee_daemon.workspace import Commit, commits_since

_ROOM_OF = {name: room for room, names in _ROOMS.items() for name in names}

__all__ = [
    "DEFAULT_NAME",
    "ENDED",
    "MOST_DAYS",
    "PICTURE_SLOT",
    "AgentSettings",
    "Answer",
    "AnswerKind",
    "AuditEntry",
    "AuditHead",
    "BadConfig",
    "BadInput",
    "Budget",
    "Clock",
    "CoffeeError",
    "Commit",
    "Config",
    "Contact",
    "DaemonState",
    "DaemonStatus",
    "Day",
    "DaySpent",
    "Digest",
    "Doorbell",
    "Event",
    "Exchange",
    "FileState",
    "GoneOn",
    "Halt",
    "Held",
    "History",
    "Identity",
    "IllegalMove",
    "InboxRow",
    "Limits",
    "Lock",
    "ManualClock",
    "Matter",
    "Metrics",
    "NotFound",
    "Notification",
    "NotificationType",
    "OfferedFile",
    "Option",
    "Person",
    "Post",
    "PostState",
    "Priority",
    "ProcessManager",
    "ProcessTrouble",
    "Question",
    "QuestionState",
    "Receipt",
    "Recorded",
    "Refused",
    "ReplyFile",
    "Request",
    "SafeFormatter",
    "Silence",
    "SilenceKind",
    "Snooze",
    "Spent",
    "StartFailed",
    "StopFailed",
    "StopReport",
    "Store",
    "StoreBusy",
    "StoreTrouble",
    "Story",
    "SystemClock",
    "Task",
    "TaskSpent",
    "TaskState",
    "Transition",
    "Turn",
    "TurnEnd",
    "TurnState",
    "Unproven",
    "UsageLimit",
    "Via",
    "Vigil",
    "Wish",
    "Work",
    "WorkingHours",
    "acts_folder",
    "ask",
    "begin_log",
    "bot_bell",
    "commits_since",
    "daemon_bell",
    "daemon_tail",
    "fetch",
    "focus",
    "kept_folder",
    "load_config",
    "local_person",
    "pause",
    "phases",
    "private_folder",
    "read_choice",
    "read_moment",
    "read_settings",
    "read_small",
    "read_wish",
    "redact",
    "report",
    "resume",
    "ring",
    "run_bounded",
    "runs",
    "safe_link",
    "spent_by_task",
    "system_clock",
    "turn_tail",
    "unfocus",
    "withdraw",
    "write_private",
    "write_wish",
]


def __getattr__(name: str) -> Any:
    try:
        room = _ROOM_OF[name]
    except KeyError:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}") from None
    value = getattr(import_module(f"{__name__}.{room}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(_ROOM_OF)
