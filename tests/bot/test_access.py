from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from people import ADMIN, ANSWERER, OPERATOR, PEOPLE, TEAM, VIEWER, Directory, user

from coffee_bot.access import Access, Allowed, Denied
from coffee_bot.config import BotConfig
from coffee_bot.intent import VERBS, Role
from coffee_daemon import Config, ManualClock

if TYPE_CHECKING:
    from pathlib import Path

    from coffee_bot.intent import Verb


def config(home: Path, **settings: Any) -> BotConfig:
    roles = {"admins": ADMIN, "operators": OPERATOR, "members": ANSWERER}
    settings = {name: frozenset({one}) for name, one in roles.items()} | settings
    return BotConfig(
        daemon=Config(home=home),
        bot_token="xoxb-12345678",
        app_token="xapp-12345678",
        channel="#dev",
        **settings,
    )


@pytest.fixture
def people() -> Directory:
    return Directory(**{one: user(one) for one in (ADMIN, OPERATOR, ANSWERER, VIEWER)})


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def access(tmp_path: Path, people: Directory, clock: ManualClock) -> Access:
    return Access(config(tmp_path), people, clock=clock, team=TEAM)


@pytest.mark.parametrize("verb", VERBS.values(), ids=VERBS)
@pytest.mark.parametrize("who", PEOPLE)
def test_every_kind_of_person_may_do_exactly_what_their_role_may(
    who: str, verb: Verb, tmp_path: Path
) -> None:
    user_id, flags, role = PEOPLE[who]
    people = Directory(**{user_id: user(user_id, **flags)})
    access = Access(config(tmp_path), people, clock=ManualClock(), team=TEAM)

    found = access.check(user_id, verb.role)

    expected = Allowed if role is not Role.NOBODY and role >= verb.role else Denied
    assert expected is type(found)


@pytest.mark.parametrize("verb", VERBS.values(), ids=VERBS)
def test_with_empty_lists_nobody_may_do_more_than_look(verb: Verb, tmp_path: Path) -> None:
    nobody = config(tmp_path, admins=frozenset(), operators=frozenset(), members=frozenset())
    access = Access(nobody, Directory(**{ADMIN: user(ADMIN)}), clock=ManualClock(), team=TEAM)

    found = access.check(ADMIN, verb.role)

    assert (Denied if verb.role > Role.VIEWER else Allowed) is type(found)


@pytest.mark.parametrize("role", Role)
def test_a_lookup_that_fails_means_no(role: Role, access: Access, people: Directory) -> None:
    people.broken = True

    found = access.check(ADMIN, role)

    assert isinstance(found, Denied)
    assert "xoxb" not in found.reason


@pytest.mark.parametrize("nobody", [None, "", "U0UNKNOWN1"])
def test_somebody_unknown_may_do_nothing(nobody: str | None, access: Access) -> None:
    assert isinstance(access.check(nobody, Role.VIEWER), Denied)


def test_without_knowing_our_own_workspace_nobody_is_let_in(
    tmp_path: Path, people: Directory, clock: ManualClock
) -> None:
    access = Access(config(tmp_path), people, clock=clock, team="")

    assert isinstance(access.check(ADMIN, Role.VIEWER), Denied)


def test_asking_for_no_role_is_refused(access: Access) -> None:
    assert isinstance(access.check(ADMIN, Role.NOBODY), Denied)


def test_a_refusal_says_what_to_add_where(access: Access) -> None:
    money = access.check(OPERATOR, Role.ADMIN)
    control = access.check(ANSWERER, Role.OPERATOR)
    work = access.check(VIEWER, Role.ANSWERER)

    assert isinstance(money, Denied)
    assert f"`{OPERATOR}` to `COFFEE_ADMINS`" in money.reason
    assert isinstance(control, Denied)
    assert f"`{ANSWERER}` to `COFFEE_OPERATORS`" in control.reason
    assert isinstance(work, Denied)
    assert f"`{VIEWER}` to `COFFEE_MEMBERS`" in work.reason


