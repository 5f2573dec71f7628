from __future__ import annotations

from math import isnan
from typing import TYPE_CHECKING

import numpy as np
import pytest

from trading import native
from trading.memory import TradeList
from trading.records import MAXIMUM_PRICE_TICKS, MAXIMUM_QUANTITY_LOTS, Side, Trade

if TYPE_CHECKING:
    from trading.memory import TradeStore

KERNELS = native.load("plain")
TRADES = [Trade(10 + number, number, -number, list(Side)[number % 2], 100 + number, number + 1) for number in range(11)]


@pytest.fixture(params=["reference", "native", "soa-trades"])
def store(request: pytest.FixtureRequest) -> TradeStore:
    if request.param == "reference":
        return TradeList()
    return KERNELS.NativeTradeStore(soa_trades=request.param == "soa-trades")


def test_an_empty_store_has_nothing(store: TradeStore) -> None:
    assert (len(store), store.volume_lots, store.net_volume_lots, store.turnover_tick_lots) == (0, 0, 0, 0)
    assert isnan(store.average_price_ticks)
    assert store.column("time_ns").tolist() == []


def test_trades_are_added_up(store: TradeStore) -> None:
    store.extend(TRADES)
    assert store.volume_lots == 66
    assert store.net_volume_lots == 36 - 30
    assert store.turnover_tick_lots == sum((100 + number) * (number + 1) for number in range(11))
    assert store.average_price_ticks == store.turnover_tick_lots / 66


def test_trades_come_back(store: TradeStore) -> None:
    store.extend(iter(TRADES))
    assert store[0] == TRADES[0]
    assert store[-1] == TRADES[-1]
    assert type(store[3]) is Trade
    assert type(store[3].aggressor_side) is Side
    for index in (11, -12):
        with pytest.raises(IndexError, match=f"there is no trade {index}; 11 are kept"):
            store[index]


def test_sums_beyond_64_bits_are_exact(store: TradeStore) -> None:
    largest = Trade(0, 0, 0, Side.SELL, MAXIMUM_PRICE_TICKS, MAXIMUM_QUANTITY_LOTS)
    store.extend([largest] * 1_001)
    assert store.turnover_tick_lots == 1_001 * MAXIMUM_PRICE_TICKS * MAXIMUM_QUANTITY_LOTS > 2**63
    assert store.net_volume_lots == -1_001 * MAXIMUM_QUANTITY_LOTS
    assert store.average_price_ticks == MAXIMUM_PRICE_TICKS


def test_a_trade_that_is_refused_is_not_kept_and_those_before_it_are(store: TradeStore) -> None:
    with pytest.raises(ValueError, match=r"Trade\(.*\) cannot be kept; numbers have 64 bits"):
        store.extend([TRADES[0], TRADES[1]._replace(quantity_lots=-1), TRADES[2]])
    assert len(store) == 1


def test_a_column_that_does_not_exist_is_named(store: TradeStore) -> None:
    with pytest.raises(ValueError, match='a trade has no column "price"; there are time_ns, '):
        store.column("price")


def test_a_column_is_only_read(store: TradeStore) -> None:
    store.extend(TRADES)
    with pytest.raises(TypeError, match="read-only"):
        store.column("time_ns")[0] = 1


@pytest.mark.parametrize("soa_trades", [False, True])
def test_native_columns_share_the_memory_of_the_store(soa_trades: bool) -> None:  # noqa: FBT001 - a parameter
    store = KERNELS.NativeTradeStore(soa_trades=soa_trades)
    store.extend(TRADES)
    first, second = np.asarray(store.column("price_ticks")), np.asarray(store.column("price_ticks"))
    assert np.shares_memory(first, second)
    assert first.strides == ((8,) if soa_trades else (48,))
    assert first.tolist() == [trade.price_ticks for trade in TRADES]


@pytest.mark.parametrize("soa_trades", [False, True])
def test_a_column_outlives_growth_and_the_store(soa_trades: bool) -> None:  # noqa: FBT001 - a parameter
    store = KERNELS.NativeTradeStore(soa_trades=soa_trades)
    store.extend(TRADES)
    column = np.asarray(store.column("quantity_lots"))
    store.extend(TRADES * 1_000)
    del store
    assert column.tolist() == [trade.quantity_lots for trade in TRADES]


def test_what_is_no_trade_is_refused() -> None:
    for soa_trades in (False, True):
        with pytest.raises(TypeError, match="Trade expected, with 6 fields; got list"):
            KERNELS.NativeTradeStore(soa_trades=soa_trades).append([1, 2])  # type: ignore[arg-type]  # as it says
