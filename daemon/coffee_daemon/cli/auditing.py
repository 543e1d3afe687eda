"""The command that shows who did what, and proves that nobody changed it afterwards."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click

from coffee_daemon.cli import door, screen
from coffee_daemon.errors import BadInput
from coffee_daemon.journal import acts_folder
from coffee_daemon.moments import read_span
from coffee_daemon.store.chain import AuditHead, AuditVerdict, Known

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from coffee_daemon.store import AuditEntry, Store

_WORDS = ("#", "When", "Who", "From", "What", "Came of it")


@click.command("audit")
@click.argument("words", nargs=-1, metavar="[verify [HEAD]]")
@click.option("--who", metavar="PERSON", help="Only what this person did, by name or id.")
@click.option("--verb", metavar="VERB", help="Only this, such as `stop`.")
@click.option("--since", metavar="TIME", help="Only from then on: `2d`, `8h` or `2026-11-28`.")
@screen.lines_option(20, "How many at most.")
@click.option("--before", metavar="NUMBER", help="Only entries older than this one.")
@click.option("--json", "as_json", is_flag=True, help="Print the entries, or the proof, as JSON.")
def audit_command(
    *,
    words: tuple[str, ...],
    who: str | None,
    verb: str | None,
    since: str | None,
    lines: int,
    before: str | None,
    as_json: bool,
) -> int:
    """Tell who did what, the latest last; with `verify`, whether anybody changed it afterwards.

    HEAD is what a daily digest in Slack said of the audit. With it, a cut end and a record
    that was written anew are found too. Ends with 1 when something is wrong.
    """
    config = door.config()
    with door.store(config) as store:
        store.audit.take_in(acts_folder(config))
        if words:
            return _prove(store, _head(words), as_json=as_json)
        found = store.audit.list(
            before=door.number(before) if before else None,
            limit=lines,
            who=who,
            verb=verb,
            since=_since(since) if since else None,
        )
    _show(found[::-1], as_json=as_json)
    return 0


def _show(found: Sequence[AuditEntry], *, as_json: bool) -> None:
    if as_json:
        screen.show_json(found)
    elif found:
        screen.table(_WORDS, [_row(entry) for entry in found])
    else:
        click.echo("Nothing was done yet that this would show.")


def _row(entry: AuditEntry) -> tuple[str, ...]:
    what = f"{entry.verb} {entry.target}".strip()
    came = f"{entry.outcome}: {entry.detail}" if entry.detail else entry.outcome
    at = f"{entry.at.astimezone():%Y-%m-%d %H:%M}"
    cut = screen.one_line(came, screen.NEWS_CHARS)
    return str(entry.id), at, entry.who.name, str(entry.via), screen.one_line(what), cut


def _since(text: str) -> datetime:
    """Read a day, a day with a time, or how long ago."""
    span = read_span(text)
    if span is not None:
        return datetime.now(UTC) - span
    try:
        return datetime.fromisoformat(text.strip()).astimezone()
    except (ValueError, OverflowError):
        raise BadInput(
            f"{text[:80]!r} is no time.",
            hint="Give one such as 2d, 8h, 2026-11-28 or '2026-11-28 14:00'.",
        ) from None


def _head(words: Sequence[str]) -> AuditHead | None:
    if words[0] != "verify" or len(words) > 2:
        raise BadInput(
            "`coffee audit` takes nothing, or `verify` and perhaps a head.",
            hint="Try: coffee audit verify",
        )
    return AuditHead.read(words[1]) if len(words) == 2 else None


def _prove(store: Store, asked: AuditHead | None, *, as_json: bool) -> int:
    verdict = store.audit.verify(asked)
    if as_json:
        screen.show_json(_plain(verdict))
    else:
        for line in (*_said(verdict), *_said_of(verdict, asked)):
            click.echo(line)
    return 0 if verdict.intact else 1


def _said(verdict: AuditVerdict) -> Iterator[str]:
    for one in verdict.breaks:
        yield f"Broken: {_numbers(one.first, one.last)} {one.how.value}."
    if not verdict.breaks:
        yield f"Intact: {verdict.entries} entries, each bound to all before it."
    if verdict.pruned:
        yield f"Entries up to #{verdict.pruned} were forgotten in good order, being old."
    for first, last in verdict.unsealed:
        yield (
            f"{_numbers(first, last)} came from an older version without a hash of their own; "
            "the next hash covers them."
        )
    if verdict.head:
        yield f"Head: {verdict.head}"


def _numbers(first: int, last: int) -> str:
    return f"entry #{first}" if first == last else f"entries #{first} to #{last}"


def _said_of(verdict: AuditVerdict, asked: AuditHead | None) -> Iterator[str]:
    if asked is None:
        return
    yield {
        Known.THERE: f"#{asked.id} and all before it are what they were when that head was told.",
        Known.OTHER: f"Broken: what stands up to #{asked.id} is not what stood there when that "
        "head was told.",
        Known.GONE: f"Broken: #{asked.id} was there when that head was told, and is gone.",
        Known.FORGOTTEN: f"It cannot be told: #{asked.id} is so old that it was forgotten. "
        "Give a later head.",
    }[verdict.known]


def _plain(verdict: AuditVerdict) -> dict[str, Any]:
    return {
        "intact": verdict.intact,
        "entries": verdict.entries,
        "head": str(verdict.head) if verdict.head else None,
        "asked": verdict.known.value,
        "breaks": [
            {"how": one.how.value, "first": one.first, "last": one.last} for one in verdict.breaks
        ],
        "unsealed": [{"first": first, "last": last} for first, last in verdict.unsealed],
        "pruned": verdict.pruned,
    }