def test_slacks_word_is_believed_for_five_minutes(
    access: Access, people: Directory, clock: ManualClock
) -> None:
    access.check(ADMIN, Role.ADMIN)
    people.people[ADMIN]["deleted"] = True
    clock.advance(299)
    assert isinstance(access.check(ADMIN, Role.ADMIN), Allowed)
    assert people.asked == 1

    clock.advance(1)
    assert isinstance(access.check(ADMIN, Role.ADMIN), Denied)
    assert people.asked == 2


def test_time_asleep_counts_too(access: Access, people: Directory, clock: ManualClock) -> None:
    access.check(ADMIN, Role.ADMIN)
    clock.sleep(3600)
    access.check(ADMIN, Role.ADMIN)

    assert people.asked == 2


def test_a_failed_lookup_is_not_remembered(access: Access, people: Directory) -> None:
    people.broken = True
    access.check(ADMIN, Role.ADMIN)
    people.broken = False

    assert isinstance(access.check(ADMIN, Role.ADMIN), Allowed)


def test_somebody_may_be_forgotten(access: Access, people: Directory) -> None:
    access.check(ADMIN, Role.ADMIN)
    access.forget(ADMIN)
    access.check(ADMIN, Role.ADMIN)

    assert people.asked == 2


OPERATORS, ANSWERERS = "S0OPERAT01", "S0ANSWER01"


def by_groups(home: Path, people: Directory, groups: Groups, clock: ManualClock) -> Access:
    """Nobody is named but the admin; the other roles come by user groups."""
    lists = {"operators": frozenset({OPERATORS}), "members": frozenset({ANSWERERS})}
    return Access(config(home, **lists), people, clock=clock, team=TEAM, groups=groups)


class Groups:
    """Slack's user groups, with a count of how often it was asked."""

    def __init__(self, **groups: set[str]) -> None:
        self.groups = groups
        self.asked: list[str] = []
        self.broken = set[str]()

    def __call__(self, group: str) -> set[str]:
        self.asked.append(group)
        if group in self.broken:
            raise ConnectionError("no network, token xoxb-1234")
        return self.groups[group]


@pytest.fixture
def groups() -> Groups:
    return Groups(**{OPERATORS: {OPERATOR}, ANSWERERS: {ANSWERER, OPERATOR}})


@pytest.mark.parametrize("verb", VERBS.values(), ids=VERBS)
@pytest.mark.parametrize("who", [ADMIN, OPERATOR, ANSWERER, VIEWER])
def test_a_role_by_a_user_group_is_that_role(
    who: str, verb: Verb, tmp_path: Path, people: Directory, groups: Groups, clock: ManualClock
) -> None:
    roles = {
        ADMIN: Role.ADMIN,
        OPERATOR: Role.OPERATOR,
        ANSWERER: Role.ANSWERER,
        VIEWER: Role.VIEWER,
    }
    access = by_groups(tmp_path, people, groups, clock)

    found = access.check(who, verb.role)

    assert type(found) is (Allowed if roles[who] >= verb.role else Denied)


def test_somebody_named_by_the_own_id_needs_no_group(
    tmp_path: Path, people: Directory, groups: Groups, clock: ManualClock
) -> None:
    groups.broken = {OPERATORS, ANSWERERS}
    access = by_groups(tmp_path, people, groups, clock)

    assert isinstance(access.check(ADMIN, Role.ANSWERER), Allowed)
    assert isinstance(access.check(VIEWER, Role.VIEWER), Allowed)
    assert groups.asked == []


def test_a_group_that_cannot_be_read_gives_nobody_a_role_and_the_refusal_says_so(
    tmp_path: Path, people: Directory, groups: Groups, clock: ManualClock
) -> None:
    groups.broken = {OPERATORS}
    access = by_groups(tmp_path, people, groups, clock)

    found = access.check(OPERATOR, Role.OPERATOR)

    assert isinstance(found, Denied)
    assert f"`{OPERATORS}` (ConnectionError)" in found.reason
    assert "xoxb" not in found.reason
    # Another group that can be read still gives what it gives.
    assert isinstance(access.check(OPERATOR, Role.ANSWERER), Allowed)
    # It could not make anybody an admin, so it is not to blame for that no.
    admin = access.check(OPERATOR, Role.ADMIN)
    assert isinstance(admin, Denied)
    assert "COFFEE_ADMINS" in admin.reason


