"""The run of the reports' tests as formats get it, and one in which every foreign text attacks its reader."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Final

import numpy as np
import pytest

from tailgate.records import BenchmarkId, Failure, Leg, Revision, Side, VerdictKind
from tailgate.report import Distribution, ExportedRun

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tailgate.records import GateResult, Verdict

ATTACKS: Final = (
    "</td></tr><script>alert(1)</script><img src=x onerror=alert(1)>",
    "@everyone #1 !2 https://evil.invalid/x www.evil.invalid a@b.invalid [a](http://evil.invalid) ![i](http://evil.invalid)",
    "`tick` ``two`` | bar | \\| ** __ ~~ $x$ <!-- ",
    "\x00\x01\x08\x0b\x0c\x1b[31m\x7f\x85\ufffe\uffff\ud800",
    "\u202eright to left\u2066 \u200b\ufeff \u2028 \u2029",
    '"quoted" \'single\' \\back\\ {label="x"} 1\n# EOF\nother 2',
    "\r\n::error::smuggled\n::set-output name=x::%0A%25,y:z",
    "]]>&amp;&#0;<![CDATA[",
    "../../../etc/passwd",
    "long " * 2_000,
    " ",
    "twin",
    "twin\u200b",
    "tw\u200bin",
    "עברית العربية 中文 🎉",
)


@pytest.fixture
def run(result: GateResult) -> ExportedRun:
    return ExportedRun(result, fails_on_inconclusive=True, distributions=lambda: measured(result))


@pytest.fixture
def hostile(result: GateResult) -> ExportedRun:
    """Make a run whose every benchmark, subject, reason and traceback is an attack."""
    regressed, broken = result.verdicts[0], result.verdicts[-1]
    verdicts = tuple(sorted((_attacking(regressed, broken, attack) for attack in ATTACKS), key=lambda it: it.benchmark))
    attacked = dataclasses.replace(
        result,
        baseline=Revision("a" * 40, ATTACKS[6], "".join(ATTACKS[:6])),
        candidate=Revision("b" * 40, ATTACKS[2], "".join(ATTACKS[6:])),
        verdicts=verdicts,
        summary="".join(ATTACKS),
    )
    return ExportedRun(attacked, fails_on_inconclusive=True, distributions=lambda: measured(attacked))


def _attacking(regressed: Verdict, broken: Verdict, attack: str) -> Verdict:
    verdict = broken if len(attack) % 2 else regressed
    benchmark = BenchmarkId(f"book.{attack}", (attack,))
    comparison = verdict.comparison
    return dataclasses.replace(
        verdict,
        benchmark=benchmark,
        reasons=(attack,),
        comparison=None if comparison is None else dataclasses.replace(comparison, benchmark=benchmark),
        failures=tuple(Failure(benchmark, item.side, attack, f"```\n{attack}\n````") for item in verdict.failures),
    )


def measured(result: GateResult) -> Iterator[Distribution]:
    """Yield two processes a side for each benchmark that has figures."""
    for number, verdict in enumerate(result.verdicts):
        if verdict.comparison is None:
            continue
        for side in Side:
            for process in range(2):
                generator = np.random.default_rng([number, process, side is Side.CANDIDATE])
                raw = np.round(generator.gamma(5, 40, (4, 250)) - 15, 1)
                yield Distribution(verdict.benchmark, side, Leg.INTRINSIC, raw.mean(axis=0).astype(np.float32))
                yield Distribution(verdict.benchmark, side, Leg.RAW, raw)


@pytest.fixture
def unmeasured(result: GateResult) -> ExportedRun:
    """Make a run in which nothing could be measured."""
    broken = tuple(verdict for verdict in result.verdicts if verdict.kind is VerdictKind.INVALID)
    alone = dataclasses.replace(result, verdicts=broken, fingerprint=None)
    return ExportedRun(alone, fails_on_inconclusive=True, distributions=lambda: measured(alone))
