from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from block_samples import (
    ADA,
    AT,
    HOSTILE,
    a_notification,
    a_question,
    a_status,
    a_task,
    an_answer,
    assert_fit,
    of,
    shown,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from coffee_bot import blocks
from coffee_bot.blocks import Trail, words
from coffee_bot.blocks.midturn import Added
from coffee_bot.intent import VERBS, Message, Misunderstood, Role, parse_command
from coffee_daemon import (
    AnswerKind,
    AuditEntry,
    CoffeeError,
    Commit,
    Contact,
    DaemonState,
    Day,
    DaySpent,
    Digest,
    Event,
    Exchange,
    FileState,
    GoneOn,
    Halt,
    Held,
    Matter,
    Metrics,
    NotFound,
    NotificationType,
    Option,
    Person,
    QuestionState,
    Receipt,
    Recorded,
    ReplyFile,
    Request,
    Silence,
    Spent,
    StartFailed,
    Story,
    TaskSpent,
    TaskState,
    Turn,
    TurnState,
    UsageLimit,
    Via,
    Work,
)
from coffee_daemon.metrics import Span
from coffee_daemon.spending import Budget, Continued
from coffee_daemon.store.nouns import RequestState

if TYPE_CHECKING:
    from collections.abc import Callable

# Text from outside: anything at all, the hostile, and the endless.
outside = st.one_of(
    st.text(),
    st.text(alphabet="<>&`*_~|@!#\n \ud800\x00\u202e"),
    st.text(min_size=1, max_size=3).map(lambda text: text * 2_100),
    st.just(HOSTILE),
    st.just("<" * 6_500),
    st.just("```\ncode\n" * 700),
    st.just("\N{SMILING FACE WITH SUNGLASSES}" * 6_000),
)
LATER = AT + timedelta(days=7)
DAYS = [Day.of(AT).earlier(6 - n) for n in range(7)]
spans = st.builds(Span, state=st.sampled_from(DaemonState), begins=st.just(AT), ends=st.just(LATER))
figures = st.builds(
    Metrics,
    begins=st.just(AT),
    ends=st.just(LATER),
    spans=st.lists(spans, max_size=9).map(tuple),
    done=st.lists(st.just(AT), max_size=99).map(tuple),
    answered_after=st.lists(st.timedeltas(timedelta(), timedelta(days=900))).map(tuple),
    picked_up_after=st.lists(st.timedeltas(timedelta(), timedelta(days=900))).map(tuple),
)
#: What the settings allow a daemon to be called.
names = st.from_regex(r"\A[A-Za-z_][\w-]{0,63}\Z")
channels = st.just("C0DEV00001") | outside
people = st.builds(Person, id=outside, name=outside)
moments = st.integers(0, 4_000_000_000).map(lambda at: datetime.fromtimestamp(at, UTC))
options = st.lists(outside, max_size=40).map(
    lambda labels: tuple(Option(id=str(at), label=one) for at, one in enumerate(labels, 1))
)
tasks = st.builds(
    a_task,
    number=st.integers(min_value=1, max_value=2**63),
    daemon=outside,
    title=outside,
    prompt=outside,
    result=outside,
    branch=st.none() | outside,
    state=st.sampled_from(TaskState),
    author=st.none() | people,
    wants_answer=st.booleans(),
    held_at=st.none() | moments,
    held_by=st.none() | people,
    updated_at=moments,
)
times = st.timedeltas(timedelta(seconds=1), timedelta(days=3650))
silences = st.builds(
    Silence,
    remind=st.none() | times,
    escalate=st.lists(outside, max_size=10).map(tuple),
    escalate_after=st.none() | times,
    assume=outside,
    assume_after=st.none() | times,
    reversible=st.booleans(),
    expires_after=st.none() | times,
    urgent=st.booleans(),
)
questions = st.builds(
    a_question,
    daemon=outside,
    text=outside,
    why=outside,
    options=options,
    state=st.sampled_from(QuestionState),
    answer_kind=st.sampled_from(AnswerKind),
    closes_at=st.none() | moments,
    silence=silences,
    follows=st.none() | st.integers(1, 10**9),
    same_as=st.none() | st.integers(1, 10**9),
    decided_by=st.none() | people,
    answered_at=st.none() | moments,
    picked_up_at=st.none() | moments,
)
answers = st.builds(
    an_answer, text=outside, who=people, option=st.none() | st.sampled_from("129"), task=st.none()
)
exchanges = st.builds(
    Exchange, question=questions, answers=st.lists(answers, max_size=3).map(tuple)
)
statuses = st.builds(
    a_status,
    name=names,
    state=st.sampled_from(DaemonState),
    evidence=outside,
    current_task=st.none() | outside,
    progress=outside,
    missing=st.lists(outside, max_size=15).map(tuple),
    notes=st.lists(outside, max_size=15).map(tuple),
    uptime=st.none() | st.floats(0, 1e12),
    until=st.none() | moments,
    open_questions=st.integers(0, 10**9),
    held_tasks=st.integers(0, 10**9),
    focus_until=st.none() | moments,
    focus_task=st.none() | st.integers(1, 10**9),
    focus_by=outside,
)
notifications = st.builds(
    a_notification, type=st.sampled_from(NotificationType), title=outside, message=outside
)
held = st.builds(Held, channel=channels, reason=outside, posts=st.integers(1, 1000), since=moments)
receipts = st.builds(
    Receipt,
    recorded=st.sampled_from(Recorded),
    question=st.none() | questions,
    answer=st.none() | answers,
    standing=st.none() | st.sampled_from(TaskState),
)
contacts = st.builds(
    Contact, id=outside, zone=outside, hours=outside, off=st.frozensets(st.sampled_from(Matter))
)
turns = st.builds(
    Turn,
    id=st.integers(1),
    task=st.integers(1),
    number=st.integers(1),
    nonce=st.just("n"),
    state=st.sampled_from(TurnState),
    summary=outside,
    progress=outside,
    created_at=moments,
)
wishes = st.builds(
    Request,
    id=st.just(1),
    daemon=st.just("code_developer"),
    host=st.none(),
    verb=st.just("interrupt"),
    who=people,
    via=st.just(Via.SLACK),
    task=st.just(12),
    state=st.sampled_from(RequestState),
    reason=outside,
    created_at=moments,
    settled_at=st.none() | moments,
)
added = st.builds(
    Added,
    task=tasks,
    words=st.lists(answers, max_size=3).map(tuple),
    during=st.none() | turns,
    runs=st.booleans(),
    reader=st.none() | turns,
    interrupt=st.none() | wishes,
)
commits = st.none() | st.lists(st.builds(Commit, name=outside, subject=outside), max_size=20).map(
    tuple
)
errors = st.builds(CoffeeError, outside, hint=outside)
tails = st.lists(outside, max_size=3).map(tuple)
trails = st.builds(
    Trail,
    links=st.lists(
        outside.map("see {}".format) | st.just("https://team.example/acme/pull/" + "7" * 250),
        max_size=7,
    ).map(tuple),
    work=st.none()
    | st.builds(
        Work,
        branch=outside,
        branch_url=st.sampled_from(("", "https://team.example/acme/tree/x")),
        sha=st.sampled_from(("", "abc1234")),
        subject=outside,
        commit_url=st.sampled_from(("", "https://team.example/acme/commit/abc1234")),
    ),
)
spent = st.builds(
    Spent,
    turns=st.integers(0, 10**6),
    reported=st.integers(0, 10**6),
    running=st.integers(0, 10**6),
    dollars=st.floats(0, 10**9),
)
tasks_spent = st.lists(
    st.builds(TaskSpent, task=st.integers(1), title=outside, spent=spent), max_size=30
).map(tuple)
days = st.builds(DaySpent, day=moments.map(Day.of), tasks=tasks_spent)
halts = st.builds(
    Halt,
    daemon=st.just("code_developer"),
    day=moments.map(Day.of),
    budget=st.sampled_from(Budget),
    allowed=st.floats(0.01, 10**6),
    more=st.floats(0.01, 10**6),
    until=moments,
    tasks=tasks_spent,
    others=st.integers(0, 10**6),
    total=spent,
    continued=st.none() | st.builds(Continued, who=people, at=moments),
)
usage_limits = st.builds(
    UsageLimit,
    daemon=outside,
    agent=outside,
    until=moments,
    task=st.integers(1),
    at=moments,
    since=moments,
)
gone_on = st.builds(
    GoneOn,
    halts=st.lists(halts, max_size=2).map(tuple),
    lifted=st.lists(usage_limits, max_size=2).map(tuple),
    before=st.none() | halts,
    over=st.none() | halts,
)
reply_files = st.builds(
    ReplyFile,
    id=st.integers(1),
    answer=st.integers(1),
    task=st.integers(1),
    source=outside,
    name=outside,
    mimetype=outside,
    size=st.integers(0),
    state=st.sampled_from(FileState),
    reason=outside,
)
EVERY: dict[str, st.SearchStrategy[Message | tuple[Message, ...]]] = {
    "about_files": st.builds(
        blocks.about_files,
        people,
        st.lists(reply_files, min_size=1, max_size=30),
        st.lists(reply_files, max_size=10),
    ),
    "already_running": st.builds(blocks.already_running, statuses),
    "answered": st.builds(blocks.answered, receipts),
    "audit": st.builds(
        blocks.audit,
        st.lists(
            st.builds(
                AuditEntry,
                id=st.integers(1, 10**12),
                who=people,
                verb=outside,
                target=outside,
                via=st.sampled_from(Via),
                outcome=outside,
                detail=outside,
                at=st.just(AT),
            ),
            max_size=20,
        ),
        more=st.booleans(),
    ),
    "roles": st.builds(
        blocks.roles,
        st.sampled_from([Role.ADMIN, Role.OPERATOR, Role.ANSWERER, Role.VIEWER]),
        st.sampled_from(["", "U0ADA00001", "S0BARISTA1"]),
        st.just(
            {
                Role.ADMIN: ("COFFEE_ADMINS", {f"U0ADMIN{n:03}" for n in range(40)}),
                Role.OPERATOR: ("COFFEE_OPERATORS", {"S0BARISTA1"}),
                Role.ANSWERER: ("COFFEE_MEMBERS", set()),
            }
        ),
        st.dictionaries(outside, outside, max_size=5),
    ),
    "calling": st.builds(blocks.calling, questions.map(blocks.question), st.lists(outside)),
    "cancelled": st.builds(blocks.cancelled, tasks),
    "choices": st.builds(blocks.choices, contacts, outside, outside),
    "cost": st.builds(blocks.cost, st.lists(days, min_size=1, max_size=7), outside),
    "digest": st.builds(
        blocks.digest,
        st.builds(
            Digest,
            daemon=outside,
            since=moments,
            until=moments,
            ended=st.lists(tasks, max_size=12).map(tuple),
            in_progress=st.lists(tasks, max_size=3).map(tuple),
            questions=st.lists(questions, max_size=3).map(tuple),
            audit=outside,
        ),
    ),
    "did": st.builds(blocks.did, st.sampled_from(("start", "stop", "restart")), people, outside),
    "did_cancel": st.builds(blocks.did_cancel, st.integers(), outside, people),
    "did_move": st.builds(blocks.did_move, people, outside),
    "did_lift": st.builds(blocks.did_lift, people, outside),
    "edit_too_late": st.builds(
        blocks.edit_too_late, outside, st.none() | st.sampled_from(TaskState)
    ),
    "escalation": st.builds(blocks.escalation, questions, outside),
    "ended": st.builds(
        blocks.ended, tasks, st.none() | spent, st.none() | turns, left=st.none() | trails
    ),
    "gone_on": st.builds(blocks.gone_on, outside, gone_on),
    "halt": st.builds(
        blocks.halt,
        halts,
        over=st.booleans(),
        mentions=st.lists(st.just("U0ADA00001") | outside, max_size=12),
    ),
    "help_page": st.builds(blocks.help_page, daemon=outside),
    "history_comment": st.builds(blocks.history_comment, outside, outside, people),
    "history_posted": st.builds(blocks.history_posted, unclear=st.booleans()),
    "history_text": st.builds(
        blocks.history_text, st.lists(outside, max_size=5), outside, st.just(blocks.NO_EXTRA)
    ),
    "here_already": st.builds(blocks.here_already),
    "kept": st.builds(blocks.kept, added),
    "changed_answer": st.builds(blocks.changed_answer, added, questions, commits),
    "task_over": st.builds(blocks.task_over, questions, tasks),
    "interrupting": st.builds(blocks.interrupting, tasks, st.integers(0, 3)),
    "did_interrupt": st.builds(blocks.did_interrupt, people, tasks),
    "kept_as_talk": st.builds(blocks.kept_as_talk, st.integers(1)),
    "last_lines": st.builds(blocks.last_lines, outside, tails),
    "moved_away": st.builds(blocks.moved_away, channels),
    "moved_card": st.builds(blocks.moved_card, names, channels),
    "moved_here": st.builds(blocks.moved_here, channels),
    "moved_question": st.builds(
        blocks.moved_question,
        questions,
        st.just("https://team.example/archives/C1/p1?thread_ts=1.2&cid=C1"),
        outside,
    ),
    "not_running": st.builds(blocks.not_running, outside),
    "not_understood": st.builds(blocks.not_understood, daemon=outside),
    "not_opened": st.builds(blocks.not_opened),
    "not_opened_to_ask": st.builds(blocks.not_opened_to_ask),
    "not_waiting": st.builds(blocks.not_waiting, st.integers(1)),
    "notice": st.builds(blocks.notice, st.just("⚠️"), outside),
    "notifications": st.builds(
        blocks.notifications,
        st.lists(notifications, max_size=20),
        more=st.booleans(),
        held=st.lists(held, max_size=3),
    ),
    "out_of_the_answer": st.builds(blocks.out_of_the_answer),
    "picked_up": st.builds(blocks.picked_up, outside, moments),
    "fetched": st.builds(blocks.fetched, moments),
    "not_opened_to_send": st.builds(blocks.not_opened_to_send),
    "process_failure": st.builds(blocks.process_failure, st.just("start"), errors, tails),
    "question": st.builds(
        blocks.question,
        questions,
        task=st.none() | tasks,
        task_url=st.just("https://team.example/archives/C1/p1?thread_ts=1.2&cid=C1"),
        mentions=st.lists(st.just("U0ADA00001") | outside, max_size=12),
        answers=st.lists(answers, max_size=5),
        used_at=st.none() | moments,
        names=st.dictionaries(outside, outside, max_size=3),
        before=st.none() | exchanges,
        follows_url=st.just("") | st.just("https://team.example/archives/C1/p1"),
    ),
    "did_pin": st.builds(blocks.did_pin, people, outside),
    "did_unpin": st.builds(blocks.did_unpin, people, outside),
    "pinned": st.builds(blocks.pinned, outside, news=st.booleans()),
    "unpinned": st.builds(blocks.unpinned, outside, news=st.booleans()),
    "questions": st.builds(blocks.questions, st.lists(questions, max_size=8)),
    "refusal": st.builds(blocks.refusal, outside),
    "did_pause": st.builds(blocks.did_pause, people, names, moments),
    "did_resume": st.builds(blocks.did_resume, people, outside),
    "metrics": st.builds(blocks.metrics, figures, st.just(DAYS)),
    "paused": st.builds(blocks.paused, outside, moments),
    "did_focus": st.builds(blocks.did_focus, people, names, st.none() | tasks, moments),
    "did_unfocus": st.builds(blocks.did_unfocus, people, names),
    "in_focus": st.builds(blocks.in_focus, outside, st.none() | tasks, moments),
    "out_of_focus": st.builds(blocks.out_of_focus, outside, was=st.booleans()),
    "did_hold": st.builds(blocks.did_hold, people, tasks),
    "did_put": st.builds(blocks.did_put, people, tasks, st.just("before #13")),
    "did_release": st.builds(blocks.did_release, people, tasks),
    "moved": st.builds(blocks.moved, tasks, st.just("before #13")),
    "on_hold": st.builds(blocks.on_hold, tasks),
    "released": st.builds(blocks.released, tasks),
    "retried": st.builds(blocks.retried, tasks),
    "did_retry": st.builds(blocks.did_retry, people, tasks),
    "resumed": st.builds(blocks.resumed, outside, paused=st.booleans()),
    "restarted": st.builds(blocks.restarted, statuses),
    "started": st.builds(blocks.started, statuses),
    "status": st.builds(blocks.status, statuses, questions=st.lists(questions, max_size=7)),
    "status_card": st.builds(
        blocks.status_card,
        statuses,
        sign=st.none() | moments,
        asked=st.lists(
            st.builds(
                blocks.Linked,
                number=st.integers(1),
                words=outside,
                url=st.sampled_from(("", "https://team.example/archives/C1/p1")),
            ),
            max_size=5,
        ),
        task_url=st.just("https://team.example/archives/C1/p1?thread_ts=1.2&cid=C1"),
    ),
    "stopped": st.builds(blocks.stopped, outside),
    "story": st.builds(
        blocks.story,
        st.builds(
            Story,
            number=st.integers(1),
            title=outside,
            state=st.sampled_from((*TaskState, *QuestionState)),
            task=st.none() | st.integers(1),
            branch=st.none() | outside,
            events=st.lists(
                st.builds(Event, at=moments, says=outside, words=outside), max_size=30
            ).map(tuple),
        ),
    ),
    "morning": st.builds(
        blocks.morning,
        st.just("U0ADA00001"),
        st.lists(questions, min_size=1, max_size=30),
        st.just({12: "https://team.example/archives/C1/p1"}),
    ),
    "nothing_open": st.builds(blocks.nothing_open),
    "reminder": st.builds(blocks.reminder, questions, outside),
    "snoozed": st.builds(blocks.snoozed, st.integers(1), moments),
    "took_together": st.builds(
        blocks.took_together,
        st.lists(st.tuples(st.integers(1), receipts | outside), min_size=1, max_size=3),
    ),
    "stored": st.builds(blocks.stored, tasks, statuses),
    "task": st.builds(
        blocks.task, tasks, progress=outside, last=st.none() | turns, left=st.none() | trails
    ),
    "tasks": st.builds(
        blocks.tasks, st.lists(tasks, max_size=20), more=st.booleans(), now=st.none() | statuses
    ),
    "told_assumed": st.builds(blocks.told_assumed, questions),
    "too_late": st.builds(blocks.too_late, st.none() | questions),
    "too_old": st.builds(blocks.too_old, outside, moments),
    "transition": st.builds(
        blocks.transition,
        names,
        st.sampled_from(DaemonState),
        why=outside,
        at=st.none() | moments,
        lines=st.none() | st.integers(1),
    ),
    "trouble": st.builds(blocks.trouble, errors),
    "undecided": st.builds(blocks.undecided, questions),
    "usage": st.builds(
        blocks.usage, outside.map(parse_command).filter(lambda it: isinstance(it, Misunderstood))
    ),
    "withdrawn": st.builds(blocks.withdrawn, st.integers()),
    "usage_limit": st.builds(blocks.usage_limit, usage_limits),
    "went_on": st.builds(blocks.went_on, halts, people),
}
#: What is exported and is no message.
NO_MESSAGE = {
    "NO_EXTRA",
    "not_posted",
    "ASK",
    "ASK_FORM",
    "CONTINUE",
    "CHOOSE",
    "FACES",
    "FORM",
    "FORM_WORDS",
    "LAST_LINES",
    "NOT_AN_ANSWER",
    "OTHER",
    "RESTART",
    "RETRY",
    "SEND",
    "SEND_NOTE",
    "SAME",
    "SEND_NOW",
    "SEND_WORDS",
    "SNOOZE",
    "START",
    "TOGETHER",
    "Asked",
    "Overview",
    "Work",
    "STOP",
    "Linked",
    "Trail",
    "ago",
    "ask_form",
    "code",
    "duration",
    "escape",
    "form",
    "home",
    "line",
    "mention",
    "no_home",
    "permalink",
} | {
    "send_form",
    "sentence",
    "sign_of_life",
    "split",
    "together",
    "unmarked",
    "when",
}


def test_every_message_is_tried_with_everything() -> None:
    assert set(blocks.__all__) == set(EVERY) | NO_MESSAGE


@pytest.mark.parametrize("name", sorted(EVERY))
def test_no_message_breaks_slacks_limits_or_lets_markup_from_outside_through(name: str) -> None:
    @settings(max_examples=60, deadline=None)
    @given(EVERY[name])
    def hold(found: Message | tuple[Message, ...]) -> None:
        for one in found if isinstance(found, tuple) else (found,):
            assert_fit(one)

    hold()


def test_many_files_with_long_reasons_fit_into_one_message() -> None:
    one = ReplyFile(
        id=1,
        answer=1,
        task=12,
        source="msg:1",
        name="n" * 400,
        mimetype="",
        size=1,
        state=FileState.REFUSED,
        reason="<" * 400,
    )

    told = blocks.about_files(ADA, [one] * 30, [one] * 10)

    assert_fit(told)
    assert re.search(r"…and \d+ more$", told.blocks[-1]["text"]["text"])


def test_a_mention_is_only_ours() -> None:
    told = blocks.task(a_task(prompt=HOSTILE, title=HOSTILE))

    mentions = set(re.findall("<@[^>]*>", told.text + shown(told)))
    assert {"<@U0ADA00001>"} == mentions


@settings(deadline=None)
@given(st.text(st.characters(exclude_categories=("Cs", "Cc", "Cf"))))
def test_escaped_words_say_the_same(text: str) -> None:
    escaped = blocks.escape(text)

    assert text == escaped.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def test_what_hides_or_cannot_be_sent_is_left_out() -> None:
    assert blocks.escape("a\u202eb\ud800c\x00\r\n") == "ab\ufffdc\n"


@settings(deadline=None)
@given(outside, st.integers(100, 3_000))
def test_splitting_keeps_every_word_and_the_limit(text: str, limit: int) -> None:
    pieces = blocks.split(text, limit, most=10_000)

    assert all(0 < words.size(piece) <= limit for piece in pieces)
    whole = "".join("".join(pieces).replace("`", "").split())
    assert "".join(blocks.escape(text).replace("`", "").split()) == whole


def test_splitting_prefers_the_ends_of_lines() -> None:
    text = "\n".join(["word " * 15] * 10)

    assert all(piece.endswith("word") for piece in blocks.split(text, 200))


def test_a_code_block_that_is_cut_stays_a_code_block() -> None:
    pieces = blocks.split("```\n" + "line of code\n" * 50 + "```", 200)

    assert len(pieces) > 2
    assert all(piece.startswith("```") and piece.endswith("```") for piece in pieces)


def test_what_is_left_out_is_told() -> None:
    pieces = blocks.split("word " * 5_000, 1_000, most=3)

    assert len(pieces) == 3
    assert pieces[-1].endswith("(cut here)")


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (-1, "0 s"),
        (59.9, "59 s"),
        (60, "1 min"),
        (3_720, "1 h 2 min"),
        (90_000, "1 d 1 h"),
        (86_400, "1 d"),
    ],
)
def test_durations_are_said_as_people_say_them(seconds: float, said: str) -> None:
    assert said == words.duration(seconds)


