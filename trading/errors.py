"""What can go wrong in the trading system: one type a cause, each with a message that names the cause and the mend."""

from __future__ import annotations


class TradingError(Exception):
    """Base of every error the trading system raises on purpose."""


class CorruptInputError(TradingError):
    """A feed file or message cannot be read; the message names the file and the line or byte offset."""


class BookError(TradingError):
    """An order book was asked for what it cannot do: an unknown order id, a duplicate one, a bad quantity."""


class OrderStateError(TradingError):
    """An order was moved along an edge that its state machine does not have."""


class FlagError(TradingError):
    """A flag is unknown, its file is broken, or the set of flags is impossible; the message says which and the mend."""


class ConfigurationError(TradingError):
    """A component was constructed with limits or sizes that make no sense."""


class ChannelClosedError(TradingError):
    """The other end of a channel is gone."""


class PeerLostError(ChannelClosedError):
    """The process at the other end of a channel died without closing it."""


class JournalError(TradingError):
    """A journal cannot be written, or what it holds is not what a replay of it leads to."""


class MissingNativeError(TradingError):
    """A native module was asked for that was not built or cannot be loaded; the message names it and the mend."""


class MissingPackageError(TradingError):
    """Something needs a package that is an extra and is not installed; the message names the command that adds it."""
