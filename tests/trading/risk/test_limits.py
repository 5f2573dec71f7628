from __future__ import annotations

from typing import Any

import pytest

from trading.errors import ConfigurationError
from trading.risk import RiskLimits


def test_the_defaults_make_sense() -> None:
    RiskLimits()


@pytest.mark.parametrize("value", [0, -1, 1.5, True, "5", None])
def test_a_limit_is_a_whole_number_above_zero(value: Any) -> None:
    with pytest.raises(ConfigurationError, match=r"maximum_quantity_lots is .*; give a whole number above 0"):
        RiskLimits(maximum_quantity_lots=value)


def test_a_collar_that_lets_prices_below_zero_pass_is_refused() -> None:
    RiskLimits(collar_basis_points=9_999)
    with pytest.raises(ConfigurationError, match="collar_basis_points is 10000; give less than 10000"):
        RiskLimits(collar_basis_points=10_000)


def test_a_message_limit_that_costs_more_memory_than_sense_is_refused() -> None:
    RiskLimits(maximum_messages=1_000_000)
    with pytest.raises(ConfigurationError, match="maximum_messages is 1000001; give at most 1000000"):
        RiskLimits(maximum_messages=1_000_001)


def test_a_limit_that_64_bits_do_not_hold_is_refused() -> None:
    RiskLimits(maximum_credit_tick_lots=10**18)
    with pytest.raises(ConfigurationError, match=f"maximum_credit_tick_lots is {10**18 + 1}; give at most {10**18}"):
        RiskLimits(maximum_credit_tick_lots=10**18 + 1)


def test_all_problems_come_at_once() -> None:
    with pytest.raises(ConfigurationError) as refused:
        RiskLimits(
            maximum_notional_tick_lots=0, maximum_position_lots=-1, collar_basis_points=10_000, maximum_messages=10**9
        )
    for problem in (
        "maximum_notional_tick_lots is 0",
        "maximum_position_lots is -1",
        "collar_basis_points is 10000",
        "maximum_messages is 1000000000",
    ):
        assert problem in str(refused.value)