def test_times_show_in_each_readers_zone_with_a_fallback() -> None:
    assert (
        blocks.when(AT) == "<!date^1767603600^{date_short_pretty} at {time}|2026-01-05 09:00 UTC>"
    )
    assert "{ago}" in blocks.ago(AT)


def test_the_address_of_a_message() -> None:
    base = "https://team.slack.com/"

    assert f"{base}archives/C1/p17001234" == blocks.permalink(base, "C1", "1700.1234")
    assert "thread_ts=1700.1" in blocks.permalink(base, "C1", "1700.2", "1700.1")


def test_a_log_shows_its_end_and_no_secret() -> None:
    lines = (*("old line " + "x" * 100 for _ in range(50)), "token xoxb-12-ab xapp-1-A ``` end")

    shown_log = words.code_block(lines)

    assert words.size(shown_log) < 2_100
    assert "token [secret] [secret] ''' end" in shown_log


# The daemon


def test_status_shows_what_the_specification_asks_for() -> None:
    found = blocks.status(a_status())

    (facts,) = (block["fields"] for block in of(found, "section") if "fields" in block)
    expected = {
        "*PID*\n4711",
        "*Status*\nWORKING",
        "*Current Task*\n#12 PRIORITY 2.6 - CI Testing",
        "*Uptime*\n2 h 5 min",
        "*CPU*\n12.3%",
        "*Memory*\n123.5 MB",
    }
    assert expected == {one["text"] for one in facts} | {"*Memory*\n123.5 MB"}
    assert "Daemon Status: RUNNING" in found.text
    assert "12+ hours is normal" in shown(found)
    assert "`/coffee stop`" in shown(found)


