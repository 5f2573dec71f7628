"""The whole record of one benchmark in one process, for runs that asv drives: asv itself keeps only the block p99s.

In: a :class:`Record`. Out: one file, a line of JSON (schema ``tailgate.record/1``) and then the compressed counter
differences, unsigned 64-bit little-endian, replay after replay. The folder is named by ``TAILGATE_RECORDS``, or it is
``.tailgate/records`` beside asv.conf.json. Files appear whole or not at all.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import zlib
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from asv_bench_tailgate import __version__
from asv_bench_tailgate.fingerprint import fingerprint

if TYPE_CHECKING:
    from array import array
    from collections.abc import Mapping

    from asv_bench_tailgate.calibration import Calibration

SCHEMA = "tailgate.record/1"


@dataclass(frozen=True, slots=True)
class Record:
    """Every operation of every replay of one benchmark in one process.

    Attributes
    ----------
    replays
        One array a replay, counter differences per operation.
    """

    benchmark: str
    parameters: tuple[str, ...]
    recorder: str
    calibration: Calibration
    replays: list[array[int]]


def records_folder(environment: Mapping[str, str]) -> Path | None:
    """Where records go, or ``None`` outside asv and without ``TAILGATE_RECORDS``."""
    if named := environment.get("TAILGATE_RECORDS"):
        return Path(named)
    if project := environment.get("ASV_CONF_DIR"):
        return Path(project) / ".tailgate" / "records"
    return None


def write_record(record: Record, environment: Mapping[str, str] = os.environ) -> Path | None:
    """Write one record file; a failure is said on stderr and costs asv's own result nothing.

    Returns
    -------
    Path or None
        The file, or ``None`` where there is no folder for it or it could not be written.
    """
    folder = records_folder(environment)
    if folder is None:
        return None
    header = {
        "schema": SCHEMA,
        "benchmark": record.benchmark,
        "parameters": list(record.parameters),
        "commit": environment.get("ASV_COMMIT"),
        "project": environment.get("ASV_PROJECT"),
        "recorded_at": datetime.now(UTC).isoformat(),
        "replays": len(record.replays),
        "operations": len(record.replays[0]),
        "ns_per_count": record.calibration.ns_per_count,
        "cost_ns": record.calibration.cost_ns,
        "step_ns": record.calibration.step_ns,
        "probe_version": __version__,
        "fingerprint": fingerprint(record.recorder),
    }
    compressor = zlib.compressobj(level=6)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=folder, suffix=".partial", delete=False) as file:
            try:
                file.write(json.dumps(header).encode() + b"\n")
                for replay in record.replays:
                    file.write(compressor.compress(_little_endian(replay)))
                file.write(compressor.flush())
                file.flush()
                os.fsync(file.fileno())
                target = Path(file.name).with_suffix(".record")
                Path(file.name).replace(target)
            except BaseException:
                Path(file.name).unlink(missing_ok=True)
                raise
    except OSError as error:
        print(f"tailgate: the full record of {record.benchmark} was not kept: {error}", file=sys.stderr)  # noqa: T201
        return None
    return target


def _little_endian(replay: array[int]) -> bytes:
    if sys.byteorder == "little":
        return replay.tobytes()
    swapped = replay[:]
    swapped.byteswap()
    return swapped.tobytes()
