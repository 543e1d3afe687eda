"""Files on the sandbox's page: attached in the composer, shown in messages."""

from __future__ import annotations

import struct
import zlib
from typing import TYPE_CHECKING

import pytest
from browser import MISSING, Page, chromium
from selenium.webdriver.common.by import By
from waiting import eventually

from coffee_bot.sandbox import Upload

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from selenium import webdriver
    from slack_sdk import WebClient

    from coffee_bot.sandbox import Sandbox, Workspace

pytestmark = [pytest.mark.browser, pytest.mark.skipif(MISSING is not None, reason=str(MISSING))]

WIDTH_OF_PICTURE = "return document.querySelector('.picture img')?.naturalWidth ?? 0"


def chunk(kind: bytes, data: bytes) -> bytes:
    body = kind + data
    return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))


def png(width: int, height: int) -> bytes:
    """A blue picture."""
    rows = (b"\0" + b"\x30\x60\xc0" * width) * height
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + parts


@pytest.fixture(scope="module")
def driver(tmp_path_factory: pytest.TempPathFactory) -> Iterator[webdriver.Chrome]:
    with chromium(tmp_path_factory.mktemp("chromium")) as driver:
        yield driver


@pytest.fixture
def page(driver: webdriver.Chrome, sandbox: Sandbox) -> Iterator[Page]:
    page = Page(driver, sandbox.url)
    page.look()
    page.complaints()
    page.open()
    yield page
    assert page.complaints() == []


def attach(page: Page, path: Path, where: str = ".conversation") -> None:
    """Choose a file as the button's window would."""
    box = page.driver.find_element(By.CSS_SELECTOR, f"{where} .attach input")
    box.send_keys(str(path))


def test_a_person_attaches_a_file_and_everybody_sees_it(
    page: Page, workspace: Workspace, tmp_path: Path
) -> None:
    path = tmp_path / "plan.txt"
    path.write_text("a plan", encoding="utf-8")
    attach(page, path)
    page.sees(".attached .file", "plan.txt")

    page.say("here is the plan")

    assert "6 bytes" in page.sees(".message a.file", "plan.txt")
    page.misses(".attached .file")
    (message,) = workspace.messages("dev")
    assert (message.text, message.files[0]["size"]) == ("here is the plan", 6)


def test_a_file_needs_no_words_and_goes_into_a_thread(
    page: Page, workspace: Workspace, tmp_path: Path
) -> None:
    parent = workspace.say("bob", "dev", "show me")
    path = tmp_path / "log.txt"
    path.write_text("line", encoding="utf-8")
    page.open(f"thread={parent}")
    attach(page, path, ".thread")

    page.click(".thread .send")

    page.sees(".thread a.file", "log.txt")
    (reply,) = eventually(lambda: workspace.thread("dev", parent)[1:])
    assert (reply.text, reply.files[0]["name"]) == ("", "log.txt")


def test_a_file_can_be_left_out_again(page: Page, workspace: Workspace, tmp_path: Path) -> None:
    path = tmp_path / "wrong.txt"
    path.write_text("no", encoding="utf-8")
    attach(page, path)

    page.click(".attached .icon-button")
    page.misses(".attached .file")
    page.say("never mind")

    page.sees(".message", "never mind")
    assert workspace.messages("dev")[0].files == ()


def test_an_empty_file_is_refused_and_stays_to_be_left_out(page: Page, tmp_path: Path) -> None:
    path = tmp_path / "empty.txt"
    path.touch()
    attach(page, path)

    page.say("look")

    page.sees("#toasts", "empty")
    page.sees(".attached .file", "empty.txt")
    # The browser notes every answer that refuses something.
    assert all("/sandbox/upload" in one for one in page.complaints())


def test_a_picture_is_drawn_with_its_words_for_screen_readers(
    page: Page, client: WebClient, workspace: Workspace, dev: str
) -> None:
    client.files_upload_v2(
        filename="week.png", content=png(64, 32), title="The week", alt_txt="Bands", channel=dev
    )
    workspace.say("ada", "dev", "", files=[Upload(name="torn.png", data=b"no picture")])

    page.sees(".picture figcaption", "The week")
    eventually(lambda: page.ask(WIDTH_OF_PICTURE) == 64, what="the picture is drawn")
    picture = page.find(".picture img")
    assert picture.get_attribute("alt") in {"Bands", "torn.png"}
    assert page.ask("return document.querySelector('.picture img').alt") == "Bands"
