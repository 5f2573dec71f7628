"""docs/dependencies.md names each dependency of the three distributions with a reason, and no other."""

from __future__ import annotations

import re
import tomllib
from itertools import chain
from pathlib import Path
from typing import Any, Final

import pytest

ROOT: Final = Path(__file__).parents[1]
DOCUMENT: Final = (ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8")
FILES: Final = ("pyproject.toml", "probe/pyproject.toml", "trading/pyproject.toml")


def declared(file: str) -> dict[str, set[str]]:
    """Return each required package with the places where it is required: runtime, build, or a group."""
    document: dict[str, Any] = tomllib.loads((ROOT / file).read_text(encoding="utf-8"))
    places = {"build": document["build-system"]["requires"], "runtime": document["project"].get("dependencies", [])}
    extras = document["project"].get("optional-dependencies", {})
    places |= {f"{name} extra": requirements for name, requirements in extras.items()}
    places |= {f"{name} group": group for name, group in document.get("dependency-groups", {}).items()}
    packages: dict[str, set[str]] = {}
    for place, requirements in places.items():
        for requirement in requirements:
            packages.setdefault(package_of(requirement), set()).add(place)
    return packages


def package_of(requirement: str) -> str:
    match = re.match(r"[A-Za-z0-9._-]+", requirement)
    assert match is not None
    return re.sub(r"[-_.]+", "-", match.group()).lower()


def documented(file: str) -> dict[str, tuple[str, str]]:
    """Return each package of a file's table with its place and its reason."""
    section = re.search(rf"^## `{re.escape(file)}`.*?(?=^## |\Z)", DOCUMENT, re.MULTILINE | re.DOTALL)
    assert section is not None
    rows = re.findall(r"^\| ([\w.-]+) \| ([^|]+) \| ([^|]+) \|$", section.group(), re.MULTILINE)
    rows = [row for row in rows if row[0] not in {"package", "---"}]
    assert len({row[0] for row in rows}) == len(rows)
    return {package: (place, reason) for package, place, reason in rows}


@pytest.mark.parametrize("file", FILES)
def test_the_table_and_the_file_name_the_same_packages(file: str) -> None:
    assert sorted(documented(file)) == sorted(declared(file))


@pytest.mark.parametrize("file", FILES)
def test_the_table_names_the_place_of_each_package(file: str) -> None:
    expected = {package: sorted(places) for package, places in declared(file).items()}
    assert {package: places_of(place) for package, (place, _) in documented(file).items()} == expected


def places_of(text: str) -> list[str]:
    """Return ``tests and types groups`` as ``['tests group', 'types group']``; places of several kinds as they are."""
    if text.endswith(" groups"):
        return sorted(f"{name} group" for name in re.split(", | and ", text.removesuffix(" groups")))
    return sorted(text.split(" and "))


def test_every_distribution_of_the_repository_is_looked_at() -> None:
    found = chain(ROOT.glob("pyproject.toml"), ROOT.glob("*/pyproject.toml"))
    assert sorted(path.relative_to(ROOT).as_posix() for path in found) == sorted(FILES)
