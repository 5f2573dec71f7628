"""Build variants of the native kernels: flags come in, names of variants go out.

Run by meson as ``variants.py FLAGS_JSON``: prints the variants that a build should have. Those are what the environment
variable TRADING_VARIANTS names (``all``, or names with commas between them); without it, those that the deployed flags
can ask for, so that a build of a commit costs no more than what the commit runs.
"""

from __future__ import annotations

import json
import os
import sys
from itertools import chain, combinations
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

VARIANTS = ("plain", "inlined", "optimized", "optimized_inlined", "profiled", "profiled_inlined")
"""Every build variant."""

CHOICE_VARIABLE = "TRADING_VARIANTS"


def variant_of(on: AbstractSet[str]) -> str:
    """Name the build variant that a set of flags asks for."""
    if "pgo-build" in on:
        build = "profiled"
    elif "optimized-build" in on:
        build = "optimized"
    else:
        build = ""
    inlined = "inlined" if "inline-hot-paths" in on else ""
    return "_".join(filter(None, (build, inlined))) or "plain"


def deployed_variants(flag_file: str) -> list[str]:
    """Name the variants that a flag file's flags can ask for; a flag in rollout may be on or off.

    Parameters
    ----------
    flag_file
        Text of a flag file in flagd's format.

    Raises
    ------
    ValueError
        It is no such text. Whether the flags can be run together is not checked here.
    """
    document = json.loads(flag_file)
    flags = document.get("flags") if isinstance(document, dict) else None
    if not isinstance(flags, dict) or not all(isinstance(flag, dict) for flag in flags.values()):
        raise ValueError('it has no object "flags" of objects')
    on = {name for name, flag in flags.items() if flag.get("defaultVariant") == "on"}
    rolled_out = {name for name, flag in flags.items() if flag.get("targeting")}
    sets = chain.from_iterable(combinations(sorted(rolled_out), size) for size in range(len(rolled_out) + 1))
    possible = [on - rolled_out | set(chosen) for chosen in sets]
    return sorted({variant_of(flags_on) for flags_on in possible if "native-core" in flags_on})


def main() -> None:
    """Print the variants to build, one a line."""
    chosen = os.environ.get(CHOICE_VARIABLE, "")
    if chosen:
        names = list(VARIANTS) if chosen == "all" else chosen.split(",")
        unknown = [name for name in names if name not in VARIANTS]
        if unknown:
            sys.exit(f"{CHOICE_VARIABLE} names {', '.join(unknown)}; give all, or some of {', '.join(VARIANTS)}")
    else:
        try:
            names = deployed_variants(Path(sys.argv[1]).read_text(encoding="utf-8"))
        except ValueError as error:
            sys.exit(f"{sys.argv[1]} is no flag file: {error}; mend it, or name the variants in {CHOICE_VARIABLE}")
    sys.stdout.write("\n".join(names))


if __name__ == "__main__":
    main()