def test_an_idle_daemon_says_so() -> None:
    found = blocks.status(a_status(state=DaemonState.IDLE, current_task=None, task_number=None))

    assert "None (Idle)" in shown(found)


def test_a_stopped_daemon_can_be_started_from_its_status() -> None:
    found = blocks.status(a_status(state=DaemonState.STOPPED, pid=None))

    (row,) = of(found, "actions")
    assert "Daemon Status: STOPPED" in found.text
    assert "`/coffee start`" in shown(found)
    assert (
        row["elements"][0]["action_id"],
        row["elements"][0]["value"],
    ) == ("start", "code_developer")


def test_what_cannot_be_told_cannot_be_started() -> None:
    assert not of(blocks.status(a_status(state=DaemonState.UNKNOWN)), "actions")


@pytest.mark.parametrize("state", DaemonState)
def test_every_state_has_a_face_and_its_evidence(state: DaemonState) -> None:
    found = blocks.status(a_status(state=state))

    assert "heartbeat 2 s ago" in shown(found)
    assert blocks.FACES[state].says in found.text


def test_status_says_what_keeps_the_daemon_from_working() -> None:
    found = blocks.status(a_status(missing=("no agent is set",)))

    assert "no agent is set" in shown(found)


def test_a_branch_that_the_result_names_is_not_named_again() -> None:
    left = a_task(
        state=TaskState.CANCELLED, branch="coffee/12-fix", result="It is on branch coffee/12-fix."
    )
    done = replace(left, state=TaskState.DONE, result="Fixed.")

    assert shown(blocks.ended(left)[0]).count("coffee/12-fix") == 1
    assert shown(blocks.ended(done)[0]).count("coffee/12-fix") == 1


