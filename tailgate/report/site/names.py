"""Names of files that no foreign text can bend: a readable part and a digest of the whole."""

from __future__ import annotations

import hashlib
import re
from typing import Final

_READABLE: Final = 48
_DIGEST: Final = 10


def slug(*texts: str) -> str:
    """Return a file name of letters, digits and hyphens; other texts get another name.

    Examples
    --------
    >>> slug("../../etc/passwd")
    'etc-passwd-...'
    """
    whole = "\0".join(texts)
    readable = re.sub(r"[^a-z0-9]+", "-", whole.lower())[:_READABLE].strip("-") or "x"
    return f"{readable}-{hashlib.sha256(whole.encode('utf-8', 'surrogatepass')).hexdigest()[:_DIGEST]}"


def component_of(name: str) -> str:
    """Return the first part of a benchmark's dotted name."""
    return name.partition(".")[0]
