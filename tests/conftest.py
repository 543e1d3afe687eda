"""What holds for all tests."""

from __future__ import annotations

from hypothesis import settings

pytest_plugins = ["leaks"]

# How long one example takes says more about the machine's other work than about ours.
settings.register_profile("no deadline", deadline=None)
settings.load_profile("no deadline")
