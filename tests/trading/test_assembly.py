from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.trading.legal_flags import resolved
from trading import assembly, native
from trading.book import PriceTimeBook, RecordedMarket
from trading.errors import ConfigurationError, FlagError
from trading.flags import OVERLAY_VARIABLE, resolve
from trading.ipc import PipeSender
from trading.messaging import LockedChannel
from trading.records import OrderType, Side, Trade
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
    assembly.build_trade_store,
    assembly.build_platform,
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
    assert type(assembly.build_book(resolved([]))) is PriceTimeBook


def test_a_recorded_feed_gets_a_market_that_gives_way_to_it() -> None:
    components = assembly.build_components(is_recorded=True)
    assert isinstance(components.market, RecordedMarket)
    assert components.market.book is components.book
    assert assembly.build_components().market is not None


def test_the_risk_check_guards_the_symbol_of_the_flags() -> None:
    risk = assembly.build_risk(resolved([], "ABC"))
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


@pytest.mark.parametrize(
    ("build", "names", "kind"),
    [
        (assembly.build_serializer, [], "JsonSerializer"),
        (assembly.build_serializer, ["native-core"], "NativeJsonSerializer"),
        (assembly.build_serializer, ["binary-serialization"], "BinarySerializer"),
        (assembly.build_order_memory, [], "PlainOrderMemory"),
        (assembly.build_order_memory, ["native-core"], "NativeOrderMemory"),
        (assembly.build_request_memory, [], "PlainRequestMemory"),
        (assembly.build_request_memory, ["native-core"], "NativeRequestMemory"),
        (assembly.build_trade_store, [], "TradeList"),
        (assembly.build_trade_store, ["native-core"], "NativeTradeStore"),
    ],
)
def test_flags_choose_the_component(build: Callable[..., Any], names: list[str], kind: str) -> None:
    assert type(build(resolved(names))).__name__ == kind


@pytest.mark.parametrize(("names", "allocated"), [(["native-core"], 3), (["order-pool"], 1)])
def test_the_order_pool_is_switched_by_its_flag(names: list[str], allocated: int) -> None:
    memory = assembly.build_order_memory(resolved(names))
    for number in range(3):
        memory.release(memory.acquire(number, Side.BUY, OrderType.LIMIT, 100, 5, 34))
    assert memory.counts.allocated == allocated


@pytest.mark.parametrize(
    ("names", "allocated"),
    [(["native-core"], 3), (["small-vectors"], 3), (["request-arena"], 1), (["request-arena", "numa-local"], 1)],
)
def test_the_request_arena_is_switched_by_its_flag(names: list[str], allocated: int) -> None:
    memory = assembly.build_request_memory(resolved(names))
    for _ in range(3):
        memory.acquire(8)
        memory.reset()
    assert memory.counts.allocated == allocated


@pytest.mark.parametrize(("names", "stride_bytes"), [([], 8), (["native-core"], 48), (["soa-trades"], 8)])
def test_the_layout_of_trades_is_switched_by_its_flag(names: list[str], stride_bytes: int) -> None:
    store = assembly.build_trade_store(resolved(names))
    store.append(Trade(1, 2, 3, Side.BUY, 4, 5))
    assert store.column("price_ticks").strides == (stride_bytes,)


@pytest.mark.parametrize(
    ("names", "flags"),
    [([], []), (["cpu-affinity"], ["cpu-affinity"]), (["numa-local"], ["cpu-affinity", "numa-local"])],
)
def test_the_platform_tells_of_each_flag_that_is_on(names: list[str], flags: list[str]) -> None:
    with assembly.build_platform(resolved(names)).hot_thread("test") as notices:
        assert [notice.flag for notice in notices] == flags
        assert all(notice.text for notice in notices)


def test_the_flags_choose_the_channel_between_threads() -> None:
    plain, ring = resolved(["native-core"]), resolved(["lock-free-channel", "fast-lock", "cache-aligned"])
    kernels = native.load("plain")
    for build in (assembly.build_channel, assembly.build_single_producer_channel):
        assert type(build(3, resolved([]))) is LockedChannel
        for flags in (plain, ring):
            channel = build(3, flags)
            assert isinstance(channel, kernels.NativeChannel)  # type: ignore[arg-type]  # the protocol has it as a method
            assert [channel.send(number) for number in range(3)] == [True] * 3
            assert not channel.try_send(3)
        # A ring makes its slots at once, a queue none.
        assert build(1 << 40, plain).capacity == 1 << 40
        with pytest.raises(ConfigurationError, match="the capacity of the ring is"):
            build(1 << 40, ring)


@pytest.mark.parametrize("names", [[], ["native-core"], ["fast-lock"], ["lock-free-channel", "cache-aligned"]])
@pytest.mark.parametrize("producers", [1, 3])
def test_a_channel_that_is_exercised_accounts_for_every_message(names: list[str], producers: int) -> None:
    throughput = assembly.build_channel_exercise(7, producers, resolved(names))(1_000)
    assert throughput.received == producers * 1_000
    assert throughput.misplaced == 0
    assert throughput.elapsed_ns > 0


def test_the_flags_choose_the_channel_between_processes() -> None:
    sender, receiver = assembly.build_process_channel(resolved(["native-core"]))
    assert isinstance(sender, PipeSender)
    sender.release()
    receiver.close()
    sender, receiver = assembly.build_process_channel(resolved(["shared-memory-ipc"]))
    assert isinstance(receiver, native.load("plain").NativeFrameReceiver)  # type: ignore[arg-type]
    sender.send(b"frame")
    sender.close()
    assert list(receiver) == [b"frame"]
    receiver.close()
