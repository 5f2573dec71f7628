"""Native kernels: names of flags come in, the module that was built as they ask goes out.

The kernels of every component are one module, compiled in several variants (``meson.build``), importable side by side.
A module that is missing is an error that names it, never a silent fallback: that would falsify every measurement.
"""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, cast

from trading.errors import MissingNativeError
from trading.native.variants import VARIANTS, variant_of

if TYPE_CHECKING:
    from trading.native.interface import Kernels

__all__ = ["VARIANTS", "is_built", "load", "variant_of"]


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
            f'the native module "trading.native.{variant}" cannot be loaded ({error}); build the package again with g++'
            " and TRADING_VARIANTS=all in the environment, and start outside its source folder where it is not an"
            " editable install"
        ) from error
