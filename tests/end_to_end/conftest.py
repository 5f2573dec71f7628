"""One project for the whole session: each commit is built once and found again in its slot."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from tests.end_to_end.kit import Kit, build_environment, build_probe
from tests.end_to_end.small_project import PYPROJECT, SmallProject

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True)
class History:
    """The commits of the project; each name says in what it differs from ``first``."""

    project: SmallProject
    first: str
    comment: str
    slower: str
    stalling: str
    unbuildable: str


@pytest.fixture(scope="session")
def kit(tmp_path_factory: pytest.TempPathFactory) -> Kit:
    folder = tmp_path_factory.mktemp("kit")
    wheel = build_probe(folder / "probe")
    template = SmallProject.create_bare(folder / "project", wheel)
    return Kit(wheel, build_environment(template, folder / "environment"))


@pytest.fixture(scope="session")
def history(tmp_path_factory: pytest.TempPathFactory, kit: Kit) -> History:
    project = SmallProject.create(tmp_path_factory.mktemp("end_to_end") / "project", kit)
    first = project.git("rev-parse", "HEAD")
    project.write_subject(added="# a comment\n")
    comment = project.commit("[red]comment[/red] :boom: \x1b]0;title\x07\x1b[31m only")
    project.write_subject(uniform=120, added="ONLY_HERE = True\n")
    slower = project.commit("twice the work")
    project.write_subject(stall=1_000)
    stalling = project.commit("a stall now and then")
    (project.root / "subject" / "pyproject.toml").write_text(
        PYPROJECT.replace('"hatchling.build"', '"no_such_backend"').replace('["hatchling"]', "[]")
    )
    unbuildable = project.commit("cannot be built")
    project.git("checkout", "--quiet", comment)
    return History(project, first, comment, slower, stalling, unbuildable)


@pytest.fixture
def project(history: History) -> Iterator[SmallProject]:
    """Yield the project; what a test adds to the suite is removed again."""
    suite = history.project.root / "benchmarks"
    before = set(suite.glob("*.py"))
    yield history.project
    for path in set(suite.glob("*.py")) - before:
        path.unlink()
