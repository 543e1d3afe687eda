"""One command line made of commands that are loaded only when they are called."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from importlib import import_module

import click

from coffee_daemon.errors import CoffeeError, InsideTurn

#: What an agent's turn may use; everything else is for people.
INSIDE_A_TURN = frozenset({"ask", "report", "questions", "status", "mcp"})

#: The exit code of a program ended by Ctrl-C, as shells count it.
INTERRUPTED = 130


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One line of the help page, and where its command lives."""

    section: str
    name: str
    summary: str
    #: The module; the function has the command's name with `_command` behind it.
    room: str


def _entries(section: str, room: str, **summaries: str) -> tuple[Entry, ...]:
    return tuple(
        Entry(section=section, name=name, summary=summary, room=f"coffee_daemon.cli.{room}")
        for name, summary in summaries.items()
    )


COMMANDS = (
    *_entries(
        "See what it is doing",
        "look",
        status="What the daemon is doing, and how we know",
        logs="The daemon's log, or what one task's agent printed",
    ),
    *_entries(
        "See what it is doing",
        "spending",
        cost="What its turns have cost, by day and by task",
    ),
    *_entries(
        "See what it is doing",
        "measures",
        metrics="Its last days: hour by hour, tasks done, how long answers took",
    ),
    *_entries(
        "See what it is doing",
        "past",
        history="Its last days drawn as bands, half hour by half hour",
    ),
    *_entries(
        "Start and stop it",
        "control",
        start="Start the daemon in the background",
        stop="Stop it; what it was doing is kept for later",
        restart="Stop it and start it again",
        pause="Let it begin nothing before a time",
        resume="End a pause, and a focus",
        daemon="Run the daemon in the foreground",
    ),
    *_entries(
        "Start and stop it",
        "focusing",
        focus="Let it work on one task alone until a time",
    ),
    *_entries(
        "Start and stop it",
        "spending",
        **{"continue": "Let it go on today, when a limit of the day is used up"},
    ),
    *_entries(
        "Give it work",
        "work",
        tell="Hand it a task or a question; kept even while it is stopped",
        tasks="What is running, waiting and queued",
        interrupt="End a task's turn; the next one reads what you said since",
        cancel="End a task, or withdraw a question",
        retry="Queue an ended task again",
    ),
    *_entries(
        "Give it work",
        "steering",
        first="Let a task be picked before all others",
        last="Let a task be picked after all others",
        move="Let a task be picked just before or after another one",
        hold="Let a task begin no further turn until it is released",
        release="Let a held task go on",
    ),
    *_entries(
        "Give it work",
        "telling",
        show="All that happened to one task or question",
    ),
    *_entries(
        "Give it work",
        "adopting",
        adopt="Hand it an idle conversation of yours with the agent",
    ),
    *_entries(
        "Talk with it",
        "talk",
        questions="What it wants to know",
        answer="Answer one of its questions",
        notifications="What passed between you, newest first",
    ),
    *_entries(
        "Keep its record safe",
        "auditing",
        audit="Who did what, and the proof that nobody changed it",
    ),
    *_entries(
        "Keep its record safe",
        "keeping",
        backup="Copy the record into a file, while everybody works",
        restore="Put a backup in its place, while nobody does",
    ),
    *_entries(
        "For agents and scripts",
        "asking",
        ask="Ask a person; returns at once with the question's number",
        report="Say how far the current turn has come",
    ),
    *_entries(
        "For agents and scripts",
        "mcp",
        mcp="Serve the same to MCP clients: ask_human and its kin",
    ),
)


class CommandLine(click.Group):
    """The `coffee` command, made from entries."""

    def __init__(self, entries: tuple[Entry, ...]) -> None:
        super().__init__(
            name="coffee",
            help="A coding daemon as a colleague: see it, hand it work, answer its questions.",
            epilog=(
                "\b\nEvery command has its own --help. Those that read take --json.\n"
                "Exit codes: 0 done, 1 failed, 2 wrong usage,\n"
                "3 not running (`status`) or no answer yet (`ask --fetch`)."
            ),
            context_settings={"help_option_names": ["-h", "--help"]},
        )
        self.entries = {entry.name: entry for entry in entries}

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names, in the order of the help page."""
        return list(self.entries)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command; one that does not exist is refused with the one meant, if any is."""
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            from difflib import get_close_matches  # noqa: PLC0415 - only for who mistyped

            close = get_close_matches(args[0].lower(), self.entries, n=1)
            if not close:
                raise
            raise click.UsageError(f"{error.message} Did you mean {close[0]!r}?", ctx) from error

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Load a command's module and return the command.

        Raises:
            InsideTurn: An agent's turn asked for a command that is for people.
        """
        entry = self.entries.get(cmd_name)
        if entry is None:
            return None
        if os.environ.get("COFFEE_TURN") and cmd_name not in INSIDE_A_TURN:
            raise InsideTurn(hint="Use: " + ", ".join(sorted(INSIDE_A_TURN)) + ".")
        command: click.Command = getattr(import_module(entry.room), f"{cmd_name}_command")
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the sections without loading a single command."""
        width = max(len(name) for name in self.entries)
        sections = dict.fromkeys(entry.section for entry in self.entries.values())
        for section in sections:
            rows = [(e.name, e.summary) for e in self.entries.values() if e.section == section]
            with formatter.section(section):
                formatter.write_dl([(name.ljust(width), text) for name, text in rows])


def run(command: click.Command, arguments: list[str] | None = None) -> int:
    """Run a command line to its end and return the exit code; never show a traceback.

    Errors that a person can do something about are told in one line; an error of ours is
    told in one line too, and in full where COFFEE_TRACE is set.
    """
    _never_fail_on_a_letter()
    typed = [_readable(one) for one in (sys.argv[1:] if arguments is None else arguments)]
    try:
        outcome = command.main(typed, prog_name="coffee", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except CoffeeError as error:
        return _complain(str(error), error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        return INTERRUPTED
    except BrokenPipeError:
        # The reader of our output has gone, as in `coffee logs | head`.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:
        if os.environ.get("COFFEE_TRACE"):
            raise
        kind = type(error).__name__
        return _complain(f"This should not happen: {kind}: {error} (COFFEE_TRACE=1 shows more)", 1)
    return outcome if isinstance(outcome, int) else 0


def _complain(message: str, code: int) -> int:
    from coffee_daemon.logs import redact  # noqa: PLC0415 - only for who has trouble

    click.echo(redact(f"coffee: {message}"), err=True)
    return code


def _readable(argument: str) -> str:
    """An argument without what is no text: a terminal may send any bytes, the record is UTF-8."""
    return argument.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _never_fail_on_a_letter() -> None:
    # A Windows console in cp1252 cannot show every letter; a question mark is better than a crash.
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="replace")
