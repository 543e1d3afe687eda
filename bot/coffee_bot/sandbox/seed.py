"""The workspace one finds at the start: the Coffee House."""

from __future__ import annotations

from coffee_bot.sandbox.ids import BOT_ID, BOT_USER_ID, SLACKBOT_ID, TEAM_ID
from coffee_bot.sandbox.nouns import Channel, Group, User
from coffee_bot.sandbox.state import State

ADA = "U0ADA00001"
BOB = "U0BOB00001"
EVE = "U0EVE00001"
STRANGER = "U0STRANGE1"
LEFT = "U0GONE0001"
ROBOT = "U0ROBOT001"
DEV = "C0DEV00001"
RANDOM = "C0RANDOM01"
BARISTAS = "S0BARISTA1"


def coffee_house(*, bot_name: str, now: float) -> State:
    """Build the default workspace: two channels, five kinds of people, two bots."""
    state = State(team_id=TEAM_ID, team_name="Coffee House", team_domain="coffee-house")
    for user in _people(bot_name):
        state.users[user.id] = user
    state.groups[BARISTAS] = Group(
        id=BARISTAS, handle="baristas", name="Baristas", users=(ADA, BOB)
    )
    created = int(now)
    here = (ADA, BOB, EVE, ROBOT)
    state.add_channel(Channel(id=DEV, name="dev", created=created, members=(*here, BOT_USER_ID)))
    state.add_channel(Channel(id=RANDOM, name="random", created=created, members=here))
    return state


def _people(bot_name: str) -> tuple[User, ...]:
    return (
        _person(ADA, "ada", "Ada Lovelace", is_admin=True),
        _person(BOB, "bob", "Bob Moore"),
        _person(EVE, "eve", "Eve Guest", is_restricted=True),
        _person(STRANGER, "stranger", "Sam Stranger", is_stranger=True),
        _person(LEFT, "gone", "Gus Gone", deleted=True),
        _bot(ROBOT, "robot", "B0ROBOT001"),
        _bot(BOT_USER_ID, bot_name, BOT_ID),
        User(id=SLACKBOT_ID, name="slackbot", real_name="Slackbot", team_id=TEAM_ID),
    )


def _person(
    user_id: str,
    name: str,
    real_name: str,
    *,
    is_admin: bool = False,
    is_restricted: bool = False,
    is_stranger: bool = False,
    deleted: bool = False,
) -> User:
    return User(
        id=user_id,
        name=name,
        real_name=real_name,
        team_id="T0STRANGE1" if is_stranger else TEAM_ID,
        email=f"{name}@coffee-house.example",
        is_admin=is_admin,
        is_restricted=is_restricted,
        is_stranger=is_stranger,
        deleted=deleted,
    )


def _bot(user_id: str, name: str, bot_id: str) -> User:
    return User(id=user_id, name=name, real_name=name, team_id=TEAM_ID, bot_id=bot_id)
