"""Third stage: paired measurements in, effects with their uncertainty out."""

from tailgate.compare.comparable import differences
from tailgate.compare.effects import Prior, estimate_effect
from tailgate.compare.metrics import MetricEstimate, latency_metrics, throughput_metric
from tailgate.compare.pairs import Pair, compare_pairs, read_pair
from tailgate.compare.profile import intrinsic_profile

__all__ = [
    "MetricEstimate",
    "Pair",
    "Prior",
    "compare_pairs",
    "differences",
    "estimate_effect",
    "intrinsic_profile",
    "latency_metrics",
    "read_pair",
    "throughput_metric",
]
