"""What is done about a cause is what policy says of the benchmark that regressed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tailgate.action_records import Attribution, CauseKind
from tailgate.config import load_policy
from tailgate.pipeline.explain import ExplainQuestion, wanted_rollbacks
from tailgate.records import Revision

if TYPE_CHECKING:
    from pathlib import Path

BASELINE, CANDIDATE = Revision("a" * 40, "v1", "good"), Revision("b" * 40, "HEAD", "bad")
CULPRIT = "c" * 40
QUESTION = ExplainQuestion(None, None, re.compile(""), 1.0, 1.0, is_applied=True)

POLICY = """
[act]
default = "{default}"

[[act_override]]
benchmarks = '^risk\\.'
action = "fail"
"""


@pytest.mark.parametrize(
    ("default", "undone"),
    [
        ("fail", []),
        ("flag", [("quick", None, "^(?:book\\.a)$")]),
        ("revert", [("quick", None, "^(?:book\\.a)$"), (None, CULPRIT, "^(?:book\\.b|book\\.c)$")]),
    ],
)
def test_policy_decides_for_each_benchmark_what_is_undone(
    tmp_path: Path, default: str, undone: list[tuple[str | None, str | None, str]]
) -> None:
    path = tmp_path / "gate.toml"
    path.write_text(POLICY.format(default=default))
    attributions = [
        Attribution("book.a", CauseKind.FLAG, "quick", ""),
        Attribution("book.b", CauseKind.COMMIT, CULPRIT, ""),
        Attribution("book.c", CauseKind.COMMIT, CULPRIT, ""),
        Attribution("book.d", CauseKind.ENVIRONMENT, "", ""),
        Attribution("book.e", CauseKind.UNEXPLAINED, "", ""),
        Attribution("risk.a", CauseKind.COMMIT, CULPRIT, ""),
        Attribution("risk.b", CauseKind.FLAG, "quick", ""),
    ]
    policy = load_policy(path, is_required=True)
    wanted = list(wanted_rollbacks(attributions, BASELINE, CANDIDATE, QUESTION, policy))
    assert [(item.flag, item.commit, item.benchmarks.pattern) for item in wanted] == undone
    assert all((item.baseline, item.onto) == (BASELINE.commit, CANDIDATE.commit) for item in wanted)
    assert all(item.is_applied for item in wanted)
