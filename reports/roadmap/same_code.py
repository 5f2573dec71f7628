"""Which commits have the same code to measure. In: a commit; out: a key that commits which differ elsewhere share.

Measuring a flag on against off does not depend on what the commit deploys: both states are set by an overlay. So two
commits that differ only in the deployed state, in documents or in the harness may stand in one table; the deployed
state itself may not.
"""

from __future__ import annotations

import hashlib
import subprocess
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

MEASURED = ("trading", "benchmarks")
"""The folders that decide what is measured; by what, the fingerprint says."""
DEPLOYED_STATE = "trading/flags.json"


def code_of(commit: str, root: Path) -> str:
    """Return a digest of the commit's measured code; of a commit that is not there any more, its name."""
    command = ["git", "ls-tree", "-r", "-z", "--full-tree", commit, "--", *MEASURED]
    listed = subprocess.run(command, cwd=root, capture_output=True, check=False)
    if listed.returncode != 0 or not listed.stdout:
        return commit
    entries = [entry for entry in listed.stdout.split(b"\0") if not entry.endswith(b"\t" + DEPLOYED_STATE.encode())]
    return hashlib.sha256(b"\0".join(entries)).hexdigest()
