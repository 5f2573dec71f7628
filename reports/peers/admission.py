"""Who can take part: a package's name and a function that imports it come in, what it opened or the reason goes out.

No peer is a dependency: whatever one raises while it is found or imported becomes its row.
"""

from __future__ import annotations

import platform
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Generic, TypeVar

from reports.peers.records import Absent

if TYPE_CHECKING:
    from collections.abc import Callable

_Opened = TypeVar("_Opened")


@dataclass(frozen=True, slots=True)
class Admitted(Generic[_Opened]):
    """A package that is there.

    Attributes
    ----------
    name, version
        Of the package.
    opened
        What the function that imports it made of it.
    """

    name: str
    version: str
    opened: _Opened


def admit(distribution: str, open_package: Callable[[], _Opened]) -> Admitted[_Opened] | Absent:
    """Open a package from the index, or say why that cannot be."""
    try:
        found = version(distribution)
    except PackageNotFoundError:
        return Absent(distribution, "is not installed in this environment")
    return _opened(distribution, found, open_package)


def admit_standard(name: str, open_module: Callable[[], _Opened]) -> Admitted[_Opened] | Absent:
    """Open a part of the standard library, whose version is Python's."""
    return _opened(name, f"Python {platform.python_version()}", open_module)


def is_installed(distribution: str) -> bool:
    """Tell whether a package is there at all."""
    try:
        version(distribution)
    except PackageNotFoundError:
        return False
    return True


def _opened(name: str, found: str, open_package: Callable[[], _Opened]) -> Admitted[_Opened] | Absent:
    try:
        return Admitted(name, found, open_package())
    except Exception as error:  # noqa: BLE001 - a foreign package may raise anything, and it is that package's row
        return Absent(name, f"{found} cannot be used: {type(error).__name__}: {error}")
