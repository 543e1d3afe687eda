from __future__ import annotations

import re
import subprocess
import sys
import tomllib
import zipfile
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

if TYPE_CHECKING:
    from collections.abc import Iterator

HOUSE = Path(__file__).parent.parent
PIN = re.compile(r"^(?P<name>[a-z0-9._-]+)==(?P<version>[^ ;]+)", re.MULTILINE)


@pytest.fixture(scope="module")
def project() -> dict[str, Any]:
    return tomllib.loads((HOUSE / "pyproject.toml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Iterator[zipfile.ZipFile]:
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder],
        cwd=HOUSE,
        check=True,
        capture_output=True,
    )
    with zipfile.ZipFile(next(folder.glob("*.whl"))) as archive:
        yield archive


def locked(name: str) -> dict[str, str]:
    text = (HOUSE / "requirements" / name).read_text(encoding="utf-8")
    return {pin["name"]: pin["version"] for pin in PIN.finditer(text)}


def sources() -> set[str]:
    found = set()
    for package in (HOUSE / "bot" / "coffee_bot", HOUSE / "daemon" / "coffee_daemon"):
        found |= {
            path.relative_to(package.parent).as_posix()
            for path in package.rglob("*")
            if path.is_file() and "__pycache__" not in path.parts
        }
    return found


def test_the_wheel_holds_both_packages_whole_and_nothing_else(wheel: zipfile.ZipFile) -> None:
    held = {name for name in wheel.namelist() if ".dist-info/" not in name}

    assert held == sources()


def test_the_wheel_overwrites_nobody_elses_package(wheel: zipfile.ZipFile) -> None:
    tops = {name.split("/")[0] for name in wheel.namelist() if ".dist-info/" not in name}

    assert tops == {"coffee_bot", "coffee_daemon"}


def test_the_wheel_brings_the_sandbox_page(wheel: zipfile.ZipFile) -> None:
    assert "coffee_bot/sandbox/page/index.html" in wheel.namelist()


def test_both_programs_can_be_loaded(project: dict[str, Any]) -> None:
    for target in project["project"]["scripts"].values():
        module, function = target.split(":")
        look = f"import {module}; {module}.{function}"
        subprocess.run([sys.executable, "-c", look], check=True)


def test_what_is_installed_has_the_version_of_the_source(project: dict[str, Any]) -> None:
    assert version("coffee-developer") == project["project"]["version"]


@pytest.mark.parametrize("name", ["dev.txt", "run.txt"])
def test_every_locked_requirement_has_hashes(name: str) -> None:
    text = (HOUSE / "requirements" / name).read_text(encoding="utf-8")
    entries = [entry for entry in text.replace("\\\n", "").splitlines() if entry.strip()]

    assert [entry for entry in entries if "--hash=sha256:" not in entry] == []


def test_people_run_what_was_tested() -> None:
    assert locked("run.txt").items() <= locked("dev.txt").items()


@pytest.mark.parametrize(("name", "group"), [("run.txt", None), ("dev.txt", "dev")])
def test_the_lock_keeps_what_the_project_asks_for(
    name: str, group: str | None, project: dict[str, Any]
) -> None:
    pins = locked(name)
    asked = [*project["project"]["dependencies"]]
    asked += project["dependency-groups"][group] if group else []
    wanted = [Requirement(line) for line in asked]

    broken = [str(one) for one in wanted if not kept_by(pins, one)]

    assert broken == []


def kept_by(pins: dict[str, str], wanted: Requirement) -> bool:
    pin = pins.get(canonicalize_name(wanted.name))
    return pin is not None and wanted.specifier.contains(pin, prereleases=True)
