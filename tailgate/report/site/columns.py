"""Numbers and texts as a page carries them: packed columns, and JSON that cannot end its script element."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from jinja2.utils import htmlsafe_json_dumps

if TYPE_CHECKING:
    from numpy.typing import NDArray

JSON_OPTIONS: Final[dict[str, Any]] = {"allow_nan": False, "ensure_ascii": True, "separators": (",", ":")}
"""Beside what jinja2's ``tojson`` escapes for a script element: only ASCII, and no number that JSON does not have."""


def floats(values: NDArray[np.floating]) -> str:
    """Return numbers as base64 of little-endian float32: 5.3 characters a number instead of 9 and more."""
    return base64.b64encode(np.ascontiguousarray(values, dtype="<f4").tobytes()).decode("ascii")


def integers(values: NDArray[np.integer]) -> str:
    """Return whole numbers as base64 of little-endian uint32."""
    return base64.b64encode(np.ascontiguousarray(values, dtype="<u4").tobytes()).decode("ascii")


def signed_bytes(values: NDArray[np.integer]) -> str:
    """Return whole numbers from -128 to 127 as base64."""
    return base64.b64encode(np.ascontiguousarray(values, dtype=np.int8).tobytes()).decode("ascii")


def data_script(key: str, value: Any) -> str:
    """Return a classic script that hands data to whoever asked for it: file:// has no fetch()."""
    return f"tailgate.loaded({htmlsafe_json_dumps([key, value], **JSON_OPTIONS)});\n"
