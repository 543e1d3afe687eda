"""Pieces about who may do what, and who did."""

from __future__ import annotations

from coffee_bot import blocks
from coffee_bot.gallery.nouns import Piece, private
from coffee_bot.gallery.samples import ADA, AT, BOB, DAEMON
from coffee_bot.intent import Role
from coffee_daemon import AuditEntry, Via


def pieces() -> tuple[Piece, ...]:
    """Return them."""
    lists = {
        Role.ADMIN: ("COFFEE_ADMINS", [ADA.id]),
        Role.OPERATOR: ("COFFEE_OPERATORS", ["S0BARISTA1"]),
        Role.ANSWERER: ("COFFEE_MEMBERS", [BOB.id]),
    }
    return (
        private("roles", "`/coffee roles`", blocks.roles(Role.ADMIN, ADA.id, lists, {})),
        private("audit", "`/coffee audit`", blocks.audit(_acts())),
    )


def _acts() -> list[AuditEntry]:
    stop = AuditEntry(
        id=42, who=ADA, verb="stop", target=DAEMON, via=Via.SLACK, outcome="graceful", at=AT
    )
    refused = AuditEntry(
        id=41,
        who=BOB,
        verb="stop",
        target=DAEMON,
        via=Via.SLACK,
        outcome="refused",
        detail="Only operators and admins may do this.",
        at=AT,
    )
    return [stop, refused]
