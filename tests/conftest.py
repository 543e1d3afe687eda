"""What holds for all tests."""

from __future__ import annotations

import pytest
from hypothesis import settings

pytest_plugins = ["leaks"]

# How long one example takes says more about the machine's other work than about ours.
settings.register_profile("no deadline", deadline=None)
settings.load_profile("no deadline")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep a file in one worker, for what its tests share, unless it says otherwise."""
    for item in items:
        if item.get_closest_marker("xdist_group") is None:
            item.add_marker(pytest.mark.xdist_group(item.location[0]))
