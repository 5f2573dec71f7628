from __future__ import annotations

import dataclasses
import json
from typing import TYPE_CHECKING, Any

import pytest

from trading.errors import FlagError
from trading.flag_catalogue import CATALOGUE, Flag
from trading.flags import DEPLOYED_FILE, OVERLAY_VARIABLE, FlagSource, resolve
from trading.native import VARIANTS

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from trading.flags import ResolvedFlags

NAMES = [flag.name for flag in CATALOGUE]


def definition(variant: str = "off", **changes: Any) -> dict[str, Any]:
    return {"state": "ENABLED", "variants": {"on": True, "off": False}, "defaultVariant": variant} | changes


def write(path: Path, flags: Mapping[str, object]) -> Path:
    path.write_text(json.dumps({"flags": flags}), encoding="utf-8")
    return path


def flag(name: str, **changes: Any) -> Flag:
    defaults = {"requires": (), "phase": "1", "description": "", "claim": "", "components": ()}
    return Flag(name=name, **(defaults | changes))


def resolve_small(
    folder: Path,
    flags: Mapping[str, object],
    *,
    overlay: Mapping[str, object] | None = None,
    symbol: str = "SYNTH",
    implemented: tuple[str, ...] = ("base", "fast", "slow"),
    built: tuple[str, ...] = VARIANTS,
) -> ResolvedFlags:
    """Resolve a catalogue of three: fast requires base and excludes slow."""
    environment = {} if overlay is None else {OVERLAY_VARIABLE: str(write(folder / "overlay.json", overlay))}
    return resolve(
        environment,
        deployed_file=write(folder / "flags.json", flags),
        symbol=symbol,
        catalogue=(flag("base"), flag("fast", requires=("base",), excludes=("slow",)), flag("slow")),
        implemented=frozenset(implemented),
        is_native_built=lambda variant: variant in built,
    )


ALL_OFF = {"base": definition(), "fast": definition(), "slow": definition()}


def test_the_deployed_file_declares_every_flag_and_can_be_resolved() -> None:
    resolved = resolve({})
    assert [state.flag for state in resolved.states] == list(CATALOGUE)
    assert all(state.source is FlagSource.DEPLOYED for state in resolved.states)


def test_the_deployed_file_keeps_the_order_of_the_catalogue() -> None:
    assert list(json.loads(DEPLOYED_FILE.read_text(encoding="utf-8"))["flags"]) == NAMES


def test_this_commit_deploys_what_its_file_has_on() -> None:
    deployed = json.loads(DEPLOYED_FILE.read_text(encoding="utf-8"))["flags"]
    assert resolve({}).on == {name for name, flag in deployed.items() if flag["defaultVariant"] == "on"}


def test_every_flag_at_once_is_a_possible_set(tmp_path: Path) -> None:
    deployed = write(tmp_path / "flags.json", {name: definition("on") for name in NAMES})
    assert resolve({}, deployed_file=deployed, implemented=frozenset(NAMES)).on == set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_a_flag_without_an_optimization_is_refused_by_name(tmp_path: Path, name: str) -> None:
    overlay = write(tmp_path / "overlay.json", {name: definition("on")})
    deployed = write(tmp_path / "flags.json", dict.fromkeys(NAMES, definition()))
    with pytest.raises(FlagError) as refused:
        resolve({OVERLAY_VARIABLE: str(overlay)}, deployed_file=deployed, implemented=frozenset())
    assert str(refused.value) == f'flag "{name}" is on, but its optimization does not exist yet; set it to "off"'


def test_flags_whose_kernels_were_not_built_are_refused_by_name(tmp_path: Path) -> None:
    on = ALL_OFF | {"base": definition("on"), "fast": definition("on")}
    with pytest.raises(FlagError) as refused:
        resolve_small(tmp_path, on, built=("optimized",))
    assert str(refused.value) == (
        'native kernels are needed by "base", "fast", but the module "trading.native.plain" is missing; '
        "build the package again with g++ and TRADING_VARIANTS=all in the environment, or switch these flags "
        'to "off"'
    )


def test_kernels_that_no_flag_asks_for_are_not_missed(tmp_path: Path) -> None:
    assert resolve_small(tmp_path, ALL_OFF, built=()).on == frozenset()


def test_the_overlay_replaces_flags_one_by_one(tmp_path: Path) -> None:
    resolved = resolve_small(tmp_path, ALL_OFF | {"base": definition("on")}, overlay={"fast": definition("on")})
    assert resolved.on == {"base", "fast"}
    assert [state.source for state in resolved.states] == ["deployed", "overlay", "deployed"]


def test_the_overlay_may_switch_a_deployed_flag_off(tmp_path: Path) -> None:
    assert resolve_small(tmp_path, ALL_OFF | {"slow": definition("on")}, overlay={"slow": definition()}).on == set()


