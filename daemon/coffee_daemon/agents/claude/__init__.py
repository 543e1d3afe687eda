"""Claude Code as the agent: its own program, driven turn by turn.

`python -m coffee_daemon.agents.claude RUN_FOLDER` is the driver of one turn.
"""

from __future__ import annotations
