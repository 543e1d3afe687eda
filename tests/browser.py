"""A headless Chromium, and the sandbox's page as a person uses it."""

from __future__ import annotations

import shutil
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

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
    from pathlib import Path

    from selenium.webdriver.remote.webelement import WebElement

_NAMES = ("chromium", "chromium-browser", "google-chrome")
CHROMIUM = next(filter(None, map(shutil.which, _NAMES)), None)
CHROMEDRIVER = shutil.which("chromedriver")
#: Why the browser tests cannot run here; None when they can.
MISSING = (
    None
    if CHROMIUM and CHROMEDRIVER
    else "no chromium and chromedriver on PATH (Debian: chromium, chromium-driver)"
)

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
)
VISIBLE_TEXTS = """
return [...document.querySelectorAll(arguments[0])]
  .filter((node) => node.checkVisibility({visibilityProperty: true}))
  .map((node) => node.innerText.trim())
"""


@contextmanager
def chromium(profile: Path) -> Iterator[webdriver.Chrome]:
    """Run a browser with its profile in `profile`, and end it."""
    options = webdriver.ChromeOptions()
    options.binary_location = str(CHROMIUM)
    for flag in (*FLAGS, f"--user-data-dir={profile}"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    driver = webdriver.Chrome(options=options, service=webdriver.ChromeService(CHROMEDRIVER))
    try:
        yield driver
    finally:
        driver.quit()


class Page:
    """What a person sees and does on the page. Every look waits until it is there."""

    def __init__(self, driver: webdriver.Chrome, url: str) -> None:
        self.driver = driver
        self.url = url

    def open(self, place: str = "") -> None:
        """Load the page anew; `place` is its part after `#`."""
        self.driver.get("about:blank")
        self.driver.get(f"{self.url}#{place}")
        eventually(lambda: self.ask("return document.body.dataset.link") == "live", what="live")

    def texts(self, css: str) -> list[str]:
        """Return the words of every visible element of that kind, now."""
        return list(self.ask(VISIBLE_TEXTS, css))

    def sees(self, css: str, words: str = "") -> str:
        """Wait for a visible element that contains `words`; return all its words."""

        def probe() -> list[str]:
            return [text or " " for text in self.texts(css) if words in text]

        return eventually(probe, what=f"{words!r} in {css}")[-1]

    def misses(self, css: str, words: str = "") -> None:
        """Wait until no visible element of that kind contains `words`."""
        eventually(
            lambda: not [text for text in self.texts(css) if words in text],
            what=f"no {words!r} in {css}",
        )

    def find(self, css: str, words: str = "") -> WebElement:
        """Return the last such element."""
        self.sees(css, words)
        found = self.driver.find_elements(By.CSS_SELECTOR, css)
        return next(one for one in reversed(found) if one.is_displayed() and words in one.text)

    def click(self, css: str, words: str = "") -> None:
        """Click such an element; a live update may replace it just before, so try again."""

        def probe() -> bool:
            with suppress(
                StaleElementReferenceException, ElementNotInteractableException, StopIteration
            ):
                self.find(css, words).click()
                return True
            return False

        eventually(probe, what=f"click {words!r} in {css}")

    def say(self, text: str, box: str = "#composer") -> None:
        """Write a message and send it with Enter."""
        self.find(box).send_keys(text, Keys.ENTER)

    def keys(self, *keys: str) -> None:
        """Press keys where the focus is."""
        self.driver.switch_to.active_element.send_keys(*keys)

    def ask(self, script: str, *arguments: object) -> Any:
        """Run a script in the page."""
        return self.driver.execute_script(script, *arguments)

    def ask_later(self, script: str, *arguments: object) -> Any:
        """Run a script that answers through its last argument."""
        return self.driver.execute_async_script(script, *arguments)

    def look(self, *, width: int = 1280, height: int = 860, scheme: str = "light") -> None:
        """Set the size of the window, and light or dark."""
        size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
        self._devtools("Emulation.setDeviceMetricsOverride", size)
        features = [{"name": "prefers-color-scheme", "value": scheme}]
        self._devtools("Emulation.setEmulatedMedia", {"features": features})

    def complaints(self) -> list[str]:
        """Return what the browser complained of since the last call: errors, CSP violations."""
        # Selenium leaves this one method without types.
        driver: Any = self.driver
        return [entry["message"] for entry in driver.get_log("browser")]

    def _devtools(self, command: str, arguments: dict[str, Any]) -> None:
        self.driver.execute_cdp_cmd(command, arguments)
