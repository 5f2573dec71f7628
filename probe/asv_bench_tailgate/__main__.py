"""``python -m asv_bench_tailgate``: the loud self-test, since asv swallows errors when it imports benchmark types."""

from __future__ import annotations

import sys

from asv_bench_tailgate import __version__
from asv_bench_tailgate.selftest import SelfTestError, run_selftest


def main() -> int:
    """Run the self-test; print one line of facts, or what is wrong and the mend."""
    try:
        facts = run_selftest()
    except SelfTestError as error:
        sys.stderr.write(f"asv_bench_tailgate {__version__}: self-test FAILED: {error}\n")
        return 1
    sys.stdout.write(f"asv_bench_tailgate {__version__}: {facts}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
