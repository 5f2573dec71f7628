"""First stage: commits in, measurements of every benchmark out: paired and timed, or counted."""

from tailgate.measure.benchmark_process import BenchmarkError
from tailgate.measure.counting import Counter, find_tools
from tailgate.measure.environments import BuiltEnvironment, EnvironmentPool
from tailgate.measure.flagd import FlagFile, read_flag_file
from tailgate.measure.profiling import Profiling, ToolRun, profile_folder, standard_profilers
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
    "Profiling",
    "Repository",
    "Schedule",
    "SuiteDescription",
    "ToolRun",
    "find_tools",
    "profile_folder",
    "read_flag_file",
    "standard_profilers",
]
