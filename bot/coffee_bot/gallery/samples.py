"""The people, tasks and questions that the pieces of the gallery are about."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from coffee_daemon import (
    Answer,
    DaemonState,
    DaemonStatus,
    Option,
    Person,
    Question,
    QuestionState,
    Task,
    TaskState,
    Via,
)

AT = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
LATER = AT + timedelta(minutes=12)
ADA = Person(id="U0ADA00001", name="Ada")
BOB = Person(id="U0BOB00001", name="Bob")
DAEMON = "code_developer"
LINK = "https://coffee-house.slack.com/archives/C0DEV00001/p1767603600000100"


def a_task(**changes: Any) -> Task:
    """Return a task that Ada handed over."""
    usual = Task(
        number=12,
        daemon=DAEMON,
        source="command:12",
        title="Let people export their notes",
        prompt="Let people export their notes as Markdown, with a test.",
        priority=0,
        state=TaskState.QUEUED,
        author=ADA,
        created_at=AT,
        updated_at=AT,
    )
    return replace(usual, **changes)


def a_question(**changes: Any) -> Question:
    """Return a question with two options."""
    usual = Question(
        number=13,
        daemon=DAEMON,
        text="Which database should the tests use?",
        why="The schema depends on it, and changing it later means a migration.",
        options=(Option(id="1", label="SQLite"), Option(id="2", label="PostgreSQL")),
        state=QuestionState.OPEN,
        task=12,
        created_at=AT,
    )
    return replace(usual, **changes)


def an_answer(**changes: Any) -> Answer:
    """Return Ada's answer to it."""
    usual = Answer(
        id=1,
        question=13,
        task=12,
        text="SQLite",
        option="1",
        who=ADA,
        via=Via.SLACK,
        source="slack:1",
        created_at=LATER,
        said_at=LATER,
    )
    return replace(usual, **changes)


def a_status(**changes: Any) -> DaemonStatus:
    """Return a daemon at work."""
    usual = DaemonStatus(
        name=DAEMON,
        state=DaemonState.WORKING,
        evidence="last heartbeat 2 s ago",
        pid=4711,
        current_task="Let people export their notes",
        task_number=12,
        started_at=AT,
        task_started_at=AT,
        uptime=7_500.0,
        output_age=3.0,
        progress="running the tests",
        cpu_percent=12.3,
        memory_mb=123.4,
        open_questions=1,
        wanted=True,
        watched=True,
    )
    return replace(usual, **changes)
