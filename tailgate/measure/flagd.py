"""Flag files in flagd's format: which flags a commit has, and overlays that put them into a state.

In: the text of the commit's flag file. Out: :class:`FlagFile`, and the text of an overlay that names every flag, so
that no other file decides one. Only what every flagd file has is understood: boolean flags with variants. What a state
means, and which states are possible, the subject says.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tailgate.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping


@dataclass(frozen=True, slots=True)
class FlagFile:
    """The flags of one commit.

    Attributes
    ----------
    on, off
        For each flag, in the file's order, the name of its variant that is true, and of the one that is false.
    deployed
        The flags that are on by default; rules for some users only do not count.
    """

    on: Mapping[str, str]
    off: Mapping[str, str]
    deployed: tuple[str, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """Every flag, in the file's order."""
        return tuple(self.on)

    def overlay(self, on: Collection[str]) -> str:
        """Write a flag file in which these flags are on and all others are off."""
        flags = {
            name: {
                "state": "ENABLED",
                "variants": {self.on[name]: True, self.off[name]: False},
                "defaultVariant": self.on[name] if name in on else self.off[name],
            }
            for name in self.names
        }
        return json.dumps({"flags": flags}, indent=2) + "\n"


def read_flag_file(text: str, name: str) -> FlagFile:
    """Read a flag file.

    Parameters
    ----------
    name
        What messages call the file.

    Raises
    ------
    ConfigurationError
        It is no flag file, or a flag is not one that is either on or off; every problem at once.
    """
    try:
        document = json.loads(text)
    except ValueError as error:
        raise ConfigurationError(f"{name} is not JSON: {error}") from error
    flags = document.get("flags") if isinstance(document, dict) else None
    if not isinstance(flags, dict):
        raise ConfigurationError(f'{name} is no flagd file: it has no object "flags"')
    on: dict[str, str] = {}
    off: dict[str, str] = {}
    deployed, problems = [], []
    for flag, definition in flags.items():
        variants = definition.get("variants") if isinstance(definition, dict) else None
        named = _boolean_variants(variants)
        if named is None:
            problems.append(f'  flag {flag}: "variants" must be one that is true and one that is false')
            continue
        on[flag], off[flag] = named
        if definition.get("state", "ENABLED") == "ENABLED" and definition.get("defaultVariant") == on[flag]:
            deployed.append(flag)
    if problems:
        raise ConfigurationError("\n".join([f"{name}:", *problems]))
    return FlagFile(on, off, tuple(deployed))


def _boolean_variants(variants: Any) -> tuple[str, str] | None:
    if not isinstance(variants, dict) or len(variants) != 2:  # noqa: PLR2004 - on and off
        return None
    by_value = {value: name for name, value in variants.items() if isinstance(value, bool)}
    return (by_value[True], by_value[False]) if len(by_value) == 2 else None  # noqa: PLR2004
