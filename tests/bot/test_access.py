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
def test_with_empty_lists_nobody_may_change_anything(verb: Verb, tmp_path: Path) -> None:
    nobody = config(tmp_path, admins=frozenset(), operators=frozenset(), members=frozenset())
    access = Access(nobody, Directory(**{ADMIN: user(ADMIN)}), clock=ManualClock(), team=TEAM)

    found = access.check(ADMIN, verb.role)

    assert (Denied if verb.changes else Allowed) is type(found)


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
