"""The plan's final table: absolute values of the whole system in three states. In: targets, effects. Out: table lines.

The states: every flag off (what ``native-core`` is measured against), ``native-core`` alone, and all flags that the
commit deploys. Where several benchmarks stand for a target, the worst of them does.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from reports.roadmap.judge import NATIVE, Holds

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from reports.roadmap.rows import Target
    from tailgate.flag_records import FlagEffect

DEPLOYED = "deployed"


@dataclass(frozen=True, slots=True)
class TargetLine:
    """One target beside what was measured; ``None`` where nothing was.

    Attributes
    ----------
    all_off, native, deployed
        In the metric's unit; shares of all off where the target is relative.
    """

    target: Target
    all_off: float | None
    native: float | None
    deployed: float | None
    holds: Holds
    why: str


def target_line(target: Target, effects: Sequence[FlagEffect], cores: int) -> TargetLine:
    """Put one target beside what was measured; the deployed state counts, or native-core while there is none."""
    pattern = re.compile(target.benchmarks)
    own = [effect for effect in effects if effect.metric is target.metric and pattern.search(effect.benchmark.label)]
    worst = min if target.metric.is_larger_better else max

    def of(flag: str, value: Callable[[FlagEffect], float]) -> float | None:
        return worst((value(effect) for effect in own if effect.flag == flag), default=None)

    if target.is_relative:
        all_off = 1.0 if own else None
        native, deployed = (of(flag, lambda effect: effect.ratio.ratio) for flag in (NATIVE, DEPLOYED))
    else:
        all_off = of(NATIVE, lambda effect: effect.off)
        native, deployed = (of(flag, lambda effect: effect.on) for flag in (NATIVE, DEPLOYED))
    reached = deployed if deployed is not None else native if native is not None else all_off
    holds, why = _judge(target, reached, cores)
    return TargetLine(target, all_off, native, deployed, holds, why)


def _judge(target: Target, reached: float | None, cores: int) -> tuple[Holds, str]:
    if cores < target.needs_cores:
        return Holds.OPEN, f"it needs {target.needs_cores} cores, and this machine has {cores}"
    if reached is None or not math.isfinite(reached) or target.goal is None:
        return Holds.OPEN, "no benchmark that was measured shows it"

    def is_met(bound: float) -> bool:
        return reached >= bound if target.metric.is_larger_better else reached <= bound

    if not is_met(target.goal):
        return Holds.NOT, "the goal is not met"
    if target.claimed is not None and not is_met(target.claimed):
        return Holds.PARTLY, "the goal is met, what was claimed is not"
    return Holds.HOLDS, "the goal is met" if target.claimed is None else "the goal is met, and what was claimed"
