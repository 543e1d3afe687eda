"""Our side of the protocol: what an agent may ask of us.

Files and terminals are not offered. An agent uses its own, in the turn's folder and under its own
rules for permissions; those of a client are for editors, whose buffers may differ from the disk.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from acp.schema import (
    ClientCapabilities,
    ElicitationCapabilities,
    ElicitationFormCapabilities,
    ElicitationFormRequestMode,
    ElicitationFormSessionMode,
)

if TYPE_CHECKING:
    from acp.schema import (
        CreateElicitationResponse,
        PermissionOption,
        RequestPermissionResponse,
        ToolCallUpdate,
    )

    from coffee_daemon.agents.acp.elicitation import Elicitation
    from coffee_daemon.agents.acp.hearing import Hearing
    from coffee_daemon.agents.acp.permissions import Permissions

CAPABILITIES = ClientCapabilities(
    elicitation=ElicitationCapabilities(form=ElicitationFormCapabilities())
)


class Client:
    """Hands the agent's requests to whoever answers them, by the SDK's names for them."""

    def __init__(self, hearing: Hearing, permissions: Permissions, forms: Elicitation) -> None:
        self._hearing = hearing
        self._permissions = permissions
        self._forms = forms

    async def session_update(self, update: Any, **_: Any) -> None:
        """`session/update`."""
        self._hearing.hear(update)

    async def request_permission(
        self,
        tool_call: ToolCallUpdate,
        options: list[PermissionOption],
        **_: Any,
    ) -> RequestPermissionResponse:
        """`session/request_permission`."""
        return await self._permissions.decide(tool_call, options)

    async def create_elicitation(
        self, message: str, mode: Any, **_: Any
    ) -> CreateElicitationResponse:
        """`elicitation/create`; addresses to visit are not offered, so they are declined."""
        if not isinstance(mode, ElicitationFormSessionMode | ElicitationFormRequestMode):
            return await self._forms.fill(message, None)
        schema = mode.requested_schema.model_dump(mode="json", by_alias=True, exclude_none=True)
        return await self._forms.fill(message, schema)

    async def complete_elicitation(self, elicitation_id: str, **_: Any) -> None:
        """`elicitation/complete`, which concerns addresses only."""

    async def ext_notification(self, method: str, params: dict[str, Any]) -> None:
        """An agent's own extensions, which may be passed over."""
