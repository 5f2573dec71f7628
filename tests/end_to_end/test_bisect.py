"""A bisection on real commits: it names the right one, says what it cannot know, and goes on after sudden death."""

from __future__ import annotations

import json
import signal
import sys
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pytest

from tailgate.commands.surroundings import Surroundings, open_workplace
from tailgate.exit_codes import ExitCode
from tailgate.pipeline import BisectQuestion, bisect
from tailgate.pipeline.nearness import judge_nearness
from tailgate.records import VerdictKind
from tests.end_to_end.processes import running_in, wait_until
from tests.end_to_end.small_project import PYPROJECT, SmallProject

if TYPE_CHECKING:
    from pathlib import Path

    from tailgate.decide import Rule
    from tailgate.pipeline.nearness import BetweenEnds
    from tailgate.pipeline.workplace import Workplace
    from tailgate.records import GateResult
    from tests.end_to_end.kit import Kit

pytestmark = pytest.mark.end_to_end

STEP, OTHER = "machines.Machine.latency_step", "machines.Other.latency_other"


@dataclass(frozen=True)
class Story:
    """A line of commits of which one doubles the work, and another line on which the one before that does not build."""

    project: SmallProject
    first: str
    harmless: str
    slower: str
    last: str
    unbuildable: str
    hidden: str


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory, kit: Kit) -> Story:
    project = SmallProject.create(tmp_path_factory.mktemp("bisect") / "project", kit)
    first = project.git("rev-parse", "HEAD")
    project.write_subject(added="# a comment\n")
    harmless = project.commit("harmless")
    project.write_benchmark("unrelated", "")
    project.commit("nothing of the subject")
    project.write_subject(uniform=120)
    slower = project.commit("twice the work [red]")
    project.write_subject(uniform=120, added="# another comment\n")
    last = project.commit("harmless again")
    project.git("checkout", "--quiet", "-b", "broken", harmless)
    pyproject = project.root / "subject" / "pyproject.toml"
    pyproject.write_text(PYPROJECT.replace('"hatchling.build"', '"no_such_backend"').replace('["hatchling"]', "[]"))
    unbuildable = project.commit("cannot be built")
    pyproject.write_text(PYPROJECT)
    project.write_subject(uniform=120, added="# built again\n")
    hidden = project.commit("builds again")
    project.git("checkout", "--quiet", "main")
    return Story(project, first, harmless, slower, last, unbuildable, hidden)


def notes(project: SmallProject) -> list[Path]:
    return list((project.root / ".tailgate" / "bisections").glob("*.json"))


def test_killed_in_the_middle_it_goes_on_and_names_the_commit(story: Story) -> None:
    project = story.project
    command = ("bisect", story.first, "main", "--benchmark", STEP)
    process = project.start(*command)
    wait_until(lambda: notes(project) != [], "the bad end is answered")
    process.send_signal(signal.SIGKILL)
    process.communicate(timeout=60)
    wait_until(lambda: running_in(project.root) == [], "everything it had started has ended")
    (path,) = notes(project)
    before = json.loads(path.read_text())["steps"]
    finished = project.tailgate(*command)
    assert finished.returncode == ExitCode.PASSED, finished.stdout + finished.stderr
    assert finished.stdout.splitlines()[-1] == f"{story.slower[:10]} made it worse: twice the work [red]"
    assert project.git("status", "--porcelain") == ""
    after = json.loads(path.read_text())["steps"]
    # What was answered before it died was not measured again.
    assert after[: len(before)] == before
    assert {step["revision"]["commit"]: step["answer"] for step in after}[story.slower] == "bad"


def test_an_explanation_takes_over_what_the_bisection_knows(story: Story) -> None:
    finished = story.project.tailgate("explain", story.first, "main", "--benchmarks", "latency_step", "--quiet")
    assert finished.returncode == ExitCode.REGRESSED, finished.stdout + finished.stderr
    assert finished.stdout.splitlines() == [
        f"commit {story.slower[:10]}",
        f"  {STEP}: {story.slower[:10]} made it worse: twice the work [red]",
        "",
        "1 regressed, 1 explained",
    ]


def test_what_is_waived_needs_no_explanation(story: Story) -> None:
    waivers = story.project.root / "ci" / "waivers.toml"
    terms = f'[[waiver]]\nbenchmark = "{STEP}"\nreason = "worth it"\nauthor = "Ada"\nbound = 99.0\n'
    command = ("explain", story.first, "main", "--benchmarks", "latency_step", "--quiet")
    try:
        waivers.write_text(f"{terms}expires = 2999-12-31\n")
        finished = story.project.tailgate(*command)
        assert finished.returncode == ExitCode.PASSED, finished.stdout + finished.stderr
        assert finished.stdout.splitlines()[-1].startswith("nothing regressed")
        waivers.write_text(f"{terms}expires = 2020-12-31\n")
        assert story.project.tailgate(*command).returncode == ExitCode.REGRESSED
    finally:
        waivers.unlink()


FAILING = """
class Failing:
    def latency_failing(self):
        raise LookupError("no book")
"""

