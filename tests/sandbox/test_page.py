"""The sandbox's page in a real browser, over the real sandbox, with a small real Bolt app."""

from __future__ import annotations

import shutil
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import pytest
from selenium import webdriver
from selenium.common.exceptions import (
    ElementNotInteractableException,
    StaleElementReferenceException,
)
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from waiting import eventually

if TYPE_CHECKING:
    from collections.abc import Iterator

    from selenium.webdriver.remote.webelement import WebElement

BROWSER = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "chrome"))), None)
DRIVER = shutil.which("chromedriver")

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(
        BROWSER is None or DRIVER is None,
        reason="no chromium and chromedriver on PATH (Debian: chromium, chromium-driver)",
    ),
]

FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-breakpad",
    "--window-size=1280,900",
)
VISIBLE_TEXTS = """
return [...document.querySelectorAll(arguments[0])]
  .filter((node) => node.checkVisibility({visibilityProperty: true}))
  .map((node) => node.innerText.trim())
"""
RENDER = """
const [texts, done] = arguments;
const names = {
  user: (id) => ({U1: {name: "Ada", isMe: true}})[id] ?? null,
  channel: (id) => ({C1: "dev"})[id] ?? null,
};
const html = (node) => { const box = document.createElement("p"); box.append(node); return box; };
import(new URL("mrkdwn.js", document.querySelector("script").src))
  .then(({mrkdwn}) => done(texts.map((text) => html(mrkdwn(text, names)).innerHTML)))
  .catch((error) => done(String(error)));
"""


class Page:
    """What a person sees and does on the page."""

    def __init__(self, driver: webdriver.Chrome, url: str) -> None:
        self.driver = driver
        self.url = url

    def open(self, place: str = "") -> None:
        self.driver.get("about:blank")
        self.driver.get(f"{self.url}{place}")
        self.sees(".link", "Live")

    def texts(self, css: str) -> list[str]:
        return list(self.driver.execute_script(VISIBLE_TEXTS, css))

    def sees(self, css: str, words: str = "") -> str:
        """Wait until a visible element of that kind contains the words; return its text."""

        def probe() -> list[str]:
            return [text or " " for text in self.texts(css) if words in text]

        return eventually(probe, what=f"{words!r} in {css}")[-1]

    def misses(self, css: str, words: str = "") -> None:
        eventually(lambda: not [one for one in self.texts(css) if words in one], what=f"no {css}")

    def find(self, css: str, words: str = "") -> WebElement:
        self.sees(css, words)
        found = self.driver.find_elements(By.CSS_SELECTOR, css)
        return next(one for one in reversed(found) if one.is_displayed() and words in one.text)

    def click(self, css: str, words: str = "") -> None:
        def probe() -> bool:
            # A live update may replace what was found just before it was clicked.
            with suppress(StaleElementReferenceException, ElementNotInteractableException):
                self.find(css, words).click()
                return True
            return False

        eventually(probe, what=f"click {words!r} in {css}")

    def say(self, text: str, box: str = "#composer") -> None:
        self.find(box).send_keys(text, Keys.ENTER)

    def be(self, name: str) -> None:
        self.click(".person", name)

    def ask(self, script: str, *arguments: object) -> Any:
        return self.driver.execute_script(script, *arguments)

    def resize(self, width: int, height: int = 900) -> None:
        size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)


@pytest.fixture(scope="module")
def driver(tmp_path_factory: pytest.TempPathFactory) -> Iterator[webdriver.Chrome]:
    options = webdriver.ChromeOptions()
    options.binary_location = str(BROWSER)
    for flag in (*FLAGS, f"--user-data-dir={tmp_path_factory.mktemp('chromium')}"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    browser = webdriver.Chrome(options=options, service=webdriver.ChromeService(str(DRIVER)))
    yield browser
    browser.quit()
