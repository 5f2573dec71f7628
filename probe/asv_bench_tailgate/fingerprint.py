"""What must agree before two measurements may be compared, as seen from inside the measured environment."""

from __future__ import annotations

import os
import platform
import sys
from pathlib import Path

from asv_bench_tailgate import __version__


def cpu_model() -> str:
    """Find the processor's model name, from the kernel where it says so."""
    try:
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    except OSError:
        pass
    return platform.processor() or platform.machine()


def fingerprint(recorder: str) -> dict[str, str | int]:
    """Machine, interpreter and yardstick; keys are the fields of tailgate's ``Fingerprint``.

    Parameters
    ----------
    recorder
        Name of the recorder in use.
    """
    return {
        "host": platform.node(),
        "cpu_model": cpu_model(),
        "cpu_count": os.cpu_count() or 0,
        "kernel": platform.release(),
        "python": f"{platform.python_implementation()} {sys.version.split()[0]}",
        "compiler": platform.python_compiler(),
        "probe_version": __version__,
        "recorder": recorder,
    }
