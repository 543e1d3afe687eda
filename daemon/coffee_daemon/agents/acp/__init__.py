"""Agents that speak the Agent Client Protocol, over its official Python SDK.

Runs as a driver in the turn's own tree; nothing outside this folder knows of asyncio or the SDK.
The protocol is told at https://agentclientprotocol.com.
"""

from __future__ import annotations
