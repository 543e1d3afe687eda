"""Take the pictures of the documentation: `python -m pictures FOLDER`, with tests on the path."""

from __future__ import annotations

import sys
import tempfile
from base64 import b64decode
from pathlib import Path
from typing import TYPE_CHECKING

from browser import Page, chromium
from waiting import eventually

from coffee_bot.demo.stage import CHANNEL, Stage
from coffee_bot.demo.tour import Tour
from coffee_bot.demo.transcript import Transcript
from coffee_bot.gallery import Place, exhibits
from coffee_bot.sandbox import Sandbox, Settings

if TYPE_CHECKING:
    from selenium.webdriver import Chrome

_WIDTH = 760
#: A picture shows no more than so many pixels from top to bottom; the next one goes on.
_HEIGHT = 4_800
_ZONE = "Emulation.setTimezoneOverride"


class Sitting(Tour):
    """The tour up to where most of it can be seen at once."""

    def play(self) -> None:
        """Answer one question, and talk about leave that is not given yet."""
        self._look_and_start()
        question = self._a_question_comes()
        self._answer(question)
        leave = self._until(lambda: self._asked("Publish"), "the request for leave")
        for who, words in (("ada", "@bob is the price list final?"), ("bob", "@ada it is")):
            self._workspace.say(who, CHANNEL, words, thread_ts=leave.ts)
        self._until(self._stage.daemon_pid, "the daemon to wait")


def main() -> int:
    """Photograph the demo, and the gallery hall by hall."""
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as profile, chromium(Path(profile)) as driver:
        driver.execute_cdp_cmd(_ZONE, {"timezoneId": "UTC"})
        _demo(driver, folder)
        _gallery(driver, folder)
    return 0


def _demo(driver: Chrome, folder: Path) -> None:
    with Stage() as stage:
        Sitting(stage, Transcript(stage.sandbox.workspace)).play()
        page = Page(driver, stage.sandbox.url)
        page.look()
        page.open("user=U0BOB00001")
        # The request for leave stands last.
        page.click(".thread-link", "replies")
        page.sees("#thread .message", "it is")
        page.sees(".message", "is waiting for your answer")
        page.sees(".message", "used: its turn ended")
        # The pointer and the focus are not to be in the picture.
        page.click(".conversation h1")
        page.ask("document.activeElement.blur()")
        page.ask("document.querySelector('.conversation .scroller').scrollTo(0, 0)")
        (folder / "demo.png").write_bytes(driver.get_screenshot_as_png())


def _gallery(driver: Chrome, folder: Path) -> None:
    with Sandbox(Settings(exhibits=tuple(exhibits()))) as sandbox:
        driver.set_window_size(_WIDTH, 900)
        driver.get(f"{sandbox.url}page/gallery.html")
        eventually(lambda: driver.find_elements("class name", "exhibit"), 30, "the gallery")
        for place in Place:
            _hall(driver, place, folder)


def _hall(driver: Chrome, place: Place, folder: Path) -> None:
    box = driver.execute_script(
        "const hall = document.querySelector(`[data-hall='${arguments[0]}']`);"
        "if (!hall) return null;"
        "const {top, height} = hall.getBoundingClientRect();"
        "return {top: top + scrollY, height};",
        place.value,
    )
    if box is None:
        return
    name = place.value.replace(" ", "-")
    parts = range(0, int(box["height"]), _HEIGHT)
    for number, top in enumerate(parts, 1):
        clip = {
            "x": 0,
            "y": box["top"] + top,
            "width": _WIDTH,
            "height": min(_HEIGHT, box["height"] - top),
            "scale": 1,
        }
        wanted = {"format": "webp", "quality": 80, "captureBeyondViewport": True, "clip": clip}
        shot = driver.execute_cdp_cmd("Page.captureScreenshot", wanted)
        part = f"-{number}" if len(parts) > 1 else ""
        (folder / f"gallery-{name}{part}.webp").write_bytes(b64decode(shot["data"]))


if __name__ == "__main__":
    sys.exit(main())
