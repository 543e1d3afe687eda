"""What can be pressed and sent: an action's name -> what it does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coffee_bot import blocks
from coffee_bot.blocks.choosing import CHANGE
from coffee_bot.blocks.midturn import INTERRUPT, LATER
from coffee_bot.intent import Intent, Role
from coffee_bot.listeners.form import Form
from coffee_bot.listeners.press import Action

if TYPE_CHECKING:
    from collections.abc import Mapping

    from coffee_bot.listeners.answers import Answers
    from coffee_bot.listeners.asking import Asking
    from coffee_bot.listeners.lines import LastLines


def commands_of() -> Mapping[str, Intent]:
    """The buttons that only say what a command says."""
    return {
        blocks.START: Intent(verb="start"),
        blocks.STOP: Intent(verb="stop"),
        blocks.RESTART: Intent(verb="restart"),
        blocks.CONTINUE: Intent(verb="continue"),
        blocks.RETRY: Intent(verb="retry"),
        INTERRUPT: Intent(verb="interrupt"),
    }


def actions_of(answers: Answers, asking: Asking, lines: LastLines) -> Mapping[str, Action]:
    """What the buttons of a question do, *Ask*, and *Show last lines*."""
    return {
        blocks.CHOOSE: Action(verb="answer", role=Role.ANSWERER, run=answers.choose),
        LATER: Action(verb="answer", role=Role.ANSWERER, run=answers.defer),
        blocks.SAME: Action(verb="answer", role=Role.ANSWERER, run=answers.choose_same),
        blocks.SEND_NOW: Action(verb="answer", role=Role.ANSWERER, run=answers.send_now),
        blocks.NOT_AN_ANSWER: Action(verb="answer", role=Role.ANSWERER, run=answers.take_back),
        # A modal must open within three seconds; who sends it is looked at then.
        blocks.OTHER: Action(verb="answer", role=None, run=answers.open_form),
        CHANGE: Action(verb="answer", role=None, run=answers.open_change),
        # Nobody should write a page in vain; a slow look at who it is says so, too.
        blocks.ASK: Action(verb="tell", role=Role.ANSWERER, run=asking.open_form),
        # They may hold code, so looking at them takes a role.
        blocks.LAST_LINES: Action(verb="lines", role=Role.ANSWERER, run=lines.show),
    }


def forms_of(answers: Answers, asking: Asking) -> Mapping[str, Form]:
    """What the modals do, by their callback ids."""
    return {
        blocks.FORM: Form(
            verb="answer",
            role=Role.ANSWERER,
            block=blocks.FORM,
            check=answers.missing,
            run=answers.send_form,
        ),
        blocks.ASK_FORM: Form(
            verb="tell",
            role=Role.ANSWERER,
            block=blocks.ASK_FORM,
            check=asking.missing,
            run=asking.send_form,
        ),
    }
