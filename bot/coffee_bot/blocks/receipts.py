"""What people are told of their replies and presses, and a thread of its answer's way."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coffee_bot.blocks import choosing
from coffee_bot.blocks.kit import message, section
from coffee_bot.blocks.words import clip, line, name_of, when
from coffee_daemon import ENDED, QuestionState, Recorded, TaskState

if TYPE_CHECKING:
    from datetime import datetime

    from coffee_bot.intent import Message
    from coffee_daemon import Question, Receipt, Task


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
        assumed = receipt.question is not None and bool(receipt.question.assumption)
        since = "had gone on with its stated default" if assumed else "had been picked up already"
        said = f"✅ #{number} {since}; your words are kept as {where}.{_then(receipt.standing)}"
    elif receipt.recorded is Recorded.KNOWN:
        said = f"✅ Your answer to #{number} had been stored already."
    else:
        said = f"✅ Your answer to #{number} is stored."
    return message(said, section(said), section(words))


def _then(standing: TaskState | None) -> str:
    """When a follow-up is read, by where its task stood."""
    if standing is None:
        return ""
    if standing in ENDED:
        return f" It was {standing}, so they bring it back: its next turn reads them."
    if standing is TaskState.RUNNING:
        return " It reads them when its current turn ends; interrupt it, and it does at once."
    return " It reads them with its next turn."


def task_over(asked: Question, task: Task) -> Message:
    """Tell that an answer cannot be changed any more, and how to go on with other words."""
    return _plain(
        f"⌛ Too late: #{task.number}, which used the answer to #{asked.number}, is {task.state}. "
        "Reply in this thread to bring it back with other words."
    )


def too_late(asked: Question | None) -> Message:
    """Tell that an answer came after the end, and was not stored."""
    if asked is None:
        return _plain("⌛ That question is closed, so nothing was stored.")
    if asked.state is QuestionState.PICKED_UP and asked.decided_by and asked.answered_at:
        by = f"{name_of(asked.decided_by)} {when(asked.answered_at)}"
        return _plain(f"⌛ #{asked.number} was already answered by {by}, so nothing was stored.")
    why = _CLOSED.get(asked.state, "is closed")
    if asked.state is QuestionState.CANCELLED and asked.decided_by:
        why = f"was withdrawn by {name_of(asked.decided_by)}"
    return _plain(f"⌛ #{asked.number} {why}, so nothing was stored.")


def edit_too_late(daemon: str, standing: TaskState | None = None) -> Message:
    """Tell that a reply was changed after it had been picked up; `standing` is its task's."""
    if standing in ENDED:
        return _plain(
            f"⌛ Too late: the task is {standing} and worked with the earlier words. "
            "Write another reply here to bring it back."
        )
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
    QuestionState.ASSUMED: "had no answer in time, and its stated default was assumed",
}


def _plain(said: str) -> Message:
    return message(said, section(said))
