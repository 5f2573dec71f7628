"""A flag's stage in a flagd file: read it, or change it by an edit that touches that flag's lines only.

In: the text of a flagd JSON file. Out: a :class:`Stage`, or the new text: every byte outside the flag's
``defaultVariant`` and ``targeting`` is as it was, so that a diff shows the step and nothing else.

A rollout is a ``fractional`` rule by targeting key with the share of ``on`` first: raising that share never takes the
flag from anyone who had it.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from json.decoder import scanstring  # type: ignore[attr-defined] # the decoder's own, which typeshed leaves out
from typing import TYPE_CHECKING, Any, Final

from tailgate.errors import ActionError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

ON: Final = "on"
OFF: Final = "off"
WHOLE: Final = 100
_DECODER: Final = json.JSONDecoder()
_BLANK: Final = " \t\r\n"


@dataclass(frozen=True, slots=True, order=True)
class Stage:
    """How far a flag is rolled out.

    Attributes
    ----------
    percent
        Share of targeting keys that have it on, 0 to 100.
    """

    percent: int

    @property
    def name(self) -> str:
        """As people call it: ``off``, ``10 %``, ``100 %``."""
        return OFF if self.percent == 0 else f"{self.percent} %"


@dataclass(frozen=True, slots=True)
class Ladder:
    """The stages of a rollout, from off to everyone."""

    canary_percent: int

    @property
    def stages(self) -> tuple[Stage, ...]:
        """All of them, rising."""
        return tuple(Stage(percent) for percent in (0, self.canary_percent, 10, 50, WHOLE))

    def name(self, stage: Stage) -> str:
        """Name a stage; the smallest share is the canary."""
        return f"canary ({stage.name})" if stage.percent == self.canary_percent else stage.name

    def after(self, stage: Stage) -> Stage | None:
        """Return the next stage; ``None`` after the last. A share between two stages goes to the higher one."""
        return next((item for item in self.stages if item > stage), None)

    def before(self, stage: Stage) -> Stage | None:
        """Return the stage before; ``None`` where it is off already."""
        return next((item for item in reversed(self.stages) if item < stage), None)


@dataclass(frozen=True, slots=True)
class _Member:
    """One ``key: value`` of an object, by its places in the text."""

    key: str
    key_start: int
    value_start: int
    value_end: int


def flag_names(text: str) -> tuple[str, ...]:
    """Return the names of all flags, in the order of the file."""
    return tuple(member.key for member in _members(text, _flags(text).value_start))


def stage_of(text: str, flag: str) -> Stage:
    """Read how far a flag is rolled out.

    Raises
    ------
    ActionError
        There is no such flag, or its definition is none that tailgate writes.
    """
    definition = _definition(text, flag)
    members = {member.key: json.loads(text[member.value_start : member.value_end]) for member in definition}
    variants = members.get("variants")
    if variants != {ON: True, OFF: False} or members.get("defaultVariant") not in (ON, OFF):
        raise ActionError(f'the flag "{flag}" has other variants than "{ON}" and "{OFF}"; step it back by hand')
    targeting = members.get("targeting") or {}
    if not targeting:
        return Stage(WHOLE if members["defaultVariant"] == ON else 0)
    shares = targeting.get("fractional") if isinstance(targeting, dict) and len(targeting) == 1 else None
    percent = _share_of_on(shares)
    if percent is None:
        raise ActionError(
            f'the flag "{flag}" has a targeting rule that is no rollout of tailgate\'s '
            f'({{"fractional": [["{ON}", P], ["{OFF}", {WHOLE} - P]]}}); step it back by hand'
        )
    return Stage(percent)


def with_stage(text: str, flag: str, stage: Stage) -> str:
    """Return the text with a flag at another stage; nothing but that flag's state and rule is changed.

    Raises
    ------
    ActionError
        As :func:`stage_of`.
    """
    stage_of(text, flag)  # refuses what is not ours to change
    members = _definition(text, flag)
    default = next(member for member in members if member.key == "defaultVariant")
    targeting = next((member for member in members if member.key == "targeting"), None)
    variant = ON if stage.percent == WHOLE else OFF
    edits = [(default.value_start, default.value_end, json.dumps(variant))]
    is_partial = 0 < stage.percent < WHOLE
    rule = f'{{ "fractional": [["{ON}", {stage.percent}], ["{OFF}", {WHOLE - stage.percent}]] }}'
    if targeting is not None and is_partial:
        edits.append((targeting.value_start, targeting.value_end, rule))
    elif targeting is not None:
        edits.append(_removal(members, targeting))
    elif is_partial:
        # On a line of its own where the other members are.
        before = text[: default.key_start]
        indent = before[len(before.rstrip(_BLANK)) :]
        edits.append((default.value_end, default.value_end, f',{indent or " "}"targeting": {rule}'))
    for start, end, replacement in sorted(edits, reverse=True):
        text = text[:start] + replacement + text[end:]
    return text


def overlay(text: str, states: Mapping[str, bool]) -> str:
    """Return a flag file with nothing but some flags, each on or off for everyone.

    Raises
    ------
    ActionError
        As :func:`stage_of`.
    """
    for flag in states:
        stage_of(text, flag)
    flags = json.loads(text)["flags"]
    chosen = {
        flag: {key: value for key, value in flags[flag].items() if key != "targeting"}
        | {"defaultVariant": ON if is_on else OFF}
        for flag, is_on in states.items()
    }
    return json.dumps({"flags": chosen}, indent=2) + "\n"


def _removal(members: Sequence[_Member], doomed: _Member) -> tuple[int, int, str]:
    """Take a member out together with the comma that joined it to its neighbour."""
    place = members.index(doomed)
    if place > 0:
        return (members[place - 1].value_end, doomed.value_end, "")
    after = members[place + 1].key_start if len(members) > 1 else doomed.value_end
    return (doomed.key_start, after, "")


def _share_of_on(shares: Any) -> int | None:
    if not isinstance(shares, list) or [share[:1] for share in shares if isinstance(share, list)] != [[ON], [OFF]]:
        return None
    weights = [weight for share in shares for weight in share[1:] if type(weight) is int and weight >= 0]
    return weights[0] if len(weights) == len(shares) and sum(weights) == WHOLE else None


def _flags(text: str) -> _Member:
    try:
        document = json.loads(text)
    except ValueError as error:
        raise ActionError(f"the flag file is not JSON: {error}") from error
    if not isinstance(document, dict) or not isinstance(document.get("flags"), dict):
        raise ActionError('the flag file has no object "flags"')
    return next(member for member in _members(text, _skip(text, 0)) if member.key == "flags")


def _definition(text: str, flag: str) -> tuple[_Member, ...]:
    members = [member for member in _members(text, _flags(text).value_start) if member.key == flag]
    if not members:
        raise ActionError(f'the flag file has no flag "{flag}"; it has: {", ".join(flag_names(text)) or "none"}')
    if len(members) > 1 or text[members[0].value_start] != "{":
        raise ActionError(f'the flag "{flag}" stands twice in the file or is no object; mend the file first')
    return tuple(_members(text, members[0].value_start))


def _members(text: str, start: int) -> list[_Member]:
    """Find the members of the object that opens at ``start``; the text is known to be sound JSON."""
    found = []
    place = _skip(text, start + 1)
    while text[place] != "}":
        key_start = place
        key, place = scanstring(text, place + 1, True)  # noqa: FBT003 - strict, by place
        value_start = _skip(text, _skip(text, place) + 1)
        _, value_end = _DECODER.raw_decode(text, value_start)
        found.append(_Member(key, key_start, value_start, value_end))
        place = _skip(text, value_end)
        if text[place] == ",":
            place = _skip(text, place + 1)
    return found


def _skip(text: str, place: int) -> int:
    while text[place] in _BLANK:
        place += 1
    return place
