"""Walking along the audit's chain, entry by entry, and telling where it does not hold."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from coffee_daemon.store.chain import (
    START,
    AuditBreak,
    AuditHead,
    AuditVerdict,
    Broken,
    Known,
    link,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from coffee_daemon.store.nouns import AuditEntry


@dataclass
class _Run:
    """Entries that do not follow from what is before them, until one fits again."""

    first: int
    last: int
    #: Numbers that are missing right before it.
    missing: tuple[int, int] | None
    #: What the next entry may be bound to, and what was done if it is.
    candidates: dict[str, Broken]
    length: int = 1

    def fits(self, entry: AuditEntry, told: str) -> Broken | None:
        """What was done here if `entry` comes after it; None if that does not fit either."""
        bound = (how for before, how in self.candidates.items() if link(before, entry) == told)
        return next(bound, None)

    def add(self, number: int, candidates: dict[str, Broken]) -> None:
        """Take another entry that does not follow."""
        self.last = number
        self.length += 1
        self.candidates |= candidates

    def ended(self, how: Broken) -> AuditBreak:
        if self.length > 1:
            return AuditBreak(how=Broken.MIXED, first=self.first, last=self.last)
        if how is Broken.CHANGED and self.missing:
            return AuditBreak(how=Broken.REMOVED, first=self.missing[0], last=self.missing[1])
        return AuditBreak(how=how, first=self.first, last=self.last)


@dataclass
class Walk:
    """One walk: `step` for each entry in order, `end` for the verdict."""

    #: A head that was told earlier, to be looked for.
    asked: AuditHead | None = None
    _start: AuditHead = START
    _end: AuditHead = START
    #: The last entry that has a hash of its own.
    _sealed: AuditHead = START
    #: The first of the entries since then that have none.
    _loose: int | None = None
    #: The first numbers since then that are missing.
    _missing: tuple[int, int] | None = None
    _run: _Run | None = None
    #: The run before, whose break is the last one: what follows may still belong to it.
    _past: _Run | None = None
    _entries: int = 0
    _breaks: list[AuditBreak] = field(default_factory=list)
    _unsealed: list[tuple[int, int]] = field(default_factory=list)
    _known: Known = Known.NOT_ASKED

    def __post_init__(self) -> None:
        self._known = Known.NOT_ASKED if self.asked is None else Known.GONE

    @property
    def at(self) -> int:
        """The number of the last entry."""
        return self._end.id

    def pruned(self, anchor: AuditHead) -> None:
        """Go on behind entries that were pruned, maybe just now."""
        self._start = self._end = self._sealed = anchor
        self._loose = self._missing = self._run = self._past = None
        if self._known is Known.GONE and self.asked is not None and self.asked.id < anchor.id:
            self._known = Known.FORGOTTEN
        self._look(anchor)

    def step(self, entry: AuditEntry) -> None:
        """Take the next entry."""
        self._entries += 1
        if entry.id > self._end.id + 1 and self._missing is None:
            self._missing = (self._end.id + 1, entry.id - 1)
        computed = link(self._end.hash, entry)
        if entry.hash is None:
            self._unseal(entry.id)
            self._end = AuditHead(entry.id, computed)
        else:
            self._follow(entry, entry.hash, computed)
            self._end = AuditHead(entry.id, entry.hash)
            self._sealed, self._loose, self._missing = self._end, None, None
        self._look(AuditHead(entry.id, computed), self._end)

    def end(self, kept: AuditHead | None) -> AuditVerdict:
        """Return what was found.

        Args:
            kept: The head as the record itself keeps it beside the entries.
        """
        if self._run is not None:
            self._close(Broken.CHANGED)
        if kept is not None and kept.id > self._start.id:
            self._breaks.extend(self._against(kept))
        return AuditVerdict(
            entries=self._entries,
            head=self._end if self._entries else None,
            breaks=tuple(self._breaks),
            unsealed=tuple(self._unsealed),
            pruned=self._start.id,
            known=self._known,
        )

    def _against(self, kept: AuditHead) -> Iterator[AuditBreak]:
        """What the head beside the entries tells of their end."""
        if kept.id > self._end.id:
            yield AuditBreak(how=Broken.REMOVED, first=self._end.id + 1, last=kept.id)
        elif kept.id > self._sealed.id:
            yield AuditBreak(how=Broken.HASH_CHANGED, first=kept.id, last=kept.id)
        elif kept.id < self._sealed.id:
            yield AuditBreak(how=Broken.INSERTED, first=kept.id + 1, last=self._sealed.id)
        elif kept.hash != self._sealed.hash and not self._breaks:
            yield AuditBreak(how=Broken.REWRITTEN, first=self._start.id + 1, last=kept.id)

    def _follow(self, entry: AuditEntry, told: str, computed: str) -> None:
        # Whatever was done to this entry, the next one is bound to one of these.
        ways = {
            told: Broken.CHANGED,
            computed: Broken.HASH_CHANGED,
            self._end.hash: Broken.INSERTED,
        }
        if self._run is not None:
            how = Broken.CHANGED if told == computed else self._run.fits(entry, told)
            if how is None:
                self._run.add(entry.id, ways)
            else:
                self._close(how)
        elif told != computed:
            self._stumble(entry, told, ways)

    def _stumble(self, entry: AuditEntry, told: str, ways: dict[str, Broken]) -> None:
        """Tell what this entry, which does not follow, has to do with what was before it."""
        loose, last = self._loose, self._end.id
        if loose is not None and link(self._sealed.hash, entry) == told:
            self._breaks.append(AuditBreak(how=Broken.INSERTED, first=loose, last=last))
            self._past = None
        elif self._past is not None and self._past.fits(entry, told):
            self._past.add(last, ways)
            self._breaks[-1] = self._past.ended(Broken.MIXED)
        else:
            first = entry.id if loose is None else loose
            self._run = _Run(first, entry.id, self._missing, ways)

    def _close(self, how: Broken) -> None:
        if self._run is not None:
            self._breaks.append(self._run.ended(how))
        self._run, self._past = None, self._run

    def _unseal(self, number: int) -> None:
        if self._loose is None:
            self._loose = number
            self._unsealed.append((number, number))
        else:
            self._unsealed[-1] = (self._loose, number)

    def _look(self, *heads: AuditHead) -> None:
        """See whether this is the entry of the head that was asked for."""
        if self.asked is None or self.asked.id != heads[0].id:
            return
        sound = not self._breaks and self._run is None
        self._known = Known.THERE if sound and self.asked in heads else Known.OTHER
