"""What a native module offers: the kernels of every component, as :mod:`trading.assembly` uses them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable  # noqa: F401


class Kernels(Protocol):
    """One build variant of the kernels."""

    VARIANT: str
    """Name of the build variant."""
