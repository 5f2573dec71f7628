"""The main job from end to end: commits in, the right verdict by the right name and exit code out."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest

from tailgate.exit_codes import ExitCode
from tailgate.store import open_store

if TYPE_CHECKING:
    import subprocess
    from pathlib import Path

    from tests.end_to_end.conftest import History
    from tests.end_to_end.small_project import SmallProject

pytestmark = pytest.mark.end_to_end

STEP, OTHER = "machines.Machine.latency_step", "machines.Other.latency_other"


def benchmarks(path: Path) -> dict[str, dict[str, Any]]:
    return {item["name"]: item for item in json.loads(path.read_text())["benchmarks"]}


def assert_no_trouble(finished: subprocess.CompletedProcess[str]) -> None:
    assert "Traceback" not in finished.stderr
    assert "bug in tailgate" not in finished.stderr


def test_a_comment_only_change_passes(history: History, tmp_path: Path) -> None:
    report = tmp_path / "gate.json"
    finished = history.project.tailgate("gate", history.first, "HEAD", "--json", str(report))
    assert_no_trouble(finished)
    assert finished.returncode == ExitCode.PASSED, finished.stdout
    assert {name: item["verdict"] for name, item in benchmarks(report).items()} == {STEP: "pass", OTHER: "pass"}
    assert "2 benchmarks: 2 passed" in finished.stdout
    # The hostile commit message neither reaches the terminal nor is read as markup.
    assert "\x1b" not in finished.stdout
    assert "[red]comment[/red] :boom:" in finished.stdout
    document = json.loads(report.read_text())
    assert (document["baseline"]["commit"], document["candidate"]["commit"]) == (history.first, history.comment)
    assert document["exit_code"] == 0
    # Everything is kept: the run, its verdicts and each process's measurement; and git sees nothing of it.
    with open_store(history.project.root / ".tailgate" / "store.sqlite") as store:
        run, *_ = store.recent_runs()
        assert run.run_id == document["run_id"]
        assert run.is_finished
        assert run.exit_code == 0
        assert run.measurements == 2 * sum(
            item["evidence"]["baseline"]["processes"] for item in benchmarks(report).values()
        )
    assert history.project.git("status", "--porcelain") == ""


def test_a_second_run_builds_nothing(history: History) -> None:
    finished = history.project.tailgate("gate", history.first, "HEAD", "--benchmarks", "latency_other")
    assert finished.returncode == ExitCode.PASSED, finished.stdout
    assert len(re.findall(r"(?:baseline|candidate) \w+: cached", finished.stderr)) == 2
    assert "1 benchmark: 1 passed" in finished.stdout


def test_the_work_tree_is_measured_where_it_is_dirty(history: History) -> None:
    """Without arguments: a dirty work tree against HEAD; here its files are those of a commit that is built already."""
    project = history.project
    project.git("checkout", "--quiet", "-B", "topic", history.comment)
    project.write_subject(uniform=120, added="ONLY_HERE = True\n")
    try:
        finished = project.tailgate("gate", "HEAD", "--benchmarks", "latency_step")
    finally:
        project.git("checkout", "--quiet", "--force", history.comment)
    assert finished.returncode == ExitCode.REGRESSED, finished.stdout + finished.stderr
    assert "working tree" in finished.stdout


def test_twice_the_work_regresses_by_name(history: History, tmp_path: Path) -> None:
    report = tmp_path / "gate.json"
    finished = history.project.tailgate("gate", history.comment, history.slower, "--json", str(report), "--quiet")
    assert finished.returncode == ExitCode.REGRESSED, finished.stdout
    assert finished.stderr == ""
    found = benchmarks(report)
    assert {name: item["verdict"] for name, item in found.items()} == {STEP: "regressed", OTHER: "pass"}
    assert "% worse, twice, on separate processes" in found[STEP]["reasons"][0]
    assert found[STEP]["ratio_of_p99"]["intrinsic"]["ratio"] > 1.5
    assert f"1 regressed ({STEP}" in finished.stdout


def test_half_the_work_is_an_improvement(history: History, tmp_path: Path) -> None:
    report = tmp_path / "gate.json"
    finished = history.project.tailgate("gate", history.slower, history.comment, "--json", str(report))
    assert finished.returncode == ExitCode.PASSED, finished.stdout
    assert {name: item["verdict"] for name, item in benchmarks(report).items()} == {STEP: "improved", OTHER: "pass"}


def test_stalls_at_random_regress_by_the_raw_leg(history: History, tmp_path: Path) -> None:
    report = tmp_path / "gate.json"
    finished = history.project.tailgate("gate", history.comment, history.stalling, "--json", str(report))
    assert finished.returncode == ExitCode.REGRESSED, finished.stdout
    found = benchmarks(report)
    assert {name: item["verdict"] for name, item in found.items()} == {STEP: "regressed", OTHER: "pass"}
    assert any(reason.startswith("raw p99 ") for reason in found[STEP]["reasons"])
    assert found[STEP]["ratio_of_p99"]["raw"]["ratio"] > 2


def test_a_budget_that_ends_first_is_inconclusive_and_policy_decides(history: History, tmp_path: Path) -> None:
    arguments = ("gate", history.first, "HEAD", "--budget", "0.01")
    finished = history.project.tailgate(*arguments)
    assert finished.returncode == ExitCode.INCONCLUSIVE, finished.stdout
    assert "the budget ended" in finished.stdout
    policy = tmp_path / "gate.toml"
    policy.write_text('[gate]\ninconclusive = "pass"\n')
    assert history.project.tailgate(*arguments, "--policy", str(policy)).returncode == ExitCode.PASSED


def test_only_what_is_selected_is_measured_and_nothing_selected_is_invalid(history: History) -> None:
    with open_store(history.project.root / ".tailgate" / "store.sqlite") as store:
        before = store.recent_runs(1_000)
    finished = history.project.tailgate("gate", history.first, "HEAD", "--benchmarks", "no_such_benchmark")
    assert finished.returncode == ExitCode.INVALID
    assert finished.stdout == ""
    assert "no latency_* benchmark matches 'no_such_benchmark', so nothing was measured" in finished.stderr
    assert STEP in finished.stderr
    assert_no_trouble(finished)
    with open_store(history.project.root / ".tailgate" / "store.sqlite") as store:
        assert store.recent_runs(1_000) == before


def test_a_commit_that_cannot_be_built_shows_the_end_of_its_log(history: History) -> None:
    finished = history.project.tailgate("gate", history.comment, history.unbuildable)
    assert finished.returncode == ExitCode.INVALID
    assert f"the candidate {history.unbuildable[:10]}" in finished.stderr
    assert "could not be built" in finished.stderr
    assert "no_such_backend" in finished.stderr
    assert f"candidate {history.unbuildable[:10]}: failed" in finished.stderr
    assert_no_trouble(finished)


@pytest.mark.parametrize("revision", ["no-such-branch", "--upload-pack=touch pwned"])
def test_an_unknown_revision_is_misuse(project: SmallProject, revision: str) -> None:
    finished = project.tailgate("gate", "--", revision)
    assert finished.returncode == ExitCode.MISUSE
    assert finished.stderr.startswith(f"tailgate: unknown revision {revision!r}")
    assert len(finished.stderr.splitlines()) == 1 or "building" in finished.stderr
    assert not (project.root / "pwned").exists()


def test_a_damaged_store_is_said_before_anything_is_built(project: SmallProject, tmp_path: Path) -> None:
    store = tmp_path / "store.sqlite"
    store.write_bytes(b"SQLite format 3\0" + b"\xff" * 5_000)
    finished = project.tailgate("gate", "--store", str(store))
    assert finished.returncode == ExitCode.INVALID
    assert f"the store {store} is damaged" in finished.stderr
    assert "building" not in finished.stderr
    assert_no_trouble(finished)


def test_a_reader_that_goes_away_changes_no_verdict(history: History) -> None:
    process = history.project.start("gate", history.first, "HEAD", "--benchmarks", "latency_other", "--quiet")
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()
    assert process.stderr.read() == ""
    process.stderr.close()
    assert process.wait(timeout=120) == ExitCode.PASSED


def test_a_waiver_lets_a_regression_pass_until_it_expires(history: History, tmp_path: Path) -> None:
    waivers, report = history.project.root / "ci" / "waivers.toml", tmp_path / "gate.json"
    options = ("--benchmarks", "latency_step", "--json", str(report), "--quiet")
    command = ("gate", history.comment, history.slower, *options)
    terms_as_written = {"reason": "worth it", "author": "Ada"}
    terms = f'[[waiver]]\nbenchmark = "{STEP}"\nreason = "worth it"\nauthor = "Ada"\n'
    try:
        for expires, code, words in (
            ("2999-12-31", ExitCode.PASSED, "waived: Ada accepted up to +9900 % until 2999-12-31: worth it"),
            ("2020-12-31", ExitCode.REGRESSED, "its waiver has expired: Ada accepted"),
        ):
            # Twice the work, and whatever a busy machine adds to it: longer operations meet more of its interruptions.
            waivers.write_text(f"{terms}bound = 99.0\nexpires = {expires}\n")
            finished = history.project.tailgate(*command)
            assert finished.returncode == code, finished.stdout + finished.stderr
            found = benchmarks(report)[STEP]
            assert found["verdict"] == "regressed"
            assert found["reasons"][0].startswith(words)
            assert found["waiver"] == (None if code else {**terms_as_written, "bound": 99.0, "expires": expires})
        waivers.write_text("[[waiver]]\n")
        finished = history.project.tailgate(*command)
        assert finished.returncode == ExitCode.MISUSE
        assert finished.stderr.count("Field required") == 5
    finally:
        waivers.unlink()
