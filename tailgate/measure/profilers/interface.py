"""What every profiler promises."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from tailgate.history_records import Fact, ProfileTool
    from tailgate.measure.probe_process import ProbeProcess
    from tailgate.records import BenchmarkSpecification


class ProfilerError(Exception):
    """There is no profile; the message says why in one line. Never fatal: the other tools go on."""


@dataclass(frozen=True, slots=True)
class PlaceCost:
    """What one place in the code costs by itself, without what it calls.

    Attributes
    ----------
    place
        A function or a line, as people look for it.
    cost
        In the unit of :class:`Taken`.
    """

    place: str
    cost: float


@dataclass(frozen=True, slots=True)
class Taken:
    """One profile.

    Attributes
    ----------
    whole
        What the file's numbers are divided by to be in ``unit``: operations, or a hundredth of all samples.
    facts
        What it comes to as a whole.
    costs
        Place by place, dearest first.
    samples
        How many observations shares rest on; 0 for what is counted exactly.
    unit
        Of ``costs``, and of the file's numbers over ``whole``.
    """

    file: Path
    whole: float
    facts: tuple[Fact, ...]
    costs: tuple[PlaceCost, ...]
    unit: str
    samples: float = 0.0


class Profiler(Protocol):
    """One tool."""

    @property
    def tool(self) -> ProfileTool:
        """Which one."""
        ...

    def take(
        self,
        process: ProbeProcess,
        specification: BenchmarkSpecification,
        variables: Mapping[str, str],
        stem: Path,
    ) -> Taken:
        """Profile one benchmark.

        Parameters
        ----------
        variables
            The overlay of feature flags, for example.
        stem
            Path of the file to write without its suffix; its folder exists.

        Raises
        ------
        ProfilerError
            The tool is missing, may not look on, or the benchmark failed under it.
        """
        ...
