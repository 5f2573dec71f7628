from __future__ import annotations

import pytest

from trading.risk import Refusal, RefusalReason


def test_the_message_names_order_cause_and_figures() -> None:
    refusal = Refusal(7, RefusalReason.MAXIMUM_QUANTITY, 11, 10)
    assert refusal.message == "order 7: quantity 11 lots is above the maximum of 10"


@pytest.mark.parametrize("reason", RefusalReason)
def test_every_reason_has_a_sentence(reason: RefusalReason) -> None:
    assert Refusal(7, reason, 1, 2).message.startswith("order 7: ")


def test_reasons_are_numbered_from_zero_so_that_they_can_be_counted_in_a_list() -> None:
    assert [int(reason) for reason in RefusalReason] == list(range(len(RefusalReason)))
