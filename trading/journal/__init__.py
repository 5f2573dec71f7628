"""The journal: records as bytes come in and are kept; the same records come out, up to the place where it was torn."""

from trading.journal.interface import Journal
from trading.journal.reader import JournalReader, Tear
from trading.journal.sync_policy import SyncPolicy
from trading.journal.writer import JournalWriter

__all__ = ["Journal", "JournalReader", "JournalWriter", "SyncPolicy", "Tear"]
