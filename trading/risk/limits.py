"""The limits of a pre-trade risk check, validated once."""

from __future__ import annotations

from dataclasses import dataclass, fields

from trading.errors import ConfigurationError

ONE_IN_BASIS_POINTS = 10_000
MOST_MESSAGES = 1_000_000
"""The greatest message limit: the time of each message in the window is kept, so it costs memory."""

GREATEST_LIMIT = 10**18
"""Of every limit: native checks compare with numbers of 64 bits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskLimits:
    """What one order, the exposure it leads to, and the flow of orders may not exceed.

    Each limit may be reached, and is at most 10**18. Articles are those of RTS 6 (Delegated Regulation (EU) 2017/589)
    and paragraphs those of SEC rule 15c3-5 (17 CFR 240.15c3-5).

    Attributes
    ----------
    collar_basis_points
        Greatest distance of a limit price from the reference price, in 1/10,000 of the latter; less than 10,000, so
        that no price of 0 or below passes. Article 15(1)(a), (c)(1)(ii).
    maximum_quantity_lots
        Of one order. Article 15(1)(c), (c)(1)(ii).
    maximum_notional_tick_lots
        Price times quantity of one order; a market order counts at the reference price. Article 15(1)(b).
    maximum_position_lots
        Of the position, long or short, after a full execution of this order and of all open ones on its side. Article
        15(4).
    maximum_credit_tick_lots
        Of the value of that position at the reference price plus the loss so far, realised and unrealised. Paragraph
        (c)(1)(i), article 15(4).
    duplicate_window_ns
        Shortest time between two orders of the same side, price and quantity. Paragraph (c)(1)(ii).
    maximum_repeated_executions
        Orders that a strategy may send before a person must enable it again. Article 15(3).
    maximum_messages, message_window_ns
        Orders that may be sent in any stretch of time of that length; at most 1,000,000. Article 15(1)(d).

    Raises
    ------
    ConfigurationError
        One or more limits make no sense; all of them are named.
    """

    collar_basis_points: int = 500
    maximum_quantity_lots: int = 10_000
    maximum_notional_tick_lots: int = 1_000_000_000_000
    maximum_position_lots: int = 100_000
    maximum_credit_tick_lots: int = 1_000_000_000_000_000
    duplicate_window_ns: int = 1_000_000
    maximum_repeated_executions: int = 1_000_000
    maximum_messages: int = 1_000
    message_window_ns: int = 1_000_000_000

    def __post_init__(self) -> None:
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        problems = {
            name: f"{name} is {value!r}; give a whole number above 0"
            for name, value in values.items()
            if type(value) is not int or value < 1
        } | {
            name: f"{name} is {value}; give at most {GREATEST_LIMIT}"
            for name, value in values.items()
            if type(value) is int and value > GREATEST_LIMIT
        }
        if "collar_basis_points" not in problems and self.collar_basis_points >= ONE_IN_BASIS_POINTS:
            problems["collar_basis_points"] = (
                f"collar_basis_points is {self.collar_basis_points}; give less than {ONE_IN_BASIS_POINTS}"
            )
        if "maximum_messages" not in problems and self.maximum_messages > MOST_MESSAGES:
            problems["maximum_messages"] = f"maximum_messages is {self.maximum_messages}; give at most {MOST_MESSAGES}"
        if problems:
            raise ConfigurationError("risk limits: " + "; ".join(problems.values()))
