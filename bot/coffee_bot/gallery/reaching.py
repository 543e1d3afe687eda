"""Pieces that reach people in time, and what tells of whole days."""

from __future__ import annotations

from coffee_bot import blocks
from coffee_bot.gallery.nouns import Heard, Piece, Place, drawn, private, public, threaded
from coffee_bot.gallery.samples import ADA, AT, DAEMON, LATER, LINK, a_question, a_task, an_answer
from coffee_daemon import Contact, DaemonState, Digest, FileState, Receipt, Recorded, ReplyFile

_WEEK = ("Mon 4  ·····www·····", "Tue 5  ··wwwwwwww····")


def pieces() -> tuple[Piece, ...]:
    """Return them, those of one kind together."""
    return (*_reminders(), *_choices(), *_days(), *_files())


def _reminders() -> tuple[Piece, ...]:
    crash = blocks.transition(
        DAEMON, DaemonState.CRASHED, why="wanted, but process 4711 is gone", at=LATER
    )
    morning = blocks.morning(ADA.id, [a_question()], {13: LINK})
    return (
        threaded(
            "reminder",
            "a question waits for long",
            blocks.reminder(a_question(), ADA.id),
            Heard.BOTH,
        ),
        threaded(
            "escalation",
            "further people are asked",
            blocks.escalation(a_question(), ADA.id),
            Heard.BOTH,
        ),
        public(
            "calling", "admins must know of it", blocks.calling(crash, [ADA.id]), Heard.MENTIONED
        ),
        Piece(
            name="morning",
            place=Place.DIRECT,
            heard=Heard.PERSON,
            when="something came in quiet hours",
            blocks=morning.blocks,
        ),
    )


def _choices() -> tuple[Piece, ...]:
    kept = Receipt(recorded=Recorded.STORED, question=a_question(), answer=an_answer())
    mine = blocks.choices(Contact(id=ADA.id), "9:00-18:00", "Europe/Berlin")
    return (
        private("choices", "`/coffee notify`", mine),
        private("snoozed", "*Snooze until tomorrow 9:00*", blocks.snoozed(13, LATER)),
        drawn("together", "*Answer together…*", blocks.together([a_question()]), Place.WINDOW),
        private("took_together", "that window was sent", blocks.took_together([(13, kept)])),
        private("nothing_open", "*Answer together…* comes too late", blocks.nothing_open()),
    )


def _days() -> tuple[Piece, ...]:
    told = Digest(
        daemon=DAEMON,
        since=AT,
        until=LATER,
        ended=(a_task(),),
        questions=(a_question(),),
        happened=True,
    )
    sums = "up 12 h, at work 7 h"
    return (
        public("digest", "once a day, where something happened", blocks.digest(told)),
        public(
            "history_comment",
            "above the picture that somebody asked for",
            blocks.history_comment("The last 7 days", sums, ADA),
        ),
        private("history_posted", "`/coffee history`", blocks.history_posted(unclear=False)),
        private(
            "history_text",
            "`/coffee history` where no picture can be posted",
            blocks.history_text(_WEEK, sums, "Slack took no picture."),
        ),
    )


def _files() -> tuple[Piece, ...]:
    large = ReplyFile(
        id=1,
        answer=1,
        task=12,
        source="msg:1:F1",
        name="dump.sql",
        mimetype="text/plain",
        size=900_000_000,
        state=FileState.REFUSED,
        reason="It is larger than 20 MB.",
    )
    said = blocks.about_files(ADA, [large])
    when = "files of a reply were not taken, or came late"
    return (threaded("about_files", when, said, Heard.BOTH),)
