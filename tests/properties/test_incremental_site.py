"""A site that was brought up to date, edit by edit, is byte for byte the one that is built of the same store anew."""

from __future__ import annotations

import math
import random
import shutil
import tempfile
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from hypothesis import given, settings
from hypothesis import strategies as st

from reports.site_scale.synthetic import Size, commits_of, fill
from tailgate.config import Policy, Project
from tailgate.history_records import HistoryCommit, Source
from tailgate.pipeline import ReportQuestion, Workplace, report
from tailgate.report import open_progress
from tailgate.store import open_store

if TYPE_CHECKING:
    from tailgate.store import Store

SIZE = Size(commits=40, benchmarks=2, machines=2)
NOW = datetime(2026, 1, 1, tzinfo=UTC)
EDITS = ("at the end", "in the middle", "measured again", "failed", "imported", "reworded", "pinned", "cache lost")


def build(store: Store, root: Path) -> dict[str, bytes]:
    """Bring the site under a folder up to date and return all of it."""
    project = Project(root, "scale", "", root)
    with open_progress(None) as progress:
        workplace = Workplace(project, Policy(), store, progress, random.Random(1))
        report(ReportQuestion(root / "site", "store", 3, (), NOW, processes=1), workplace)
    return {
        path.relative_to(root).as_posix(): path.read_bytes() for path in (root / "site").rglob("*") if path.is_file()
    }


def edit(store: Store, what: str, place: int, value: float, state: Path) -> None:
    """Change the history in one way."""
    known = store.history.commits()
    commit = known[place % len(known)]
    point = store.history.points_of(commit.commit)[0] if store.history.points_of(commit.commit) else None
    moment = known[-1].committed_at if what == "at the end" else commit.committed_at
    new = HistoryCommit(f"{len(known):040x}", moment + timedelta(minutes=1), len(known), "something new")
    if what in {"at the end", "in the middle"}:
        store.history.add_commits([new])
        for old in store.history.points_of(known[0].commit)[: 1 + place % 4]:
            store.history.add_points([replace(old, commit=new.commit, value=value)])
    elif what == "reworded":
        store.history.add_commits([replace(commit, subject=f"reworded {value}")])
    elif what == "pinned":
        store.history.pin(commit.commit, "machine-1")
    elif what == "cache lost":
        shutil.rmtree(state, ignore_errors=True)
    elif point is not None:
        changed = {
            "measured again": replace(point, value=value),
            "failed": replace(point, value=math.nan, failure="it crashed"),
            "imported": replace(point, value=value, source=Source.ASV, intrinsic=None, raw=None, against_pinned=None),
        }
        store.history.add_points([changed[what]])


@given(
    edits=st.lists(
        st.tuples(st.sampled_from(EDITS), st.integers(0, 60), st.floats(10.0, 1e6)),
        min_size=1,
        max_size=5,
    )
)
@settings(max_examples=12)  # each builds several sites
def test_a_site_brought_up_to_date_is_the_one_that_is_built_anew(edits: list[tuple[str, int, float]]) -> None:
    with tempfile.TemporaryDirectory() as name, open_store(":memory:") as store:
        fill(store, SIZE)
        (old := Path(name) / "old").mkdir()
        build(store, old)
        for what, place, value in edits:
            edit(store, what, place, value, old / ".tailgate" / "series_points")
            (new := Path(name) / f"new {what}").mkdir(exist_ok=True)
            shutil.rmtree(new / ".tailgate", ignore_errors=True)
            shutil.rmtree(new / "site", ignore_errors=True)
            anew, updated = build(store, new), build(store, old)
            assert sorted(updated) == sorted(anew)
            assert [page for page in anew if anew[page] != updated[page]] == []


def test_the_history_of_the_property_has_change_points_and_flags() -> None:
    with open_store(":memory:") as store:
        fill(store, SIZE)
        assert len({commit.flags for commit in commits_of(SIZE)}) > 1
        with tempfile.TemporaryDirectory() as name:
            pages = build(store, Path(name))
    assert any(b"put down to" in content for page, content in pages.items() if page.startswith("site/b/"))
