"""Files that people send along: what is taken, from where, and what is told of the rest."""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from slack_sdk import WebClient
from sqlalchemy import event

from coffee_bot.config import FileKind
from coffee_bot.files import MOST_FILES, Door, Fetcher, FileDesk, Never, NotNow, kind_of, offered
from coffee_bot.files.fetching import MOST_TRIES
from coffee_bot.sandbox import Effect, Fault, Moment, Sandbox, Settings, Upload
from coffee_bot.sandbox.settings import ALL_SCOPES
from coffee_daemon import FileState, Person, ReplyFile, Store, Via, kept_folder

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from coffee_bot.config import BotConfig
    from coffee_bot.sandbox import Workspace
    from coffee_daemon import ManualClock, Post

ADA = Person(id="U0ADA00001", name="Ada")
MOST = 1_000
PNG = b"\x89PNG\r\n\x1a\n\x00\x01"

KINDS = {
    ("notes.txt", b"words\n"): FileKind.TEXT,
    ("data.csv", "a;b\ncafé;1\n".encode("latin-1")): FileKind.TEXT,
    ("wide.txt", "café".encode("utf-16")): FileKind.TEXT,
    ("drawing.svg", b"<svg/>"): FileKind.TEXT,
    ("empty.log", b""): FileKind.TEXT,
    ("colours.log", b"\x1b[31mred\x1b[0m"): FileKind.TEXT,
    ("run.sh", b"#!/bin/sh\necho hello\n"): FileKind.TEXT,
    ("MZ.md", b"MZ is how it begins"): FileKind.TEXT,
    ("shot.png", PNG): FileKind.IMAGE,
    ("photo.webp", b"RIFF\x00\x00\x00\x00WEBPVP8 "): FileKind.IMAGE,
    ("plan.pdf", b"%PDF-1.7\n"): FileKind.PDF,
    ("notes.txt", b"%PDF-1.7\n"): FileKind.PDF,
    ("a.zip", b"PK\x03\x04\x00"): FileKind.ARCHIVE,
    ("a.tar", b"\x00" * 257 + b"ustar\x00"): FileKind.ARCHIVE,
    ("report.docx", b"PK\x03\x04\x00"): FileKind.ARCHIVE,
    ("data.bin2", b"\x00\x01\x02"): FileKind.OTHER,
    ("picture.png", b"\x7fELF\x02\x01\x01\x00"): FileKind.PROGRAM,
    ("notes.txt", b"MZ\x90\x00\x03"): FileKind.PROGRAM,
    ("setup.exe", b"words\n"): FileKind.PROGRAM,
    ("Setup.EXE", b"words\n"): FileKind.PROGRAM,
}


@pytest.mark.parametrize(("name", "data"), KINDS)
def test_what_is_in_a_file_tells_its_kind(name: str, data: bytes) -> None:
    assert kind_of(name, data) is KINDS[name, data]


def test_what_is_clearly_not_taken_is_refused_before_it_is_fetched() -> None:
    message = {
        "files": [
            {"id": "F1", "name": "plan.pdf", "size": 10},
            {"id": "F2", "name": "setup.exe", "size": 10},
            {"id": "F3", "name": "video.txt", "size": MOST + 1},
            {"id": "F4", "name": "drive", "is_external": True},
            {"id": "F5", "name": "gone.txt", "mode": "tombstone"},
            {"name": "without an id"},
            "nonsense",
        ]
    }

    reasons = {one.name: one.refused for one in offered(message, MOST)}

    assert reasons.pop("plan.pdf") == ""
    assert sorted(reasons) == ["drive", "gone.txt", "setup.exe", "video.txt"]
    assert all(reasons.values())


def test_one_reply_brings_a_bounded_number_of_files() -> None:
    many = {"files": [{"id": f"F{n}", "name": f"{n}.txt"} for n in range(500)]}

    found = offered(many, MOST)

    assert sum(not one.refused for one in found) == MOST_FILES
    assert len(found) < 50


@dataclass
class Desk:
    """A fetcher with everything around it, and a task whose thread is at 100.000001."""

    config: BotConfig
    store: Store
    sandbox: Sandbox
    clock: ManualClock
    fetcher: Fetcher
    task: int

    def send(self, *files: Upload, ts: str = "200.000001") -> tuple[ReplyFile, ...]:
        """Have Ada reply in the task's thread, as intake would record it."""
        workspace = self.sandbox.workspace
        said = workspace.say("ada", "dev", "see", files=files)
        message = {"files": list(workspace.message("dev", said).files)}
        source = f"msg:T:{self.config.channel}:{ts}"
        self.store.inbox.add(
            source,
            kind="reply",
            channel=self.config.channel,
            ts=ts,
            thread_ts="100.000001",
            user=ADA.id,
            payload={},
        )
        receipt = self.store.tasks.follow_up(
            self.task,
            text="see",
            who=ADA,
            via=Via.SLACK,
            source=source,
            quiet=timedelta(0),
            files=self.fetcher.desk.offered(message),
        )
        self.fetcher.desk.recorded(receipt.answer)
        assert receipt.answer is not None
        return receipt.answer.files

    def states(self) -> list[FileState]:
        return [one.state for one in self.store.reply_files.of_task(self.task)]

    def reasons(self) -> list[str]:
        return [one.reason for one in self.store.reply_files.of_task(self.task)]

    @property
    def folder(self) -> Path:
        return kept_folder(self.config.daemon.state, self.task)

    def told(self, file: ReplyFile) -> Post:
        post = self.store.posts.get(f"files:{file.answer}")
        assert post is not None
        return post


