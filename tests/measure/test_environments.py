"""Which slot a commit goes to, who may use it, and when it counts as built. Building itself: tests/end_to_end."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import pytest
from filelock import FileLock

from tailgate.errors import BuildError
from tailgate.measure import EnvironmentPool
from tailgate.measure.environments import SLOTS
from tailgate.records import Revision, Side

CONFIGURATION = '{"install_command": ["pip install {wheel_file} {conf_dir}/probe"]}'


def revision(letter: str) -> Revision:
    return Revision(letter * 40, letter, "a commit")


class Places:
    """A project's folder with slots as earlier runs left them."""

    def __init__(self, root: Path) -> None:
        self.folder = root / "environments"
        self.configuration = root / "asv.conf.json"
        self.configuration.write_text(CONFIGURATION)
        self.probe = root / "probe"
        self.probe.mkdir()
        (self.probe / "pyproject.toml").write_text("")

    def pool(self) -> EnvironmentPool:
        return EnvironmentPool(self.folder, self.configuration)

    def recipe(self) -> str:
        return self.pool()._recipe()

    def add_slot(self, number: int, commit: str, *, used_at: float = 0.0, recipe: str | None = None) -> Path:
        slot = self.folder / f"slot-{number}"
        slot.mkdir(parents=True)
        state = {"commit": commit * 40, "recipe": recipe or self.recipe()}
        (slot / "slot.json").write_text(json.dumps(state))
        (slot / "environment.json").write_text(json.dumps({"python": sys.executable}))
        os.utime(slot / "slot.json", (used_at, used_at))
        return slot

    def take(self, pool: EnvironmentPool, letter: str) -> str:
        return pool._take_slot(letter * 40, self.recipe()).folder.name


@pytest.fixture
def places(tmp_path: Path) -> Places:
    return Places(tmp_path)


def test_a_commit_that_is_installed_already_is_not_built_again(places: Places) -> None:
    slot = places.add_slot(3, "a", used_at=1_000)
    told: list[tuple[Side, str]] = []
    pool = places.pool()
    built = pool.build({Side.BASELINE: revision("a")}, lambda side, state: told.append((side, state)))
    assert built[Side.BASELINE].python == Path(sys.executable)
    assert built[Side.BASELINE].revision == revision("a")
    assert told == [(Side.BASELINE, "cached")]
    assert (slot / "slot.json").stat().st_mtime > 1_000  # it was used just now
    pool.close()


def test_a_commit_goes_where_it_is_then_to_a_new_slot_then_to_the_least_recently_used(places: Places) -> None:
    for number in range(SLOTS - 1):
        places.add_slot(number, "abcdef"[number], used_at=1_000 - number)
    pool = places.pool()
    assert places.take(pool, "c") == "slot-2"
    assert places.take(pool, "x") == f"slot-{SLOTS - 1}"
    assert places.take(pool, "y") == f"slot-{SLOTS - 2}"
    assert places.take(pool, "z") == f"slot-{SLOTS - 3}"
    pool.close()


def test_a_slot_in_use_is_left_alone_and_one_more_is_opened(places: Places) -> None:
    others = []
    for number in range(SLOTS):
        lock = FileLock(places.add_slot(number, "abcdef"[number]) / "slot.lock")
        lock.acquire()
        others.append(lock)
    pool = places.pool()
    assert places.take(pool, "a") == f"slot-{SLOTS}"
    assert places.take(pool, "b") == f"slot-{SLOTS + 1}"
    pool.close()
    for lock in others:
        lock.release()


def test_two_sides_never_share_a_slot_even_for_one_commit(places: Places) -> None:
    places.add_slot(0, "a")
    pool = places.pool()
    assert places.take(pool, "a") == "slot-0"
    assert places.take(pool, "a") != "slot-0"
    pool.close()


def test_closing_gives_the_slots_back(places: Places) -> None:
    places.add_slot(0, "a")
    first = places.pool()
    assert places.take(first, "a") == "slot-0"
    first.close()
    first.close()
    second = places.pool()
    assert places.take(second, "a") == "slot-0"
    second.close()


@pytest.mark.parametrize("damage", ["recipe", "broken state", "no interpreter", "no state"])
def test_a_slot_that_is_not_as_it_should_be_does_not_count_as_built(places: Places, damage: str) -> None:
    slot = places.add_slot(0, "a")
    match damage:
        case "recipe":
            (slot / "slot.json").write_text(json.dumps({"commit": "a" * 40, "recipe": "another"}))
        case "broken state":
            (slot / "slot.json").write_text("{")
        case "no interpreter":
            (slot / "environment.json").write_text(json.dumps({"python": str(slot / "gone")}))
        case "no state":
            (slot / "slot.json").unlink()
    told: list[str] = []
    pool = places.pool()
    # Nothing can be built in this folder: that it tries is the point.
    with pytest.raises(BuildError, match="the baseline aaaaaaaaaa"):
        pool.build({Side.BASELINE: revision("a")}, lambda _, state: told.append(state))
    assert told == ["building", "failed"]
    pool.close()


def test_a_build_that_fails_shows_the_end_of_its_log_and_leaves_nothing_that_looks_built(places: Places) -> None:
    pool = places.pool()
    with pytest.raises(BuildError) as error:
        pool.build({Side.CANDIDATE: revision("b")}, lambda *_: None)
    pool.close()
    assert "the candidate bbbbbbbbbb (b) could not be built (exit code 1)" in str(error.value)
    assert "the end of its log:\n    " in str(error.value)
    assert "whole log: " in str(error.value)
    assert list(places.folder.glob("slot-*/slot.json")) == []


def test_the_recipe_changes_with_what_is_installed(places: Places) -> None:
    seen = {places.recipe()}
    (places.probe / "code.py").write_text("one")
    seen.add(places.recipe())
    (places.probe / "code.py").write_text("two")
    seen.add(places.recipe())
    (places.probe / "below").mkdir()
    (places.probe / "below" / "code.pyx").write_text("three")
    seen.add(places.recipe())
    places.configuration.write_text(CONFIGURATION + "\n")
    seen.add(places.recipe())
    assert len(seen) == 5
    for generated in ("below/code.c", "below/code.cpp", "build/lib/copy.py"):
        (places.probe / generated).parent.mkdir(parents=True, exist_ok=True)
        (places.probe / generated).write_text("what a build leaves behind")
    (places.probe / "built.so").write_text("what a build leaves behind")
    (places.probe / "below" / "code.pyc").write_text("the same")
    assert places.recipe() in seen
