"""Where, when and of what the figures are: the repository and the machine come in, one record goes out."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from asv_bench_tailgate.fingerprint import fingerprint

if TYPE_CHECKING:
    from reports.peers.runner import Yardstick

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class Facts:
    """What must stand beside every figure.

    Attributes
    ----------
    commit
        Of this repository; with a mark where files were changed after it.
    load
        Processes that wanted to run in the minute before, on all cores together.
    recorder_ns, binding_ns
        What was taken off each operation.
    """

    started_at: str
    commit: str
    cpu_model: str
    cpu_count: int
    kernel: str
    python: str
    load: float
    rounds: int
    events: int
    baseline: str
    flags_on: tuple[str, ...]
    recorder: str
    recorder_ns: float
    binding_ns: float


def gather(rounds: int, events: int, baseline: str, flags_on: frozenset[str], yardstick: Yardstick) -> Facts:
    """Look at the repository, the machine and the clock, before anything is measured."""
    seen = fingerprint(yardstick.recorder.name)
    return Facts(
        started_at=datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
        commit=_commit(),
        cpu_model=str(seen["cpu_model"]),
        cpu_count=int(seen["cpu_count"]),
        kernel=str(seen["kernel"]),
        python=str(seen["python"]),
        load=os.getloadavg()[0],
        rounds=rounds,
        events=events,
        baseline=baseline,
        flags_on=tuple(sorted(flags_on)),
        recorder=yardstick.recorder.name,
        recorder_ns=yardstick.recorder_ns,
        binding_ns=yardstick.binding_ns,
    )


def _commit() -> str:
    commit = _git("rev-parse", "--short=12", "HEAD")
    if not commit:
        return "unknown (no git repository)"
    return f"{commit} with changes" if _git("status", "--porcelain", "--untracked-files=no") else commit


def _git(*arguments: str) -> str:
    try:
        finished = subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=False)
    except OSError:
        return ""
    return finished.stdout.strip()
