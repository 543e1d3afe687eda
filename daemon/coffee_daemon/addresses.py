"""Addresses in the web: of pull requests that agents name, and of what git pushed."""

from __future__ import annotations

import re
from urllib.parse import quote

#: What a remote may hold; anything else, such as a space or a quote, is no address for people.
_PLAIN = re.compile(r"[\w.~:/@%+\-\[\]]+")
_URL = re.compile(
    r"(?P<scheme>https?|ssh|git)://(?:[^/@]*@)?(?P<host>[^/:@]+)(?P<port>:\d+)?/(?P<path>.+)"
)
#: What git takes for a host and a path: `git@host:path`. One letter before `:` is a drive.
_SCP = re.compile(r"(?:[^/@:]+@)?(?P<host>[^/@:]{2,}):(?P<path>[^/].*)")
#: How the pages of a commit and of a branch are called, by a word in the host's name.
_FORGES = {
    "github": ("commit/{}", "tree/{}"),
    "gitlab": ("-/commit/{}", "-/tree/{}"),
    "bitbucket": ("commits/{}", "branch/{}"),
    "codeberg": ("commit/{}", "src/branch/{}"),
    "gitea": ("commit/{}", "src/branch/{}"),
    "forgejo": ("commit/{}", "src/branch/{}"),
}
_REQUEST = re.compile(
    r"https?://[\w.\-]+(?::\d+)?/[\w.\-/~%+]*?"
    r"/(?:pull|pulls|merge_requests|pull-requests)/\d+(?![\w/])",
)
_LINK = re.compile(r"(https?://)(?:[^/@\s]*@)?([^\s<>|\"'`\\\x00-\x1f]{1,290})")
_MOST = 10


def web_address(remote: str) -> str:
    """Where the repository of a git remote is in the web, without any name or password.

    Empty where that is not known: for a folder, for an alias of the person's own, and for a host
    whose pages we do not know.
    """
    found = _URL.fullmatch(remote) or _SCP.fullmatch(remote)
    if found is None or not _PLAIN.fullmatch(remote):
        return ""
    host, path = found["host"].lower(), found["path"].strip("/").removesuffix(".git")
    if _forge(host) is None or "." not in host or not _is_project(path):
        return ""
    parts = found.groupdict()
    in_the_web = parts.get("scheme") in {"http", "https"}
    scheme = parts["scheme"] if in_the_web else "https"
    # The port of another protocol is not the one of the pages.
    port = parts["port"] or "" if in_the_web else ""
    return f"{scheme}://{host}{port}/{path}"


def commit_page(repository: str, sha: str) -> str:
    """The page of a commit; `repository` is what `web_address` found."""
    return _page(repository, 0, sha)


def branch_page(repository: str, branch: str) -> str:
    """The page of a branch; `repository` is what `web_address` found."""
    return _page(repository, 1, branch)


def pull_requests(words: str) -> tuple[str, ...]:
    """The addresses of pull and merge requests that somebody's words name, each once."""
    return tuple(dict.fromkeys(_REQUEST.findall(words)))[:_MOST]


def safe_link(link: str) -> str:
    """A link as it may be shown: http(s) alone, without name and password; else empty."""
    found = _LINK.fullmatch(link.strip())
    return "".join(found.groups()) if found else ""


def _forge(host: str) -> tuple[str, str] | None:
    return next((pages for word, pages in _FORGES.items() if word in host), None)


def _is_project(path: str) -> bool:
    """Whether it is an owner and a name, at least; nothing climbs."""
    parts = path.split("/")
    return len(parts) >= 2 and all(part not in {"", ".", ".."} for part in parts)


def _page(repository: str, which: int, name: str) -> str:
    host = repository.partition("://")[2].partition("/")[0]
    pages = _forge(host) if repository and name else None
    return f"{repository}/{pages[which].format(quote(name, safe='/'))}" if pages else ""
