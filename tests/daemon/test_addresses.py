from __future__ import annotations

import pytest

from coffee_daemon.addresses import branch_page, commit_page, pull_requests, safe_link, web_address

SHOP = "https://github.com/acme/shop"


@pytest.mark.parametrize(
    ("remote", "expected"),
    [
        ("https://github.com/acme/shop.git", SHOP),
        ("https://github.com/acme/shop", SHOP),
        ("https://github.com/acme/shop/", SHOP),
        ("https://ada:ghp_secret@github.com/acme/shop.git", SHOP),
        ("https://ghp_secret@GitHub.com/acme/shop.git", SHOP),
        ("git@github.com:acme/shop.git", SHOP),
        ("github.com:acme/shop.git", SHOP),
        ("ssh://git@github.com/acme/shop.git", SHOP),
        ("ssh://git@github.com:22/acme/shop.git", SHOP),
        ("git://github.com/acme/shop.git", SHOP),
        ("git@gitlab.example.org:group/sub/shop.git", "https://gitlab.example.org/group/sub/shop"),
        ("ssh://git@gitlab.example.org:2222/a/b.git", "https://gitlab.example.org/a/b"),
        ("http://gitlab.example.org:8080/a/b.git", "http://gitlab.example.org:8080/a/b"),
        ("git@bitbucket.org:acme/shop.git", "https://bitbucket.org/acme/shop"),
        ("https://codeberg.org/acme/shop.git", "https://codeberg.org/acme/shop"),
        # An alias of the person's own ssh settings, a folder, a drive, a helper's address.
        ("git@github-work:acme/shop.git", ""),
        ("/srv/git/github.com/acme/shop.git", ""),
        ("../github.com/acme/shop.git", ""),
        ("file:///srv/github.com/acme/shop.git", ""),
        ("C:/github.com/acme/shop.git", ""),
        ("C:\\repositories\\shop", ""),
        ("ext::sh -c github.com/acme/shop", ""),
        ("codecommit::eu-west-1://shop", ""),
        # A host whose pages we do not know, and what is no project.
        ("https://git.example.org/acme/shop.git", ""),
        ("https://github.com/acme", ""),
        ("https://github.com/", ""),
        ("https://github.com/acme/../shop", ""),
        ("https://github.com//acme/shop", SHOP),
        ("https://github.com/acme//shop", ""),
        # What would be more than an address where it is shown.
        ("https://github.com/acme/shop?token=x", ""),
        ("https://github.com/acme/shop|<!channel>", ""),
        ("https://github.com/acme/shop\nhttps://evil.example", ""),
        ("https://github.com/acme/my shop", ""),
        ("", ""),
    ],
)
def test_a_remote_leads_to_its_pages_or_nowhere(remote: str, expected: str) -> None:
    assert web_address(remote) == expected


@pytest.mark.parametrize(
    ("repository", "commit", "branch"),
    [
        (SHOP, f"{SHOP}/commit/abc123", f"{SHOP}/tree/coffee/12-a%23b"),
        (
            "https://gitlab.com/a/b",
            "https://gitlab.com/a/b/-/commit/abc123",
            "https://gitlab.com/a/b/-/tree/coffee/12-a%23b",
        ),
        (
            "https://bitbucket.org/a/b",
            "https://bitbucket.org/a/b/commits/abc123",
            "https://bitbucket.org/a/b/branch/coffee/12-a%23b",
        ),
        (
            "https://codeberg.org/a/b",
            "https://codeberg.org/a/b/commit/abc123",
            "https://codeberg.org/a/b/src/branch/coffee/12-a%23b",
        ),
        ("", "", ""),
    ],
)
def test_each_forge_has_its_own_pages(repository: str, commit: str, branch: str) -> None:
    assert commit_page(repository, "abc123") == commit
    assert branch_page(repository, "coffee/12-a#b") == branch


def test_nothing_has_no_page() -> None:
    assert commit_page(SHOP, "") == ""
    assert branch_page(SHOP, "") == ""


def test_pull_requests_are_found_in_an_agents_words_each_once() -> None:
    words = (
        f"Opened {SHOP}/pull/7 (see {SHOP}/pull/7), and "
        "[it](https://gitlab.com/a/b/-/merge_requests/12). Not https://ada:pw@github.com/a/b/pull/1"
        ", "
        f"not {SHOP}/pull/new, not {SHOP}/pull/7/files, not ftp://github.com/a/b/pull/3."
    )

    assert pull_requests(words) == (
        f"{SHOP}/pull/7",
        "https://gitlab.com/a/b/-/merge_requests/12",
    )


@pytest.mark.parametrize(
    ("link", "expected"),
    [
        (f"{SHOP}/pull/7", f"{SHOP}/pull/7"),
        ("https://ada:pw@ci.example/run/1?x=1#log", "https://ci.example/run/1?x=1#log"),
        ("javascript:alert(1)", ""),
        ("https://a.example/<!channel>", ""),
        ("https://a.example/x|y", ""),
        ("see https://a.example", ""),
    ],
)
def test_a_link_is_shown_without_credentials_or_not_at_all(link: str, expected: str) -> None:
    assert safe_link(link) == expected