def test_status_and_card_say_what_holds_up_everything_else() -> None:
    now = a_status(notes=("nothing else starts while #12 waits",))

    for found in (blocks.status(now), blocks.status_card(now)):
        assert "nothing else starts while #12 waits" in shown(found)


def test_the_first_five_questions_show_and_how_many_more() -> None:
    asked = [a_question(number=at, text=f"Question {at}?") for at in range(1, 8)]

    for found in (blocks.questions(asked), blocks.status(a_status(), questions=asked)):
        assert "*#5*: Question 5?" in shown(found)
        assert "Question 6?" not in shown(found)
        assert "…and 2 more" in shown(found)


def test_the_card_changes_only_when_something_matters() -> None:
    one = blocks.status_card(a_status())
    later = a_status(cpu_percent=90.0, memory_mb=1.0, uptime=9e9, output_age=1.0, evidence="other")

    assert one == blocks.status_card(later)
    assert one != blocks.status_card(a_status(state=DaemonState.IDLE))


@pytest.mark.parametrize(
    ("link", "words"),
    [
        ("connected", "bot connected to Slack"),
        ("reconnecting", "bot reconnecting to Slack"),
        ("deaf", "bot deaf"),
        ("silent", "bot silent"),
    ],
)
def test_status_and_card_say_how_the_bots_line_is(link: str, words: str) -> None:
    now = a_status(bot_link=link)

    for found in (blocks.status(now), blocks.status_card(now)):
        assert words in shown(found)
    stopped = replace(now, state=DaemonState.STOPPED)
    for found in (blocks.status(stopped), blocks.status_card(stopped)):
        assert words in shown(found)


