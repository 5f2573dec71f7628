"""A small project whose work depends on a flag: with it on, each operation takes ``VARIANT`` rounds more."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from tests.end_to_end.small_project import MARGINS, SmallProject

if TYPE_CHECKING:
    from pathlib import Path

    from tests.end_to_end.kit import Kit

FLAG_FILE = "subject/queue_subject/flags.json"

SUBJECT = """# Work that a flag changes.

import json
import os
import pathlib

VARIANT = {variant}


def is_on(name):
    flags = json.loads(pathlib.Path(__file__).with_name("flags.json").read_text())["flags"]
    if os.environ.get("SUBJECT_OVERLAY"):
        flags |= json.loads(pathlib.Path(os.environ["SUBJECT_OVERLAY"]).read_text())["flags"]
    flag = flags[name]
    if flag.get("targeting"):
        # Whoever is measured is in the upper half of the targeting keys.
        return dict(flag["targeting"]["fractional"])["on"] > 50
    return flag["defaultVariant"] == "on"


def work():
    more = VARIANT if is_on("quick") else 0

    def step(index):
        total = 0
        for number in range(60 + index % 40 + more):
            total += number
        return total

    return step
"""

BENCHMARKS = """from queue_subject import flagged


class Flagged:
    def latency_work(self):
        return flagged.work(), list(range(1500))
"""

FLAGS = """{
  "flags": {
    "quick": { "state": "ENABLED", "variants": { "on": true, "off": false }, "defaultVariant": "off" },
    "other": { "state": "ENABLED", "variants": { "on": true, "off": false }, "defaultVariant": "off" }
  }
}
"""

POLICY = f"""{MARGINS}
[act]
default = "flag"

[flags]
file = "{FLAG_FILE}"
overlay_variable = "SUBJECT_OVERLAY"

[flags.touches]
quick = {{ benchmarks = '^flagged' }}
"""


def create_flagged_project(root: Path, kit: Kit) -> SmallProject:
    """Make the project with the flag off and a variant that does as much work as without."""
    project = SmallProject.create(root, kit)
    (project.root / "benchmarks" / "machines.py").unlink()
    project.write_benchmark("flagged", BENCHMARKS)
    (project.root / FLAG_FILE).write_text(FLAGS)
    (project.root / "ci" / "gate.toml").write_text(POLICY)
    write_variant(project, 0)
    project.commit("a flag, off")
    return project


def write_variant(project: SmallProject, rounds: int | str) -> None:
    """Say how much more work the flag's variant does; what is no number makes its operations fail."""
    (project.root / "subject" / "queue_subject" / "flagged.py").write_text(
        SUBJECT.replace("{variant}", json.dumps(rounds))
    )
