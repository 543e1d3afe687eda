"""What the daemon wants to know: the question's message through its life, lists, receipts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coffee_bot.blocks.kit import context, message, section, sections
from coffee_bot.blocks.words import ago, clip, code, line, link, mention, name_of, split, when
from coffee_daemon import QuestionState, Recorded

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from coffee_bot.blocks.kit import Block
    from coffee_bot.intent import Message
    from coffee_daemon import Answer, Question, Receipt, Task

#: How many of the open questions a list shows, as the specification asks.
FIRST_QUESTIONS = 5
#: A question with more options than this says how many more there are.
_MOST_OPTIONS = 25
_MOST_MENTIONS = 10


def question(
    asked: Question,
    *,
    task: Task | None = None,
    task_url: str = "",
    mentions: Sequence[str] = (),
    answers: Sequence[Answer] = (),
    command: str = "/coffee",
) -> Message:
    """Show a question in its present state.

    The `text`, which is what a phone shows, begins with the question's own words.

    Args:
        asked: The question.
        task: The task that it belongs to.
        task_url: Where the task's own message is.
        mentions: User ids of the people to reach; the same in every state.
        answers: What came in so far, oldest first.
        command: The slash command's name.
    """
    people = " ".join(mention(one) for one in mentions[:_MOST_MENTIONS])
    return message(
        f"{_words(asked, 2_500)} {people}".rstrip(),
        *(section(piece) for piece in split(asked.text, most=2) or (_words(asked, 10),)),
        section(f"*Why it matters:* {clip(asked.why, 1_000)}") if asked.why else None,
        *sections(_options(asked)),
        *sections(_state(asked, people, answers, command)),
        context(f"#{asked.number}", f"asked by {_asker(asked)}", _task(task, task_url)),
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


def picked_up(daemon: str, at: datetime) -> Message:
    """Tell a thread that the daemon has the answer or follow-up now."""
    said = f"☕ Picked up by {line(daemon, 80)} {when(at)}"
    return message(said, section(said))


def answered(receipt: Receipt) -> Message:
    """Tell the person who answered by command what became of the words."""
    number = receipt.question.number if receipt.question else 0
    words = clip(receipt.answer.text, 1_000) if receipt.answer else ""
    if receipt.recorded is Recorded.TOO_LATE:
        return too_late(receipt.question)
    if receipt.recorded is Recorded.FOLLOW_UP:
        task = receipt.answer.task if receipt.answer else None
        where = f"a follow-up to #{task}" if task else "a follow-up"
        said = f"✅ #{number} had been picked up already; your words are kept as {where}."
    elif receipt.recorded is Recorded.KNOWN:
        said = f"✅ Your answer to #{number} had been stored already."
    else:
        said = f"✅ Your answer to #{number} is stored."
    return message(said, section(said), section(words))


def too_late(asked: Question | None) -> Message:
    """Tell that an answer came after the end, and was not stored."""
    if asked is None:
        return _plain("⌛ That question is closed, so nothing was stored.")
    why = _CLOSED.get(asked.state, "is closed")
    return _plain(f"⌛ #{asked.number} {why}, so nothing was stored.")


def edit_too_late(daemon: str) -> Message:
    """Tell that a reply was changed after it had been picked up."""
    return _plain(
        f"⌛ {line(daemon, 80)} had picked this up before you changed it and works with the "
        "earlier words. Write another reply here to correct it."
    )


_CLOSED = {
    QuestionState.CANCELLED: "was withdrawn",
    QuestionState.EXPIRED: "has expired",
    QuestionState.PICKED_UP: "had been picked up already",
}


def _plain(said: str) -> Message:
    return message(said, section(said))


def _words(asked: Question, limit: int) -> str:
    return clip(asked.text, limit) or "…"


def _asker(asked: Question) -> str:
    return f"{line(asked.daemon, 80)} {ago(asked.created_at)}"


def _task(task: Task | None, url: str) -> str:
    if task is None:
        return ""
    return "task " + link(url, f"#{task.number} {task.title}")


def _entry(asked: Question) -> str:
    task = f" · task #{asked.task}" if asked.task else ""
    return f"*#{asked.number}*: {line(asked.text, 300)}\n{ago(asked.created_at)}{task}"


def _how(command: str) -> str:
    return f"`{command} answer &lt;number&gt; &lt;text&gt;`"


def _options(asked: Question) -> tuple[str, ...]:
    if not asked.options:
        return ()
    shown = (f"{code(one.id)} {line(one.label, 120)}" for one in asked.options[:_MOST_OPTIONS])
    more = len(asked.options) - _MOST_OPTIONS
    return ("*Options*", *shown, *((f"…and {more} more",) if more > 0 else ()))


def _state(
    asked: Question, people: str, answers: Sequence[Answer], command: str
) -> tuple[str, ...]:
    if asked.state is QuestionState.OPEN:
        return _how_to_answer(asked, people, command)
    if asked.state is QuestionState.CANCELLED:
        return ("🚫 *Withdrawn.* No answer is needed any more.",)
    if asked.state is QuestionState.EXPIRED:
        at = f" {when(asked.expires_at)}" if asked.expires_at else ""
        return (f"⌛ *Expired*{at} without an answer.",)
    return (_answered_by(asked), *_answer_lines(asked, answers))


def _how_to_answer(asked: Question, people: str, command: str) -> tuple[str, ...]:
    hint = "with an option's number or words, or with your own words" if asked.options else ""
    by = f" It expires {when(asked.expires_at)}." if asked.expires_at else ""
    return (
        f"{people} Reply in this thread {hint}".strip()
        + f", or use `{command} answer {asked.number} &lt;text&gt;`."
        + (by or " It waits as long as you need."),
    )


def _answered_by(asked: Question) -> str:
    at = f" {when(asked.answered_at)}" if asked.answered_at else ""
    said = f"✅ *Answered by {name_of(asked.decided_by)}*{at}"
    if asked.state is QuestionState.PICKED_UP:
        taken = f" {when(asked.picked_up_at)}" if asked.picked_up_at else ""
        return f"{said}, picked up by {line(asked.daemon, 80)}{taken}"
    return f"{said}. It may still be changed until it is picked up."


def _answer_lines(asked: Question, answers: Sequence[Answer]) -> tuple[str, ...]:
    labels = {one.id: one.label for one in asked.options}
    return tuple(
        f"{name_of(one.who)}: {clip(labels.get(one.option or '', one.text), 600)}"
        for one in answers[-3:]
    )
