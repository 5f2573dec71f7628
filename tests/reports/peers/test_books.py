from __future__ import annotations

from contextlib import suppress
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

import pytest
from typing_extensions import override

from reports.peers.books import BookAnswers, OurBook, compare, difference, participant
from reports.peers.matching_book import RestingFill
from reports.peers.order_flow import order_flow
from reports.peers.records import Absent, Participant
from reports.peers.sorted_book import SortedBook
from reports.peers.states import our_states
from trading.book import PriceTimeBook

if TYPE_CHECKING:
    from trading.records import FeedEvent

SortedDict: Final = import_module("sortedcontainers").SortedDict
"""Here because hypothesis needs it; it ships no types."""

FLOW: Final = order_flow(6_000)


class UnfairBook(SortedBook):
    """Gives the last arrival the first trade."""

    @override
    def _match(self, side: int, quantity: int, limit: int | None) -> tuple[list[tuple[int, int, int]], int]:
        levels = self._levels[side]
        for key, level in levels.items():
            levels[key] = dict(reversed(level.items()))
        return super()._match(side, quantity, limit)

    @override
    def cancel(self, order_id: int) -> None:
        # Its trades are wrong, so orders that should rest are gone; it goes on all the same.
        with suppress(KeyError):
            super().cancel(order_id)


class SilentBook(SortedBook):
    """Reports no trades."""

    tells_trades = False


def answers(make: Any) -> BookAnswers:
    found: BookAnswers = participant("name", "1.0", make, FLOW).answers()
    return found


@pytest.fixture(scope="module")
def ours() -> BookAnswers:
    return answers(lambda: OurBook(PriceTimeBook()))


def test_the_reference_answers_with_its_trades(ours: BookAnswers) -> None:
    book = PriceTimeBook()
    trades = [trade for event in FLOW for trade in book.apply(event)]
    assert ours.fills == [(trade.resting_order_id, trade.price_ticks, trade.quantity_lots) for trade in trades]
    assert len(ours.best_prices) == len(FLOW) / 500


@pytest.mark.parametrize("kind", [SortedBook, SilentBook])
def test_a_book_that_does_the_same_agrees(ours: BookAnswers, kind: type[SortedBook]) -> None:
    assert difference(ours, answers(partial(kind, SortedDict))) == ""


def test_a_book_that_breaks_the_priority_is_told_at_its_first_trade(ours: BookAnswers) -> None:
    theirs = answers(partial(UnfairBook, SortedDict))
    assert difference(ours, theirs).startswith("trade ")


def test_a_silent_book_is_held_to_the_prices(ours: BookAnswers) -> None:
    wrong = BookAnswers(None, [*ours.best_prices[:2], (1, 2), *ours.best_prices[3:]])
    assert difference(ours, wrong) == f"best prices after 1,500 events: ours {ours.best_prices[2]}, theirs (1, 2)"


def test_missing_trades_are_counted(ours: BookAnswers) -> None:
    assert ours.fills is not None
    wrong = BookAnswers(ours.fills[:-1], ours.best_prices)
    assert difference(ours, wrong) == f"{len(ours.fills) - 1:,} trades, ours {len(ours.fills):,}"
    assert difference(ours, BookAnswers([RestingFill(1, 2, 3)], ours.best_prices)).startswith("trade 0: ours ")


def test_every_event_of_the_flow_becomes_one_call() -> None:
    taken: list[FeedEvent] = []

    class Counting(SortedBook):
        @override
        def bind(self, events: Any) -> Any:
            taken.extend(events)
            return super().bind(events)

    calls = list(participant("name", "1.0", partial(Counting, SortedDict), FLOW).start())
    assert sum(map(len, calls)) == len(FLOW)
    assert taken == FLOW


def test_the_comparison_lists_every_peer_whether_it_is_here_or_not() -> None:
    future = Absent("ours, of the future", "it does not exist yet", is_ours=True)
    (comparison,) = compare((*our_states(), future), 2_000)
    names = [item.name for item in comparison.participants]
    assert names[-5:] == [
        "limit-order-book",
        "sortedcontainers",
        "lightmatchingengine",
        "pyorderbook",
        "cython-orderbook",
    ]
    kinds = {item.name: type(item) for item in comparison.participants}
    assert kinds["sortedcontainers"] is Participant
    assert kinds[future.name] is Absent
    assert len(comparison.operations) == 2_000
