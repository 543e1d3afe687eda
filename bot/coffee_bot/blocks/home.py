"""The App Home of one person: what goes on, and what this person may do about it.

A view of Slack's holds at most 100 blocks. It holds nothing here that changes with every look, so
that it is published anew only when it matters.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from coffee_bot.blocks import choosing, silence
from coffee_bot.blocks.card import ASK, at_work, buttons
from coffee_bot.blocks.kit import actions, context, header, section, sections
from coffee_bot.blocks.questions import decision, in_full
from coffee_bot.blocks.status import missing, noted
from coffee_bot.blocks.tasks import entry
from coffee_bot.blocks.words import ago, clip, code, line, link, name_of, when
from coffee_bot.intent import VERBS, Role
from coffee_daemon import QuestionState

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from coffee_bot.blocks.kit import Block
    from coffee_bot.intent import Message
    from coffee_daemon import Answer, DaemonStatus, Question, Task

#: Slack's most for a view.
MOST_BLOCKS = 100
#: What daemons, questions, and all that stands below them may take of that.
_DAEMON_ROOM, _QUESTION_ROOM, _TOLD_ROOM = 20, 50, 5
#: A role in a word, and what it adds.
_ROLES = {
    Role.VIEWER: ("viewer", "look at everything"),
    Role.ANSWERER: ("answerer", "answer questions and hand over work"),
    Role.OPERATOR: ("operator", "answer, hand over work, and control the daemon and its tasks"),
    Role.ADMIN: ("admin", "do everything here"),
}
#: What would come with more, and the setting that gives it.
_MORE = {
    Role.VIEWER: ("answer and hand over work", "COFFEE_MEMBERS"),
    Role.ANSWERER: ("control the daemon and its tasks", "COFFEE_OPERATORS"),
    Role.OPERATOR: ("lift limits and move the feed", "COFFEE_ADMINS"),
}


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A question with what came in so far, and where its own message is."""

    question: Question
    answers: tuple[Answer, ...] = ()
    url: str = ""
    #: What its task is called, and where that is shown.
    task: Task | None = None
    task_url: str = ""


@dataclass(frozen=True, kw_only=True)
class Work:
    """A task, and where its own message is."""

    task: Task
    url: str = ""


@dataclass(frozen=True, kw_only=True)
class Overview:
    """What a Home shows, whoever looks."""

    daemons: tuple[DaemonStatus, ...]
    #: Open and answered ones that nobody has picked up yet, by age.
    asked: tuple[Asked, ...] = ()
    #: Decided ones, the latest first.
    decided: tuple[Asked, ...] = ()
    #: What is running, queued and waiting, in the order of pick-up.
    queue: tuple[Work, ...] = ()
    #: What has ended, the latest first.
    ended: tuple[Work, ...] = ()
    #: There is more in the queue than is shown.
    more_queue: bool = False


def home(
    seen: Overview,
    role: Role,
    *,
    user: str,
    told: Message | None = None,
    command: str = "/coffee",
) -> Mapping[str, Any]:
    """Show the Home of one person.

    Args:
        seen: What goes on.
        role: What this person may do; nothing else is offered.
        user: The person's id, for whoever could give another role.
        told: What became of this person's last press.
        command: The slash command's name.
    """
    parts = (
        _told(told),
        _few(_daemons(seen, role), _DAEMON_ROOM),
        _questions(seen, role, command),
        _tasks("📥 In the queue", seen.queue, f"{command} tasks" if seen.more_queue else ""),
        _tasks("🏁 Ended lately", seen.ended),
        _standing(role, user, command),
    )
    return _view(block for part in parts for block in part)


def no_home(reason: str) -> Mapping[str, Any]:
    """Show somebody who may not even look why that is."""
    return _view((section(f"🔒 There is nothing for you to see here. {clip(reason, 1_500)}"),))


def _view(blocks: Iterable[Block | None]) -> Mapping[str, Any]:
    shown = [block for block in blocks if block]
    return {"type": "home", "blocks": shown[:MOST_BLOCKS]}


def _told(told: Message | None) -> Iterator[Block | None]:
    if told is not None:
        yield from [dict(block) for block in told.blocks[:_TOLD_ROOM]]
        yield _line_across()


