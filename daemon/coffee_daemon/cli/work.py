"""Commands that hand over work."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import uuid4

import click

from coffee_daemon.cli import door, screen
from coffee_daemon.errors import BadInput, NotFound
from coffee_daemon.notifications import Via
from coffee_daemon.tasks import Task, TaskState

if TYPE_CHECKING:
    from coffee_daemon.config import Config
    from coffee_daemon.store import Store

_AT_ONCE = timedelta(0)
#: A turn is ended within 5 s; then its folder is looked at.
_PATIENCE_SECONDS = 8.0


@click.command("tell")
@click.argument("words", nargs=-1, required=True, metavar="TEXT...")
@click.option("--task", "task", metavar="NUMBER", help="Add it to this task instead.")
@click.option("--json", "as_json", is_flag=True, help="Print the task as JSON.")
def tell_command(*, words: tuple[str, ...], task: str | None, as_json: bool) -> None:
    """Hand the daemon a task, or ask it something.

    It is kept even while the daemon is stopped. With --task it is a follow-up: the
    agent reads it in that task's next turn.
    """
    config = door.config()
    text = " ".join(words).strip()
    if not text:
        raise BadInput("There is nothing to tell.", hint='Try: coffee tell "Add a README."')
    with door.store(config) as store:
        if task is None:
            told = store.tasks.tell(
                daemon=config.name,
                text=text,
                who=door.somebody(),
                via=Via.CLI,
                wants_answer=text.endswith("?"),
            )
            door.write_down(store, "tell", f"#{told.number}", "stored")
        else:
            told = store.tasks.get(door.number(task))
            store.tasks.follow_up(
                told.number,
                text=text,
                who=door.somebody(),
                via=Via.CLI,
                source=f"cli:{uuid4().hex}",
                quiet=_AT_ONCE,
            )
            door.write_down(store, "tell", f"#{told.number}", "added")
    door.tell_both(config)
    if as_json:
        screen.show_json(told)
        return
    said = f"Stored as #{told.number}" if task is None else f"Added to task #{told.number}"
    running = door.process(config).status().running
    click.echo(f"{said}." if running else _kept(said, config.name))


def _kept(said: str, name: str) -> str:
    return f"{said}; {name} is stopped. Start it with: coffee start"


@click.command("tasks")
@click.option("--all", "everything", is_flag=True, help="Ended tasks too.")
@screen.lines_option(20, "How many at most.")
@click.option("--before", metavar="NUMBER", help="Only tasks older than this one.")
@click.option("--json", "as_json", is_flag=True, help="Print the tasks as JSON.")
def tasks_command(*, everything: bool, lines: int, before: str | None, as_json: bool) -> None:
    """List what is running, then what is queued and waiting in the order of pick-up."""
    config = door.config()
    with door.store(config) as store:
        if everything or before:
            last = door.number(before) if before else None
            tasks = store.tasks.list(daemon=config.name, before=last, limit=lines)
        else:
            tasks = store.tasks.open(config.name)[:lines]
    if as_json:
        screen.show_json(tasks)
    elif tasks:
        screen.table(("#", "State", "Task", "Since"), [_row(task) for task in tasks])
    else:
        click.echo('Nothing to do. Hand it something: coffee tell "..."')


def _row(task: Task) -> tuple[str, str, str, str]:
    told = screen.one_line(task.result, screen.NEWS_CHARS)
    said = "\n".join(filter(None, (task.title, _held(task), told)))
    return str(task.number), str(task.state), said, screen.ago(task.updated_at)


def _held(task: Task) -> str:
    if task.held_at is None:
        return ""
    by = task.held_by.name if task.held_by else "somebody"
    return f"held by {screen.one_line(by)}, {screen.ago(task.held_at)}"


@click.command("interrupt")
@click.argument("number")
def interrupt_command(*, number: str) -> None:
    """End the turn that works on a task, and begin its next one at once.

    What you have added to the task since is read then. The turn that ends does not
    count as an attempt, and the agent's conversation is kept.
    """
    config = door.config()
    wanted = door.number(number)
    with door.store(config) as store:
        store.requests.interrupt(wanted, who=door.somebody(), via=Via.CLI)
        door.write_down(store, "interrupt", f"#{wanted}", "asked")
        waiting = len(store.tasks.follow_ups(wanted))
    door.tell_both(config)
    reads = {0: "nothing new waits for it", 1: "it reads what you added"}
    click.echo(
        f"The turn of #{wanted} is being ended. Its next one comes first: "
        f"{reads.get(waiting, f'it reads the {waiting} things that were added')}."
    )


@click.command("cancel")
@click.argument("number")
def cancel_command(*, number: str) -> None:
    """End a task for good, or withdraw a question.

    The work done so far is kept in the task's folder and branch.
    """
    config = door.config()
    wanted = door.number(number)
    with door.store(config) as store:
        try:
            task = store.tasks.cancel(wanted, who=door.somebody(), via=Via.CLI)
            asked = "asked" if task.state is TaskState.RUNNING else "cancelled"
            door.write_down(store, "cancel", f"#{wanted}", asked)
        except NotFound:
            _withdraw(store, wanted)
            door.write_down(store, "cancel", f"#{wanted}", "withdrawn")
            task = None
    door.tell_both(config)
    if task is None:
        click.echo(f"Question #{wanted} is withdrawn.")
        return
    task = _ended(config, task)
    if task.state is TaskState.CANCELLED:
        click.echo(f"Task #{wanted} is cancelled.")
        click.echo(screen.clean(task.result), nl=bool(task.result))
    else:
        click.echo(f"Task #{wanted} is being ended.")


def _ended(config: Config, task: Task) -> Task:
    """Wait while a daemon is there to end the turn and to say what is left of the work."""
    if not door.process(config).status().running:
        return task
    deadline = time.monotonic() + _PATIENCE_SECONDS
    with door.store(config) as store:
        while _is_seen_to(store, config.name, task.number) and time.monotonic() < deadline:
            time.sleep(0.1)
        return store.tasks.get(task.number)


def _is_seen_to(store: Store, daemon: str, number: int) -> bool:
    """Whether its turn still runs, or the daemon has yet to look what it left."""
    if store.tasks.get(number).state is TaskState.RUNNING:
        return True
    return any(request.task == number for request in store.requests.pending(daemon))


def _withdraw(store: Store, number: int) -> None:
    try:
        store.questions.withdraw(number, who=door.somebody())
    except NotFound:
        raise NotFound(
            f"There is no task and no question #{number}.",
            hint="See `coffee tasks` and `coffee questions`.",
        ) from None


@click.command("retry")
@click.argument("number")
def retry_command(*, number: str) -> None:
    """Queue a task again that is done, failed or cancelled."""
    config = door.config()
    with door.store(config) as store:
        task = store.tasks.retry(door.number(number), who=door.somebody())
    door.tell_both(config)
    click.echo(f"Task #{task.number} is queued again.")
