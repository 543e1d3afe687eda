from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import TYPE_CHECKING

import click
import pytest

import coffee_daemon
from coffee_bot.access.standing import SETTINGS
from coffee_bot.cli import bot_command, demo_command
from coffee_bot.cli.roles import roles_command
from coffee_bot.config import ENVIRONMENT
from coffee_bot.gallery import Place, catalogue
from coffee_bot.intent import VERBS, Role
from coffee_bot.listeners.table import commands_of
from coffee_daemon.cli import COMMANDS, CommandLine
from coffee_daemon.notifications import (
    NotificationState,
    NotificationType,
    Priority,
    QuestionState,
)
from coffee_daemon.process import StateFiles
from coffee_daemon.status import DaemonState
from coffee_daemon.status.wish import wish_file
from coffee_daemon.tasks import TaskState, TurnEnd, TurnState

if TYPE_CHECKING:
    from collections.abc import Iterator
    from enum import StrEnum

HOUSE = Path(__file__).parent.parent
REFERENCE = HOUSE / "docs" / "reference"
PAGES = sorted([*HOUSE.glob("*.md"), *(HOUSE / "docs").rglob("*.md")])
LINK = re.compile(r"\]\((?!https?:|mailto:)(?P<path>[^)#]*)(?:#(?P<anchor>[^)]+))?\)")
FENCE = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
HEADING = re.compile(r"^#+ (.*)$", re.MULTILINE)
#: A sentence that ends inside a line with another one behind it.
SENTENCES = re.compile(r"[a-z0-9`\")][.!?] +[A-Z`]")


def named(page: Path) -> str:
    return page.relative_to(HOUSE).as_posix()


def prose(page: Path) -> str:
    return FENCE.sub("", page.read_text(encoding="utf-8"))


def anchors(page: Path) -> set[str]:
    titles = HEADING.findall(prose(page))
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


