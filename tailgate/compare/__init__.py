"""Third stage: paired measurements in, effects with their uncertainty out."""

from tailgate.compare.comparable import differences
from tailgate.compare.effects import Prior, estimate_effect
from tailgate.compare.pairs import Pair, compare_pairs, read_pair
from tailgate.compare.profile import intrinsic_profile

__all__ = ["Pair", "Prior", "compare_pairs", "differences", "estimate_effect", "intrinsic_profile", "read_pair"]