def _daemons(seen: Overview, role: Role) -> Iterator[Block | None]:
    urls = {one.task.number: one.url for one in seen.queue}
    for now in seen.daemons:
        since = now.task_started_at or now.started_at
        what = "at it" if now.task_started_at else "up"
        yield section(at_work(now, urls.get(now.task_number or 0, "")))
        yield from (*missing(now), *noted(now))
        yield context(f"{what} since {when(since)}") if since and now.running else None
        offered = [one for one in buttons(now) if role >= VERBS[_verb(one)].role]
        if offered:
            yield {**actions(*offered), "block_id": f"daemon:{now.name}"}


def _verb(button: Block) -> str:
    """The verb whose role a button of the daemon needs."""
    action = str(button["action_id"])
    return "tell" if action == ASK else action


def _questions(seen: Overview, role: Role, command: str) -> Iterator[Block | None]:
    yield _line_across()
    yield header(f"❓ {_count(len(seen.asked))}")
    room, left = _QUESTION_ROOM, list(seen.asked)
    while left:
        shown = [block for block in _question(left[0], role) if block]
        room -= len(shown) + 1
        if room < 0:
            break
        if len(left) < len(seen.asked):
            yield _line_across()
        yield from shown
        left.pop(0)
    if left:
        yield context(f"There are more: `{command} questions`.")
    yield context(*(_decided(one) for one in seen.decided[:10]))


def _question(one: Asked, role: Role) -> Iterator[Block | None]:
    asked = one.question
    yield from in_full(asked)
    yield section(f"*Why it matters:* {clip(asked.why, 800)}") if asked.why else None
    yield from sections(choosing.options(asked))
    yield section(silence.policy(asked, {}))
    if asked.state is not QuestionState.OPEN:
        yield from sections(decision(asked, one.answers))
    if role >= VERBS["answer"].role:
        for at, row in enumerate(choosing.to_press(asked, one.answers)):
            # The same at each look, so that nobody loses the place on the page.
            yield {**row, "block_id": f"question:{asked.number}:{at}"}
    yield context(
        link(one.url, f"#{asked.number}"),
        f"asked by {line(asked.daemon, 80)} {ago(asked.created_at)}",
        "task " + link(one.task_url, f"#{one.task.number} {one.task.title}") if one.task else "",
    )


def _decided(one: Asked) -> str:
    asked = one.question
    number = link(one.url, f"#{asked.number}")
    if asked.state is QuestionState.ASSUMED:
        assumed = line(asked.silence.assume, 100)
        return f"💤 {number} {line(asked.text, 100)} · assumed, by nobody: {assumed}"
    labels = {option.id: option.label for option in asked.options}
    said = one.answers[-1] if one.answers else None
    words = labels.get(said.option or "", said.text) if said else ""
    return f"✅ {number} {line(asked.text, 100)} · {name_of(asked.decided_by)}: {line(words, 100)}"


def _tasks(title: str, works: tuple[Work, ...], more: str = "") -> Iterator[Block | None]:
    if not works:
        return
    yield _line_across()
    yield header(title)
    yield from sections(entry(one.task, one.url) for one in works)
    yield context(f"There are more: `{more}`.") if more else None


def _standing(role: Role, user: str, command: str) -> Iterator[Block | None]:
    """What this person may do here, and how to be allowed more."""
    word, may = _ROLES[role]
    yield _line_across()
    yield context(f"👤 You are here as *{word}*: you may {may}.")
    if role in _MORE:
        what, setting = _MORE[role]
        yield context(
            f"To {what} too, ask whoever runs the bot to add {code(user)} to `{setting}` "
            "on its machine and to start the bot again."
        )
    if role >= VERBS["tell"].role:
        yield context(
            f"💡 Hand over work with `{command} tell &lt;text&gt;`, "
            "or from the menu of any message."
        )


def _count(questions: int) -> str:
    if not questions:
        return "No open questions"
    return "1 question" if questions == 1 else f"{questions} questions"


def _few(blocks: Iterator[Block | None], most: int) -> Iterator[Block | None]:
    """The first so many blocks."""
    for at, block in enumerate(one for one in blocks if one):
        if at < most:
            yield block


def _line_across() -> Block:
    return {"type": "divider"}
