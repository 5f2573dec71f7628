"""The tables. A change of meaning or shape raises ``SCHEMA_VERSION``; readers refuse what is newer than themselves.

Version 2 added the tables of flags, version 3 that of actions, version 4 those of history (``history_schema.py``),
version 5 that of nights (``night_tables.py``), version 6 the column ``change`` of points (``history_keys.py``),
version 7 the ``purpose`` of runs; an older store gets what it lacks when it is opened.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
)

from tailgate.records import RunPurpose

SCHEMA_VERSION: Final = 7

tables = MetaData()

schema = Table("tailgate_schema", tables, Column("version", Integer, nullable=False))

fingerprints = Table(
    "fingerprints",
    tables,
    Column("fingerprint_id", Text, primary_key=True),  # digest of the document, so that equal ones share a row
    Column("document", Text, nullable=False),  # JSON of records.Fingerprint
)

runs = Table(
    "runs",
    tables,
    Column("run_id", Text, primary_key=True),
    Column("started_at", Text, nullable=False),  # ISO 8601 with offset: SQLite has no time zones
    Column("started_unix_us", BigInteger, nullable=False),  # to sort by, whatever the offsets
    Column("finished_at", Text),
    Column("baseline", Text, nullable=False),  # JSON of records.Revision
    Column("candidate", Text, nullable=False),
    Column("fingerprint_id", Text, ForeignKey("fingerprints.fingerprint_id")),
    Column("exit_code", Integer),
    Column("summary", Text, nullable=False),
    Column("purpose", Text, nullable=False, server_default=RunPurpose.GATE.value),
)

measurements = Table(
    "measurements",
    tables,
    Column("measurement_id", Integer, primary_key=True),
    Column("run_id", Text, ForeignKey("runs.run_id"), nullable=False),
    Column("benchmark", Text, nullable=False),
    Column("parameters", Text, nullable=False),  # JSON list of strings
    Column("side", Text, nullable=False),
    Column("commit_hash", Text, nullable=False),
    Column("round_number", Integer, nullable=False),
    Column("started_at", Text, nullable=False),
    Column("fingerprint_id", Text, ForeignKey("fingerprints.fingerprint_id"), nullable=False),
    Column("conditions", Text, nullable=False),  # JSON of records.Conditions
    Column("recorder_cost_ns", Float, nullable=False),
    Column("clock_step_ns", Float, nullable=False),
    Column("distribution", LargeBinary, nullable=False),  # distribution.encode_distribution
    Column("profile", LargeBinary, nullable=False),  # distribution.encode_profile
)
Index("measurements_by_run", measurements.c.run_id)
Index("measurements_by_benchmark", measurements.c.benchmark, measurements.c.commit_hash)

failures = Table(
    "failures",
    tables,
    Column("failure_id", Integer, primary_key=True),
    Column("run_id", Text, ForeignKey("runs.run_id"), nullable=False),
    Column("benchmark", Text, nullable=False),
    Column("side", Text, nullable=False),
    Column("is_absent", Boolean, nullable=False),
    Column("document", Text, nullable=False),  # JSON of records.Failure
)
Index("failures_by_run", failures.c.run_id)

verdicts = Table(
    "verdicts",
    tables,
    Column("verdict_id", Integer, primary_key=True),
    Column("run_id", Text, ForeignKey("runs.run_id"), nullable=False),
    Column("benchmark", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("document", Text, nullable=False),  # JSON of records.Verdict
)
Index("verdicts_by_run", verdicts.c.run_id)

# Effects and failures of flags belong to a study, one run of ``tailgate flags``, that has no row of its own: each is
# whole by itself, so that a study that was cut off keeps what it had.
flag_effects = Table(
    "flag_effects",
    tables,
    Column("effect_id", Integer, primary_key=True),
    Column("study_id", Text, nullable=False),
    Column("flag", Text, nullable=False),
    Column("benchmark", Text, nullable=False),
    Column("metric", Text, nullable=False),
    Column("commit_hash", Text, nullable=False),
    Column("measured_unix_us", BigInteger, nullable=False),
    Column("fingerprint_id", Text, ForeignKey("fingerprints.fingerprint_id"), nullable=False),
    Column("document", Text, nullable=False),  # JSON of flag_records.FlagEffect without its fingerprint
)
Index("flag_effects_by_study", flag_effects.c.study_id)
Index("flag_effects_by_flag", flag_effects.c.flag, flag_effects.c.measured_unix_us)

flag_failures = Table(
    "flag_failures",
    tables,
    Column("failure_id", Integer, primary_key=True),
    Column("study_id", Text, nullable=False),
    Column("flag", Text, nullable=False),
    Column("benchmark", Text, nullable=False),
    Column("document", Text, nullable=False),  # JSON of records.Failure
)
Index("flag_failures_by_study", flag_failures.c.study_id)

actions = Table(
    "actions",
    tables,
    Column("action_key", Integer, primary_key=True),
    Column("action_id", Text, nullable=False),
    Column("target", Text, nullable=False),
    Column("document", Text, nullable=False),  # JSON of action_records.ActionTaken
)
Index("actions_by_id", actions.c.action_id)
Index("actions_by_target", actions.c.target)
