"""What turns cost, and the limits of a day: told in the channel, answered in private."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coffee_bot.blocks.kit import actions, button, context, message, section, sections
from coffee_bot.blocks.words import code, escape, line, mention, name_of, when
from coffee_daemon import Spent, spent_by_task

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from coffee_bot.blocks.kit import Block
    from coffee_bot.intent import Message
    from coffee_daemon import DaySpent, GoneOn, Halt, Person, TaskSpent, UsageLimit

#: The action of the *Continue today* button; its value is the halt's name.
CONTINUE = "continue"

#: Tasks that the answer to `cost` names one by one.
_TASKS = 15
_MOST_MENTIONS = 10


def halt(
    told: Halt, *, over: bool = False, mentions: Sequence[str] = (), command: str = "/coffee"
) -> Message:
    """Tell that a limit of the day is used up, what it went for, and what became of it.

    Args:
        told: The halt.
        over: Its day has passed.
        mentions: User ids of the admins; the same in every state.
        command: The slash command's name.
    """
    people = " ".join(mention(one) for one in mentions[:_MOST_MENTIONS])
    daemon = line(told.daemon, 80)
    pauses = f"It pauses until {when(told.until)}."
    return message(
        f"⏳ {daemon} has used up the day's limit of {told.limit}. {pauses} {people}".rstrip(),
        section(f"⏳ *{daemon} has used up the day's limit of {told.limit}.*\n{pauses}"),
        *sections(("*What the day went for*", *_table(told.tasks, told.others, told.total))),
        *_way_on(told, over, people, command),
    )


def went_on(told: Halt, who: Person) -> Message:
    """Show the channel who let it go on."""
    said = f"▶️ {name_of(who)} lets {line(told.daemon, 80)} go on today: {told.offer}."
    return message(said, section(said))


def usage_limit(limit: UsageLimit, *, command: str = "/coffee") -> Message:
    """Tell that the agent has reached a limit of its own, and when it goes on."""
    daemon = line(limit.daemon, 80)
    reached, until = f"The agent of {daemon} has reached its usage limit", when(limit.until)
    return message(
        f"⏳ {reached}. It goes on by itself {until}.",
        section(f"⏳ *{reached}.*\nIt goes on by itself {until}; until then all tasks wait."),
        context(
            f"met by #{limit.task}" + (f" with {code(limit.agent)}" if limit.agent else ""),
            f"`{command} continue` has it tried again at once (admins)",
        ),
    )


def gone_on(daemon: str, came: GoneOn, *, command: str = "/coffee") -> Message:
    """Tell the person who let it go on what came of that."""
    name = line(daemon, 80)
    lines = [f"▶️ {name} may go on today: {one.offer}." for one in came.halts]
    lines += [
        f"▶️ The agent is tried again, though it told of a limit until {when(one.until)}."
        for one in came.lifted
    ]
    if not lines:
        lines = list(_nothing_done(name, came, command))
    return message("\n".join(lines), *sections(lines))


def did_lift(who: Person, daemon: str) -> Message:
    """Show the channel who had the agent tried again before its limit ended."""
    said = f"▶️ {name_of(who)} lets {line(daemon, 80)} try its agent again."
    return message(said, section(said))


def cost(days: Sequence[DaySpent], today: str) -> Message:
    """Answer `cost`.

    Args:
        days: The newest first.
        today: How much of the day's limits is used, in words.
    """
    tasks = spent_by_task(days)
    if not tasks:
        return _plain(f"📭 No turn has begun in the last {len(days)} days.")
    everything = sum((day.total for day in days), Spent())
    rest = tasks[_TASKS:]
    together = f"{everything.count} · {escape(everything.cost)}"
    return message(
        f"💰 The last {len(days)} days: {together}",
        section(f"💰 *The last {len(days)} days*"),
        *sections(_days(days)),
        *sections(("*By task*", *_table(tasks[:_TASKS], len(rest), everything))),
        context(f"Today: {line(today, 200)}", "More: `coffee cost --days 30` on the machine"),
        context("A turn counts for the day it began, by the clock of the daemon's machine."),
    )


def _days(days: Sequence[DaySpent]) -> Iterator[str]:
    for place, day in enumerate(days):
        name = "today" if place == 0 else f"{day.day.on:%a %d %b}"
        if day.tasks:
            yield f"• *{name}* · {_took(day.total)}"


def _table(tasks: Sequence[TaskSpent], others: int, together: Spent) -> Iterator[str]:
    for one in tasks:
        yield f"• *#{one.task}* {line(one.title, 80)} · {_took(one.spent)}"
    if others:
        yield f"• …and {others} more task{'s' * (others > 1)}"
    if len(tasks) + others > 1:
        yield f"*Together* {_took(together)}"


def _took(spent: Spent) -> str:
    return f"{spent.count} · {escape(spent.cost)}"


def _way_on(told: Halt, over: bool, people: str, command: str) -> tuple[Block | None, ...]:
    if told.continued is not None:
        who, at = name_of(told.continued.who), when(told.continued.at)
        return (context(f"▶️ {who} let it go on, {at}: {told.offer}", people),)
    if over:
        return (context("A new day has begun.", people),)
    return (
        actions(button("Continue today", action=CONTINUE, value=told.name, style="primary")),
        context(
            people, f"*Continue today*, or `{command} continue`, allows {told.offer} (admins)."
        ),
    )


def _nothing_done(name: str, came: GoneOn, command: str) -> Iterator[str]:
    continued = came.before.continued if came.before else None
    if continued is not None:
        yield f"✅ Already continued by {name_of(continued.who)}, {when(continued.at)}."
    elif came.over is not None:
        yield "🌅 The day of that limit is over, so there was nothing to continue."
    else:
        yield f"✅ {name} is at no limit, so there was nothing to continue."
        yield (
            f"`{command} cost` tells what it has used. "
            "If this was meant as an answer, write it in the question's thread without my name."
        )


def _plain(said: str) -> Message:
    return message(said, section(said))
