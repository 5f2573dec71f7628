"""What a benchmark spends itself on, a file a tool: py-spy, scalene, memray, callgrind.

In: a process of the probe (``probe_process.py``) and a benchmark. Out: the tool's file and what it holds, as
:class:`Taken`; or :class:`ProfilerError` with one line that says why there is none.
"""

from __future__ import annotations

from tailgate.measure.profilers.callgrind import Callgrind
from tailgate.measure.profilers.interface import PlaceCost, Profiler, ProfilerError, Taken
from tailgate.measure.profilers.memray import Memray
from tailgate.measure.profilers.py_spy import PySpy
from tailgate.measure.profilers.scalene import Scalene

__all__ = ["Callgrind", "Memray", "PlaceCost", "Profiler", "ProfilerError", "PySpy", "Scalene", "Taken"]
