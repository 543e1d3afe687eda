"""Who may do what, and who did what, for the one who asks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coffee_bot.blocks.kit import context, message, section, sections
from coffee_bot.blocks.words import code, line, mention, mention_of, when
from coffee_bot.intent import VERBS, Role

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from coffee_bot.intent import Message
    from coffee_daemon import AuditEntry

#: So many of a list are named one by one.
_MOST_NAMED = 20


def roles(
    role: Role,
    by: str,
    lists: Mapping[Role, tuple[str, Collection[str]]],
    unread: Mapping[str, str],
) -> Message:
    """Answer `roles`: the asker's own first, then who has which and may do what by it.

    Args:
        role: The asker's own.
        by: The id in the settings that gives it; empty when none needs to.
        lists: The setting and the ids in it for each role, the highest one first.
        unread: User groups that cannot be read, with what went wrong.
    """
    setting = lists[role][0] if role in lists else ""
    why = f"{mention(by)} is in `{setting}`" if by else "everybody of this workspace may look"
    said = f"🔑 You are {_article(role)}, because {why}."
    return message(
        said,
        section(said),
        *sections(_list(one, *lists.get(one, ("", ()))) for one in (*lists, Role.VIEWER)),
        *sections(
            f"⚠️ The user group {code(group)} cannot be read ({line(word, 60)}), "
            "so it gives nobody a role."
            for group, word in unread.items()
        ),
        context("Roles are changed in the settings on the machine, and nowhere else."),
    )


def _article(role: Role) -> str:
    name = role.name.lower()
    return f"an {name}" if name[0] in "ao" else f"a {name}"


def _list(role: Role, setting: str, ids: Collection[str]) -> str:
    may = ", ".join(f"`{verb.name}`" for verb in VERBS.values() if verb.role is role)
    if role is Role.VIEWER:
        return f"*Viewers*, all others of this workspace: {may}"
    shown = " ".join(mention(one) for one in sorted(ids)[:_MOST_NAMED]) or "nobody"
    more = f" and {len(ids) - _MOST_NAMED} more" if len(ids) > _MOST_NAMED else ""
    return f"*{role.name.capitalize()}s*, `{setting}`: {shown}{more}\n{may}, and all below"


def audit(found: Sequence[AuditEntry], *, more: bool = False) -> Message:
    """Answer `audit`, newest first."""
    if not found:
        return message("🧾 Nothing was done yet.", section("🧾 *Nothing was done yet.*"))
    return message(
        f"🧾 The latest {len(found)} acts",
        section("🧾 *Who did what*, newest first"),
        *sections(_act(entry) for entry in found),
        context(
            "Earlier ones, filters, and the proof that nobody changed them: "
            "`coffee audit` on the machine."
            if more
            else "Filters, and the proof that nobody changed them: `coffee audit` on the machine."
        ),
    )


def _act(entry: AuditEntry) -> str:
    what = f"{entry.verb} {entry.target}".strip()
    detail = f": {line(entry.detail, 120)}" if entry.detail else ""
    return (
        f"`{entry.id}` {mention_of(entry.who)} · {line(what, 80)} · "
        f"{line(entry.outcome, 60)}{detail} · {entry.via} · {when(entry.at)}"
    )
