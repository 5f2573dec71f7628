from __future__ import annotations

from trading.flag_catalogue import CATALOGUE, IMPLEMENTED

ROADMAP = [
    *("native-core", "fast-lock", "optimized-build", "inline-hot-paths", "small-vectors"),
    *("lock-free-book", "lock-free-positions", "lock-free-channel"),
    *("simd-indicators", "simd-imbalance", "soa-trades"),
    *("binary-serialization", "shared-memory-ipc", "order-pool", "request-arena"),
    *("cache-aligned", "prefetch"),
    *("pgo-build", "cpu-affinity", "numa-local"),
]
NAMES = [flag.name for flag in CATALOGUE]


def test_the_catalogue_holds_the_roadmap_in_its_order() -> None:
    assert NAMES == ROADMAP


def test_phases_rise() -> None:
    phases = [[int(part) for part in flag.phase.split(".")] for flag in CATALOGUE]
    assert phases == sorted(phases)


def test_relations_name_other_flags_only() -> None:
    for flag in CATALOGUE:
        for other in (*flag.requires, *flag.supersedes, *flag.excludes):
            assert other in NAMES
            assert other != flag.name


def test_requirements_precede_the_flag_so_that_they_cannot_be_circular() -> None:
    for flag in CATALOGUE:
        assert all(NAMES.index(required) < NAMES.index(flag.name) for required in flag.requires)


def test_requirements_are_complete_so_that_one_message_names_all_of_them() -> None:
    requires = {flag.name: set(flag.requires) for flag in CATALOGUE}
    for flag in CATALOGUE:
        assert all(requires[required] <= requires[flag.name] for required in flag.requires)


def test_everything_native_requires_the_native_core() -> None:
    for flag in CATALOGUE:
        assert flag.name == "native-core" or flag.needs_native == ("native-core" in flag.requires)


def test_a_superseded_flag_shares_a_component_with_the_one_that_supersedes_it() -> None:
    components = {flag.name: set(flag.components) for flag in CATALOGUE}
    for flag in CATALOGUE:
        assert all(components[other] & components[flag.name] for other in flag.supersedes)


def test_nothing_excludes_anything_since_the_last_phase_turns_everything_on() -> None:
    assert not any(flag.excludes for flag in CATALOGUE)


def test_what_is_implemented_exists() -> None:
    assert set(NAMES) >= IMPLEMENTED


def test_every_flag_but_the_core_makes_a_claim() -> None:
    assert [flag.name for flag in CATALOGUE if not flag.claim] == ["native-core"]
