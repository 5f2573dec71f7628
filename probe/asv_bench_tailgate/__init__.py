"""The yardstick: the asv benchmark type ``latency_*``, its recorder, and the worker that tailgate's gate drives.

The only part of the harness that is installed inside the environments being measured; it has no dependencies.
"""

from __future__ import annotations

from importlib.metadata import version

__version__ = version("asv_bench_tailgate")