def sections(page: Path) -> dict[str, str]:
    parts = re.split(r"^#{2,3} (.*)$", page.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def first_cells(text: str) -> list[str]:
    rows = [line for line in text.splitlines() if line.startswith("| `")]
    return [row.split("|")[1].strip() for row in rows]


def words_in_code(text: str) -> set[str]:
    return set(re.findall(r"`([^`]+)`", text))


def every_command() -> dict[str, click.Command]:
    line = CommandLine(COMMANDS)
    context = click.Context(line)
    found = {name: line.get_command(context, name) for name in line.list_commands(context)}
    commands = {name: command for name, command in found.items() if command is not None}
    return {**commands, "bot": bot_command, "demo": demo_command, "roles": roles_command}


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_every_link_leads_somewhere(page: Path) -> None:
    broken = []
    for link in LINK.finditer(prose(page)):
        target = (page.parent / link["path"]).resolve() if link["path"] else page
        anchor = link["anchor"]
        if not target.exists() or (anchor and anchor not in anchors(target)):
            broken.append(link[0])

    assert broken == []


def test_every_page_is_on_the_way_from_the_readme() -> None:
    seen: set[Path] = set()
    way = [HOUSE / "README.md"]
    while way:
        page = way.pop()
        if page in seen or page.suffix != ".md":
            continue
        seen.add(page)
        links = LINK.finditer(prose(page))
        way += [(page.parent / link["path"]).resolve() for link in links if link["path"]]

    assert [named(page) for page in PAGES if page not in seen] == []


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_each_line_of_prose_holds_one_sentence(page: Path) -> None:
    lines = [line for line in prose(page).splitlines() if line and line[0] not in "|-#0123456789"]

    assert [line for line in lines if SENTENCES.search(line)] == []


def test_the_readme_names_every_command() -> None:
    named_there = " ".join(words_in_code(prose(HOUSE / "README.md")))

    assert [name for name in every_command() if name not in named_there.split()] == []


def test_every_command_has_its_section_and_no_other_has() -> None:
    page = (REFERENCE / "commands.md").read_text(encoding="utf-8")
    described = re.findall(r"^### `coffee ([a-z]+)", page, flags=re.MULTILINE)

    assert sorted(described) == sorted(every_command())


@pytest.mark.parametrize("name", sorted(every_command()))
def test_a_commands_section_holds_its_arguments_and_options(name: str) -> None:
    command = every_command()[name]
    [title] = [
        title
        for title in sections(REFERENCE / "commands.md")
        if re.match(rf"`coffee {name}[ `]", title)
    ]
    text = sections(REFERENCE / "commands.md")[title]
    options = [param for param in command.params if isinstance(param, click.Option)]
    arguments = [param for param in command.params if isinstance(param, click.Argument)]
    context = click.Context(command)
    shown = [" ".join(["coffee", name, *(a.make_metavar(context) for a in arguments)])]

    assert [f"`{line}`" for line in shown] == [title]
    assert sorted(option_cell(option) for option in options) == sorted(first_cells(text))


def option_cell(option: click.Option) -> str:
    if option.is_flag or not option.metavar:
        return ", ".join(f"`{name}`" for name in option.opts)
    return f"`{option.opts[0]} {option.metavar}`"


def test_the_table_of_slack_commands_is_the_table_of_verbs() -> None:
    rows = [
        line
        for line in sections(REFERENCE / "commands.md")["`/coffee`"].splitlines()
        if line.startswith("| `")
    ]

    assert rows == [
        f"| `/coffee {verb.usage}` | {verb.role.name.lower()} | {verb.summary} |"
        for verb in VERBS.values()
    ]


def settings_read_by(module: Path) -> set[tuple[str, str]]:
    calls = (
        node
        for node in ast.walk(ast.parse(module.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id == "settings"
        and node.func.attr != "refuse_unknown"
    )
    found = set()
    for call in calls:
        section, key = call.args[:2]
        assert isinstance(section, ast.Constant)
        assert isinstance(key, ast.Constant)
        found.add((str(section.value), str(key.value)))
    return found


def test_every_setting_of_the_file_is_described_and_no_other_is() -> None:
    described = {
        (title.strip("`[]"), cell.strip("`"))
        for title, text in sections(REFERENCE / "settings.md").items()
        if title.startswith("`[")
        for cell in first_cells(text)
    }
    config = HOUSE / "daemon" / "coffee_daemon" / "config" / "loading.py"

    assert described == settings_read_by(config)


def test_every_variable_of_the_bot_is_described_with_its_name_in_the_file() -> None:
    rows = sections(REFERENCE / "settings.md")["The environment"].splitlines()
    cells = [[cell.strip(" `") for cell in row.split("|")] for row in rows if "|" in row]
    described = {row[3]: row[1] for row in cells if row[3] in ENVIRONMENT}

    assert described == ENVIRONMENT


def test_every_variable_that_is_read_is_described() -> None:
    read: set[str] = set()
    for root in ("bot", "daemon"):
        for module in (HOUSE / root).rglob("*.py"):
            if "sandbox" not in module.parts and "demo" not in module.parts:
                text = module.read_text(encoding="utf-8")
                read |= set(re.findall(r"\b(?:COFFEE|SLACK)_[A-Z_]+[A-Z]\b", text))
    page = (REFERENCE / "settings.md").read_text(encoding="utf-8")

    assert sorted(name for name in read if f"`{name}`" not in page) == []


@pytest.mark.parametrize(
    ("title", "kinds"),
    [
        ("The daemon", (DaemonState,)),
        ("A task", (TaskState,)),
        ("A turn", (TurnState, TurnEnd)),
        ("A question", (QuestionState,)),
        ("A notification", (NotificationState, NotificationType, Priority)),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_every_state_is_described(title: str, kinds: tuple[type[StrEnum], ...]) -> None:
    known = words_in_code(sections(REFERENCE / "states.md")[title])

    assert [state for kind in kinds for state in kind if state.value not in known] == []


def test_every_name_of_the_front_door_is_listed_and_no_other_is() -> None:
    listed = words_in_code(sections(REFERENCE / "python.md")["All names"])

    assert listed == set(coffee_daemon.__all__)


def test_every_message_is_listed_with_its_place_and_whom_it_notifies() -> None:
    rows = [
        tuple(cell.strip() for cell in line.split("|")[1:4])
        for line in (REFERENCE / "gallery.md").read_text(encoding="utf-8").splitlines()
        if line.startswith("| `")
    ]

    hung = {(f"`{one.name}`", one.place.value, one.heard.value) for one in catalogue()}
    assert sorted(rows) == sorted(hung)


def buttons(shown: object) -> Iterator[tuple[str, str]]:
    """The words of each button, and its action."""
    if isinstance(shown, dict):
        if shown.get("type") == "button":
            yield shown["text"]["text"], shown["action_id"]
        for part in shown.values():
            yield from buttons(part)
    elif isinstance(shown, list | tuple):
        for part in shown:
            yield from buttons(part)


def test_every_button_is_described_with_who_may_press_it() -> None:
    rows = sections(REFERENCE / "messages.md")["What can be pressed"].splitlines()
    who = {
        label: row.split("|")[2].strip()
        for row in rows
        for label in re.findall(r"\*([^*]+)\*", row)
    }
    drawn = {pair for piece in catalogue() for pair in buttons(piece.blocks)}
    ours = {
        label.partition(": ")[0]: action
        for label, action in drawn
        if not action.startswith("choose:")
    }
    assert {"Start", "Send now", "Show last lines"} <= set(ours) <= set(who)

    said = commands_of()
    roles = {label: VERBS[said[act].verb].role for label, act in ours.items() if act in said}
    assert {label: f"{role.name.lower()}s" for label, role in roles.items()} == {
        label: who[label] for label in roles
    }


def test_the_table_of_roles_is_that_of_the_settings_and_verbs() -> None:
    page = HOUSE / "docs" / "how-to" / "roles.md"
    lines = page.read_text(encoding="utf-8").splitlines()
    cells = [line.strip("| ").split(" | ") for line in lines if line.startswith("| ")]
    said = {role: (setting, verbs) for role, setting, _, verbs in cells[1:]}

    given = {Role.VIEWER: "none", **{role: f"`{name}`" for role, (name, _) in SETTINGS.items()}}
    expected = {role.name.lower(): (name, verbs_of(role)) for role, name in given.items()}
    assert said == {**expected, "nobody": ("none", "none")}


def verbs_of(role: Role) -> str:
    """The commands for which a role is just enough."""
    return ", ".join(f"`{name}`" for name, verb in VERBS.items() if verb.role is role)


def test_every_place_of_the_gallery_has_its_pictures_and_each_picture_is_shown() -> None:
    shown = set(
        re.findall(
            r"pictures/(gallery-[\w-]+\.webp)",
            (REFERENCE / "gallery.md").read_text(encoding="utf-8"),
        )
    )
    taken = {one.name for one in (HOUSE / "docs" / "pictures").glob("gallery-*")}

    assert shown == taken
    for place in Place:
        assert any(one.startswith(f"gallery-{place.replace(' ', '-')}") for one in taken)


@pytest.mark.parametrize(("title", "count"), [("Faults", 47), ("Bad inputs", 30)])
def test_each_planned_fault_and_each_bad_input_has_one_row(title: str, count: int) -> None:
    rows = sections(REFERENCE / "faults.md")[title].strip().splitlines()[2:]
    numbers = [row.split("|")[1].strip() for row in rows]

    assert list(range(1, count + 1)) == [int(number) for number in numbers if number]


@pytest.mark.parametrize("title", ["Faults", "Bad inputs"])
def test_each_row_of_the_faults_names_a_test(title: str) -> None:
    rows = sections(REFERENCE / "faults.md")[title].strip().splitlines()[2:]

    assert [row for row in rows if "`test_" not in row] == []


def test_every_test_that_the_faults_name_is_there() -> None:
    named_there = set(re.findall(r"`(test_\w+)`", prose(REFERENCE / "faults.md")))
    tests = "\n".join(
        path.read_text(encoding="utf-8") for path in (HOUSE / "tests").rglob("test_*.py")
    )

    assert named_there - set(re.findall(r"^def (test_\w+)", tests, flags=re.MULTILINE)) == set()


def test_every_file_of_the_state_folder_is_described() -> None:
    config = coffee_daemon.Config(home=HOUSE / "nowhere")
    files = StateFiles.of(config)
    known = words_in_code((REFERENCE / "files.md").read_text(encoding="utf-8"))
    used = {files.pid, files.status, files.lock, files.stop, files.log, wish_file(config)}
    used |= {coffee_daemon.daemon_bell(config), coffee_daemon.bot_bell(config)}

    assert {path.name for path in used} - known == set()
