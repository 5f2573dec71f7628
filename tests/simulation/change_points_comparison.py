"""Ours beside other detectors of change points, on seeded series whose changes are known.

    python -m tests.simulation.change_points_comparison --runs 200 --write docs/history.md

writes the table into the page. asv is a dependency; ``ruptures`` and Apache Otava take part where they are installed
(``pip install ruptures``, ``pip install --no-deps apache-otava``: its own requirements bring clients of databases and
chats, and an older numpy).
"""

from __future__ import annotations

import argparse
import math
import subprocess
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from asv.step_detect import detect_steps

from tailgate.compare import find_change_points
from tests.series import series_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from numpy.typing import NDArray

    Detector = Callable[[NDArray[np.float64]], list[int]]

LENGTH = 100
NEAR = 3
"""A change counts as found when it is told at most so many commits from where it is."""

BEGIN, END = "<!-- comparison begins -->", "<!-- comparison ends -->"


@dataclass(frozen=True)
class Scenario:
    """Series of one kind.

    Attributes
    ----------
    levels
        Factor from the first commit on at which it holds.
    deviation
        Of the noise, as a share.
    outlier_share
        How many values are disturbed, by up to a factor of two.
    degrees_of_freedom
        Of Student's t that the noise has; 0 for normal noise.
    slope
        Drift over the whole length, as a share.
    """

    name: str
    deviation: float
    levels: Mapping[int, float]
    outlier_share: float = 0.0
    degrees_of_freedom: int = 0
    slope: float = 0.0

    def draw(self, generator: np.random.Generator) -> NDArray[np.float64]:
        if self.degrees_of_freedom:
            # Scaled to the same standard deviation.
            scale = math.sqrt((self.degrees_of_freedom - 2) / self.degrees_of_freedom)
            noise = generator.standard_t(self.degrees_of_freedom, LENGTH) * scale
        else:
            noise = generator.normal(0, 1, LENGTH)
        logarithms = noise * self.deviation + np.linspace(0, math.log1p(self.slope), LENGTH)
        for begin, factor in self.levels.items():
            logarithms[begin:] += math.log(factor)
        is_outlier = generator.random(LENGTH) < self.outlier_share
        logarithms[is_outlier] += generator.uniform(0.1, math.log(2), LENGTH)[is_outlier]
        return np.asarray(100 * np.exp(logarithms), dtype=np.float64)


STEP_AT = 60
TWELVE_STEPS = {8 * number: 1.01 for number in range(1, 13)}

UNCHANGED = (
    Scenario("no change, SD 2 %", 0.02, {}),
    Scenario("no change, heavy tails (t3), SD 2 %", 0.02, {}, degrees_of_freedom=3),
    Scenario("no change, 5 % outliers, SD 2 %", 0.02, {}, outlier_share=0.05),
)
CHANGED = (
    *(
        Scenario(f"one step +{100 * step:.0f} %, SD {100 * deviation:.0f} %", deviation, {STEP_AT: 1 + step})
        for step in (0.03, 0.05, 0.1)
        for deviation in (0.01, 0.02, 0.04)
    ),
    Scenario("one step +5 %, 5 % outliers, SD 2 %", 0.02, {STEP_AT: 1.05}, outlier_share=0.05),
    Scenario("+10 % for eight commits, SD 2 %", 0.02, {STEP_AT: 1.1, STEP_AT + 8: 1 / 1.1}),
    Scenario("twelve steps +1 %, SD 1 %", 0.01, TWELVE_STEPS),
)
SLOPING = (Scenario("drift of 12 %, no step, SD 1 %", 0.01, {}, slope=0.12),)


def ours(values: NDArray[np.float64]) -> list[int]:
    return [point.index for point in find_change_points(series_of(values))]


def asv(values: NDArray[np.float64]) -> list[int]:
    return [int(step[0]) for step in detect_steps(list(values))[1:]]


