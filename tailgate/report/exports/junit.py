"""``junit``: JUnit XML as Jenkins, GitLab and their like read it: one test case a benchmark.

What fails the build is a failure (or an error, where nothing could be measured), so that the suite is red exactly when
the gate's exit code is not 0; what policy or a waiver lets pass is skipped, with its reason.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from typing import TYPE_CHECKING, Final

from tailgate.records import Verdict, VerdictKind
from tailgate.report import units
from tailgate.report.exports.run import TextFormat
from tailgate.report.plain_text import many_lines, one_line

if TYPE_CHECKING:
    from tailgate.records import GateResult
    from tailgate.report.exports.run import ExportedRun

_DETAIL_LINES: Final = 60
# XML 1.0 has no way to write these, not even escaped.
_ILLEGAL: Final = re.compile(r"[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_UNMEASURED: Final = "no verdict counts: whoever measured nothing may not pass"


def render(run: ExportedRun) -> str:
    """Return one test suite with one test case a benchmark."""
    result = run.result
    cases = [_case(verdict, run) for verdict in result.verdicts]
    if not any(verdict.counts for verdict in result.verdicts):
        case = ET.Element("testcase", classname="tailgate", name="run", time="0.000")
        ET.SubElement(case, "error", type="invalid", message=_UNMEASURED)
        cases.append(case)
    counts = {
        "tests": str(len(cases)),
        "failures": str(sum(case.find("failure") is not None for case in cases)),
        "errors": str(sum(case.find("error") is not None for case in cases)),
    }
    seconds = f"{(result.finished_at - result.started_at).total_seconds():.3f}"
    root = ET.Element("testsuites", {"name": "tailgate", "time": seconds} | counts)
    moment = result.started_at.replace(microsecond=0, tzinfo=None).isoformat()
    skipped = str(sum(case.find("skipped") is not None for case in cases))
    described = {"name": "tailgate gate", "time": seconds, "timestamp": moment, "skipped": skipped}
    suite = ET.SubElement(root, "testsuite", described | counts)
    if result.fingerprint is not None:
        suite.set("hostname", _attribute(result.fingerprint.host))
    suite.append(_properties(result))
    suite.extend(cases)
    ET.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, encoding="unicode") + "\n"


def _properties(result: GateResult) -> ET.Element:
    properties = ET.Element("properties")
    for name, value in (
        ("run_id", result.run_id),
        ("baseline", result.baseline.commit),
        ("baseline_subject", result.baseline.subject),
        ("candidate", result.candidate.commit),
        ("candidate_subject", result.candidate.subject),
        ("exit_code", str(result.exit_code)),
        ("summary", result.summary),
    ):
        ET.SubElement(properties, "property", name=name, value=_attribute(value))
    return properties


def _case(verdict: Verdict, run: ExportedRun) -> ET.Element:
    place, _, method = verdict.benchmark.name.rpartition(".")
    parameters = verdict.benchmark.label.removeprefix(verdict.benchmark.name)
    case = ET.Element(
        "testcase",
        classname=_attribute(place or "benchmarks"),
        name=_attribute(method + parameters),
        time=f"{verdict.elapsed_s:.3f}",
    )
    element = _element(verdict, run)
    if element is not None:
        why = verdict.reasons[0] if verdict.reasons else "no reason given"
        if element == "skipped" and not verdict.counts:
            why = f"{verdict.kind.value}, and not counted by policy: {why}"
        answer = ET.SubElement(case, element, type=verdict.kind.value, message=_attribute(why))
        answer.text = "\n".join(_explanation(verdict))
    if verdict.comparison is not None:
        ET.SubElement(case, "system-out").text = "\n".join(_figures(verdict))
    return case


def _element(verdict: Verdict, run: ExportedRun) -> str | None:
    if verdict.kind in {VerdictKind.PASS, VerdictKind.IMPROVED}:
        return None
    if not run.is_failing(verdict):
        return "skipped"
    return "error" if verdict.kind is VerdictKind.INVALID else "failure"


def _explanation(verdict: Verdict) -> list[str]:
    lines = [_legal(one_line(reason)) for reason in verdict.reasons]
    for failure in verdict.failures:
        lines.append(_legal(one_line(f"{failure.side.value}: {failure.reason}")))
        lines += [_legal(line) for line in many_lines(failure.detail, _DETAIL_LINES)]
    return lines


def _figures(verdict: Verdict) -> list[str]:
    comparison = verdict.comparison
    if comparison is None:
        return []
    lines = []
    for leg, before, after, ratio in (
        ("intrinsic", comparison.baseline.intrinsic, comparison.candidate.intrinsic, verdict.intrinsic),
        ("raw", comparison.baseline.raw, comparison.candidate.raw, verdict.raw),
    ):
        changed = "" if ratio is None else f", {units.change(ratio.ratio)} {units.interval(ratio)}"
        lines.append(f"{leg} p99 {units.latency_pair(before.p99_ns, after.p99_ns)}{changed}")
    return lines


def _attribute(text: str) -> str:
    return _legal(one_line(text))


def _legal(text: str) -> str:
    """Show what XML cannot hold as a replacement character; ``plain_text`` has done so for what no person can see."""
    return _ILLEGAL.sub("\N{REPLACEMENT CHARACTER}", text)


FORMAT: Final = TextFormat("junit", "test reports of CI systems: JUnit XML, a test case a benchmark", render)