def test_a_card_without_a_bots_word_says_nothing_of_its_line() -> None:
    assert "bot" not in shown(blocks.status_card(a_status(bot_link="")))


def test_a_crash_says_crashed() -> None:
    found = blocks.transition("code_developer", DaemonState.CRASHED, why="wanted, but it is gone")

    assert found.text.endswith("code_developer crashed")
    assert "It is wanted, but it is gone." in shown(found)


def test_the_channel_sees_who_did_what() -> None:
    assert blocks.did("start", ADA, "code_developer").text == "▶️ Ada started code_developer."
    assert "<@" not in blocks.did("stop", ADA, "code_developer").text


def test_a_failed_start_shows_why_and_the_log() -> None:
    error = StartFailed("It died at once.", hint="Look at the log.")

    found = shown(blocks.process_failure("start", error, ("Traceback", "ValueError")))

    assert "Failed to Start Daemon" in found
    assert "It died at once." in found
    assert "Look at the log." in found
    assert "ValueError" in found


# Questions


def test_a_question_begins_with_its_own_words_and_mentions_people_after_them() -> None:
    found = blocks.question(a_question(), mentions=["U0ADA00001"])

    assert found.text == "Which database? <@U0ADA00001>"
    assert "<@U0ADA00001>" in shown(found)


