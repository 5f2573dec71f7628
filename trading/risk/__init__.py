"""Pre-trade checks: an order in, a refusal or nothing out."""

from trading.risk.interface import RiskCheck
from trading.risk.limits import RiskLimits
from trading.risk.pre_trade import PreTradeRisk
from trading.risk.refusal import Refusal, RefusalReason

__all__ = ["PreTradeRisk", "Refusal", "RefusalReason", "RiskCheck", "RiskLimits"]
