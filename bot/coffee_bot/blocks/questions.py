"""What the daemon wants to know: the question's message through its life, and lists."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coffee_bot.blocks import choosing, lineage, silence
from coffee_bot.blocks.kit import context, header, message, section, sections
from coffee_bot.blocks.words import (
    ago,
    bare,
    clip,
    clock,
    line,
    link,
    mention,
    name_of,
    split,
    verbatim,
    when,
)
from coffee_daemon import QuestionState

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    from coffee_bot.blocks.kit import Block
    from coffee_bot.intent import Message
    from coffee_daemon import Answer, Exchange, Question, Task

#: How many of the open questions a list shows, as the specification asks.
FIRST_QUESTIONS = 5
_MOST_MENTIONS = 10
#: A question's words stand in two paragraphs of this size at most: all words of a message's blocks
#: together may be some 13,000 characters (bolt-js #2509).
_TEXT_PIECE = 2_500
#: What a headline of Slack's may hold, with room for its sign.
_HEADLINE = 140
#: A quiet time of fewer seconds is over before anybody has read about it.
_WORTH = 2


def question(
    asked: Question,
    *,
    task: Task | None = None,
    task_url: str = "",
    mentions: Sequence[str] | None = (),
    answers: Sequence[Answer] = (),
    used_at: datetime | None = None,
    names: Mapping[str, str] | None = None,
    before: Exchange | None = None,
    follows_url: str = "",
    command: str = "/coffee",
) -> Message:
    """Show a question in its present state.

    The `text`, which is what a phone shows, begins with the question's own words.

    Args:
        asked: The question.
        task: The task that it belongs to.
        task_url: Where the task's own message is.
        mentions: User ids of the people to reach; the same in every state. None: it is for
            somebody, but mentions nobody.
        answers: What came in so far, oldest first.
        used_at: When the turn that has the answer ended well.
        names: The names of people who are asked too after a while, by their ids.
        before: What was answered to the same question before.
        follows_url: Where the message of the question is that this one follows.
        command: The slash command's name.
    """
    people = " ".join(mention(one) for one in (mentions or ())[:_MOST_MENTIONS])
    return message(
        f"{_words(asked, 2_500)} {people}".rstrip(),
        *in_full(asked),
        section(f"*Why it matters:* {clip(asked.why, 800)}") if asked.why else None,
        *sections(choosing.options(asked)),
        *sections(_state(asked, people, answers, used_at, command)),
        *choosing.to_press(asked, answers),
        *choosing.to_change(asked, task),
        *lineage.offer(asked, before),
        context(lineage.follows(asked, follows_url)),
        context(silence.policy(asked, names or {})),
        context(
            f"#{asked.number}",
            f"asked by {_asker(asked)}",
            _task(task, task_url),
            _hush(asked, mentions),
        ),
    )


def open_questions(
    asked: Sequence[Question], *, command: str = "/coffee"
) -> tuple[Block | None, ...]:
    """The first five of the open questions, and how many more there are."""
    if not asked:
        return ()
    more = len(asked) - FIRST_QUESTIONS
    return (
        section("📋 *Daemon Has Questions:*"),
        *(section(_entry(one)) for one in asked[:FIRST_QUESTIONS]),
        *((section(f"…and {more} more"),) if more > 0 else ()),
        context(f"Reply in a question's thread, or use {_how(command)}."),
    )


def questions(asked: Sequence[Question], *, command: str = "/coffee") -> Message:
    """Answer `questions`. `asked` are the open ones, oldest first."""
    if not asked:
        return message("✅ No open questions.", section("✅ *No open questions.*"))
    count = "1 open question" if len(asked) == 1 else f"{len(asked)} open questions"
    return message(f"📋 {count}", *open_questions(asked, command=command))


def _words(asked: Question, limit: int) -> str:
    return clip(asked.text, limit) or "…"


def _asker(asked: Question) -> str:
    return f"{line(asked.daemon, 80)} {ago(asked.created_at)}"


def _hush(asked: Question, mentions: Sequence[str] | None) -> str:
    waits = mentions is None and asked.state is QuestionState.OPEN
    return "🌙 mentions nobody now" if waits else ""


def _task(task: Task | None, url: str) -> str:
    if task is None:
        return ""
    return "task " + link(url, f"#{task.number} {task.title}")


def _entry(asked: Question) -> str:
    task = f" · task #{asked.task}" if asked.task else ""
    return f"*#{asked.number}*: {line(asked.text, 300)}\n{ago(asked.created_at)}{task}"


def _how(command: str) -> str:
    return f"`{command} answer &lt;number&gt; &lt;text&gt;`"


def in_full(asked: Question) -> Iterator[Block | None]:
    """The question's words, all of them."""
    if choosing.is_approval(asked):
        yield from _approval(asked)
    else:
        pieces = split(asked.text, _TEXT_PIECE, most=2) or (_words(asked, 10),)
        yield from (section(piece) for piece in pieces)


