"""First stage: two commits in, paired measurements of every benchmark out."""

from tailgate.measure.environments import BuiltEnvironment, EnvironmentPool
from tailgate.measure.revisions import Repository
from tailgate.measure.schedule import MeasuredPair, PairedRounds, Schedule, SuiteDescription

__all__ = [
    "BuiltEnvironment",
    "EnvironmentPool",
    "MeasuredPair",
    "PairedRounds",
    "Repository",
    "Schedule",
    "SuiteDescription",
]
