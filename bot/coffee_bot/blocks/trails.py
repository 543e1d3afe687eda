"""Where a task's work is: pull requests, other links, the branch, the last commit."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from coffee_bot.blocks.words import line, link
from coffee_daemon import safe_link

if TYPE_CHECKING:
    from collections.abc import Sequence

    from coffee_daemon import Turn, Work

#: What is named at most, the newest of it.
_MOST = 4
#: A longer address is not linked: Slack takes 3,000 characters in one section.
_LONGEST = 300
_REQUESTS = (
    (re.compile(r"/pulls?/(\d+)$"), "pull request"),
    (re.compile(r"/merge_requests/(\d+)$"), "merge request"),
    (re.compile(r"/pull-requests/(\d+)$"), "pull request"),
)


@dataclass(frozen=True, kw_only=True)
class Trail:
    """What a task's turns have left outside of the record."""

    #: Addresses that they named, oldest first.
    links: tuple[str, ...] = ()
    #: What was committed last.
    work: Work | None = None

    @classmethod
    def of(cls, turns: Sequence[Turn]) -> Self:
        """That of a task's turns, oldest first."""
        named = (one for turn in turns for one in turn.links)
        work = [turn.work for turn in turns if turn.work is not None]
        return cls(
            links=tuple(dict.fromkeys(named)),
            work=work[-1] if work else None,
        )

    def leads_to(self, branch: str) -> bool:
        """Whether it names that branch."""
        return self.work is not None and self.work.branch == branch


def trail(left: Trail | None) -> str:
    """The links in one line; empty when there are none."""
    if left is None:
        return ""
    named = [one for one in map(safe_link, left.links) if one]
    parts = [link(one, _label(one)) for one in named[-_MOST:]]
    if left.work is not None:
        parts += filter(None, (_branch(left.work), _commit(left.work)))
    return f"🔗 {' · '.join(parts)}" if parts else ""


def _label(address: str) -> str:
    for pattern, kind in _REQUESTS:
        if found := pattern.search(address):
            return f"{kind} {found[1]}"
    return address.partition("://")[2]


def _branch(work: Work) -> str:
    return _page(work.branch_url, f"branch {work.branch}") if work.branch else ""


def _commit(work: Work) -> str:
    if not work.sha:
        return ""
    subject = f" {line(work.subject, 120)}" if work.subject else ""
    return f"{_page(work.commit_url, f'commit {work.sha}')}{subject}"


def _page(url: str, label: str) -> str:
    return link(url, label) if 0 < len(url) <= _LONGEST else line(label)
