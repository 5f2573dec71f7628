from __future__ import annotations

from math import isnan

from trading.records import BookUpdate, Signal
from trading.signals import BollingerBands, MovingAverageConvergenceDivergence, RelativeStrengthIndex, SignalEngine


def engine() -> SignalEngine:
    return SignalEngine(RelativeStrengthIndex(2), MovingAverageConvergenceDivergence(2, 3, 2), BollingerBands(3))


def top(time_ns: int, bid: int, ask: int, bid_quantity: int = 1, ask_quantity: int = 1) -> BookUpdate:
    return BookUpdate(time_ns, bid, bid_quantity, ask, ask_quantity)


def test_it_answers_with_what_each_indicator_makes_of_the_mid_price() -> None:
    bids = [100, 101, 103, 102, 102, 105, 104]
    under_test = engine()
    index, trend, bands = RelativeStrengthIndex(2), MovingAverageConvergenceDivergence(2, 3, 2), BollingerBands(3)
    for time_ns, bid in enumerate(bids):
        signal = under_test.on_update(top(time_ns, bid, bid + 1, 3, 1))
        mid = bid + 0.5
        expected = Signal(time_ns, index.update(mid), *trend.update(mid), *bands.update(mid), 0.5)
        assert repr(signal) == repr(expected)
    assert type(signal) is Signal
    assert not any(map(isnan, signal))


def test_everything_but_the_imbalance_is_nan_at_first() -> None:
    signal = engine().on_update(top(7, 100, 101, 1, 3))
    assert signal.time_ns == 7
    assert signal.imbalance == -0.5
    assert all(map(isnan, signal[1:-1]))


def test_an_empty_side_leaves_the_indicators_where_they_are() -> None:
    under_test = engine()
    for time_ns in range(6):
        before = under_test.on_update(top(time_ns, 100 + time_ns, 102 + time_ns))
    one_sided = under_test.on_update(BookUpdate(6, 105, 4, 0, 0))
    assert one_sided == before._replace(time_ns=6, imbalance=1.0)
    empty = under_test.on_update(BookUpdate(7, 0, 0, 0, 0))
    assert empty == before._replace(time_ns=7, imbalance=0.0)