@pytest.fixture
def desk(
    config: BotConfig, store: Store, sandbox: Sandbox, clock: ManualClock, client: WebClient
) -> Desk:
    told = FileDesk(store=store, most=MOST, fetch=lambda: None)
    fetcher = Fetcher(
        config=config,
        store=store,
        door=Door(client, MOST),
        desk=told,
        clock=clock,
        ring_daemon=lambda: None,
        wake=lambda: None,
        stopping=lambda: False,
    )
    task = store.tasks.tell(
        daemon=config.daemon.name, text="Mend the tests", who=ADA, via=Via.SLACK, source="c"
    )
    return Desk(config, store, sandbox, clock, fetcher, task.number)


def test_a_file_is_fetched_for_us_alone_and_is_not_executable(desk: Desk) -> None:
    desk.send(Upload(name="run.sh", data=b"#!/bin/sh\n"))

    assert desk.fetcher.work() == 0.0

    path = desk.folder / "run.sh"
    assert path.read_bytes() == b"#!/bin/sh\n"
    assert desk.states() == [FileState.KEPT]
    if os.name == "posix":
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert stat.S_IMODE(desk.folder.stat().st_mode) == 0o700
    assert desk.fetcher.work() is None


def test_a_name_that_leads_elsewhere_leads_nowhere(desk: Desk) -> None:
    desk.send(Upload(name="../../../evil.txt", data=b"words"))

    desk.fetcher.work()

    assert [path.name for path in desk.folder.iterdir()] == ["evil.txt"]


def test_what_turns_out_to_be_of_another_kind_is_refused_in_the_thread(desk: Desk) -> None:
    program, archive = desk.send(
        Upload(name="picture.png", data=b"\x7fELF\x02\x01\x01\x00"),
        Upload(name="all.zip", data=b"PK\x03\x04\x00"),
    )

    desk.fetcher.work()

    assert desk.states() == [FileState.REFUSED, FileState.REFUSED]
    post = desk.told(program)
    assert post.thread_ts == "100.000001"
    assert f"<@{ADA.id}>" in post.text
    assert "picture.png` was not taken. It is a program" in post.text
    assert "all.zip` was not taken. Its kind is archive" in post.text
    assert archive.answer == program.answer
    assert not desk.folder.exists()


def test_what_settings_allow_is_taken(desk: Desk) -> None:
    kinds = desk.config.file_kinds | {FileKind.ARCHIVE}
    desk.fetcher = replace(desk.fetcher, config=replace(desk.config, file_kinds=kinds))
    desk.send(Upload(name="all.zip", data=b"PK\x03\x04\x00"))

    desk.fetcher.work()

    assert desk.states() == [FileState.KEPT]


def test_trouble_is_tried_again_later_and_later(desk: Desk) -> None:
    desk.sandbox.faults.add(
        Fault(moment=Moment.BEFORE, effect=Effect.SERVER_ERROR, of="files.download", times=2)
    )
    desk.send(Upload(name="plan.txt", data=b"words"))
    pauses = []
    while desk.states() != [FileState.KEPT]:
        if wait := desk.fetcher.work():
            pauses.append(wait)
            desk.clock.advance(seconds=wait)

    assert pauses == [5.0, 10.0]


def test_slacks_own_wish_to_wait_is_heeded(desk: Desk) -> None:
    desk.sandbox.faults.add(
        Fault(moment=Moment.BEFORE, effect=Effect.RATE_LIMITED, of="files.download", seconds=42)
    )
    desk.send(Upload(name="plan.txt", data=b"words"))

    desk.fetcher.work()

    assert desk.fetcher.work() == 42.0


def test_what_cannot_be_had_for_an_hour_is_told(desk: Desk) -> None:
    desk.sandbox.faults.add(
        Fault(moment=Moment.BEFORE, effect=Effect.INTERNAL_ERROR, of="files.info", times=None)
    )
    (file,) = desk.send(Upload(name="plan.txt", data=b"words"))
    begun, tries = desk.clock.now(), 0
    while desk.states() == [FileState.WANTED]:
        tries += desk.fetcher.work() == 0.0
        desk.clock.advance(seconds=desk.fetcher.work() or 0)

    assert tries == MOST_TRIES
    assert desk.clock.now() - begun > timedelta(hours=1)
    assert "could not be fetched" in desk.told(file).text


