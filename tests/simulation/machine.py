"""An imagined machine: known operations, a coarse clock, disturbances, changes of speed. Seeded: runs agree."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True)
class Machine:
    """What stands between an operation's own duration and what the recorder reads.

    Attributes
    ----------
    step_ns
        Steps of the clock; the phase of each operation against it is random.
    jitter
        Standard deviation of each reading, relative.
    disturbed_share, disturbance_ns
        How many operations something else interrupts, and for how long on average.
    """

    step_ns: float = 10.02
    jitter: float = 0.01
    disturbed_share: float = 0.002
    disturbance_ns: float = 2_000.0
    recorder_cost_ns: float = 21.0

    def measure(
        self,
        duration_ns: NDArray[np.float64],
        replays: int,
        generator: np.random.Generator,
        speed: NDArray[np.float64] | float = 1.0,
    ) -> NDArray[np.float64]:
        """Read each operation once a replay, as the gate gets it: the recorder's own cost subtracted.

        Parameters
        ----------
        duration_ns
            Shape (operations,).
        speed
            Factor on everything, one for each replay.
        """
        shape = (replays, duration_ns.size)
        taken = duration_ns * generator.lognormal(0, self.jitter, shape) + self.recorder_cost_ns
        taken = taken * np.broadcast_to(np.reshape(speed, (-1, 1)), shape)
        is_disturbed = generator.random(shape) < self.disturbed_share
        taken += np.where(is_disturbed, generator.exponential(self.disturbance_ns, shape), 0.0)
        phase = generator.random(shape) * self.step_ns
        ticks = np.floor((phase + taken) / self.step_ns)
        return np.asarray(ticks * self.step_ns - self.recorder_cost_ns, dtype=np.float64)


def speeds(count: int, generator: np.random.Generator, slow: float, slow_share: float = 0.25) -> NDArray[np.float64]:
    """Make the speed of each slice: runs of ten on average at ``slow``, for ``slow_share`` of the time, else 1."""
    leave, enter = 0.1, 0.1 * slow_share / (1 - slow_share)
    is_slow = bool(generator.random() < slow_share)
    made = np.empty(count)
    for index in range(count):
        made[index] = slow if is_slow else 1.0
        is_slow = bool(generator.random() >= leave) if is_slow else bool(generator.random() < enter)
    return made
