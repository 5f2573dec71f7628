"""Third stage: paired measurements in, effects with their uncertainty out."""

from tailgate.compare.change_points import environment_changes, find_change_points
from tailgate.compare.comparable import differences
from tailgate.compare.drift import find_drift
from tailgate.compare.effects import Prior, estimate_effect
from tailgate.compare.metrics import MetricEstimate, latency_metrics, throughput_metric
from tailgate.compare.pairs import Pair, compare_distances, compare_pairs, read_pair
from tailgate.compare.profile import intrinsic_profile
from tailgate.compare.ratios import chained

__all__ = [
    "MetricEstimate",
    "Pair",
    "Prior",
    "chained",
    "compare_distances",
    "compare_pairs",
    "differences",
    "environment_changes",
    "estimate_effect",
    "find_change_points",
    "find_drift",
    "intrinsic_profile",
    "latency_metrics",
    "read_pair",
    "throughput_metric",
]
