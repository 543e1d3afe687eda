"""The gallery of every message, on the sandbox's page."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from browser import MISSING, Page, chromium
from waiting import eventually

from coffee_bot.gallery import catalogue, exhibits
from coffee_bot.sandbox import Sandbox, Settings

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [pytest.mark.browser, pytest.mark.skipif(MISSING is not None, reason=str(MISSING))]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_message_is_drawn_and_none_has_a_block_that_the_page_does_not_know(
    tmp_path: Path, scheme: str
) -> None:
    settings = Settings(exhibits=tuple(exhibits()))
    with Sandbox(settings) as sandbox, chromium(tmp_path / "chromium") as driver:
        page = Page(driver, sandbox.url)
        page.look(scheme=scheme)
        driver.get(f"{sandbox.url}page/gallery.html")

        shown = eventually(lambda: driver.find_elements("class name", "exhibit"), 30)

        assert len(shown) == len(catalogue())
        assert driver.find_elements("class name", "block-unknown") == []
        assert all(one.find_element("class name", "content").text for one in shown)
        told = [one.text for one in driver.find_elements("class name", "exhibit-head")]
        assert [one for one in told if "`" in one] == []
        assert page.complaints() == []
