"""What the daemon wants to know: the question's message through its life, lists, receipts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coffee_bot.blocks import choosing
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
from coffee_daemon import QuestionState, Recorded

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from coffee_bot.blocks.kit import Block
    from coffee_bot.intent import Message
    from coffee_daemon import Answer, Question, Receipt, Task

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
    mentions: Sequence[str] = (),
    hushed: bool = False,
    answers: Sequence[Answer] = (),
    used_at: datetime | None = None,
    command: str = "/coffee",
) -> Message:
    """Show a question in its present state.

    The `text`, which is what a phone shows, begins with the question's own words.

    Args:
        asked: The question.
        task: The task that it belongs to.
        task_url: Where the task's own message is.
        mentions: User ids of the people to reach; the same in every state.
        hushed: It is for somebody, but mentions nobody.
        answers: What came in so far, oldest first.
        used_at: When the turn that has the answer ended well.
        command: The slash command's name.
    """
    people = " ".join(mention(one) for one in mentions[:_MOST_MENTIONS])
    return message(
        f"{_words(asked, 2_500)} {people}".rstrip(),
        *_shown(asked),
        section(f"*Why it matters:* {clip(asked.why, 800)}") if asked.why else None,
        *sections(choosing.options(asked)),
        *sections(_state(asked, people, answers, used_at, command)),
        *choosing.to_press(asked, answers),
        context(
            f"#{asked.number}",
            f"asked by {_asker(asked)}",
            _task(task, task_url),
            "🌙 mentions nobody now" if hushed else "",
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


def picked_up(daemon: str, at: datetime) -> Message:
    """Tell a thread that the daemon has the answer or follow-up now."""
    said = f"☕ Picked up by {line(daemon, 80)} {when(at)}"
    return message(said, section(said))


def fetched(at: datetime) -> Message:
    """Tell a thread that the program that asked has the answer now."""
    said = f"📬 Fetched by whoever asked {when(at)}"
    return message(said, section(said))


def answered(receipt: Receipt) -> Message:
    """Tell the person who answered by command what became of the words."""
    number = receipt.question.number if receipt.question else 0
    words = clip(receipt.answer.text, 1_000) if receipt.answer else ""
    if receipt.recorded is Recorded.TOO_LATE:
        return too_late(receipt.question)
    if receipt.recorded is Recorded.UNDECIDED and receipt.question:
        return undecided(receipt.question)
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
    if asked.state is QuestionState.PICKED_UP and asked.decided_by and asked.answered_at:
        by = f"{name_of(asked.decided_by)} {when(asked.answered_at)}"
        return _plain(f"⌛ #{asked.number} was already answered by {by}, so nothing was stored.")
    why = _CLOSED.get(asked.state, "is closed")
    return _plain(f"⌛ #{asked.number} {why}, so nothing was stored.")


def edit_too_late(daemon: str) -> Message:
    """Tell that a reply was changed after it had been picked up."""
    return _plain(
        f"⌛ {line(daemon, 80)} had picked this up before you changed it and works with the "
        "earlier words. Write another reply here to correct it."
    )


def undecided(asked: Question) -> Message:
    """Tell that a reply decides nothing, and the words that would."""
    return _plain(
        f"🔐 #{asked.number} is decided by a button, or by exactly "
        f"{choosing.exact_words(asked)}. Your reply is none of these, so it decides nothing "
        "and stays talk between people."
    )


def kept_as_talk(number: int) -> Message:
    """Tell that a reply was taken out of the answer."""
    return _plain(f"💬 That is no answer to #{number} any more, only talk between people.")


def not_waiting(number: int) -> Message:
    """Tell that a quiet time was over when somebody wanted to end it."""
    return _plain(f"⏳ The quiet time of #{number} is over already, or its answer was taken back.")


def not_opened() -> Message:
    """Tell that Slack did not open the modal."""
    return _plain("⌛ Slack did not open the window in time. Press again, or reply in the thread.")


def out_of_the_answer() -> Message:
    """Tell that editing a reply that was taken back does not make it an answer again."""
    return _plain(
        "💬 This reply had been taken out of the answer, so your edit is not handed over. "
        "Write a new reply to answer."
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


def _shown(asked: Question) -> Iterator[Block | None]:
    """The question's words."""
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
        return ("🚫 *Withdrawn.* No answer is needed any more.",)
    if asked.state is QuestionState.EXPIRED:
        at = f" {when(asked.expires_at)}" if asked.expires_at else ""
        return (f"⌛ *Expired*{at} without an answer.",)
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
        f"{name_of(one.who)}: {clip(labels.get(one.option or '', one.text), 500)}"
        for one in answers[-3:]
    )
