"""May these two be compared at all? In: two fingerprints. Out: what differs, in words; nothing where they agree."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection

    from tailgate.records import Fingerprint


def differences(baseline: Fingerprint, candidate: Fingerprint, *, meant: Collection[str] = ()) -> tuple[str, ...]:
    """Name every field in which two fingerprints differ, with both values.

    Parameters
    ----------
    meant
        Fields that are meant to differ, since they are what is compared.
    """
    return tuple(
        f"{field.name.replace('_', ' ')}: {getattr(baseline, field.name)} against {getattr(candidate, field.name)}"
        for field in fields(baseline)
        if field.name not in meant and getattr(baseline, field.name) != getattr(candidate, field.name)
    )
