"""What `tailgate log` promises: each regression of a run has one entry, brought up to date, and the index knows it."""

from __future__ import annotations

import dataclasses
import json
import signal
from typing import TYPE_CHECKING

import pytest

from tailgate import cli
from tailgate.action_records import ActionKind, ActionOutcome, ActionTaken, Attribution, CauseKind
from tailgate.records import BenchmarkId, GateResult, VerdictKind
from tailgate.store import AttributionNotes, open_store
from tests.stored_runs import BEGAN, BENCHMARK, keep, result

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

Outcome = tuple[int, str, str]


@pytest.fixture(autouse=True)
def _signals() -> Iterator[None]:
    before = signal.getsignal(signal.SIGTERM)
    yield
    signal.signal(signal.SIGTERM, before)


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "asv.conf.json").write_text(json.dumps({"version": 1, "project": "subject", "repo": "."}))
    (tmp_path / "benchmarks").mkdir()
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], project: Path) -> Callable[..., Outcome]:
    def invoke(*arguments: str) -> Outcome:
        with pytest.raises(SystemExit) as ending:
            cli.main(["log", *arguments])
        captured = capsys.readouterr()
        assert isinstance(ending.value.code, int)
        return ending.value.code, captured.out, captured.err

    return invoke


def two_regressions(run_id: str) -> GateResult:
    one = result(run_id)
    (verdict,) = one.verdicts
    other = dataclasses.replace(verdict, benchmark=BenchmarkId("<b>|`evil`"))
    passed = dataclasses.replace(verdict, benchmark=BenchmarkId("fine"), kind=VerdictKind.PASS)
    return dataclasses.replace(one, verdicts=(other, verdict, passed))


def reverted(one: GateResult) -> ActionTaken:
    return ActionTaken(
        action_id="0123456789abcdef",
        kind=ActionKind.REVERT,
        target="d" * 40,
        change="reverted",
        benchmarks=(BENCHMARK.label,),
        baseline=one.baseline,
        onto=one.candidate,
        branch="tailgate/revert-dddddddddd",
        commit="c" * 40,
        outcome=ActionOutcome.VERIFIED,
        reason="1 benchmark: 1 passed",
        run_id="r2",
        taken_at=BEGAN,
    )


def entries(project: Path) -> dict[str, str]:
    return {path.name: path.read_text(encoding="utf-8") for path in (project / "reports" / "log").iterdir()}


def test_help_names_every_exit_code_and_example(run: Callable[..., Outcome]) -> None:
    code, out, err = run("--help")
    assert (code, err) == (0, "")
    for exit_code in (0, 2, 4):
        assert f"\n    {exit_code}  " in out
    assert "tailgate log --run 3f2a91" in out


def test_every_regression_gets_an_entry_and_a_second_run_changes_nothing(
    run: Callable[..., Outcome], project: Path
) -> None:
    keep(project, two_regressions("1111aaaa"))
    code, out, err = run()
    assert (code, err) == (0, "")
    assert out.splitlines()[-1] == "2 regressed, 2 written"
    found = entries(project)
    assert len(found) == 3
    assert found["README.md"].count("| open |") == 2
    before = {path: path.stat().st_mtime_ns for path in (project / "reports" / "log").iterdir()}
    code, out, _ = run("--run", "1111aaaa")
    assert (code, out.splitlines()[-1]) == (0, "2 regressed, 0 written")
    assert {path: path.stat().st_mtime_ns for path in (project / "reports" / "log").iterdir()} == before


def test_what_was_found_out_and_done_since_is_added_to_the_same_entry(
    run: Callable[..., Outcome], project: Path
) -> None:
    one = two_regressions("1111aaaa")
    keep(project, one)
    run()
    names = set(entries(project))
    notes = AttributionNotes(project / ".tailgate" / "attributions")
    notes.keep("1111aaaa", (Attribution(BENCHMARK.label, CauseKind.COMMIT, "d" * 40, "bisected"),))
    with open_store(project / ".tailgate" / "store.sqlite") as store:
        store.add_action(reverted(one))
        # Of another candidate, so about another regression.
        other = dataclasses.replace(one.candidate, commit="e" * 40)
        store.add_action(dataclasses.replace(reverted(one), action_id="f" * 16, onto=other, commit="f" * 40))
    assert run()[1].splitlines()[-1] == "2 regressed, 1 written"
    found = entries(project)
    assert set(found) == names
    (entry,) = [text for name, text in found.items() if "latency_cancel" in name]
    assert f"- cause: commit `{'d' * 40}`; bisected\n" in entry
    assert entry.count("- action: reverted") == 1
    assert "verified: 1 benchmark" in entry
    assert "| undone on a branch, and verified |" in found["README.md"]
    assert found["README.md"].count("| open |") == 1


def test_entries_of_others_are_in_the_index_and_are_left_alone(run: Callable[..., Outcome], project: Path) -> None:
    folder = project / "reports" / "log"
    folder.mkdir(parents=True)
    (folder / "2025-01-01-by-hand.md").write_text("# By hand\n")
    (folder / "picture.png").write_bytes(b"\x89PNG")
    keep(project, result("1111aaaa", VerdictKind.PASS, exit_code=0))
    assert run()[:2] == (0, "0 regressed, 0 written\n")
    assert entries_of(folder) == ["2025-01-01-by-hand.md", "README.md", "picture.png"]
    assert "| [2025-01-01](2025-01-01-by-hand.md) | By hand |  |" in (folder / "README.md").read_text(encoding="utf-8")


def entries_of(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_the_folder_is_the_one_of_the_policy(run: Callable[..., Outcome], project: Path) -> None:
    (project / "ci").mkdir()
    (project / "ci" / "gate.toml").write_text('[act]\nlog_folder = "docs/regressions"\n')
    keep(project, result("1111aaaa"))
    assert run()[0] == 0
    assert len(entries_of(project / "docs" / "regressions")) == 2


def test_a_run_that_was_cut_off_or_is_not_there_writes_nothing(run: Callable[..., Outcome], project: Path) -> None:
    keep(project, result("1111aaaa"), unfinished="2222bbbb")
    code, _, err = run()
    assert code == 4
    assert "was not finished" in err
    code, _, err = run("--run", "9999")
    assert code == 2
    assert "the store has no run '9999'" in err
    assert not (project / "reports").exists()
