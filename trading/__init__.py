"""A reference trading system: feed -> book -> signals -> risk -> orders -> positions.

``trading.assembly`` builds every component as the feature flags say, ``trading.records`` names what flows between
them, ``trading.feed`` brings the events, and ``trading.errors`` says what can go wrong.
"""

from __future__ import annotations

__all__ = ["__version__"]

__version__ = "0.1.0"
