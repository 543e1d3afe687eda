"""What people say while a turn runs: one message for each turn and thread, edited as it goes on."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from coffee_bot import blocks
from coffee_bot.blocks.midturn import Added
from coffee_daemon import ENDED, TaskState

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    from coffee_bot.feed.board import Board
    from coffee_bot.intent import Message
    from coffee_daemon import Answer, Commit, Request, Store, Task, Turn


@dataclass
class AddedPosts:
    """Derives what became of follow-ups: kept, read and when, or too late.

    A task's thread is told of what came while a turn ran, a question's thread of every word that
    changes an answer after its pick-up.
    """

    store: Store
    board: Board
    #: What a task has committed since a moment; asked for when a message changes.
    commits: Callable[[Task, datetime], Sequence[Commit] | None]
    #: Tasks with a message that may change.
    _live: set[int] = field(default_factory=set)
    #: The newest answer at the last look; None before the first one.
    _newest: int | None = None
    #: By task and post, what is shown there, but for the commits.
    _shown: dict[int, dict[str, Message]] = field(default_factory=lambda: defaultdict(dict))

    def derive(self, tasks: Iterable[Task]) -> int:
        """Want what changed; return how many posts did.

        Args:
            tasks: Those that may have changed; after a start all that are open.
        """
        known = {task.number: task for task in tasks}
        first, fresh = self._newest is None, self._fresh()
        numbers = sorted(set(known) if first else self._live | fresh)
        found = [known.get(one) or self.store.tasks.get(one) for one in numbers]
        return sum(self._of_task(task, first=first) for task in found)

    def _fresh(self) -> set[int]:
        """The tasks to which something was added since the last look."""
        last, self._newest = self._newest, self.store.questions.newest_words()
        if last is None or last == self._newest:
            return set()
        return self.store.questions.added_to(after=last)

    def _of_task(self, task: Task, *, first: bool) -> int:
        said = self.store.tasks.added(task.number)
        turns = {turn.id: turn for turn in self.store.turns.of_task(task.number)} if said else {}
        groups = dict(_groups(task, said, turns))
        shown = self._shown[task.number]
        changed = sum(
            self._want(key, self._became(task, words, turns))
            for key, words in groups.items()
            # What was read before anybody could tell of it is no news after a start.
            if not first or self.board.has(key) or any(one.turn is None for one in words)
        )
        changed += sum(self._taken_back(task, key) for key in set(shown) - set(groups))
        if groups and task.state not in ENDED:
            self._live.add(task.number)
        else:
            self._live.discard(task.number)
            del self._shown[task.number]
        return changed

    def _became(self, task: Task, words: tuple[Answer, ...], turns: Mapping[int, Turn]) -> Added:
        during = turns.get(words[0].during or 0)
        last = max(turns, default=0)
        runs = during is not None and task.state is TaskState.RUNNING and during.id == last
        readers = [one.turn for one in words if one.turn is not None]
        return Added(
            task=task,
            words=words,
            during=during,
            runs=runs,
            reader=turns.get(max(readers)) if len(readers) == len(words) else None,
            interrupt=self._wish(task, during) if during else None,
        )

    def _wish(self, task: Task, during: Turn) -> Request | None:
        wishes = self.store.requests.of_task(task.number, "interrupt")
        meant = (one for one in wishes[::-1] if one.created_at >= during.created_at)
        over = during.ended_at
        return next((one for one in meant if over is None or one.created_at <= over), None)

    def _want(self, key: str, added: Added) -> bool:
        about = added.words[0].about
        parent = self.board.latest(f"question:{about}" if about else f"task:{added.task.number}")
        if not self.board.has(parent):
            return False
        shown = self._shown[added.task.number]
        brief = blocks.kept(added) if about is None else self._changed(added, about, brief=True)
        if shown.get(key) == brief:
            return False
        shown[key] = brief
        message = brief if about is None else self._changed(added, about)
        return self.board.want(key, message, parent=parent)

    def _changed(self, added: Added, about: int, *, brief: bool = False) -> Message:
        """What a question's thread is told; `brief` asks git nothing."""
        asked = self.store.questions.get(about)
        commits: Sequence[Commit] | None = ()
        if added.runs and not brief:
            commits = self.commits(added.task, asked.picked_up_at or added.words[0].created_at)
        return blocks.changed_answer(added, asked, commits)

    def _taken_back(self, task: Task, key: str) -> bool:
        del self._shown[task.number][key]
        gone = Added(task=task, words=(), during=None)
        return self.board.want(key, blocks.kept(gone))


def _groups(
    task: Task, said: Iterable[Answer], turns: Mapping[int, Turn]
) -> Iterator[tuple[str, tuple[Answer, ...]]]:
    """What is told of in one message each, by the message's key."""
    groups: dict[str, list[Answer]] = defaultdict(list)
    for one in said:
        during = turns.get(one.during or 0)
        if during is not None:
            what = f"kept:{task.number}" if one.about is None else f"changed:{one.about}"
            groups[f"{what}:{during.number}"].append(one)
        elif one.about is not None:
            groups[f"changed:{one.about}:0:{one.id}"].append(one)
    yield from ((key, tuple(words)) for key, words in groups.items())
