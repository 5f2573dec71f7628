"""One flag file in flagd's format, read and checked.

A path and the names that may occur come in; a :class:`FlagFile` goes out, with every problem of the file as a message
that names the file, the flag, the cause and the mend. Nothing is evaluated here: see ``flag_provider.py``.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from pathlib import Path

# flagd's "$evaluators" (named parts of rules) are left out: twenty flags have no rules worth sharing.
_FILE_KEYS = frozenset({"$schema", "flags", "metadata"})
_FLAG_KEYS = frozenset({"state", "variants", "defaultVariant", "targeting", "metadata"})
_VARIANTS = {"on": True, "off": False}


@dataclass(frozen=True, slots=True)
class FlagFile:
    """A flag file and what is wrong with it.

    Attributes
    ----------
    path
        Where it was read from.
    is_readable
        Whether it could be read as a flag file at all, whatever is wrong with single flags.
    configuration
        The sound flags, as JSON that flagd evaluates.
    declared
        Names of the flags in the file, unknown ones excepted.
    sound
        Names of the flags whose definition can be evaluated; a part of ``declared``.
    rollouts
        Names of the flags whose state depends on the symbol, since they have a ``targeting`` rule.
    problems
        One message a problem.
    """

    path: Path
    is_readable: bool
    configuration: str
    declared: frozenset[str]
    sound: frozenset[str]
    rollouts: frozenset[str]
    problems: tuple[str, ...]


def read_flag_file(path: Path, known: Collection[str]) -> FlagFile:
    """Read and check one flag file.

    Parameters
    ----------
    path
        The file.
    known
        Names of the flags that exist.

    Returns
    -------
    FlagFile
        Never raises for what is in the file, or for its absence: those are ``problems``.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        return _unreadable(path, f"{path}: cannot be read ({error.strerror}); give the path of a flag file")
    except UnicodeDecodeError as error:
        return _unreadable(path, f"{path}: byte {error.start} is not UTF-8; save the file as UTF-8")
    try:
        content = json.loads(text, object_pairs_hook=_refuse_duplicate_keys)
    except json.JSONDecodeError as error:
        return _unreadable(
            path, f"{path}: line {error.lineno}, column {error.colno} is not JSON ({error.msg}); mend it"
        )
    except (ValueError, RecursionError) as error:
        return _unreadable(path, f"{path}: not usable JSON ({error}); mend it")
    if not isinstance(content, dict) or not isinstance(content.get("flags"), dict):
        return _unreadable(path, f'{path}: has no object "flags"; write {{"flags": {{NAME: DEFINITION}}}}')

    flags: dict[str, Any] = content["flags"]
    problems = [f'{path}: unknown key "{key}"; remove it' for key in content if key not in _FILE_KEYS]
    declared: set[str] = set()
    sound: dict[str, Any] = {}
    for name, definition in flags.items():
        if name not in known:
            problems.append(
                f'{path}: unknown flag "{name}"; remove it (`python -m trading flags` lists those that exist)'
            )
            continue
        declared.add(name)
        faults = [f'{path}: flag "{name}" {fault}' for fault in _faults(definition)]
        problems.extend(faults)
        if not faults:
            sound[name] = {key: value for key, value in definition.items() if key != "metadata"}
    return FlagFile(
        path=path,
        is_readable=True,
        configuration=json.dumps({"flags": sound}),
        declared=frozenset(declared),
        sound=frozenset(sound),
        rollouts=frozenset(name for name, definition in sound.items() if definition.get("targeting")),
        problems=tuple(problems),
    )


def _unreadable(path: Path, problem: str) -> FlagFile:
    nothing: frozenset[str] = frozenset()
    return FlagFile(path, False, '{"flags": {}}', nothing, nothing, nothing, (problem,))  # noqa: FBT003 - in field order


def _refuse_duplicate_keys(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Keep JSON's last-one-wins from hiding one of two contradicting states of a flag."""
    content: dict[str, Any] = {}
    for key, value in pairs:
        if key in content:
            message = f'the key "{key}" stands twice in one object'
            raise ValueError(message)
        content[key] = value
    return content


def _faults(definition: object) -> Iterator[str]:
    """Name what keeps a flag's definition from being evaluated; stricter than flagd, which answers with a default."""
    if not isinstance(definition, dict):
        yield f'is {json.dumps(definition)}; write an object with "state", "variants" and "defaultVariant"'
        return
    for key in sorted(definition.keys() - _FLAG_KEYS):
        yield f'has an unknown key "{key}"; remove it'
    if definition.get("state") != "ENABLED":
        # flagd answers for a disabled flag with a default in the code: then the file no longer says what runs.
        yield 'has a "state" other than "ENABLED"; write "ENABLED", and "defaultVariant": "off" to switch it off'
    variants = definition.get("variants")
    if variants != _VARIANTS or not all(isinstance(value, bool) for value in variants.values()):
        yield 'has "variants" other than {"on": true, "off": false}; write those two'
    if definition.get("defaultVariant") not in tuple(_VARIANTS):
        yield f'has "defaultVariant" {json.dumps(definition.get("defaultVariant"))}; write "on" or "off"'
    targeting = definition.get("targeting", {})
    if isinstance(targeting, dict):
        yield from _fractional_faults(targeting)
    else:
        yield 'has a "targeting" that is not an object; write a rule in JsonLogic, or remove it'


def _fractional_faults(rule: object) -> Iterator[str]:
    """Find weights that flagd would ignore: it falls back to the default variant without an error."""
    if isinstance(rule, list):
        for part in rule:
            yield from _fractional_faults(part)
    elif isinstance(rule, dict):
        for operator, operands in rule.items():
            if operator == "fractional" and not _is_fractional(operands):
                yield 'has a "fractional" rule other than [["on", WEIGHT], ["off", WEIGHT]]; write whole weights'
            else:
                yield from _fractional_faults(operands)


def _is_fractional(operands: object) -> bool:
    if not isinstance(operands, list):
        return False
    # An operand in front that is not a share is the expression to be hashed instead of the symbol.
    shares = operands[1:] if operands and not isinstance(operands[0], list) else operands
    return bool(shares) and all(_is_share(share) for share in shares)


def _is_share(share: object) -> bool:
    if not isinstance(share, list) or len(share) != len(("variant", "weight")):
        return False
    variant, weight = share
    return isinstance(variant, str) and variant in _VARIANTS and type(weight) is int and weight >= 0
