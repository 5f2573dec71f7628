"""JUnit XML: valid by the grammar, read by a real parser, and red exactly when the gate is."""

from __future__ import annotations

import dataclasses
import itertools
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest
from junitparser import Error, Failure, JUnitXml, Skipped
from lxml import etree

from tailgate.decide import exit_code
from tailgate.records import VerdictKind, Waiver
from tailgate.report import ExportedRun
from tailgate.report.exports.junit import render

if TYPE_CHECKING:
    from tailgate.records import Verdict

GRAMMAR: Final = etree.XMLSchema(etree.parse(str(Path(__file__).parent / "junit.xsd")))


def parsed(run: ExportedRun) -> Any:
    text = render(run)
    GRAMMAR.assertValid(etree.fromstring(text.encode()))
    (suite,) = JUnitXml.fromstring(text.encode())
    return suite


def answers(suite: Any) -> dict[str, type | None]:
    return {f"{case.classname}.{case.name}": type(case.result[0]) if case.result else None for case in suite}


def test_every_benchmark_is_a_test_case_with_its_verdict(run: ExportedRun) -> None:
    suite = parsed(run)
    found = answers(suite)
    assert found["book.Cancel.latency_cancel('deep')"] is Failure
    assert found["orders.Place.latency_place('[bold]limit[/bold]')"] is Error
    assert found["book.Limit.latency_limit"] is None
    assert (suite.tests, suite.failures, suite.errors, suite.skipped) == (5, 1, 1, 1)
    (regressed,) = [case for case in suite if case.name.startswith("latency_cancel")]
    assert regressed.result[0].message == run.result.verdicts[0].reasons[0]
    assert "a second reason" in regressed.result[0].text
    assert "intrinsic p99 293 →  351 ns, +19.8 % [+18.6, +21.2]" in regressed.system_out
    assert regressed.time == 1.5


def test_foreign_text_is_shown_and_changes_no_structure(hostile: ExportedRun) -> None:
    suite = parsed(hostile)
    assert suite.tests == len(hostile.result.verdicts)
    texts = [case.result[0].message for case in suite]
    assert "</td></tr><script>alert(1)</script><img src=x onerror=alert(1)>" in texts
    assert any("�" in text for text in texts)


@pytest.mark.parametrize("policy", ["fail", "pass"])
def test_an_inconclusive_benchmark_fails_or_is_skipped_as_policy_says(run: ExportedRun, policy: str) -> None:
    (verdict,) = [item for item in run.result.verdicts if item.kind is VerdictKind.INCONCLUSIVE]
    result = dataclasses.replace(run.result, verdicts=(dataclasses.replace(verdict, counts=True),))
    suite = parsed(dataclasses.replace(run, result=result, fails_on_inconclusive=policy == "fail"))
    assert list(answers(suite).values()) == [Failure if policy == "fail" else Skipped]


def test_the_suite_is_red_exactly_when_the_exit_code_is_not_0(run: ExportedRun) -> None:
    first = run.result.verdicts[0]
    waiver = Waiver(first.benchmark.label, "worth it", "Ada", 0.3, date(2026, 12, 31))
    kinds: list[Verdict] = [
        dataclasses.replace(item, counts=counts) for item in run.result.verdicts for counts in (True, False)
    ]
    kinds.append(dataclasses.replace(first, waiver=waiver))
    for size in range(3):
        for verdicts in itertools.combinations(kinds, size):
            for is_failing in (True, False):
                result = dataclasses.replace(run.result, verdicts=verdicts)
                suite = parsed(ExportedRun(result, is_failing, run.distributions))
                code = exit_code(verdicts, fails_on_inconclusive=is_failing)
                assert (suite.failures + suite.errors > 0) == (code != 0), verdicts
                assert suite.failures + suite.errors + suite.skipped <= suite.tests > 0


def test_the_grammar_accepts_what_pytest_writes_and_refuses_what_is_broken(tmp_path: Path) -> None:
    # A writer that nobody here wrote shows that the grammar was not made to fit ours.
    (tmp_path / "test_all.py").write_text(
        "import pytest\n\ndef test_passes(): print('out')\ndef test_fails(): assert 0\n"
        "def test_skipped(): pytest.skip('no')\n@pytest.fixture\ndef broken(): raise ValueError\n"
        "def test_error(broken): pass\n"
    )
    arguments = ["-p", "no:cacheprovider", "-q", "--junit-xml=out.xml", "-o", "junit_logging=all", "test_all.py"]
    subprocess.run([sys.executable, "-m", "pytest", *arguments], cwd=tmp_path, check=False, capture_output=True)
    document = etree.parse(str(tmp_path / "out.xml"))
    GRAMMAR.assertValid(document)
    (suite,) = document.getroot()
    del suite.attrib["tests"]
    assert not GRAMMAR.validate(document)
    suite.set("tests", "4")
    etree.SubElement(suite[0], "oops")
    assert not GRAMMAR.validate(document)
