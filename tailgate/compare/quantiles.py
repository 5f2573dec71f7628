"""Quantile estimators. In: latencies in nanoseconds. Out: quantiles in nanoseconds."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import betainc

from tailgate.records import Quantiles

if TYPE_CHECKING:
    from numpy.typing import NDArray


def harrell_davis(values: NDArray[np.float64], probability: float) -> float:
    """Estimate a quantile as a weighted mean of all order statistics.

    Smoother than one order statistic: on intrinsic profiles its standard deviation was 1.73 % where the order
    statistic's was 2.10 % (4000 operations), 1.30 against 2.94 % (1000).

    Parameters
    ----------
    values
        Shape (n,), any order.
    probability
        Between 0 and 1, exclusive.

    References
    ----------
    F. E. Harrell and C. E. Davis, A new distribution-free quantile estimator, Biometrika 69 (1982).
    """
    weights = _harrell_davis_weights(values.size, probability)
    return float(np.sort(values) @ weights)


@lru_cache(maxsize=64)
def _harrell_davis_weights(size: int, probability: float) -> NDArray[np.float64]:
    # Not scipy.stats.beta: importing that took a third of the time in which `tailgate --version` answers.
    edges = betainc((size + 1) * probability, (size + 1) * (1 - probability), np.arange(size + 1) / size)
    return np.asarray(np.diff(edges), dtype=np.float64)


def order_statistic(values: NDArray[np.float64], probability: float) -> NDArray[np.float64]:
    """Take the ``ceil(probability n)``-th smallest value along the last axis: a value that was really observed."""
    rank = int(np.ceil(probability * values.shape[-1])) - 1
    return np.asarray(np.partition(values, rank, axis=-1)[..., rank], dtype=np.float64)


def summarise_profile(profile: NDArray[np.float64]) -> Quantiles:
    """Quantiles of an intrinsic profile, shape (operations,)."""
    return Quantiles(
        p50_ns=harrell_davis(profile, 0.5),
        p90_ns=harrell_davis(profile, 0.9),
        p99_ns=harrell_davis(profile, 0.99),
        p999_ns=harrell_davis(profile, 0.999),
        max_ns=float(profile.max()),
    )


def summarise_replays(latency: NDArray[np.float64]) -> Quantiles:
    """Quantiles of raw replays, shape (replays, operations): each the median over replays, the maximum over all."""
    p50, p90, p99, p999 = (float(np.median(order_statistic(latency, item))) for item in (0.5, 0.9, 0.99, 0.999))
    return Quantiles(p50, p90, p99, p999, float(latency.max()))
