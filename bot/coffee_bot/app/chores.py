"""What comes round by itself."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from coffee_bot.app.clocks import Chore
from coffee_bot.feed import DailyDigest
from coffee_daemon import acts_folder

if TYPE_CHECKING:
    from coffee_bot.app.build import Builder

#: How long the words of events that are done with are kept, and how often old ones are emptied.
LETTERS_LAST = timedelta(days=7)
FORGET_EVERY = timedelta(hours=6)
#: How late a digest may be; between two of them this looks at a clock and at nothing else.
DIGEST_EVERY = timedelta(minutes=1)
#: How often what was done at the machine without the database is taken into the record.
TAKE_IN_EVERY = timedelta(minutes=1)
#: How often it is looked whether the user groups of the settings can be read.
GROUPS_EVERY = timedelta(days=1)


def chores_of(made: Builder) -> tuple[Chore, ...]:
    """The chores of a bot's rooms."""
    digest = DailyDigest(made.config, made.store, made.channel, made.clock, made.bells.wake)
    acts = acts_folder(made.config.daemon)
    return (
        Chore(name="forget", every=FORGET_EVERY, work=lambda: made.intake.forget(LETTERS_LAST)),
        Chore(name="acts", every=TAKE_IN_EVERY, work=lambda: made.store.audit.take_in(acts)),
        Chore(name="digest", every=DIGEST_EVERY, work=digest.look),
        Chore(name="groups", every=GROUPS_EVERY, work=made.access.look_at_groups),
    )
