from __future__ import annotations

import shutil
import subprocess
import sys

import pytest

from trading import native

PROGRAM = """
from trading import native
from trading.native.training import replay
for variant in native.VARIANTS:
    replay(native.load(variant), 300)
    print(variant)
"""


@pytest.mark.skipif(shutil.which("valgrind") is None, reason="valgrind is not installed; its CPU is the old one")
def test_every_variant_runs_on_a_cpu_without_avx_512() -> None:
    # Valgrind's emulated CPU ends at AVX2: an AVX-512 instruction there is an illegal one, and ends the process.
    command = ["valgrind", "--tool=none", "--quiet", sys.executable, "-c", PROGRAM]
    result = subprocess.run(command, capture_output=True, text=True, timeout=600, check=False)
    assert (result.returncode, result.stdout.split()) == (0, list(native.VARIANTS)), result.stderr
