"""Logging in by a key that stands in the agent's environment, which needs no person."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acp.schema import EnvVarAuthMethod

if TYPE_CHECKING:
    from collections.abc import Mapping

    from acp.schema import InitializeResponse


def way_by_key(
    hello: InitializeResponse, environment: Mapping[str, str]
) -> EnvVarAuthMethod | None:
    """The first way of logging in that the agent offers and whose variables are all set."""
    ways = (one for one in hello.auth_methods or () if isinstance(one, EnvVarAuthMethod))
    return next((one for one in ways if _is_set(one, environment)), None)


def _is_set(way: EnvVarAuthMethod, environment: Mapping[str, str]) -> bool:
    names = [one.name for one in way.vars if not one.optional]
    return bool(names) and all(environment.get(name) for name in names)