DISTURBED = """import pathlib

from queue_subject import machine

IS_CANDIDATE = "# a comment" in pathlib.Path(machine.__file__).read_text()


class Disturbed:
    def latency_disturbed(self):
        rounds = 300 if IS_CANDIDATE and pathlib.Path({mark!r}).exists() else 30
        def operation(index):
            for number in range(rounds):
                pass
        return operation, list(range(1200))
"""


def test_that_a_benchmark_failed_is_no_success_of_an_explanation(story: Story) -> None:
    path = story.project.root / "benchmarks" / "failing.py"
    path.write_text(FAILING)
    try:
        finished = story.project.tailgate("explain", story.first, story.harmless, "-b", "failing", "--quiet")
    finally:
        path.unlink()
    assert finished.returncode == ExitCode.INVALID, finished.stdout + finished.stderr
    assert "what did not regress ends the gate with exit code 4" in finished.stdout


def test_what_was_worse_and_is_so_no_more_is_blamed_on_the_environment(story: Story, tmp_path: Path) -> None:
    """A machine that slows one side down while the gate runs, and does so no more when it is asked why."""
    mark = tmp_path / "disturbance"
    path = story.project.root / "benchmarks" / "disturbed.py"
    path.write_text(DISTURBED.replace("{mark!r}", repr(str(mark))))
    options = (story.first, story.harmless, "-b", "disturbed", "--quiet")
    try:
        mark.touch()
        assert story.project.tailgate("gate", *options).returncode == ExitCode.REGRESSED
        mark.unlink()
        finished = story.project.tailgate("explain", *options)
    finally:
        path.unlink()
    assert finished.returncode == ExitCode.REGRESSED, finished.stdout + finished.stderr
    lines = finished.stdout.splitlines()
    assert lines[0] == "environment"
    assert "is shown not to be worse than" in lines[1]


def test_a_commit_that_does_not_build_is_passed_over_and_stays_a_suspect(story: Story) -> None:
    finished = story.project.tailgate("bisect", story.harmless, story.hidden, "-b", STEP, "--quiet")
    assert finished.returncode == ExitCode.INCONCLUSIVE, finished.stdout + finished.stderr
    lines = finished.stdout.splitlines()
    assert lines[-1] == (f"no single commit is named, it is one of 2: {story.unbuildable[:10]} cannot be built")
    assert [line.split()[0] for line in lines[-4:-2]] == [story.unbuildable[:10], story.hidden[:10]]


def test_what_was_too_noisy_is_asked_again_with_more_time(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[str, float]] = []

    def noisy_at_first(question: BetweenEnds, rule: Rule, budget_s: float, workplace: Workplace) -> GateResult:
        asked.append((question.commit.commit, budget_s))
        result = judge_nearness(question, rule, budget_s, workplace)
        (verdict,) = result.verdicts
        if budget_s > 60:
            return result
        return replace(result, verdicts=(replace(verdict, kind=VerdictKind.INCONCLUSIVE),))

    # By its module's name, since the package calls the function by the same one.
    monkeypatch.setattr(sys.modules[BisectQuestion.__module__], "judge_nearness", noisy_at_first)
    with open_workplace(Surroundings(story.project.root, None, None, 1, quiet=True)) as workplace:
        answer = bisect(BisectQuestion(story.harmless, story.last, STEP, 60.0, is_fresh=True), workplace)
        kept = {step.revision.commit: workplace.store.result(step.run_id) for step in answer.steps if step.run_id}
    assert answer.culprit is not None
    assert answer.culprit.commit == story.slower
    assert asked == [(story.slower, 60), (story.slower, 120)]
    # The evidence of a step is the run of the good end and the commit.
    result = kept[story.slower]
    assert result is not None
    assert (result.baseline.commit, result.candidate.commit) == (story.harmless, story.slower)
    assert result.verdicts[0].reasons == ("nearer to the bad end than to the good one",)


def test_where_nothing_is_worse_none_is_named(story: Story) -> None:
    finished = story.project.tailgate("bisect", story.first, story.harmless, "-b", OTHER, "--quiet")
    assert finished.returncode == ExitCode.INCONCLUSIVE, finished.stdout + finished.stderr
    assert "none: " in finished.stdout
    assert "is shown not to be worse" in finished.stdout


def test_without_time_to_measure_it_refuses_to_name_a_commit(story: Story) -> None:
    command = ("bisect", story.harmless, story.slower, "-b", STEP, "--step-budget", "0.0001", "--quiet")
    finished = story.project.tailgate(*command)
    assert finished.returncode == ExitCode.INCONCLUSIVE, finished.stdout + finished.stderr
    assert "no commit is named: whether" in finished.stdout


@pytest.mark.parametrize(
    ("good", "bad", "benchmark", "code", "words"),
    [
        ("main", "main~1", STEP, ExitCode.MISUSE, "is no ancestor of"),
        ("missing", "main", STEP, ExitCode.MISUSE, "unknown revision 'missing'"),
        ("main~1", "main", "machines.Machine", ExitCode.INVALID, "no latency_* benchmark matches"),
    ],
)
def test_a_question_that_makes_no_sense_is_told_so(
    story: Story, good: str, bad: str, benchmark: str, code: ExitCode, words: str
) -> None:
    finished = story.project.tailgate("bisect", good, bad, "--benchmark", benchmark, "--quiet")
    assert finished.returncode == code, finished.stdout + finished.stderr
    assert words in finished.stderr