def test_an_empty_overlay_variable_means_no_overlay() -> None:
    assert resolve({OVERLAY_VARIABLE: ""}) == resolve({})


def test_a_missing_overlay_is_refused_and_its_variable_named(tmp_path: Path) -> None:
    with pytest.raises(FlagError, match=r"^TRADING_FLAGS_OVERLAY: .*none\.json: cannot be read"):
        resolve({OVERLAY_VARIABLE: str(tmp_path / "none.json")})


def test_a_flag_that_the_deployed_file_lacks_is_refused_even_when_the_overlay_has_it(tmp_path: Path) -> None:
    with pytest.raises(FlagError, match='flag "slow" is missing; declare it') as refused:
        resolve_small(tmp_path, {"base": definition(), "fast": definition()}, overlay={"slow": definition()})
    assert "\n" not in str(refused.value)


def test_a_requirement_that_is_off_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FlagError, match=r'^flag "fast" requires "base", which is off; switch on both or neither$'):
        resolve_small(tmp_path, ALL_OFF | {"fast": definition("on")})


def test_an_exclusion_is_refused(tmp_path: Path) -> None:
    everything = dict.fromkeys(ALL_OFF, definition("on"))
    with pytest.raises(FlagError, match=r'^flag "fast" excludes "slow", and both are on; switch one of them off$'):
        resolve_small(tmp_path, everything)


def test_all_problems_come_at_once(tmp_path: Path) -> None:
    with pytest.raises(FlagError) as refused:
        resolve_small(
            tmp_path,
            {"base": definition(), "fast": definition("on"), "typo": definition()},
            overlay={"slow": definition("on", state="DISABLED")},
            implemented=("base", "fast"),
        )
    message = str(refused.value)
    assert message.startswith("the flags have 4 problems:\n")
    for part in ('unknown flag "typo"', '"slow" is missing', '"slow" has a "state"', '"fast" requires "base"'):
        assert part in message


def test_a_broken_file_does_not_accuse_its_flags_of_being_missing(tmp_path: Path) -> None:
    broken = tmp_path / "flags.json"
    broken.write_text("{", encoding="utf-8")
    with pytest.raises(FlagError) as refused:
        resolve({}, deployed_file=broken)
    assert str(refused.value).startswith(f"{broken}: line 1, column 2 is not JSON")


def test_a_rule_that_cannot_be_evaluated_is_an_error(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    flags = ALL_OFF | {"base": definition(targeting={"no_such_operator": [1]})}
    with pytest.raises(FlagError, match=r'flag "base" cannot be evaluated for symbol "SYNTH" .*mend its "targeting"$'):
        resolve_small(tmp_path, flags)
    assert not caplog.records


def test_an_unknown_name_is_never_off() -> None:
    with pytest.raises(FlagError, match='there is no flag "native_core"'):
        resolve({}).is_on("native_core")


def test_known_names_are_answered(tmp_path: Path) -> None:
    resolved = resolve_small(tmp_path, ALL_OFF | {"base": definition("on")})
    assert resolved.is_on("base")
    assert not resolved.is_on("fast")


def test_an_empty_symbol_is_refused() -> None:
    with pytest.raises(FlagError, match="empty symbol"):
        resolve({}, symbol="")


def test_the_result_is_frozen() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        resolve({}).on = frozenset({"native-core"})  # type: ignore[misc]


def rollout(folder: Path, percent: int) -> set[str]:
    rule = {"fractional": [["on", percent], ["off", 100 - percent]]}
    flags = ALL_OFF | {"base": definition(targeting=rule)}
    symbols = [f"SYM{number}" for number in range(100)]
    return {symbol for symbol in symbols if resolve_small(folder, flags, symbol=symbol).is_on("base")}


def test_a_fractional_rollout_grows_and_never_takes_a_symbol_back(tmp_path: Path) -> None:
    none, tenth, half, everyone = (rollout(tmp_path, percent) for percent in (0, 10, 50, 100))
    assert none == set()
    assert none < tenth < half < everyone
    assert len(everyone) == 100
    # The buckets of flagd-core 2.0; another version that moves symbols between them must not pass unseen.
    assert sorted(tenth) == ["SYM16", "SYM18", "SYM48", "SYM52", "SYM79", "SYM84", "SYM87"]


def test_a_rollout_is_marked(tmp_path: Path) -> None:
    flags = ALL_OFF | {"base": definition(targeting={"fractional": [["on", 1], ["off", 0]]})}
    assert [state.has_rollout for state in resolve_small(tmp_path, flags).states] == [True, False, False]


def test_whether_an_optimization_exists_is_part_of_the_state(tmp_path: Path) -> None:
    resolved = resolve_small(tmp_path, ALL_OFF, implemented=("slow",))
    assert [state.is_implemented for state in resolved.states] == [False, False, True]
