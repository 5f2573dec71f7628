"""How things stand: which verdict is the last word, what counts as a false alarm, and how noisy it was."""

from __future__ import annotations

import math
from dataclasses import replace

from tailgate.records import BenchmarkId, Conditions, VerdictKind
from tailgate.report.site import state
from tests.report.site.sites import FINGERPRINT, commits, run_story

KNOWN = commits(10)
ONE = BenchmarkId("book.One.latency_one")
TWO = BenchmarkId("book.Two.latency_two")


def test_the_last_word_is_that_on_the_newest_commit() -> None:
    newer = run_story(KNOWN, [(ONE, VerdictKind.PASS)], run_id="newer")
    older = run_story(
        KNOWN, [(ONE, VerdictKind.REGRESSED), (TWO, VerdictKind.PASS)], run_id="older", candidate=-3, days=1
    )
    latest = state.latest_verdicts([older, newer], KNOWN)
    assert latest[ONE].run.run_id == "newer"
    assert latest[TWO].run.run_id == "older"


def test_of_two_runs_on_one_commit_the_later_one_has_the_last_word() -> None:
    early = run_story(KNOWN, [(ONE, VerdictKind.REGRESSED)], run_id="early")
    late = run_story(KNOWN, [(ONE, VerdictKind.PASS)], run_id="late", days=0.5)
    assert state.latest_verdicts([late, early], KNOWN)[ONE].run.run_id == "late"


def test_self_checks_and_other_flags_say_nothing_about_the_state() -> None:
    itself = run_story(KNOWN, [(ONE, VerdictKind.REGRESSED)], baseline=-1)
    canary = run_story(KNOWN, [(TWO, VerdictKind.REGRESSED)])
    assert canary.result is not None
    canary = replace(canary, result=replace(canary.result, fingerprint=replace(FINGERPRINT, flags='{"fast": true}')))
    assert state.latest_verdicts([itself, canary], KNOWN) == {}


def test_a_component_is_as_bad_as_its_worst_benchmark() -> None:
    run = run_story(KNOWN, [(ONE, VerdictKind.PASS), (TWO, VerdictKind.REGRESSED)])
    (component,) = state.component_states(state.latest_verdicts([run], KNOWN))
    assert (component.component, component.kind) == ("book", VerdictKind.REGRESSED)
    assert component.summary == "1 regressed, 1 passed"


def test_only_unchanged_code_that_is_called_regressed_is_a_false_alarm() -> None:
    itself = run_story(KNOWN, [(ONE, VerdictKind.REGRESSED), (TWO, VerdictKind.PASS)], baseline=-1)
    changed = run_story(KNOWN, [(ONE, VerdictKind.REGRESSED)])
    checks = state.self_checks([itself, changed, replace(itself, result=None)])
    assert (checks.runs, checks.verdicts, checks.false_alarms) == (1, 2, 1)


def test_the_noise_is_that_of_the_latest_run_with_measurements() -> None:
    conditions = (Conditions(1, 0.9, 0.1), Conditions(3, 0.8, math.nan), Conditions(5, 1.0, 0.3))
    run = replace(run_story(KNOWN, [(ONE, VerdictKind.PASS)]), conditions=conditions)
    noise = state.noise_of([replace(run, conditions=()), run])
    assert noise is not None
    assert (noise.processes, noise.cpu_share, noise.switches) == (3, 0.9, 3)
    assert noise.steal_share == 0.2
    assert state.noise_of([]) is None


def test_a_machine_that_does_not_tell_what_was_stolen_has_no_figure() -> None:
    run = replace(run_story(KNOWN, [(ONE, VerdictKind.PASS)]), conditions=(Conditions(1, 0.9, math.nan),))
    noise = state.noise_of([run])
    assert noise is not None
    assert math.isnan(noise.steal_share)
