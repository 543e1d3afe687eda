"""Take the pictures of the documentation: `python -m pictures FOLDER`, with tests on the path."""

from __future__ import annotations

import sys
import tempfile
from base64 import b64decode
from pathlib import Path
from typing import TYPE_CHECKING

from browser import chromium
from waiting import eventually

from coffee_bot.gallery import Place, exhibits
from coffee_bot.sandbox import Sandbox, Settings

if TYPE_CHECKING:
    from selenium.webdriver import Chrome

_WIDTH = 760
#: A picture shows no more than so many pixels from top to bottom; the next one goes on.
_HEIGHT = 4_800
_ZONE = "Emulation.setTimezoneOverride"


def main() -> int:
    """Photograph the gallery, hall by hall."""
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    settings = Settings(exhibits=tuple(exhibits()))
    with (
        Sandbox(settings) as sandbox,
        tempfile.TemporaryDirectory() as profile,
        chromium(Path(profile)) as driver,
    ):
        driver.set_window_size(_WIDTH, 900)
        driver.execute_cdp_cmd(_ZONE, {"timezoneId": "UTC"})
        driver.get(f"{sandbox.url}page/gallery.html")
        eventually(lambda: driver.find_elements("class name", "exhibit"), 30, "the gallery")
        for place in Place:
            _hall(driver, place, folder)
    return 0


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
