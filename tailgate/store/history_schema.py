"""The tables of history. Points are kept by series and commit, so that one series lies together on the disk.

Keys that points repeat are whole numbers; texts of any length (names, parameters, machines) are found by their digest.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import BigInteger, Column, Float, ForeignKey, Index, Integer, LargeBinary, Table, Text

from tailgate.store.schema import tables

history_commits: Final = Table(
    "history_commits",
    tables,
    Column("commit_key", Integer, primary_key=True),
    Column("commit_hash", Text, nullable=False, unique=True),
    Column("committed_at", Text, nullable=False),  # ISO 8601 with offset
    Column("committed_unix_us", BigInteger, nullable=False),  # to sort by, whatever the offsets
    Column("position", Integer, nullable=False),
    Column("subject", Text, nullable=False),
    Column("author", Text, nullable=False),
    Column("flags", Text, nullable=False),  # JSON list of history_records.Fact
)

environments: Final = Table(
    "environments",
    tables,
    Column("environment_key", Integer, primary_key=True),
    Column("digest", Text, nullable=False, unique=True),
    Column("document", Text, nullable=False),  # JSON of history_records.Environment
)

history_series: Final = Table(
    "history_series",
    tables,
    Column("series_key", Integer, primary_key=True),
    Column("digest", Text, nullable=False, unique=True),  # of the three that follow
    Column("benchmark", Text, nullable=False),
    Column("parameters", Text, nullable=False),  # JSON list of strings
    Column("machine", Text, nullable=False),
    Column("change", BigInteger, nullable=False),  # that of the latest write to the series; see history_keys.py
)

history_points: Final = Table(
    "history_points",
    tables,
    Column("series_key", Integer, ForeignKey("history_series.series_key"), primary_key=True),
    Column("commit_key", Integer, ForeignKey("history_commits.commit_key"), primary_key=True),
    Column("source", Text, primary_key=True),
    Column("environment_key", Integer, ForeignKey("environments.environment_key"), nullable=False),
    Column("measured_unix_us", BigInteger, nullable=False),
    Column("unit", Text, nullable=False),
    Column("value", Float),  # SQLite keeps NaN as NULL
    Column("low", Float),
    Column("high", Float),
    Column("numbers", LargeBinary, nullable=False),  # history_rows: quantiles and the ratio to the pinned baseline
    Column("processes", Integer, nullable=False),
    Column("run_id", Text, nullable=False),
    Column("pinned_commit", Text, nullable=False),
    Column("failure", Text, nullable=False),
    Column("change", BigInteger, nullable=False, server_default="0"),  # that of the write that left the point so
    sqlite_with_rowid=False,
)
Index("history_points_by_commit", history_points.c.commit_key)

history_pins: Final = Table(
    "history_pins",
    tables,
    Column("pin_key", Integer, primary_key=True),
    Column("machine", Text, nullable=False),
    Column("commit_hash", Text, nullable=False),
)

profiles: Final = Table(
    "profiles",
    tables,
    Column("profile_key", Integer, primary_key=True),
    Column("digest", Text, nullable=False, unique=True),  # of run, benchmark, commit and tool
    Column("run_id", Text, nullable=False),
    Column("document", Text, nullable=False),  # JSON of history_records.Profile
)
Index("profiles_by_run", profiles.c.run_id)