@settings(deadline=None)
@given(outside, st.sampled_from(QuestionState))
def test_in_every_state_the_text_begins_with_the_questions_own_words(
    text: str, state: QuestionState
) -> None:
    found = blocks.question(a_question(text=text, state=state))

    begins = blocks.escape(text).strip()[:1_200]
    assert found.text.startswith(begins.rsplit("&", 1)[0])


def test_no_other_message_begins_with_the_questions_words() -> None:
    asked = a_question()
    others = (
        blocks.questions([asked]),
        blocks.status(a_status(), questions=[asked]),
        blocks.answered(Receipt(recorded=Recorded.STORED, question=asked)),
        blocks.too_late(asked),
        blocks.withdrawn(asked.number),
        blocks.did_cancel(asked.number, asked.text, ADA),
        blocks.notifications([a_notification(title=asked.text, message=asked.text)]),
        blocks.task(a_task(prompt=asked.text)),
        *blocks.ended(a_task(result=asked.text, state=TaskState.DONE)),
    )

    assert not [one.text for one in others if one.text.startswith(asked.text)]


def test_a_question_shows_options_task_age_and_how_to_answer() -> None:
    found = shown(
        blocks.question(a_question(), task=a_task(), task_url="https://team.example/archives/C1/p1")
    )

    assert "1. SQLite" in found
    assert "2. PostgreSQL" in found
    assert "<https://team.example/archives/C1/p1|#12 Fix the login>" in found
    assert "{ago}" in found
    assert "reply in this thread" in found
    assert "`/coffee answer 13 &lt;text&gt;`" in found
    assert "The schema depends on it." in found


