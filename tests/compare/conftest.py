"""Measurements of an imagined process."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import numpy as np
import pytest

from tailgate.records import BenchmarkId, Conditions, Fingerprint, Measurement, Side

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

FINGERPRINT = Fingerprint("host", "a processor", 2, "6.1", "3.11.2", "gcc 12", "0.1.0", "native", "deployed")


@pytest.fixture
def make_measurement() -> Callable[..., Measurement]:
    def make(
        latency_ns: NDArray[np.float64], side: Side = Side.BASELINE, *, step_ns: float = 10.0, round_number: int = 1
    ) -> Measurement:
        return Measurement(
            benchmark=BenchmarkId("book.Cancel.latency_cancel"),
            side=side,
            commit="a" * 40,
            round_number=round_number,
            started_at=datetime(2026, 3, 1, tzinfo=UTC),
            fingerprint=FINGERPRINT,
            conditions=Conditions(0, 1.0, 0.0),
            latency_ns=np.asarray(latency_ns, dtype=np.float64),
            recorder_cost_ns=20.0,
            clock_step_ns=step_ns,
        )

    return make
