from __future__ import annotations

import ast
import fnmatch
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

import coffee_daemon
from coffee_daemon.front_door import ROOMS

HOUSE = Path(__file__).parent.parent
MAY_STAND_AT_THE_TOP = {
    ".ci",
    ".gitattributes",
    ".github",
    ".gitignore",
    "CHANGELOG.md",
    "LICENSE",
    "Makefile",
    "README.md",
    "bot",
    "daemon",
    "docs",
    "manifest.yml",
    "pyproject.toml",
    "requirements",
    "tests",
}
#: A server of many connections, and an adapter whose protocol's library wants it.
ASYNCHRONOUS = ("bot/coffee_bot/sandbox", "daemon/coffee_daemon/agents/acp")
MODULE_LINES = 300
FUNCTION_LINES = 40
#: Put together here, so that this file does not hold what it looks for.
ADDRESSES = tuple(
    "".join(parts)
    for parts in (
        ("pypi", ".org"),
        ("python", "hosted"),
        ("registry", ".npm"),
        ("deb.", "debian.org"),
        ("--index", "-url"),
        ("--extra-index", "-url"),
        ("--find", "-links"),
        ("/simple", "/"),
    )
)

Function = ast.FunctionDef | ast.AsyncFunctionDef


@cache
def ignored_names() -> tuple[str, ...]:
    lines = (HOUSE / ".gitignore").read_text(encoding="utf-8").splitlines()
    return (".git", *(line.rstrip("/") for line in lines if line and not line.startswith("#")))


def kept(folder: Path) -> list[Path]:
    return sorted(
        path
        for path in folder.iterdir()
        if not any(fnmatch.fnmatch(path.name, name) for name in ignored_names())
    )


def files_below(folder: Path) -> list[Path]:
    found: list[Path] = []
    for path in kept(folder):
        found += files_below(path) if path.is_dir() else [path]
    return found


def modules() -> list[Path]:
    files = files_below(HOUSE / "bot") + files_below(HOUSE / "daemon")
    return [path for path in files if path.suffix == ".py"]


def named(path: Path) -> str:
    return path.relative_to(HOUSE).as_posix()


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def code_lines(function: Function) -> int:
    """Without signature and docstring: what a reader has to follow."""
    spoken = ast.get_docstring(function) is not None
    body = function.body[1:] if spoken else function.body
    return (function.end_lineno or 0) - body[0].lineno + 1 if body else 0


def imported_by(module: ast.Module) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(module):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            names.add(node.module or "")
    return names


def test_nothing_stands_at_the_top_that_was_not_agreed() -> None:
    found = {path.name for path in kept(HOUSE)}

    assert found - MAY_STAND_AT_THE_TOP == set()


@pytest.mark.parametrize("root", ["bot", "daemon"])
def test_a_source_root_holds_one_package_and_no_module(root: str) -> None:
    assert [f"coffee_{root}"] == [path.name for path in kept(HOUSE / root)]


def test_the_walls_between_the_rooms_hold() -> None:
    program = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run(
        [program, "--no-cache"], cwd=HOUSE, capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stdout + done.stderr


def test_nobody_takes_a_source_root_for_a_package() -> None:
    python = [path for path in files_below(HOUSE) if path.suffix == ".py"]
    guilty = {
        named(path)
        for path in python
        if any(name.split(".")[0] in {"bot", "daemon"} for name in imported_by(tree(path)))
    }

    assert guilty == set()


def test_relative_imports_are_not_used() -> None:
    guilty = {
        named(path)
        for path in modules()
        for node in ast.walk(tree(path))
        if isinstance(node, ast.ImportFrom) and node.level
    }

    assert guilty == set()


def test_only_rooms_that_need_it_are_asynchronous() -> None:
    guilty = {
        named(path)
        for path in modules()
        if not named(path).startswith(ASYNCHRONOUS)
        and (
            "asyncio" in imported_by(tree(path))
            or any(isinstance(node, ast.AsyncFunctionDef) for node in ast.walk(tree(path)))
        )
    }

    assert guilty == set()


def test_every_module_says_what_it_is_for() -> None:
    assert [named(path) for path in modules() if not ast.get_docstring(tree(path))] == []


def test_every_module_postpones_its_annotations() -> None:
    guilty = [
        named(path)
        for path in modules()
        if len(tree(path).body) > 1 and "__future__" not in imported_by(tree(path))
    ]

    assert guilty == []


def test_rooms_are_small() -> None:
    sizes = {
        named(path): len(path.read_text(encoding="utf-8").splitlines())
        for path in files_below(HOUSE / "bot") + files_below(HOUSE / "daemon")
        if path.suffix in {".py", ".js", ".css"}
    }

    assert {name: size for name, size in sizes.items() if size > MODULE_LINES} == {}


def test_functions_are_short() -> None:
    long = {
        f"{named(path)}:{node.lineno} {node.name}": code_lines(node)
        for path in modules()
        for node in ast.walk(tree(path))
        if isinstance(node, Function) and code_lines(node) > FUNCTION_LINES
    }

    assert long == {}


def test_no_file_holds_the_address_of_a_package_index() -> None:
    guilty = {}
    for path in files_below(HOUSE):
        text = path.read_bytes().decode("utf-8", errors="replace")
        if found := [address for address in ADDRESSES if address in text]:
            guilty[named(path)] = found

    assert guilty == {}


def test_the_front_door_is_sorted_and_complete() -> None:
    names = coffee_daemon.__all__
    listed = [name for room in ROOMS.values() for name in room]

    def order(name: str) -> tuple[int, str]:
        return (0 if name.isupper() else 1 if name[0].isupper() else 2, name)

    assert names == sorted(names, key=order)
    assert sorted(names) == sorted(listed)


def test_the_front_door_shows_type_checkers_the_same_names() -> None:
    shown = {
        alias.name: node.module
        for node in ast.walk(tree(Path(coffee_daemon.__file__)))
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("coffee_daemon.")
        for alias in node.names
        if alias.asname is None
    }
    loaded = {name: f"coffee_daemon.{room}" for room, names in ROOMS.items() for name in names}

    assert shown == loaded


def test_the_front_door_opens_for_every_name() -> None:
    for name in coffee_daemon.__all__:
        assert getattr(coffee_daemon, name) is not None


def test_the_front_door_loads_nothing_before_it_is_asked() -> None:
    look = "import sys, coffee_daemon; print(*sorted(m for m in sys.modules if 'coffee' in m))"
    done = subprocess.run([sys.executable, "-c", look], capture_output=True, text=True, check=True)
    loaded = [name for name in done.stdout.split() if not name.startswith("__editable__")]

    assert loaded == ["coffee_daemon", "coffee_daemon.front_door"]