def test_who_is_in_a_group_is_believed_for_five_minutes_sleep_included(
    tmp_path: Path, people: Directory, groups: Groups, clock: ManualClock
) -> None:
    access = by_groups(tmp_path, people, groups, clock)
    access.check(OPERATOR, Role.OPERATOR)
    groups.groups[OPERATORS] = set()
    clock.advance(299)
    assert isinstance(access.check(OPERATOR, Role.OPERATOR), Allowed)

    clock.sleep(1)

    assert isinstance(access.check(OPERATOR, Role.OPERATOR), Denied)
    assert groups.asked == [OPERATORS, OPERATORS]


def test_a_group_that_changed_is_asked_for_anew(
    tmp_path: Path, people: Directory, groups: Groups, clock: ManualClock
) -> None:
    access = by_groups(tmp_path, people, groups, clock)
    access.check(OPERATOR, Role.OPERATOR)
    groups.groups[OPERATORS] = set()

    access.forget_group(OPERATORS)

    assert isinstance(access.check(OPERATOR, Role.OPERATOR), Denied)


def test_a_guest_in_a_group_stays_a_guest(
    tmp_path: Path, people: Directory, groups: Groups, clock: ManualClock
) -> None:
    people.people[OPERATOR]["is_restricted"] = True
    access = by_groups(tmp_path, people, groups, clock)

    found = access.check(OPERATOR, Role.VIEWER)

    assert isinstance(found, Denied)
    assert "Guests" in found.reason


def test_without_anybody_who_looks_groups_up_a_group_gives_nothing(
    tmp_path: Path, people: Directory, clock: ManualClock
) -> None:
    lists = {"operators": frozenset({OPERATORS})}
    access = Access(config(tmp_path, **lists), people, clock=clock, team=TEAM)

    assert isinstance(access.check(OPERATOR, Role.OPERATOR), Denied)


def test_the_admins_are_those_named_and_those_in_the_groups_that_can_be_read(
    tmp_path: Path,
    people: Directory,
    groups: Groups,
    clock: ManualClock,
    caplog: pytest.LogCaptureFixture,
) -> None:
    lists = {"admins": frozenset({ADMIN, OPERATORS, ANSWERERS})}
    groups.broken = {ANSWERERS}
    access = Access(config(tmp_path, **lists), people, clock=clock, team=TEAM, groups=groups)

    assert access.admins() == sorted({ADMIN, OPERATOR})
    assert f"{ANSWERERS} gives nobody a role: ConnectionError." in caplog.text


def test_where_somebody_stands_is_told_with_what_gives_it(
    tmp_path: Path, people: Directory, groups: Groups, clock: ManualClock
) -> None:
    access = by_groups(tmp_path, people, groups, clock)

    standing = {one: access.standing(one) for one in (ADMIN, OPERATOR, ANSWERER, VIEWER)}

    assert {one: (found.role, found.by) for one, found in standing.items()} == {
        ADMIN: (Role.ADMIN, ADMIN),
        OPERATOR: (Role.OPERATOR, OPERATORS),
        ANSWERER: (Role.ANSWERER, ANSWERERS),
        VIEWER: (Role.VIEWER, ""),
    }


@pytest.mark.parametrize(
    ("flags", "name"),
    [
        ({"profile": {"display_name": "Countess"}}, "Countess"),
        ({"profile": {"display_name": " "}}, "Ada Lovelace"),
        ({"profile": None, "real_name": None}, "ada"),
        ({"real_name": None, "name": 7}, ADMIN),
    ],
)
def test_people_are_called_by_the_name_they_chose(
    flags: dict[str, Any], name: str, tmp_path: Path
) -> None:
    people = Directory(**{ADMIN: user(ADMIN, **flags)})
    access = Access(config(tmp_path), people, clock=ManualClock(), team=TEAM)

    found = access.check(ADMIN, Role.VIEWER)

    assert isinstance(found, Allowed)
    assert (ADMIN, name) == (found.person.id, found.person.name)