def detectors() -> dict[str, Detector]:
    """Return every detector that can run here, by name."""
    found: dict[str, Detector] = {"ours": ours, "asv": asv}
    if find_spec("otava") is not None:
        compute = import_module("otava.analysis").compute_change_points
        found["Otava"] = lambda values: [int(point.index) for point in compute(list(values))[0]]
    if find_spec("ruptures") is not None:
        pelt = import_module("ruptures").Pelt

        def ruptures(values: NDArray[np.float64]) -> list[int]:
            logarithms = np.log(values)
            scale = 1.4826 * np.median(np.abs(np.diff(logarithms))) / math.sqrt(2)
            fitted = pelt(model="l1", min_size=3, jump=1).fit(logarithms / scale)
            return [int(index) for index in fitted.predict(pen=2 * math.log(values.size) + 4)[:-1]]

        found["ruptures (PELT, l1)"] = ruptures
    return found


@dataclass(frozen=True)
class Score:
    """How a detector did on one scenario.

    Attributes
    ----------
    found
        Share of the true changes that were told at most ``NEAR`` commits away.
    error
        Mean distance of those, in commits; NaN where there are none.
    false
        Changes told beyond the true ones, a series.
    alarmed
        Share of the series with any such.
    """

    found: float
    error: float
    false: float
    alarmed: float


def score(detector: Detector, scenario: Scenario, runs: int, seed: int = 1) -> Score:
    generator = np.random.default_rng(seed)
    distances: list[int] = []
    false: list[int] = []
    for _ in range(runs):
        told = detector(scenario.draw(generator))
        for true in scenario.levels:
            near = [index for index in told if abs(index - true) <= NEAR]
            if near:
                closest = min(near, key=lambda index: abs(index - true))
                distances.append(abs(closest - true))
                told.remove(closest)
        false.append(len(told))
    wanted = runs * len(scenario.levels)
    return Score(
        found=len(distances) / wanted if wanted else math.nan,
        error=float(np.mean(distances)) if distances else math.nan,
        false=float(np.mean(false)),
        alarmed=float(np.mean([bool(count) for count in false])),
    )


def rows(runs: int) -> Iterator[list[str]]:
    """Yield the table's rows, the head first."""
    present = detectors()
    yield ["series of 100 commits", *present]
    for scenario in (*UNCHANGED, *CHANGED, *SLOPING):
        cells = []
        for detector in present.values():
            got = score(detector, scenario, runs)
            if scenario.levels:
                where = "" if math.isnan(got.error) else f", {got.error:.1f} off"
                cells.append(f"{100 * got.found:.0f} %{where}; {got.false:.2f} false")
            else:
                cells.append(f"{100 * got.alarmed:.1f} % alarmed; {got.false:.2f} told")
        yield [scenario.name, *cells]


def table(runs: int) -> str:
    head, *body = rows(runs)
    lines = [head, ["---"] * len(head), *body]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=200, help="series of each kind")
    parser.add_argument("--write", type=Path, help="a page with the two marks, between which the table goes")
    arguments = parser.parse_args()
    git = subprocess.run(["git", "rev-parse", "--short=10", "HEAD"], capture_output=True, text=True, check=True)
    text = (
        f"{datetime.now(UTC):%Y-%m-%d}, at {git.stdout.strip()}, {arguments.runs} series of each kind "
        f"(`python -m tests.simulation.change_points_comparison --runs {arguments.runs} --write docs/history.md`):\n\n"
        f"{table(arguments.runs)}"
    )
    if arguments.write is None:
        print(text)  # noqa: T201 - a command
        return
    before, _, rest = arguments.write.read_text(encoding="utf-8").partition(BEGIN)
    _, _, after = rest.partition(END)
    partial = arguments.write.with_suffix(".partial")
    partial.write_text(f"{before}{BEGIN}\n\n{text}\n\n{END}{after}", encoding="utf-8")
    partial.replace(arguments.write)


if __name__ == "__main__":
    main()
