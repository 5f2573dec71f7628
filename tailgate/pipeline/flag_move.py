"""From one stage of a flag to another: what rollbacks and rollouts have in common.

In: a flag, a commit, the policy. Out: the recipes that :class:`~tailgate.pipeline.acting.Actor` carries out.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from tailgate.act import Ladder, Stage, flag_names, move_flag, overlay, stage_of, write_whole
from tailgate.errors import ConfigurationError
from tailgate.pipeline.acting import Recipe
from tailgate.pipeline.judging import judge_revisions
from tailgate.records import Side
from tailgate.switches import required_by

if TYPE_CHECKING:
    import re
    from collections.abc import Mapping
    from pathlib import Path

    from tailgate.act import Bench
    from tailgate.action_records import ActionKind
    from tailgate.config import Policy
    from tailgate.measure import Repository
    from tailgate.pipeline.workplace import Workplace
    from tailgate.records import GateResult, Revision


@dataclass(frozen=True, slots=True)
class FlagMove:
    """A flag, where it stands, and where it could go.

    Attributes
    ----------
    present
        Its stage in the commit that was asked about.
    file
        Path of the flag file, relative to the project.
    """

    flag: str
    present: Stage
    file: str
    ladder: Ladder

    @classmethod
    def of(cls, flag: str, onto: Revision, repository: Repository, policy: Policy) -> Self:
        """Find out where a flag stands in a commit.

        Raises
        ------
        ConfigurationError
            Policy names no flag file.
        TailgateError
            The commit has no such file, or that file no such flag.
        """
        file = policy.flags.file
        if file is None:
            raise ConfigurationError("the policy names no flag file; set flags.file to the path of the flagd JSON file")
        return cls(flag, stage_of(repository.read(onto, file), flag), file, Ladder(policy.rollout.canary_percent))

    def recipe(
        self, kind: ActionKind, stage: Stage, baseline: Revision, onto: Revision, benchmarks: re.Pattern[str]
    ) -> Recipe:
        """Write the recipe that moves the flag to a stage."""
        stages = dict.fromkeys((self.present, stage))  # a hold stays where it is
        change = " -> ".join(self.ladder.name(item) for item in stages)

        def prepare(bench: Bench, action_id: str) -> str:
            why = f"{kind.value.capitalize()}: {change}."
            return move_flag(bench, self.file, self.flag, stage, self.ladder, why, action_id)

        return Recipe(
            kind=kind,
            target=self.flag,
            change=change,
            branch=f"tailgate/flag-{self.flag}",
            baseline=baseline,
            onto=onto,
            benchmarks=benchmarks,
            prepare=prepare,
        )


def judge_flag(
    flag: str, revision: Revision, benchmarks: re.Pattern[str], budget_s: float, workplace: Workplace
) -> GateResult:
    """Judge a flag by the gate's own rule: one commit's build, baseline with the flag off, candidate with it on.

    Raises
    ------
    ConfigurationError
        Policy does not say where the flags are and how they are overlaid.
    """
    required = dict.fromkeys(required_by(flag, workplace.policy.flags.touches), True)
    overlays = {
        side: write_overlay({**required, flag: is_on}, revision, workplace)
        for side, is_on in ((Side.BASELINE, False), (Side.CANDIDATE, True))
    }
    return judge_revisions(dict.fromkeys(Side, revision), benchmarks, budget_s, workplace, overlays=overlays)


def judge_without_flag(
    flag: str,
    baseline: Revision,
    candidate: Revision,
    benchmarks: re.Pattern[str],
    budget_s: float,
    workplace: Workplace,
) -> GateResult:
    """Judge a candidate with a flag off, and those that need it, against a baseline as it is deployed.

    Raises
    ------
    ConfigurationError
        As :func:`judge_flag`.
    """
    overlays = {Side.BASELINE: as_deployed(candidate, workplace), Side.CANDIDATE: without(flag, candidate, workplace)}
    sides = {Side.BASELINE: baseline, Side.CANDIDATE: candidate}
    return judge_revisions(sides, benchmarks, budget_s, workplace, overlays=overlays)


def judge_flag_as_deployed(
    flag: str, revision: Revision, benchmarks: re.Pattern[str], budget_s: float, workplace: Workplace
) -> GateResult:
    """Judge what a commit deploys against the same with a flag off, and those that need it: one build, two states.

    Raises
    ------
    ConfigurationError
        As :func:`judge_flag`.
    """
    overlays = {Side.BASELINE: without(flag, revision, workplace), Side.CANDIDATE: as_deployed(revision, workplace)}
    return judge_revisions(dict.fromkeys(Side, revision), benchmarks, budget_s, workplace, overlays=overlays)


def judge_control(
    flag: str, revision: Revision, benchmarks: re.Pattern[str], budget_s: float, workplace: Workplace
) -> GateResult:
    """Judge the control of :func:`judge_flag` against itself: whether what fails with the flag works without.

    Raises
    ------
    ConfigurationError
        As :func:`judge_flag`.
    """
    required = dict.fromkeys(required_by(flag, workplace.policy.flags.touches), True)
    control = write_overlay({**required, flag: False}, revision, workplace)
    return judge_revisions(
        dict.fromkeys(Side, revision), benchmarks, budget_s, workplace, overlays=dict.fromkeys(Side, control)
    )


def as_deployed(revision: Revision, workplace: Workplace) -> Path:
    """Write an overlay of nothing: what a commit deploys, in an environment of the same size as another state's."""
    return write_overlay({}, revision, workplace)


def without(flag: str, revision: Revision, workplace: Workplace) -> Path:
    """Write an overlay that has a flag off, and every flag that needs it."""
    touches = workplace.policy.flags.touches
    present = flag_names(read_flags(revision, workplace))
    dependent = [name for name in touches if name in present and flag in required_by(name, touches)]
    return write_overlay(dict.fromkeys((flag, *dependent), False), revision, workplace)


def write_overlay(states: Mapping[str, bool], revision: Revision, workplace: Workplace) -> Path:
    """Write an overlay of a commit's flag file; return its path.

    One file a state, and names of equal length: the size of the environment shifts the stack.
    """
    text = overlay(read_flags(revision, workplace), states)
    name = hashlib.sha256(text.encode()).hexdigest()[:16]
    path = workplace.project.state_folder / "overlays" / f"{name}.json"
    write_whole(path, text)
    return path


def read_flags(revision: Revision, workplace: Workplace) -> str:
    """Return a commit's flag file."""
    flags = workplace.policy.flags
    if flags.file is None or flags.overlay_variable is None:
        raise ConfigurationError(
            "the policy does not say where the flags are; set flags.file (the flagd JSON file) and "
            "flags.overlay_variable (the environment variable that names an overlay of it)"
        )
    return workplace.repository().read(revision, flags.file)
