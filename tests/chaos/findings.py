"""What a run has shown, held against what is promised."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bot_house import key_of
from chaos.person import answer_to

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from chaos.place import Handed
    from chaos.record import Record

    from coffee_bot.sandbox import Message

#: After these the daemon hands the same answers over again, and says so.
_CUT_SHORT = {"lost", "interrupted", "crashed"}
_SHOWN = 5


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One promise, and what was found."""

    promise: str
    expected: object
    found: object
    #: The first of those that break it.
    examples: tuple[str, ...] = ()

    @property
    def kept(self) -> bool:
        """Whether it is as promised."""
        return self.expected == self.found


def none_of(promise: str, offenders: Collection[object]) -> Finding:
    """Promise that there are no such things."""
    examples = tuple(str(one) for one in list(offenders)[:_SHOWN])
    return Finding(promise=promise, expected=0, found=len(offenders), examples=examples)


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """Everything that is left to look at when a run has ended."""

    #: The words of the questions that should have been asked.
    wanted: Sequence[str]
    record: Record
    #: What the channel shows, threads included.
    messages: Sequence[Message]
    ledger: Sequence[Handed]
    #: What nobody should find: by name, the offenders.
    unwanted: Mapping[str, Collection[object]] = field(default_factory=dict)

    def findings(self) -> Iterator[Finding]:
        """Hold it against every promise."""
        yield from self._asked()
        yield from self._posted()
        yield from self._recorded()
        yield from self._handed()
        yield from self._receipts()
        yield from self._at_rest()
        for name, offenders in self.unwanted.items():
            yield none_of(name, offenders)
        yield Finding(promise="database", expected="ok", found=self.record.integrity())

    def _asked(self) -> Iterator[Finding]:
        asked = Counter(self.record.questions().values())
        yield from self._each("questions asked", asked)

    def _posted(self) -> Iterator[Finding]:
        words = self.record.questions()
        shown = Counter(
            words.get(int(key.removeprefix("question:")), key)
            for key in map(key_of, self.messages)
            if key.startswith("question:")
        )
        yield from self._each("questions posted", shown)

    def _recorded(self) -> Iterator[Finding]:
        # By their words: one that came after the pick-up is a follow-up of no question.
        meant = {answer_to(words): words for words in self.wanted}
        kept = self.record.answers()
        counted = Counter(meant.get(text, text) for _, text in kept)
        yield from self._each("answers recorded", counted)
        asked = self.record.questions()
        wrong = [text for number, text in kept if asked.get(number or 0) != meant.get(text)]
        yield none_of("answers recorded wrongly", wrong)

    def _handed(self) -> Iterator[Finding]:
        first = {one.question: one for one in self.ledger[::-1]}
        again = [one for one in self.ledger if first[one.question] is not one]
        unmarked = [one for one in again if not (one.interrupted and self._was_cut_short(one))]
        counted = Counter(one.words for one in (*first.values(), *unmarked))
        yield from self._each("answers consumed", counted)
        wrong = [one.words for one in self.ledger if one.answer != answer_to(one.words)]
        yield none_of("answers consumed wrongly", wrong)

    def _was_cut_short(self, handed: Handed) -> bool:
        """Whether the turn before the one that was handed this did not end in order."""
        turns = {(task, number): end for _, task, number, end in self.record.turns()}
        place = {nonce: (task, number) for nonce, task, number, _ in self.record.turns()}
        task, number = place[handed.turn]
        return turns[task, number - 1] in _CUT_SHORT

    def _receipts(self) -> Iterator[Finding]:
        numbers = {
            int(key.split(":")[1])
            for key in map(key_of, self.messages)
            if key.startswith("receipt:")
        }
        told = [words for number, words in self.record.questions().items() if number in numbers]
        yield from self._each("receipts told", Counter(told))
        keys = Counter(key for key in map(key_of, self.messages) if key)
        yield none_of("messages shown twice", [key for key, times in keys.items() if times > 1])

    def _at_rest(self) -> Iterator[Finding]:
        yield none_of("questions left open", self.record.open_questions())
        yield none_of("tasks not done", self.record.unfinished_tasks())
        yield none_of("posts not shown as wanted", self.record.unsent())
        yield none_of("events not looked at", self.record.unread())

    def _each(self, what: str, counted: Mapping[str, int]) -> Iterator[Finding]:
        """Promise that every wanted question is counted once: none lost, none twice."""
        once = sum(counted.get(words) == 1 for words in self.wanted)
        yield Finding(promise=f"{what} once", expected=len(self.wanted), found=once)
        yield none_of(f"{what}: LOST", [one for one in self.wanted if not counted.get(one)])
        twice = [words for words, times in counted.items() if times > 1]
        yield none_of(f"{what}: TWICE", twice)
