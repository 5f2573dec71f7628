"""What a counting process says of itself."""

from __future__ import annotations

import subprocess
import sys

BALLAST_BYTES = 300_000_000
ASK = "from asv_bench_tailgate.count import peak_resident_bytes; print(peak_resident_bytes())"


def peak_of(script: str) -> int:
    finished = subprocess.run([sys.executable, "-c", script], check=True, stdout=subprocess.PIPE, text=True)
    return int(finished.stdout)


def test_the_memory_of_whoever_starts_a_process_is_not_its_own() -> None:
    ballast = b"\x01" * BALLAST_BYTES
    assert peak_of(ASK) < BALLAST_BYTES
    assert len(ballast) == BALLAST_BYTES


def test_memory_that_is_given_back_still_counts() -> None:
    assert peak_of(f"held = b'x' * {BALLAST_BYTES}; del held; {ASK}") > BALLAST_BYTES
