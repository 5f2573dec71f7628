"""First stage: commits in, measurements of every benchmark out: paired and timed, or counted."""

from tailgate.measure.benchmark_process import BenchmarkError
from tailgate.measure.counting import Counter, find_tools
from tailgate.measure.environments import BuiltEnvironment, EnvironmentPool
from tailgate.measure.flagd import FlagFile, read_flag_file
from tailgate.measure.revisions import Repository
from tailgate.measure.schedule import MeasuredPair, PairedRounds, Schedule, SuiteDescription

__all__ = [
    "BenchmarkError",
    "BuiltEnvironment",
    "Counter",
    "EnvironmentPool",
    "FlagFile",
    "MeasuredPair",
    "PairedRounds",
    "Repository",
    "Schedule",
    "SuiteDescription",
    "find_tools",
    "read_flag_file",
]
