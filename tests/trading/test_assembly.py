from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.trading.legal_flags import resolved
from trading import assembly
from trading.book import PriceTimeBook, RecordedMarket
from trading.errors import FlagError
from trading.flags import OVERLAY_VARIABLE, resolve
from trading.risk import PreTradeRisk

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

BUILDERS: list[Callable[..., Any]] = [
    assembly.build_book,
    assembly.build_relative_strength_index,
    assembly.build_moving_average_convergence_divergence,
    assembly.build_bollinger_bands,
    assembly.build_signals,
    assembly.build_risk,
    assembly.build_orders,
    assembly.build_positions,
    assembly.build_order_memory,
    assembly.build_request_memory,
    assembly.build_serializer,
    assembly.build_components,
    assembly.build_pipeline,
]


@pytest.mark.parametrize("build", BUILDERS)
def test_each_call_builds_a_fresh_component_with_and_without_flags(build: Callable[..., Any]) -> None:
    flags = resolve({})
    built = [build(), build(), build(flags)]
    assert built[0] is not built[1] is not built[2]
    assert type(built[0]) is type(built[2])


def test_a_channel_has_the_capacity_asked_for() -> None:
    assert assembly.build_channel(3).capacity == 3


@pytest.mark.parametrize("build", BUILDERS)
def test_an_impossible_set_of_flags_is_refused_by_every_component(
    build: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    overlay = tmp_path / "overlay.json"
    flag = {"state": "ENABLED", "variants": {"on": True, "off": False}, "defaultVariant": "on"}
    overlay.write_text(json.dumps({"flags": {"no-such-flag": flag}}))
    monkeypatch.setenv(OVERLAY_VARIABLE, str(overlay))
    with pytest.raises(FlagError, match="no-such-flag"):
        build()


def test_with_all_flags_off_the_book_is_the_reference() -> None:
    assert type(assembly.build_book()) is PriceTimeBook


def test_a_recorded_feed_gets_a_market_that_gives_way_to_it() -> None:
    components = assembly.build_components(is_recorded=True)
    assert isinstance(components.market, RecordedMarket)
    assert components.market.book is components.book
    assert assembly.build_components().market is not None


def test_the_risk_check_guards_the_symbol_of_the_flags() -> None:
    risk = assembly.build_risk(resolve({}, symbol="ABC"))
    assert isinstance(risk, PreTradeRisk)
    assert assembly.build_components(resolve({}, symbol="ABC")).symbol == "ABC"


def test_a_process_channel_has_two_ends() -> None:
    sender, receiver = assembly.build_process_channel()
    sender.send(b"frame")
    sender.close()
    assert list(receiver) == [b"frame"]
    receiver.close()


@pytest.mark.parametrize("extra", ["native-core", "order-pool", "fast-lock", "lock-free-positions", "cache-aligned"])
def test_flags_choose_native_risk_orders_and_positions(extra: str) -> None:
    flags = resolved([extra])
    built: list[Any] = [
        assembly.build_risk(flags),
        assembly.build_orders(flags),
        assembly.build_positions(flags),
    ]
    assert [type(part).__name__ for part in built] == ["NativeRisk", "NativeOrderLedger", "NativePositions"]
    assert len({type(part).__module__ for part in built}) == 1
