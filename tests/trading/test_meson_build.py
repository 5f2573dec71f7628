from __future__ import annotations

import re
from pathlib import Path

PACKAGE = Path(__file__).parents[2] / "trading"
INSTALLED_DATA = {"flags.json", "py.typed"}


def test_every_file_of_the_package_is_installed_and_listed_in_order() -> None:
    listed = re.findall(r"^    '([^']+)',$", (PACKAGE / "meson.build").read_text(), flags=re.MULTILINE)
    present = [
        path.relative_to(PACKAGE).as_posix()
        for path in PACKAGE.rglob("*")
        # An editable install builds in build/, which git ignores.
        if (path.suffix == ".py" or path.name in INSTALLED_DATA) and path.relative_to(PACKAGE).parts[0] != "build"
    ]
    assert listed == sorted(present)


def test_the_version_is_the_same_wherever_it_is_written() -> None:
    places = {
        "pyproject.toml": r'^version = "(.+)"$',
        "meson.build": r"version: '([^']+)', meson_version",
        "__init__.py": r'^__version__ = "(.+)"$',
    }
    versions = {
        re.search(pattern, (PACKAGE / file).read_text(), flags=re.MULTILINE)[1]  # type: ignore[index]  # it is there
        for file, pattern in places.items()
    }
    assert len(versions) == 1