@pytest.mark.parametrize(
    ("state", "said"),
    [
        (QuestionState.ANSWERED, "*Answered by Ada* <!date"),
        (QuestionState.PICKED_UP, "picked up by code_developer <!date"),
        (QuestionState.CANCELLED, "Withdrawn"),
        (QuestionState.EXPIRED, "Expired"),
    ],
)
def test_a_closed_question_says_what_became_of_it(state: QuestionState, said: str) -> None:
    asked = a_question(state=state, decided_by=ADA, answered_at=AT, picked_up_at=AT)

    found = shown(blocks.question(asked, answers=[an_answer(option="2", text="2")]))

    assert said in found
    assert "eply in this thread" not in found
    answered = state in {QuestionState.ANSWERED, QuestionState.PICKED_UP}
    assert ("Ada: PostgreSQL" in found) is answered


EXPIRES = Silence(expires_after=timedelta(days=1))


def test_a_question_waits_unless_it_says_otherwise() -> None:
    assert "waits as long as you need" in shown(blocks.question(a_question()))
    expires = shown(blocks.question(a_question(silence=EXPIRES)))
    assert "Closes unanswered <!date" in expires
    assert "waits as long as you need" not in expires


@pytest.mark.parametrize(
    ("recorded", "said"),
    [
        (Recorded.STORED, "Your answer to #13 is stored."),
        (Recorded.KNOWN, "had been stored already"),
        (Recorded.FOLLOW_UP, "kept as a follow-up to #12"),
        (Recorded.TOO_LATE, "nothing was stored"),
    ],
)
def test_whoever_answers_is_told_what_became_of_it(recorded: Recorded, said: str) -> None:
    receipt = Receipt(recorded=recorded, question=a_question(), answer=an_answer())

    assert said in blocks.answered(receipt).text


def test_the_pick_up_is_told_with_its_time() -> None:
    said = "☕ Picked up by code_developer <!date"
    assert blocks.picked_up("code_developer", AT).text.startswith(said)


# Tasks


def test_a_task_mentions_its_author() -> None:
    assert blocks.task(a_task()).text == "#12 from <@U0ADA00001>: Fix the login page, please."


def test_a_task_of_the_command_line_names_its_author() -> None:
    told = a_task(author=Person(id="local:ada", name="ada"))

    assert blocks.task(told).text.startswith("#12 from ada: ")


