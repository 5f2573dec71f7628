"""Accepted regressions, as the user wrote them down. Typed, unknown keys refused, all errors at once.

In: ``ci/waivers.toml``. Out: :class:`~tailgate.records.Waiver` records, expired ones included: a verdict tells of them.
"""

from __future__ import annotations

import tomllib
from collections import Counter
from datetime import date  # noqa: TC003 - pydantic reads annotations
from typing import TYPE_CHECKING, Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from tailgate.errors import ConfigurationError
from tailgate.records import Waiver

if TYPE_CHECKING:
    from pathlib import Path

Words = Annotated[str, Field(pattern=r"\S")]


class _Entry(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)

    benchmark: Words
    reason: Words
    author: Words
    bound: Annotated[float, Field(gt=0)]
    expires: date


class _File(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    waiver: Annotated[tuple[_Entry, ...], Field(strict=False)] = ()


def load_waivers(path: Path, *, is_required: bool) -> tuple[Waiver, ...]:
    """Read the file of waivers.

    Parameters
    ----------
    is_required
        Whether a missing file is an error (policy names it) or means that nothing is waived.

    Raises
    ------
    ConfigurationError
        The file cannot be read, is no TOML, breaks the schema or waives a benchmark twice; every problem at once.
    """
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        if is_required:
            raise ConfigurationError(f"there is no file of waivers {path}; mend gate.waivers in the policy") from None
        return ()
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigurationError(f"{path} cannot be read: {error}") from error
    problems = []
    entries: tuple[_Entry, ...] = ()
    try:
        entries = _File.model_validate(document).waiver
    except ValidationError as error:
        problems = [
            f"  {'.'.join(map(str, item['loc']))}: {_mend(item['type'], item['msg'])}"
            for item in error.errors(include_url=False)
        ]
    labels = Counter(item.get("benchmark") for item in _tables(document))
    problems += [f"  {label}: waived {count} times; keep one" for label, count in labels.items() if label and count > 1]
    if problems:
        raise ConfigurationError("\n".join([f"{path}:", *problems]))
    return tuple(Waiver(entry.benchmark, entry.reason, entry.author, entry.bound, entry.expires) for entry in entries)


def _tables(document: dict[str, object]) -> list[dict[str, str]]:
    """Return what can be read as waivers, whatever else is wrong with them."""
    found = document.get("waiver")
    return [item for item in found if isinstance(item, dict)] if isinstance(found, list) else []


def _mend(kind: str, message: str) -> str:
    if kind == "extra_forbidden":
        return "unknown key; docs/policy.md lists those there are"
    if kind in {"date_type", "date_from_datetime_parsing"}:
        return "a day without quotes, as in 2026-12-31"
    return message
