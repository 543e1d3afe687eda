"""Each task: a channel message whose thread is the conversation about it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from coffee_bot import blocks
from coffee_bot.intent import Message
from coffee_daemon import ENDED, QuestionState, Spent, TaskState, TurnEnd, TurnState

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from coffee_bot.feed.added import AddedPosts
    from coffee_bot.feed.board import Board
    from coffee_bot.feed.pace import ProgressPace
    from coffee_bot.reaching import Reach
    from coffee_daemon import Notification, Question, Store, Task, Turn

FIRST_TURN = "feed:first_turn"
_PAGE = 50
#: More open tasks than this are not all looked at; the running one always is.
_OPEN = 200
_UNDER_WAY = frozenset({TaskState.RUNNING, TaskState.WAITING})


@dataclass
class TaskPosts:
    """Derives the posts of tasks.

    What a person told is shown at once; a priority of the roadmap when it is first picked up.
    """

    store: Store
    board: Board
    #: Tasks up to this number that have ended were ended before first contact.
    first: int
    daemon: str
    reach: Reach
    command: str
    pace: ProgressPace
    added: AddedPosts
    _live: set[int] = field(default_factory=set)
    _seen: dict[int, object] = field(default_factory=dict)

    def derive(self, fresh: Iterable[Notification], *, since: int | None = None) -> int:
        """Want what changed; return how many posts did.

        Args:
            fresh: Notifications since the last time.
            since: Look also at every task above this number, as after a start.
        """
        # Read before the tasks: what the daemon sees to after this look is looked at again.
        unfinished = {one.task for one in self.store.requests.pending(self.daemon)}
        open_now = {task.number: task for task in self.store.tasks.open(limit=_OPEN)}
        told = {one.task for one in fresh if one.task is not None}
        missed = set() if since is None else set(self._above(since))
        others = sorted((self._live | told | missed) - set(open_now))
        found = [*open_now.values(), *(self.store.tasks.get(number) for number in others)]
        changed = sum(self._derive_one(task) for task in found) + self.added.derive(found)
        self._live = {*open_now, *(number for number in others if number in unfinished)}
        self._seen = {number: self._seen[number] for number in self._live}
        return changed

    def lowest(self) -> int | None:
        """The lowest number that may still change; None when none can."""
        return min(self._live, default=None)

    def _above(self, number: int) -> Iterator[int]:
        before = None
        while page := self.store.tasks.list(before=before, limit=_PAGE):
            for task in page:
                if task.number <= number:
                    return
                yield task.number
            before = page[-1].number

    def _derive_one(self, task: Task) -> int:
        said = self._progress(task)
        seen = (task.state, task.updated_at, said)
        if self._seen.get(task.number) == seen:
            return 0
        turns = self.store.turns.of_task(task.number)
        changed = self._posts(task, turns, said) if self._is_shown(task, turns) else 0
        self._seen[task.number] = seen
        return changed

    def _is_shown(self, task: Task, turns: Sequence[Turn]) -> bool:
        if self.board.has(self.board.latest(f"task:{task.number}")):
            return True
        if task.state in ENDED and task.number <= self.first:
            return False
        return task.author is not None or bool(turns)

    def _progress(self, task: Task) -> str:
        """The running turn's last word on how far it has come, as far as it is to be shown."""
        place = f"task:{task.number}"
        if task.state is not TaskState.RUNNING:
            self.pace.forget(place)
            return ""
        turn = self.store.turns.last(task.number)
        return self.pace.shown(place, turn.progress if turn else "")

    def _posts(self, task: Task, turns: Sequence[Turn], said: str) -> int:
        key = self._key(task)
        changed = int(self.board.want(key, self._message(task, key, turns, said)))
        told = [turn for turn in turns if turn is turns[-1] or turn.id > self._first_turn()]
        changed += sum(self._turn(task, turn, turns, key) for turn in told)
        changed += sum(self._receipts(one, turns) for one in self._picked_up(task, turns))
        return changed + self._end(task, turns, key)

    def _message(self, task: Task, key: str, turns: Sequence[Turn], said: str) -> Message:
        author = task.author
        return blocks.task(
            task,
            progress=said,
            left=blocks.Trail.of(turns),
            last=turns[-1] if turns else None,
            mentions=author is None or self.reach.author(author.id, key),
        )

    def _key(self, task: Task) -> str:
        """What is under way goes along with a feed that moves; the rest stays where it was."""
        base = f"task:{task.number}"
        return self.board.key(base) if task.state in _UNDER_WAY else self.board.latest(base)

    def _first_turn(self) -> int:
        return self.store.cursors.get(FIRST_TURN) or 0

    def _turn(self, task: Task, turn: Turn, turns: Sequence[Turn], parent: str) -> bool:
        message = _picked_up(task.daemon, turn, again=_why_again(turn, turns))
        return self.board.want(f"turn:{task.number}:{turn.number}", message, parent=parent)

    def _picked_up(self, task: Task, turns: Sequence[Turn]) -> Iterator[Question]:
        if turns:
            for question in self.store.questions.of_task(task.number):
                if question.state is QuestionState.PICKED_UP:
                    yield question

    def _receipts(self, question: Question, turns: Sequence[Turn]) -> int:
        """Tell the question's thread each time that its answers were handed to a turn."""
        key = self.board.latest(f"question:{question.number}")
        if not self.board.has(key):
            return 0
        answers = self.store.questions.answers(question.number)
        holders = {answer.turn for answer in answers}
        return sum(
            self._receipt(question, turn, parent=key) for turn in turns if turn.id in holders
        )

    def _receipt(self, question: Question, turn: Turn, *, parent: str) -> bool:
        # Picked up earlier than this turn began: the turn that had it first was interrupted.
        first = question.picked_up_at
        again = _INTERRUPTED if first is not None and first < turn.created_at else ""
        message = _picked_up(question.daemon, turn, again=again)
        return self.board.want(f"receipt:{question.number}:{turn.number}", message, parent=parent)

    def _end(self, task: Task, turns: Sequence[Turn], parent: str) -> int:
        if task.state not in ENDED:
            return 0
        number = turns[-1].number if turns else 0
        key = f"end:{task.number}:{number}:{task.state}"
        return sum(
            self.board.want(f"{key}:{part}" if part else key, message, parent=parent)
            for part, message in enumerate(self._ended(task, turns))
        )

    def _ended(self, task: Task, turns: Sequence[Turn]) -> tuple[Message, ...]:
        last = turns[-1] if turns else None
        left = blocks.Trail.of(turns)
        return blocks.ended(task, Spent.of(turns), last, left=left, command=self.command)


#: After these the next turn is handed the same answers again.
_INTERRUPTED = "its turn before was interrupted"
_CUT_SHORT = frozenset({TurnEnd.INTERRUPTED, TurnEnd.LIMITED, TurnEnd.CRASHED})


def _why_again(turn: Turn, turns: Sequence[Turn]) -> str:
    """Why the turn before this one was not the last; empty when it ended well or there is none."""
    before = next((one for one in turns if one.number == turn.number - 1), None)
    if before is None:
        return ""
    if before.state is TurnState.LOST or before.end in _CUT_SHORT:
        return _INTERRUPTED
    return "its turn before failed" if before.end is TurnEnd.FAILED else ""


def _picked_up(daemon: str, turn: Turn, *, again: str) -> Message:
    said = blocks.picked_up(daemon, turn.created_at)
    if not again:
        return said
    words = f"{said.text}, again: {again}"
    block = {"type": "section", "text": {"type": "mrkdwn", "text": words}}
    return Message(text=words, blocks=(block,))
