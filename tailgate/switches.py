"""Which states of flags are compared: from what the user asked for, the policy and the commit's flag file.

In: names of flags, or nothing. Out: :class:`~tailgate.flag_records.Switch` records. Pure: every problem at once, before
anything is built.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tailgate.errors import ConfigurationError
from tailgate.flag_records import Switch

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tailgate.config import FlagPolicy
    from tailgate.measure import FlagFile

DEPLOYED = "deployed"
"""The name of the switch of all flags that the commit deploys."""


def choose_switches(
    asked: Sequence[str], touches: Mapping[str, FlagPolicy], file: FlagFile, *, with_deployed: bool
) -> tuple[Switch, ...]:
    """Choose what is measured against what.

    Parameters
    ----------
    asked
        Names of flags; none means every flag that the policy says something about.
    touches
        The policy's flags.
    file
        The flags that the commit has.
    with_deployed
        Whether all deployed flags together are measured against none of them, too.

    Raises
    ------
    ConfigurationError
        A flag is unknown to the policy or to the commit, or nothing is left to measure.
    """
    problems = [f"  {name}: {_unknown(touches)}" for name in dict.fromkeys(asked) if name not in touches]
    names = list(dict.fromkeys(asked or touches))
    problems += [
        f"  {name}: the commit's flag file does not have it"
        for name in names
        if name in touches and name not in file.on
    ]
    switches = [
        Switch(name, (name,), required_by(name, touches), touches[name].benchmarks) for name in names if name in touches
    ]
    problems += [
        f"  {switch.name} requires {required}, which the commit's flag file does not have"
        for switch in switches
        for required in switch.requires
        if required not in file.on
    ]
    if with_deployed and file.deployed:
        touched = [f"(?:{touches[name].benchmarks})" for name in file.deployed if name in touches]
        switches.append(Switch(DEPLOYED, file.deployed, (), "|".join(touched)))
    if problems:
        raise ConfigurationError("\n".join(["these flags cannot be measured:", *problems]))
    if not switches:
        raise ConfigurationError(
            "there are no flags to measure; mend: name each in the policy file, as "
            "[flags.touches] NAME = { benchmarks = 'REGEX' }"
        )
    return tuple(switches)


def _unknown(touches: Mapping[str, FlagPolicy]) -> str:
    known = ", ".join(touches) or "none at all"
    return f"the policy file does not say which benchmarks it touches (flags.touches); it knows {known}"


def required_by(name: str, touches: Mapping[str, FlagPolicy]) -> tuple[str, ...]:
    """Name everything that a flag requires, and that those require, each once; a flag never requires itself.

    A flag that the policy does not know requires nothing.
    """
    found: dict[str, None] = {}
    pending = list(touches[name].requires) if name in touches else []
    while pending:
        required = pending.pop(0)
        if required != name and required not in found:
            found[required] = None
            pending += touches[required].requires
    return tuple(found)
