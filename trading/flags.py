"""The only reader of flags: files and environment in, one frozen :class:`ResolvedFlags` out.

Flags are evaluated once, when a system is constructed (1 ms for all of them; no hot path asks for a flag), and for one
symbol, so that flagd's ``fractional`` rules can roll an optimization out symbol by symbol. A set of flags that
cannot be run is refused whole, with every problem named: a silent fallback would falsify whatever is measured.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from openfeature import api
from openfeature.evaluation_context import EvaluationContext

from trading.errors import FlagError
from trading.flag_catalogue import CATALOGUE, IMPLEMENTED, Flag
from trading.flag_file import FlagFile, read_flag_file
from trading.flag_provider import FlagFileProvider
from trading.native import is_built, variant_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from collections.abc import Set as AbstractSet

OVERLAY_VARIABLE = "TRADING_FLAGS_OVERLAY"
"""Environment variable that names a flag file whose flags replace those of the deployed file, one by one."""

DEPLOYED_FILE = Path(__file__).with_name("flags.json")
"""The flag file that is part of the commit, and that a rollback edits."""

DEFAULT_SYMBOL = "SYNTH"
"""The symbol of the synthetic feed, as in ``trading.records``."""

_DOMAIN = "trading"
_provider = FlagFileProvider()
_provider_in_use = threading.Lock()


class FlagSource(StrEnum):
    """Which file answered for a flag."""

    DEPLOYED = "deployed"
    OVERLAY = "overlay"


@dataclass(frozen=True, slots=True)
class FlagState:
    """What was found for one flag."""

    flag: Flag
    is_on: bool
    source: FlagSource
    has_rollout: bool
    """Whether the state depends on the symbol."""
    is_implemented: bool
    """Whether the optimization exists in this commit."""


@dataclass(frozen=True, slots=True)
class ResolvedFlags:
    """A possible set of flags, as evaluated for one symbol.

    Attributes
    ----------
    symbol
        The symbol for which the flags were evaluated.
    states
        One state a flag, in the order of the catalogue.
    on
        Names of the flags that are on.
    """

    symbol: str
    states: tuple[FlagState, ...]
    on: frozenset[str]

    def is_on(self, name: str) -> bool:
        """Whether a flag is on.

        Raises
        ------
        FlagError
            There is no such flag: a typing error must not read as "off".
        """
        if name not in self.on and all(state.flag.name != name for state in self.states):
            raise FlagError(f'there is no flag "{name}"; `python -m trading flags` lists those that exist')
        return name in self.on


def resolve(
    environment: Mapping[str, str],
    *,
    deployed_file: Path = DEPLOYED_FILE,
    symbol: str = DEFAULT_SYMBOL,
    catalogue: Sequence[Flag] = CATALOGUE,
    implemented: AbstractSet[str] = IMPLEMENTED,
    is_native_built: Callable[[str], bool] = is_built,
) -> ResolvedFlags:
    """Evaluate every flag once.

    Parameters
    ----------
    environment
        Where :data:`OVERLAY_VARIABLE` is looked up; usually ``os.environ``. Unset and empty mean: no overlay.
    deployed_file
        The flag file that must declare every flag.
    symbol
        The targeting key of the evaluation.
    catalogue, implemented
        The flags that exist, and the names of those whose optimization does.
    is_native_built
        Tells whether a build variant of the native kernels is there.

    Returns
    -------
    ResolvedFlags
        A set that can be run.

    Raises
    ------
    FlagError
        A file is missing or broken, a flag unknown or undeclared, or the set impossible; all problems in one message.
    """
    if not symbol:
        raise FlagError("flags cannot be evaluated for an empty symbol; name one")
    names = [flag.name for flag in catalogue]
    deployed = read_flag_file(deployed_file, names)
    problems = list(deployed.problems)
    if deployed.is_readable:
        problems += [
            f'{deployed_file}: flag "{name}" is missing; declare it with "defaultVariant": "off"'
            for name in names
            if name not in deployed.declared
        ]
    files = {FlagSource.DEPLOYED: deployed}
    overlay_path = environment.get(OVERLAY_VARIABLE, "")
    if overlay_path:
        overlay = read_flag_file(Path(overlay_path), names)
        problems += [f"{OVERLAY_VARIABLE}: {problem}" for problem in overlay.problems]
        files = {FlagSource.OVERLAY: overlay, FlagSource.DEPLOYED: deployed}

    values, failures = _evaluate(files, symbol)
    problems += failures
    problems += _impossibilities(catalogue, values, implemented)
    problems += _missing_kernels(catalogue, values, implemented, is_native_built)
    if problems:
        raise FlagError(_message(problems))
    return ResolvedFlags(
        symbol=symbol,
        states=tuple(_state(flag, values[flag.name], files, implemented) for flag in catalogue),
        on=frozenset(name for name in names if values[name]),
    )


def _evaluate(files: Mapping[FlagSource, FlagFile], symbol: str) -> tuple[dict[str, bool], list[str]]:
    """Ask OpenFeature for each flag that has a sound definition; the others have been complained of already."""
    values: dict[str, bool] = {}
    problems: list[str] = []
    context = EvaluationContext(targeting_key=symbol)
    # OpenFeature keeps its providers in one registry a process: the lock keeps two resolutions from mixing their files.
    with _provider_in_use:
        _provider.load(files.values())
        api.set_provider_and_wait(_provider, _DOMAIN)
        client = api.get_client(_DOMAIN)
        for name in sorted(frozenset().union(*(file.sound for file in files.values()))):
            details = client.get_boolean_details(name, default_value=False, evaluation_context=context)
            if details.error_code is None:
                values[name] = details.value
            else:
                path = files[_source(name, files)].path
                problems.append(
                    f'{path}: flag "{name}" cannot be evaluated for symbol "{symbol}" '
                    f'({details.error_code}: {details.error_message}); mend its "targeting"'
                )
    return values, problems


def _impossibilities(
    catalogue: Sequence[Flag], values: Mapping[str, bool], implemented: AbstractSet[str]
) -> Iterator[str]:
    """Name what keeps the flags that are on from being run together; a flag without a value is not judged."""
    for flag in catalogue:
        if not values.get(flag.name):
            continue
        if flag.name not in implemented:
            # What it requires is not worth a second message: switching that on would not help.
            yield f'flag "{flag.name}" is on, but its optimization does not exist yet; set it to "off"'
            continue
        for required in flag.requires:
            if values.get(required) is False:
                yield f'flag "{flag.name}" requires "{required}", which is off; switch on both or neither'
        for excluded in flag.excludes:
            if values.get(excluded):
                yield f'flag "{flag.name}" excludes "{excluded}", and both are on; switch one of them off'


def _missing_kernels(
    catalogue: Sequence[Flag],
    values: Mapping[str, bool],
    implemented: AbstractSet[str],
    is_native_built: Callable[[str], bool],
) -> Iterator[str]:
    """Refuse, by name, flags whose kernels were not built: the plain path in their place would falsify measurements."""
    on = {flag.name for flag in catalogue if values.get(flag.name) and flag.name in implemented}
    native = [flag.name for flag in catalogue if flag.name in on and flag.needs_native]
    variant = variant_of(on)
    if native and not is_native_built(variant):
        names = ", ".join(f'"{name}"' for name in native)
        yield (
            f'native kernels are needed by {names}, but the module "trading.native.{variant}" is missing; '
            "build the package again with g++ and TRADING_VARIANTS=all in the environment, or switch these flags "
            'to "off"'
        )


def _state(
    flag: Flag,
    is_on: bool,  # noqa: FBT001 - the value of the flag
    files: Mapping[FlagSource, FlagFile],
    implemented: AbstractSet[str],
) -> FlagState:
    source = _source(flag.name, files)
    return FlagState(
        flag=flag,
        is_on=is_on,
        source=source,
        has_rollout=flag.name in files[source].rollouts,
        is_implemented=flag.name in implemented,
    )


def _source(name: str, files: Mapping[FlagSource, FlagFile]) -> FlagSource:
    """Say which file answers for a flag: the first one, in the order of precedence, that declares it soundly."""
    return next(source for source, file in files.items() if name in file.sound)


def _message(problems: Sequence[str]) -> str:
    if len(problems) == 1:
        return problems[0]
    return f"the flags have {len(problems)} problems:\n" + "\n".join(f"  - {problem}" for problem in problems)
