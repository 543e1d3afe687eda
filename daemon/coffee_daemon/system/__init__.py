"""Every difference between Linux, macOS and Windows, and nothing else.

Only the standard library is imported here, and psutil only inside functions that Linux does not
need: `coffee status` and the runner come through this door. What is written for macOS and Windows
has not been run on this project's own machines; their docstrings say so.
"""

from __future__ import annotations

from coffee_daemon.system.bell import SignalBell
from coffee_daemon.system.bounded import run_bounded
from coffee_daemon.system.clocks import boot_id, boot_seconds, system_clock
from coffee_daemon.system.files import (
    is_foreign,
    private_folder,
    read_small,
    swap_in,
    write_private,
)
from coffee_daemon.system.lock import Lock, lock_holders
from coffee_daemon.system.mounts import MOUNTS, network_mount
from coffee_daemon.system.people import login_name
from coffee_daemon.system.processes import (
    START_TOLERANCE,
    Identity,
    ProcessFacts,
    environment_of,
    process_facts,
)
from coffee_daemon.system.signals import Handle, wait_gone
from coffee_daemon.system.spawn import resolve_program, spawn_detached, spawn_on_life_line
from coffee_daemon.system.sweeping import sweep
from coffee_daemon.system.trees import become_reaper, descendants, kill_tree, terminate_tree
from coffee_daemon.system.usage import TreeMeter, Usage
from coffee_daemon.system.vigil import Vigil

__all__ = [
    "MOUNTS",
    "START_TOLERANCE",
    "Handle",
    "Identity",
    "Lock",
    "ProcessFacts",
    "SignalBell",
    "TreeMeter",
    "Usage",
    "Vigil",
    "become_reaper",
    "boot_id",
    "boot_seconds",
    "descendants",
    "environment_of",
    "is_foreign",
    "kill_tree",
    "lock_holders",
    "login_name",
    "network_mount",
    "private_folder",
    "process_facts",
    "read_small",
    "resolve_program",
    "run_bounded",
    "spawn_detached",
    "spawn_on_life_line",
    "swap_in",
    "sweep",
    "system_clock",
    "terminate_tree",
    "wait_gone",
    "write_private",
]
