"""Names of files made of benchmarks' labels: no label can leave its folder, break a file system, or take another's."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from typing import TYPE_CHECKING, Final

from tailgate.report.plain_text import one_line

if TYPE_CHECKING:
    from collections.abc import Sequence

_LONGEST_NAME: Final = 120
_UNSAFE: Final = re.compile(r"[^A-Za-z0-9._-]+")


def file_stems(labels: Sequence[str]) -> dict[str, str]:
    """Return for each label a name that every file system takes, and that no other label has.

    One that had to be changed ends in a digest of its label, and so do labels that differ in small and capitals only,
    which some file systems take for one.
    """
    usual = Counter(_safe(label).casefold() for label in labels)
    return {label: _safe(label) if usual[_safe(label).casefold()] == 1 else _digested(label) for label in labels}


def _safe(label: str) -> str:
    is_safe = len(label) <= _LONGEST_NAME and not _UNSAFE.search(label) and label.strip("._-") == label
    return label if label and is_safe else _digested(label)


def _digested(label: str) -> str:
    digest = hashlib.sha256(label.encode("utf-8", "surrogatepass")).hexdigest()[:8]
    readable = _UNSAFE.sub("_", one_line(label)).strip("._-")[:_LONGEST_NAME]
    return f"{readable or 'benchmark'}-{digest}"
