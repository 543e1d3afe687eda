"""How the daemon is: the answer to `status`, changes, start and stop."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from coffee_bot.blocks.failures import change_lines_button, state_cause, state_step
from coffee_bot.blocks.focus import focused
from coffee_bot.blocks.kit import actions, button, context, facts, message, section
from coffee_bot.blocks.questions import open_questions
from coffee_bot.blocks.words import ago, code, code_block, duration, line, name_of, when
from coffee_daemon import DaemonState

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from coffee_bot.blocks.kit import Block
    from coffee_bot.intent import Message
    from coffee_daemon import CoffeeError, DaemonStatus, Person, Question

#: The action of the *Start* button; its value is the daemon's name.
START = "start"

S = DaemonState


@dataclass(frozen=True, kw_only=True)
class Face:
    """How a state looks and reads."""

    emoji: str
    #: What follows the daemon's name.
    says: str
    #: The headline of the status answer.
    headline: str = "RUNNING"


FACES: dict[DaemonState, Face] = {
    S.STOPPED: Face(emoji="❌", says="is stopped", headline="STOPPED"),
    S.STARTING: Face(emoji="🟡", says="is starting", headline="STARTING"),
    S.IDLE: Face(emoji="🟡", says="is idle, waiting for tasks"),
    S.WORKING: Face(emoji="🟢", says="is working"),
    S.WAITING: Face(emoji="🟠", says="is waiting for your answer"),
    S.RESTING: Face(emoji="🌙", says="is resting"),
    S.PAUSED: Face(emoji="⏸️", says="is paused"),
    S.LIMITED: Face(emoji="⏳", says="is at a limit"),
    S.UNRESPONSIVE: Face(emoji="🟠", says="does not respond", headline="UNRESPONSIVE"),
    S.CRASHED: Face(emoji="💥", says="crashed", headline="CRASHED"),
    S.GAVE_UP: Face(
        emoji="🛑", says="crashed too often and is not started again", headline="GAVE UP"
    ),
    S.ASLEEP: Face(emoji="💤", says="sleeps with its host", headline="ASLEEP"),
    S.UNKNOWN: Face(emoji="❔", says="is in a state that cannot be told", headline="UNKNOWN"),
}
#: How the bot's line to Slack is. Without the time since when, which would change all the time.
LINES = {
    "connected": "bot connected to Slack",
    "reconnecting": "bot reconnecting to Slack",
    "deaf": "bot deaf",
    "silent": "bot silent",
}
#: In these a person can start it.
STARTABLE = frozenset({S.STOPPED, S.CRASHED, S.GAVE_UP})


def status(
    now: DaemonStatus, *, questions: Sequence[Question] = (), command: str = "/coffee"
) -> Message:
    """Answer `status`. `questions` are the open ones, oldest first."""
    if not now.running:
        return _not_running(now, questions, command)
    face = FACES[now.state]
    return message(
        f"{face.emoji} Daemon Status: {face.headline} - {sentence(now)}",
        section(f"{face.emoji} *Daemon Status: {face.headline}*\n{sentence(now)}"),
        facts(*_facts(now)),
        context(*_evidence(now)),
        *missing(now),
        *noted(now),
        *open_questions(questions, command=command),
        context(_patience(now.name)),
        context(f"Use `{command} stop` to shut it down gracefully."),
    )


def transition(
    daemon: str,
    state: DaemonState,
    *,
    why: str = "",
    at: datetime | None = None,
    lines: int | None = None,
    command: str = "/coffee",
) -> Message:
    """Tell a change of state that matters. A crash says `crashed`.

    Args:
        daemon: Whose state.
        state: Which it is now.
        why: How we know, or what brought it about.
        at: When.
        lines: The id of the change with which lines of the log are kept.
        command: The slash command's name.
    """
    face = FACES[state]
    said = f"{face.emoji} {line(daemon, 80)} {face.says}"
    cause = state_cause(state, why)
    buttons = [start_button(daemon)] if state in STARTABLE else []
    buttons += [change_lines_button(lines)] if lines is not None else []
    return message(
        said,
        section(f"{face.emoji} *{line(daemon, 80)}* {face.says}."),
        section("\n".join(filter(None, (cause, state_step(state, command))))),
        context("" if cause else line(why, 300), when(at) if at else ""),
        actions(*buttons) if buttons else None,
    )


def started(now: DaemonStatus, *, command: str = "/coffee") -> Message:
    """Tell the person who started it."""
    name = line(now.name, 80)
    return message(
        f"✅ Daemon Started Successfully! {name} is now running in the background.",
        section(
            f"✅ *Daemon Started Successfully!*\n{name} is now running in the background.\n"
            "It works on the priorities of the roadmap and responds to your messages "
            "when it has time (might take 12+ hours)."
        ),
        *missing(now),
        context(f"Use `{command} status` to check what it is working on."),
    )


def already_running(now: DaemonStatus) -> Message:
    """Tell that there was nothing to start."""
    return message(
        "✅ Daemon is already running!",
        section(f"✅ *Daemon is already running!*\n{sentence(now)}"),
    )


def stopped(daemon: str, *, command: str = "/coffee") -> Message:
    """Tell the person who stopped it."""
    return message(
        f"✅ Daemon Stopped Successfully. {line(daemon, 80)} has been shut down gracefully.",
        section(
            f"✅ *Daemon Stopped Successfully*\n{line(daemon, 80)} has been shut down "
            "gracefully. Its task goes on where it was at the next start."
        ),
        context(f"Use `{command} start` to launch it again when needed."),
    )


def not_running(daemon: str) -> Message:
    """Tell that there was nothing to stop."""
    return message(
        "⚠️ Daemon is not running.",
        section(f"⚠️ *Daemon is not running.*\nThere is no {line(daemon, 80)} to stop."),
    )


def restarted(now: DaemonStatus) -> Message:
    """Tell the person who restarted it."""
    return message(
        "✅ Daemon restarted successfully!",
        section(f"✅ *Daemon restarted successfully!*\n{sentence(now)}"),
        *missing(now),
    )


#: What the channel reads about each verb; the person's name and the daemon's come around it.
_DID = {"start": ("▶️", "started"), "stop": ("⏹️", "stopped"), "restart": ("🔁", "restarted")}


def did(verb: str, who: Person, daemon: str) -> Message:
    """Show the channel who started, stopped or restarted it."""
    emoji, done = _DID[verb]
    said = f"{emoji} {name_of(who)} {done} {line(daemon, 80)}."
    return message(said, section(said))


def process_failure(verb: str, error: CoffeeError, log_tail: Sequence[str] = ()) -> Message:
    """Tell that start, stop or restart failed, why, and what the log says."""
    title = f"❌ Failed to {verb.capitalize()} Daemon"
    return message(
        f"{title}: {line(str(error), 500)}",
        section(f"*{title}*\n{line(error.message, 1_000)}"),
        section(line(error.hint, 1_000)),
        section(code_block(tuple(log_tail))) if log_tail else None,
        context("The log is on the machine: `coffee logs`."),
    )


def sentence(now: DaemonStatus) -> str:
    """One sentence on the state, with the task or the time it goes on."""
    said = f"{line(now.name, 80)} {FACES[now.state].says}"
    if now.current_task and now.state in {S.WORKING, S.UNRESPONSIVE, S.ASLEEP}:
        said += f" on {line(now.current_task, 200)}"
    if now.until:
        said += f" until {when(now.until)}"
    return ", ".join(filter(None, (said, focused(now))))


def _not_running(now: DaemonStatus, questions: Sequence[Question], command: str) -> Message:
    face = FACES[now.state]
    launch = f"Use `{command} start` to launch it." if now.state in STARTABLE else ""
    return message(
        f"{face.emoji} Daemon Status: {face.headline} - {sentence(now)}. {launch}".rstrip(),
        section(f"{face.emoji} *Daemon Status: {face.headline}*\n{sentence(now)}. {launch}"),
        context(*_evidence(now)),
        *open_questions(questions, command=command),
        _start_button(now),
    )


def _facts(now: DaemonStatus) -> tuple[tuple[str, str], ...]:
    task = line(now.current_task, 200) if now.current_task else "None (Idle)"
    number = f"#{now.task_number} " if now.task_number else ""
    return (
        ("PID", str(now.pid or "unknown")),
        ("Status", now.state.value.upper()),
        ("Current Task", f"{number}{task}"),
        ("Uptime", duration(now.uptime) if now.uptime is not None else "unknown"),
        ("CPU", f"{now.cpu_percent:.1f}%"),
        ("Memory", f"{now.memory_mb:.1f} MB"),
    )


def _evidence(now: DaemonStatus) -> tuple[str, ...]:
    output = f"last output {duration(now.output_age)} ago" if now.output_age is not None else ""
    begun = f"task begun {ago(now.task_started_at)}" if now.task_started_at else ""
    progress = f"“{line(now.progress, 300)}”" if now.progress else ""
    held, link = held_tasks(now.held_tasks), LINES.get(now.bot_link, "")
    return (line(now.evidence, 300), begun, output, progress, held, link)


def missing(now: DaemonStatus) -> tuple[Block | None, ...]:
    """What has to be set before it can work; nothing when nothing is missing."""
    if not now.missing:
        return ()
    said = "\n".join(f"• {line(one, 200)}" for one in now.missing[:10])
    return (section(f"⚠️ *Something is missing:*\n{said}"),)


def noted(now: DaemonStatus) -> tuple[Block | None, ...]:
    """What else holds it up, such as a record that cannot be written or a bot that is deaf."""
    told = [line(one, 300) for one in (*now.notes, *now.bot_notes)[:10]]
    if now.bot_link == "deaf" and now.bot_link_since:
        told.append(
            f"The bot has been deaf since {when(now.bot_link_since)}: "
            "what you write reaches it late, commands and clicks do not."
        )
    return (section("\n".join(f"⚠️ {one}" for one in told)),) if told else ()


def held_tasks(tasks: int) -> str:
    """How many tasks people hold back; nothing of none."""
    if not tasks:
        return ""
    return "1 held task" if tasks == 1 else f"{tasks} held tasks"


def _patience(daemon: str) -> str:
    return (
        f"💡 *Tip*: {code(daemon)} may take time to respond (12+ hours is normal). "
        "It needs focus time and rest, just like a human developer!"
    )


def _start_button(now: DaemonStatus) -> Block | None:
    return actions(start_button(now.name)) if now.state in STARTABLE else None


def start_button(daemon: str) -> Block:
    """The button that starts a daemon; its name is an id, for the settings allow no other."""
    return button("Start", action=START, value=daemon, style="primary")
