"""The layout of NASDAQ TotalView-ITCH 5.0 messages: what the reader and the writer agree on.

Source: "Nasdaq TotalView-ITCH 5.0", the public specification, section "Message Formats". All numbers are unsigned and
big-endian; texts are ASCII, padded with spaces on the right; prices are ten-thousandths of a dollar; times are
nanoseconds since midnight in six bytes. In the published files a two-byte length stands before each message
("BinaryFILE"), and a length of 0 ends the session.
"""

from __future__ import annotations

from struct import Struct

LENGTH_PREFIX = Struct(">H")

HEADER = Struct(">cHHHI")
"""Message type, stock locate, tracking number, high two and low four bytes of the time: the start of each message."""

TIME_SHIFT = 32
"""The high bytes of the time count in units of two to this power."""

# What follows the header, by message type.
SYSTEM_EVENT = Struct(">c")  # event code
STOCK_DIRECTORY = Struct(">8sccIcc2scccccIc")  # stock, category, status, lot size and nine more
TRADING_ACTION = Struct(">8scc4s")  # stock, state, reserved, reason
ADD_ORDER = Struct(">QcI8sI")  # order, side, shares, stock, price
ADD_ORDER_ATTRIBUTED = Struct(">QcI8sI4s")  # the same, participant
ORDER_EXECUTED = Struct(">QIQ")  # order, shares, match
ORDER_EXECUTED_WITH_PRICE = Struct(">QIQcI")  # order, shares, match, printable, price
ORDER_CANCEL = Struct(">QI")  # order, shares taken off
ORDER_DELETE = Struct(">Q")  # order
ORDER_REPLACE = Struct(">QQII")  # order, new order, shares, price
TRADE = Struct(">QcI8sIQ")  # order (0 or hidden), side, shares, stock, price, match
CROSS_TRADE = Struct(">Q8sIQc")  # shares, stock, price, match, type

BODIES: dict[bytes, Struct] = {
    b"S": SYSTEM_EVENT,
    b"R": STOCK_DIRECTORY,
    b"H": TRADING_ACTION,
    b"A": ADD_ORDER,
    b"F": ADD_ORDER_ATTRIBUTED,
    b"E": ORDER_EXECUTED,
    b"C": ORDER_EXECUTED_WITH_PRICE,
    b"X": ORDER_CANCEL,
    b"D": ORDER_DELETE,
    b"U": ORDER_REPLACE,
    b"P": TRADE,
    b"Q": CROSS_TRADE,
}
"""The messages that are read; the reader skips the other types by their length."""

LENGTHS = {message_type: HEADER.size + body.size for message_type, body in BODIES.items()}
"""Bytes of each message that is read, without the length before it."""

SIDES = {b"B": 1, b"S": -1}
"""Buy/sell indicator, and the sign of a position that such an order opens."""

TRADING_STATES = {b"H": -1, b"P": -1, b"Q": 0, b"T": 1}
"""State of a stock, and what LOBSTER writes as the price of its halt message: halted (or paused), quoting, trading."""