def test_a_page_to_sign_in_is_not_kept_as_the_file(desk: Desk, sandbox: Sandbox) -> None:
    (file,) = desk.send(Upload(name="plan.pdf", data=b"%PDF-1.7"))
    wrong = WebClient(token="xoxb-wrong", base_url=sandbox.api_url, retry_handlers=[])
    right = desk.fetcher.door.client

    class Half(Door):
        """Looks the file up with the right token, and fetches it with another."""

        def _look_up(self, file: str) -> Any:
            return dict(right.files_info(file=file)["file"])

    desk.fetcher = replace(desk.fetcher, door=Half(wrong, MOST))
    desk.fetcher.work()

    assert desk.states() == [FileState.REFUSED]
    assert "files:read" in desk.told(file).text
    assert not desk.folder.exists()


@pytest.fixture
def scopeless() -> Iterator[Sandbox]:
    with Sandbox(Settings(limits=None, scopes=ALL_SCOPES - {"files:read"})) as running:
        yield running


def test_without_the_scope_the_person_is_told_what_to_do(scopeless: Sandbox) -> None:
    said = scopeless.workspace.say("ada", "dev", "see", files=["plan.txt"])
    (file,) = scopeless.workspace.message("dev", said).files
    client = WebClient(token=scopeless.bot_token, base_url=scopeless.api_url, retry_handlers=[])

    with pytest.raises(Never, match="files:read"):
        Door(client, MOST).fetch(file["id"])


def test_a_file_that_grew_is_not_read_to_its_end(client: WebClient, workspace: Workspace) -> None:
    said = workspace.say("ada", "dev", "", files=[Upload(name="a.txt", data=b"x" * 100_000)])
    (file,) = workspace.message("dev", said).files

    class Told(Door):
        """Is told a small size."""

        def _look_up(self, file: str) -> Any:
            return dict(self.client.files_info(file=file)["file"]) | {"size": 5}

    with pytest.raises(Never, match="1 MB is the most"):
        Told(client, 50_000).fetch(file["id"])
    with pytest.raises(NotNow, match="another length"):
        Told(client, 500_000).fetch(file["id"])


@pytest.mark.parametrize(
    "url", ["https://evil.example/F1", "http://files.slack.com/F1", "https://evilslack.com/F1", ""]
)
def test_the_token_goes_to_slack_alone(client: WebClient, url: str) -> None:
    class Told(Door):
        """Is told another address."""

        def _look_up(self, file: str) -> Any:
            return {"id": file, "size": 5, "url_private_download": url}

    with pytest.raises(Never, match="outside Slack"):
        Told(client, MOST).fetch("F1")


def test_a_file_that_was_deleted_is_told(desk: Desk, workspace: Workspace) -> None:
    with pytest.raises(Never, match="not in Slack any more"):
        desk.fetcher.door.fetch("F0NOBODY")


def test_a_reply_that_is_taken_back_leaves_no_file(desk: Desk) -> None:
    desk.send(Upload(name="plan.txt", data=b"words"))
    desk.fetcher.work()
    assert (desk.folder / "plan.txt").exists()

    desk.store.questions.delete_reply(f"msg:T:{desk.config.channel}:200.000001")
    desk.fetcher.work()

    assert list(desk.folder.iterdir()) == []
    assert desk.states() == []


def test_a_file_that_comes_late_is_told(desk: Desk) -> None:
    (file,) = desk.send(Upload(name="plan.txt", data=b"words"))
    desk.clock.advance(seconds=61)
    assert desk.store.turns.pick_up(desk.config.daemon.name, nonce="n") is not None

    desk.fetcher.work()

    assert "plan.txt` came after the turn had begun" in desk.told(file).text


def test_whoever_is_woken_without_news_does_not_ask_the_record(desk: Desk) -> None:
    assert desk.fetcher.work() is None
    asked: list[str] = []

    def hear(*told: Any) -> None:
        asked.append(told[2])

    event.listen(desk.store.doors.engine, "before_cursor_execute", hear)
    assert desk.fetcher.work() is None
    event.remove(desk.store.doors.engine, "before_cursor_execute", hear)
    assert [one for one in asked if "reply_files" in one] == []

    desk.send(Upload(name="plan.txt", data=b"words"))
    assert desk.fetcher.work() == 0.0
    assert desk.states() == [FileState.KEPT]


def test_nothing_is_said_of_files_that_are_fine(desk: Desk) -> None:
    (file,) = desk.send(Upload(name="plan.txt", data=b"words"))

    desk.fetcher.work()

    assert desk.store.posts.get(f"files:{file.answer}") is None
