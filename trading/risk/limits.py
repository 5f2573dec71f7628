"""The limits of a pre-trade risk check, validated once."""

from __future__ import annotations

from dataclasses import dataclass, fields

from trading.errors import ConfigurationError

ONE_IN_BASIS_POINTS = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskLimits:
    """What one order, and the position it leads to, may not exceed.

    Attributes
    ----------
    collar_basis_points
        Greatest distance of a limit price from the reference price, in 1/10,000 of the latter; less than 10,000, so
        that no price of 0 or below passes.
    maximum_quantity_lots
        Of one order.
    maximum_notional_tick_lots
        Price times quantity of one order; a market order counts at the reference price.
    maximum_position_lots
        Of the position after a full execution, long or short.

    Raises
    ------
    ConfigurationError
        One or more limits make no sense; all of them are named.
    """

    collar_basis_points: int = 500
    maximum_quantity_lots: int = 10_000
    maximum_notional_tick_lots: int = 1_000_000_000_000
    maximum_position_lots: int = 100_000

    def __post_init__(self) -> None:
        problems = [
            f"{field.name} is {getattr(self, field.name)!r}; give a whole number above 0"
            for field in fields(self)
            if type(getattr(self, field.name)) is not int or getattr(self, field.name) < 1
        ]
        if not problems and self.collar_basis_points >= ONE_IN_BASIS_POINTS:
            problems.append(f"collar_basis_points is {self.collar_basis_points}; give less than {ONE_IN_BASIS_POINTS}")
        if problems:
            raise ConfigurationError("risk limits: " + "; ".join(problems))
