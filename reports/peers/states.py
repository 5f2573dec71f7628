"""The states in which our own system takes part: the flag file comes in, resolved flags or the reason go out."""

from __future__ import annotations

import json
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from reports.peers.records import Absent
from trading import __version__
from trading.errors import FlagError
from trading.flag_catalogue import CATALOGUE, IMPLEMENTED
from trading.flags import DEPLOYED_FILE, resolve

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

    from trading.flags import ResolvedFlags

VERSION = __version__


@dataclass(frozen=True, slots=True)
class State:
    """One state of our flags.

    Attributes
    ----------
    name
        As the tables show it.
    flags
        What :mod:`trading.assembly` builds from.
    is_deployed
        Whether it is what the flag file of this commit deploys: the ratios are to this one.
    """

    name: str
    flags: ResolvedFlags
    is_deployed: bool = False


def our_states(
    deployed_file: Path = DEPLOYED_FILE, implemented: AbstractSet[str] = IMPLEMENTED
) -> tuple[State | Absent, ...]:
    """Resolve all flags off, native-core alone, and the deployed set; equal ones are one state.

    Parameters
    ----------
    deployed_file
        The flag file whose set is the deployed one.
    implemented
        Names of the flags whose optimization exists.

    Returns
    -------
    tuple of State or Absent
        A state that cannot be run in this commit is absent, with the reason.

    Raises
    ------
    FlagError
        The deployed set is impossible: there is nothing that the peers could be held against.
    """
    deployed = resolve({}, deployed_file=deployed_file, implemented=implemented)
    states: list[State | Absent] = []
    for name, on in (("all flags off", frozenset()), ("native-core", frozenset({"native-core"}))):
        if on == deployed.on:
            states.append(State(f"ours, {name} (as deployed)", deployed, is_deployed=True))
            continue
        try:
            states.append(State(f"ours, {name}", resolve_only(on, implemented)))
        except FlagError as error:
            states.append(Absent(f"ours, {name}", str(error), is_ours=True))
    if not any(isinstance(state, State) and state.is_deployed for state in states):
        states.append(State("ours, as deployed", deployed, is_deployed=True))
    return tuple(states)


def resolve_only(on: AbstractSet[str], implemented: AbstractSet[str] = IMPLEMENTED) -> ResolvedFlags:
    """Resolve exactly the named flags as on, whatever is deployed.

    Raises
    ------
    FlagError
        The set cannot be run in this commit, or its kernels are not built.
    """
    flags = {
        flag.name: {
            "state": "ENABLED",
            "variants": {"on": True, "off": False},
            "defaultVariant": "on" if flag.name in on else "off",
        }
        for flag in CATALOGUE
    }
    with tempfile.TemporaryDirectory(prefix="peers-flags-") as folder:
        path = Path(folder) / "flags.json"
        path.write_text(json.dumps({"flags": flags}), encoding="utf-8")
        return resolve({}, deployed_file=path, implemented=implemented)
