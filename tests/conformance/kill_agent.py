"""A tool that ends the agent which called it, without a word."""

from __future__ import annotations

import psutil

if __name__ == "__main__":
    agent = next(
        one for one in psutil.Process().parents() if "--permission-prompt-tool" in one.cmdline()
    )
    agent.kill()
