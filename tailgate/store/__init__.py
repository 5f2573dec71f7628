"""Keeps everything that was measured. In: measurements, failures and results of a run; out: the same, later and whole.

``open_store`` takes a path (an SQLite file) or a SQLAlchemy URL. What is kept of a measurement: every replay's
distribution to 0.1 ns (``distribution.py``) and the profile of the operations, whole. The order of the operations
inside one replay is not kept.
"""

from __future__ import annotations

from tailgate.store.asv_results import AsvFile, read_asv_results
from tailgate.store.attribution_notes import AttributionNotes
from tailgate.store.bisection_notes import BisectionFile, BisectionNotes
from tailgate.store.database import open_store
from tailgate.store.history_interface import History, StoredSeries
from tailgate.store.interface import Store, StoredFlagStudy, StoredMeasurement, StoredRun

__all__ = [
    "AsvFile",
    "AttributionNotes",
    "BisectionFile",
    "BisectionNotes",
    "History",
    "Store",
    "StoredFlagStudy",
    "StoredMeasurement",
    "StoredRun",
    "StoredSeries",
    "open_store",
    "read_asv_results",
]
