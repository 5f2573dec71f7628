"""A flag's step is one commit that changes that flag's line."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tailgate.act import Ladder, Stage, add_log_entry, move_flag, stage_of, write_whole
from tailgate.errors import ActionError

if TYPE_CHECKING:
    from pathlib import Path

    from tests.act.conftest import Scratch

LADDER = Ladder(canary_percent=1)


def test_the_commit_changes_one_line_of_the_flag_file(scratch: Scratch) -> None:
    onto = scratch.revision("HEAD")
    before = scratch.users()
    workshop = scratch.workshop()
    with workshop.checked_out(onto.commit) as bench:
        commit = move_flag(bench, "flags.json", "fast", Stage(50), LADDER, "Step back.", "a1")
        assert bench.difference() == workshop.difference(commit)
        workshop.publish("tailgate/flag-fast", commit, None)
    assert scratch.users() == before
    assert scratch.git("diff", "--numstat", f"{commit}~1", commit) == "1\t1\tproject/flags.json"
    assert stage_of(scratch.git("show", f"{commit}:project/flags.json"), "fast") == Stage(50)
    assert scratch.git("log", "-1", "--format=%s", commit) == "flags: move fast to 50 %"
    assert workshop.ours("tailgate/flag-fast") == ((commit, "a1"),)


@pytest.mark.parametrize(
    ("file", "flag", "percent", "words"),
    [
        ("missing.json", "fast", 0, "cannot be read in this commit"),
        ("code.py", "fast", 0, "is not JSON"),
        ("flags.json", "unknown", 0, 'no flag "unknown"; it has: fast, other'),
        ("flags.json", "fast", 100, "is at 100 % already"),
    ],
)
def test_what_cannot_be_done_changes_nothing(scratch: Scratch, file: str, flag: str, percent: int, words: str) -> None:
    before = scratch.users()
    with (
        scratch.workshop().checked_out("HEAD") as bench,
        pytest.raises(ActionError, match=words),
    ):
        move_flag(bench, file, flag, Stage(percent), LADDER, "", "a1")
    assert scratch.users() == before


def test_an_entry_of_the_log_is_a_commit_even_where_git_ignores_its_folder(scratch: Scratch) -> None:
    scratch.commit("ignore", ".gitignore", "reports\n")
    with scratch.workshop().checked_out("HEAD") as bench:
        commit = add_log_entry(bench, "reports/log/entry.md", "# entry\n", "reports: log", "a1")
    assert scratch.git("show", f"{commit}:project/reports/log/entry.md") == "# entry"


def test_a_text_is_replaced_whole(tmp_path: Path) -> None:
    path = tmp_path / "new" / "text.md"
    write_whole(path, "one")
    write_whole(path, "two")
    assert path.read_text() == "two"
    assert [item.name for item in path.parent.iterdir()] == ["text.md"]
