"""Rows of halts and usage limits: facts whose text is JSON."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from coffee_daemon.clock import Day
from coffee_daemon.notifications import Person
from coffee_daemon.spending import Budget, Continued, Halt, Spent, TaskSpent, UsageLimit
from coffee_daemon.store.rows import facts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy.engine import Connection

HALT, CONTINUED, USAGE = "halt:", "continued:", "usage:"


def add(connection: Connection, halt: Halt, now: datetime) -> bool:
    """Insert a halt; false when it is known already."""
    return facts.keep_first(connection, HALT + halt.name, _halt_text(halt), now)


def find(connection: Connection, name: str) -> Halt | None:
    """Return the halt of that name, with who let it go on."""
    text = facts.get(connection, HALT + name)
    if text is None:
        return None
    return replace(_halt(text), continued=_continued(facts.get(connection, CONTINUED + name)))


def beginning_with(connection: Connection, prefix: str = "") -> Iterator[Halt]:
    """Return every halt whose name begins so, the oldest first."""
    going_on = facts.beginning_with(connection, CONTINUED + prefix)
    found = facts.beginning_with(connection, HALT + prefix)
    halts = {name.removeprefix(HALT): _halt(text) for name, text in found.items()}
    for name, halt in sorted(halts.items(), key=lambda one: (one[1].day, one[1].allowed)):
        yield replace(halt, continued=_continued(going_on.get(CONTINUED + name)))


def go_on(connection: Connection, name: str, who: Person, now: datetime) -> bool:
    """Keep who let it go on; false when somebody has before."""
    text = json.dumps({"id": who.id, "name": who.name, "at": now.isoformat()})
    return facts.keep_first(connection, CONTINUED + name, text, now)


def forget_before(connection: Connection, day: Day) -> None:
    """Forget the halts of days before that one."""
    for halt in list(beginning_with(connection)):
        if halt.day < day:
            facts.forget(connection, HALT + halt.name)
            facts.forget(connection, CONTINUED + halt.name)


def keep_usage(connection: Connection, limit: UsageLimit) -> None:
    """Keep an agent's usage limit, in place of the one before."""
    plain = {
        "until": limit.until.isoformat(),
        "task": limit.task,
        "at": limit.at.isoformat(),
        "since": limit.since.isoformat(),
    }
    name = f"{USAGE}{limit.daemon}:{limit.agent}"
    facts.keep(connection, name, json.dumps(plain), limit.at)


def usage(connection: Connection, daemon: str, agent: str) -> UsageLimit | None:
    """Return the usage limit that this agent met last."""
    name = f"{USAGE}{daemon}:{agent}"
    text = facts.get(connection, name)
    return None if text is None else _usage(name, text)


def forget_usage(connection: Connection, limit: UsageLimit) -> None:
    """Know nothing of an agent's usage limit any more."""
    facts.forget(connection, f"{USAGE}{limit.daemon}:{limit.agent}")


def usages(connection: Connection) -> list[UsageLimit]:
    """Return the last usage limit of each daemon's agents."""
    return [_usage(*one) for one in facts.beginning_with(connection, USAGE).items()]


def _halt_text(halt: Halt) -> str:
    plain = {
        "daemon": halt.daemon,
        "day": str(halt.day),
        "budget": halt.budget,
        "allowed": halt.allowed,
        "more": halt.more,
        "until": halt.until.isoformat(),
        "tasks": [asdict(one) for one in halt.tasks],
        "others": halt.others,
        "total": asdict(halt.total),
    }
    return json.dumps(plain, ensure_ascii=False)


def _halt(text: str) -> Halt:
    plain = json.loads(text)
    return Halt(
        daemon=plain["daemon"],
        day=Day(date.fromisoformat(plain["day"])),
        budget=Budget(plain["budget"]),
        allowed=plain["allowed"],
        more=plain["more"],
        until=datetime.fromisoformat(plain["until"]),
        tasks=tuple(_task(one) for one in plain["tasks"]),
        others=plain["others"],
        total=Spent(**plain["total"]),
    )


def _task(plain: dict[str, Any]) -> TaskSpent:
    return TaskSpent(task=plain["task"], title=plain["title"], spent=Spent(**plain["spent"]))


def _continued(text: str | None) -> Continued | None:
    if text is None:
        return None
    plain = json.loads(text)
    who = Person(id=plain["id"], name=plain["name"])
    return Continued(who=who, at=datetime.fromisoformat(plain["at"]))


def _usage(name: str, text: str) -> UsageLimit:
    plain = json.loads(text)
    _, daemon, agent = name.split(":", 2)
    return UsageLimit(
        daemon=daemon,
        agent=agent,
        until=datetime.fromisoformat(plain["until"]),
        task=plain["task"],
        at=datetime.fromisoformat(plain["at"]),
        since=datetime.fromisoformat(plain["since"]),
    )
