"""What is injected goes into the book as it is today, and changes nothing but how long a cancel takes."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType
from typing import Final

import pytest

from ci.injection import BOOK, InjectionError, inject, rename, replace_once
from ci.selftest import SCENARIOS
from trading.records import Order, OrderType, Side

SOURCE: Final = (Path(__file__).parents[2] / BOOK).read_text(encoding="utf-8")
EXTRA: Final = "        for _ in _EXTRA:\n            pass\n"


def cancelled_lots(source: str) -> list[int]:
    """Load a book from its source and cancel what rests in it."""
    module = ModuleType("injected_book")
    exec(compile(source, "injected_book.py", "exec"), module.__dict__)  # noqa: S102 - the source is ours
    book = module.PriceTimeBook()
    for number in range(1, 400):
        side = Side.BUY if number % 2 else Side.SELL
        book.submit(Order(number, side, OrderType.LIMIT, 10_000 - side * (number % 7 + 1), number, number))
    return [book.cancel(number) for number in range(1, 400)]


@pytest.mark.parametrize(
    "changed",
    [inject(SOURCE, EXTRA, 5), rename(SOURCE), *(scenario.edit(SOURCE, 5.0) for scenario in SCENARIOS)],
    ids=["extra", "renamed", *(scenario.letter for scenario in SCENARIOS)],
)
def test_the_changed_book_is_another_source_with_the_same_answers(changed: str) -> None:
    assert changed != SOURCE
    assert cancelled_lots(changed) == cancelled_lots(SOURCE) == list(range(1, 400))


def test_a_book_that_has_changed_is_said_so() -> None:
    for changed in ("", SOURCE + SOURCE):
        with pytest.raises(InjectionError, match=r"price_time_book\.py has changed"):
            replace_once(changed, "removed_lots = queue.pop(order_id)", "")
