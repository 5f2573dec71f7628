"""Native kernels: names of flags come in, the module that was built as they ask goes out.

The kernels of every component are one module, compiled in several variants (``meson.build``), importable side by side.
A module that is missing is an error that names it, never a silent fallback: that would falsify every measurement.
"""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, cast

from trading.errors import MissingNativeError

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

    from trading.native.interface import Kernels

VARIANTS = ("plain", "inlined", "optimized", "optimized_inlined", "profiled", "profiled_inlined")
"""Every build variant."""


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


def is_built(variant: str) -> bool:
    """Tell whether a variant is there, without loading it."""
    return find_spec(f"trading.native.{variant}") is not None


def load(variant: str) -> Kernels:
    """Import the kernels of one build variant.

    Raises
    ------
    MissingNativeError
        It was not built, or cannot be loaded here; the message says how to mend that.
    """
    try:
        return cast("Kernels", import_module(f"trading.native.{variant}"))
    except ImportError as error:
        raise MissingNativeError(
            f'the native module "trading.native.{variant}" cannot be loaded ({error}); install g++ and build the'
            " package again, and start outside its source folder where it is not an editable install"
        ) from error