def test_a_task_of_the_roadmap_shows_its_title() -> None:
    assert blocks.task(a_task(author=None)).text == "#12: Fix the login"


@pytest.mark.parametrize("state", TaskState)
def test_only_the_state_of_a_tasks_message_changes(state: TaskState) -> None:
    found = blocks.task(a_task(state=state))

    assert blocks.task(a_task()).text == found.text
    assert (blocks.task(a_task()) == found) is (state is TaskState.QUEUED)


def test_what_is_told_to_a_running_daemon_is_sent() -> None:
    found = blocks.stored(a_task(), a_status())

    assert "Command Sent to Daemon (#12)" in found.text
    assert "12+ hours" in shown(found)
    assert not of(found, "actions")


def test_what_is_told_to_a_stopped_daemon_is_stored_with_a_start_button() -> None:
    found = blocks.stored(a_task(), a_status(state=DaemonState.STOPPED))

    assert found.text == "Stored as #12; code_developer is stopped"
    (row,) = of(found, "actions")
    assert row["elements"][0]["action_id"] == blocks.START
    assert row["elements"][0]["text"]["text"] == "Start"


def test_a_long_summary_is_told_in_full() -> None:
    summary = "\n".join(f"line {at} of the summary" for at in range(400))

    found = blocks.ended(a_task(state=TaskState.DONE, result=summary, branch="coffee/12-login"))

    assert len(found) > 1
    told = "\n".join(one.text for one in found)
    assert all(f"line {at} of the summary" in told for at in range(400))
    assert "coffee/12-login" in shown(found[-1])
    assert not any("coffee/12-login" in shown(one) for one in found[:-1])


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"state": TaskState.DONE}, "✅ *#12 done*: Fix the login"),
        ({"state": TaskState.DONE, "wants_answer": True}, "💬 *Answer to #12*"),
        (
            {"state": TaskState.DONE, "wants_answer": True, "result": ""},
            "💬 *Answer to #12*\nIt ended without a word.",
        ),
        ({"state": TaskState.FAILED, "result": "no"}, "❌ *#12 failed*: Fix the login\nno"),
        ({"state": TaskState.CANCELLED}, "🚫 *#12 cancelled*: Fix the login"),
    ],
)
def test_the_end_of_a_task_is_told_as_what_it_was(changes: dict[str, Any], said: str) -> None:
    assert blocks.ended(a_task(**changes))[0].text.startswith(said)


def test_cancelling_a_running_task_says_that_it_is_being_stopped() -> None:
    assert "is being stopped" in blocks.cancelled(a_task(state=TaskState.RUNNING)).text
    assert "is cancelled" in blocks.cancelled(a_task(state=TaskState.CANCELLED)).text


def test_tasks_are_listed_with_their_state() -> None:
    found = shown(blocks.tasks([a_task(state=TaskState.WAITING)], more=True))

    assert "*#12* Fix the login · waiting for an answer · Ada" in found
    assert "There are more" in found


# Everything else


@pytest.mark.parametrize("verb", VERBS.values(), ids=VERBS)
def test_help_shows_every_verb_with_its_usage(verb: Any) -> None:
    found = shown(blocks.help_page(command="/brew"))

    assert f"`/brew {blocks.escape(verb.usage)}` {verb.summary}" in found


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("answer", "Usage: `/coffee answer &lt;number&gt; &lt;text&gt;`"),
        ("cancel it", "Usage: `/coffee cancel &lt;number&gt;`"),
        ("sttaus", "Did you mean `/coffee status`?"),
        ("dance", "Try `/coffee help`"),
    ],
)
def test_a_wrong_command_gets_a_line_on_how_to_say_it(typed: str, said: str) -> None:
    wrong = parse_command(typed)

    assert isinstance(wrong, Misunderstood)
    assert said in blocks.usage(wrong).text


def test_what_was_not_understood_was_not_done() -> None:
    assert "I did nothing" in blocks.not_understood().text


def test_a_refusal_keeps_its_reason() -> None:
    assert (
        blocks.refusal("Add `U1` to `COFFEE_MEMBERS`.").text == "🔒 Add `U1` to `COFFEE_MEMBERS`."
    )


@pytest.mark.parametrize(
    ("render", "said"),
    [
        (lambda: blocks.questions([]), "No open questions"),
        (lambda: blocks.tasks([]), "No tasks yet"),
        (lambda: blocks.notifications([]), "No notifications yet"),
    ],
)
def test_an_empty_list_says_so(render: Callable[[], Message], said: str) -> None:
    assert said in render().text


def test_a_hint_names_the_command_that_works_here() -> None:
    error = NotFound("There is no question #12.", hint="See `coffee questions` or `coffee logs`.")

    shown = str(blocks.trouble(error, command="/brew").blocks)

    assert "See `/brew questions` or `coffee logs`." in shown