def _approval(asked: Question) -> Iterator[Block | None]:
    """What is to be allowed, exactly as it is: no markup in it works, so nothing can pretend."""
    first, _, rest = asked.text.strip().partition("\n")
    headline = bare(first, _HEADLINE)
    if not rest.strip() or headline != first.strip():
        headline, rest = f"{bare(asked.daemon, 80)} asks for approval", asked.text
    yield header(f"🔐 {headline}")
    yield from (section(piece) for piece in verbatim(rest, _TEXT_PIECE))


def _state(
    asked: Question,
    people: str,
    answers: Sequence[Answer],
    used_at: datetime | None,
    command: str,
) -> tuple[str, ...]:
    if asked.state is QuestionState.OPEN:
        return (choosing.how_to_answer(asked, people, command),)
    if asked.state is QuestionState.CANCELLED:
        return (f"🚫 *Withdrawn{_by_whom(asked)}.* No answer is needed any more.",)
    if asked.state is QuestionState.EXPIRED:
        at = f" {when(asked.expires_at)}" if asked.expires_at else ""
        return (f"⌛ *Expired*{at} without an answer.",)
    if asked.state is QuestionState.ASSUMED:
        return (silence.assumed(asked), *_answer_lines(asked, answers))
    return decision(asked, answers, used_at)


def _by_whom(withdrawn: Question) -> str:
    if withdrawn.decided_by is not None:
        return f" by {name_of(withdrawn.decided_by)}"
    return " with its task" if withdrawn.task is not None else ""


def decision(
    asked: Question, answers: Sequence[Answer], used_at: datetime | None = None
) -> tuple[str, ...]:
    """Who has answered, with which words, and what becomes of them."""
    return (_answered_by(asked, used_at), *_answer_lines(asked, answers), *_taken(asked, answers))


def _answered_by(asked: Question, used_at: datetime | None) -> str:
    at = f" {when(asked.answered_at)}" if asked.answered_at else ""
    said = f"✅ *{_verb(asked)} by {name_of(asked.decided_by)}*{at}"
    if asked.state is not QuestionState.PICKED_UP:
        return f"{said}. {_next(asked)}"
    taken = f" {when(asked.picked_up_at)}" if asked.picked_up_at else ""
    used = f", used: its turn ended {when(used_at)}" if used_at else ""
    if asked.task is None:
        return f"{said}, fetched by whoever asked{taken}"
    return f"{said}, picked up by {line(asked.daemon, 80)}{taken}{used}"


def _verb(asked: Question) -> str:
    return "Decided" if choosing.is_approval(asked) else "Answered"


def _next(asked: Question) -> str:
    """What an answer waits for."""
    if asked.task is None:
        return "Waiting to be fetched by whoever asked; until then it may be changed."
    return "It may still be changed until it is picked up."


def _taken(asked: Question, answers: Sequence[Answer]) -> tuple[str, ...]:
    """When the quiet time ends, where there is one worth waiting for."""
    seconds = choosing.quiet_seconds(asked, answers)
    if asked.state is not QuestionState.ANSWERED or asked.closes_at is None or seconds < _WORTH:
        return ()
    return (f"⏳ Taken as the answer in {seconds} s, at {clock(asked.closes_at)}.",)


def _answer_lines(asked: Question, answers: Sequence[Answer]) -> tuple[str, ...]:
    labels = {one.id: one.label for one in asked.options}
    return tuple(
        f"{_whose(one)}: {clip(labels.get(one.option or '', one.text), 500)}"
        for one in answers[-3:]
    )


def _whose(one: Answer) -> str:
    """Who said it; of what came after the pick-up also when, as it stands against the rest."""
    if one.about is None:
        return name_of(one.who)
    return f"✏️ *Changed by {name_of(one.who)}* {when(one.said_at)}"
