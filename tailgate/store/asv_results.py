"""Reads any project's asv results: a folder, or a tar archive of one. In: a path. Out: commits, points, broken files.

Format 2 (columns) is read here, format 1 through asv's own conversion. Nothing is ever extracted to the disk.
"""

from __future__ import annotations

import itertools
import json
import math
import re
import tarfile
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any, Final

from asv.results import Results

from tailgate.errors import ConfigurationError
from tailgate.history_records import BENCHMARK_CODE, BrokenFile, Environment, Fact, HistoryCommit, HistoryPoint, Source
from tailgate.records import BenchmarkId

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

BENCHMARKS_FILE: Final = "benchmarks.json"
MACHINE_FILE: Final = "machine.json"
UNKNOWN_UNIT: Final = "unknown"

LARGEST_FILE: Final = 256 * 2**20
"""Bytes of the largest file that is read: an archive of a few kilobytes may hold terabytes of blanks."""

FAILED: Final = "failed"
SKIPPED: Final = "skipped"

_COMMIT: Final = re.compile(r"[0-9a-f]{7,64}")
_VERSION_DIGITS: Final = 12


@dataclass(frozen=True, slots=True)
class AsvFile:
    """One result file: one commit in one environment."""

    name: str
    commit: HistoryCommit
    points: tuple[HistoryPoint, ...]
    broken: tuple[BrokenFile, ...]


def read_asv_results(path: Path) -> Iterator[AsvFile | BrokenFile]:
    """Read every result file; a broken one is yielded as such, and does not keep the others away.

    A machine on which several environments were measured has series for each of them: ``machine (environment)``.

    Raises
    ------
    ConfigurationError
        There are no results, or the archive is damaged or names files outside itself: then nothing of it is read.
    """
    units: dict[str, str] = {}
    environments: dict[str, set[str]] = {}
    broken: list[BrokenFile] = []
    found = 0
    for name, content in _entries(path):
        file_name = PurePosixPath(name).name
        if file_name == MACHINE_FILE:
            continue
        try:
            document = _parse(content)
            if file_name == BENCHMARKS_FILE:
                units |= _units(document)
            else:
                machine, environment = _place(document)
                environments.setdefault(machine, set()).add(environment)
        except _BrokenError as error:
            broken.append(BrokenFile(name, str(error)))
        found += file_name != BENCHMARKS_FILE
    if not found:
        raise ConfigurationError(
            f"{path} holds no asv results (files such as MACHINE/COMMIT-ENVIRONMENT.json); mend: name asv's results_dir"
        )
    yield from broken
    known_broken = {item.name for item in broken}
    for name, content in _entries(path):
        if PurePosixPath(name).name in {MACHINE_FILE, BENCHMARKS_FILE} or name in known_broken:
            continue
        try:
            yield _read_file(name, _parse(content), units, environments)
        except _BrokenError as error:
            yield BrokenFile(name, str(error))


class _BrokenError(Exception):
    """A file that cannot be understood, and why."""


def _entries(path: Path) -> Iterator[tuple[str, bytes]]:
    """Yield name and content of every JSON file, as POSIX paths relative to the results."""
    if path.is_dir():
        for file in sorted(path.rglob("*.json")):
            if file.is_file():
                yield file.relative_to(path).as_posix(), file.read_bytes()
        return
    try:
        with tarfile.open(path, "r|*") as archive:
            for member in archive:
                _refuse_hostile(path, member)
                if not member.isfile() or not member.name.endswith(".json"):
                    continue
                opened = archive.extractfile(member)
                yield member.name, b"" if opened is None else opened.read()
    except (tarfile.TarError, EOFError, OSError) as error:
        raise ConfigurationError(f"{path} cannot be read as a folder or a tar archive: {error}") from error


def _refuse_hostile(path: Path, member: tarfile.TarInfo) -> None:
    name = PurePosixPath(member.name)
    if name.is_absolute() or ".." in name.parts:
        raise ConfigurationError(f"{path} is refused: it names a file outside itself, {member.name!r}")
    if not (member.isfile() or member.isdir()):
        raise ConfigurationError(f"{path} is refused: {member.name!r} is a link or a device")
    if member.size > LARGEST_FILE:
        raise ConfigurationError(f"{path} is refused: {member.name!r} has {member.size} bytes")


def _parse(content: bytes) -> dict[str, Any]:
    try:
        document = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise _BrokenError(f"no JSON: {error}") from error
    if not isinstance(document, dict):
        raise _BrokenError("no JSON object")
    return document


def _units(document: Mapping[str, Any]) -> dict[str, str]:
    return {
        name: str(benchmark.get("unit") or UNKNOWN_UNIT)
        for name, benchmark in document.items()
        if isinstance(benchmark, dict)
    }


def _place(document: Mapping[str, Any]) -> tuple[str, str]:
    """Return the machine and the environment that a result file says it comes from."""
    parameters = document.get("params")
    machine = parameters.get("machine") if isinstance(parameters, dict) else None
    if not isinstance(machine, str) or not machine:
        raise _BrokenError("it names no machine")
    return machine, str(document.get("env_name") or "")


def _read_file(
    name: str, document: dict[str, Any], units: Mapping[str, str], environments: Mapping[str, set[str]]
) -> AsvFile:
    machine, environment_name = _place(document)
    if len(environments[machine]) > 1:
        machine = f"{machine} ({environment_name})"
    if document.get("version", 1) == 1 and "result_columns" not in document:
        document = _converted(document)
    commit = _commit(document)
    columns, results = document.get("result_columns"), document.get("results")
    if not isinstance(columns, list) or not isinstance(results, dict):
        raise _BrokenError("it has no results")
    facts = _facts(document)
    points: list[HistoryPoint] = []
    broken: list[BrokenFile] = []
    for benchmark, row in results.items():
        try:
            values = dict(zip(columns, row, strict=False))
            points += _points(benchmark, values, commit, (machine, facts), units.get(benchmark, UNKNOWN_UNIT))
        except (TypeError, ValueError, KeyError, IndexError, OverflowError) as error:
            broken.append(BrokenFile(name, f"{benchmark}: {error}"))
    return AsvFile(name, commit, tuple(points), tuple(broken))


def _converted(document: dict[str, Any]) -> dict[str, Any]:
    try:
        converted: dict[str, Any] = Results.update_to_2(document)
    except Exception as error:  # asv's own conversion takes its files for granted
        raise _BrokenError(f"not of format 1: {type(error).__name__}: {error}") from error
    return converted


def _commit(document: Mapping[str, Any]) -> HistoryCommit:
    commit = document.get("commit_hash")
    if not isinstance(commit, str) or not _COMMIT.fullmatch(commit):
        raise _BrokenError(f"its commit_hash is {commit!r}")
    try:
        return HistoryCommit(commit, _moment(document["date"]))
    except (KeyError, TypeError, ValueError, OverflowError, OSError):
        raise _BrokenError(f"its date is {document.get('date')!r}") from None


def _moment(milliseconds: Any) -> datetime:
    return datetime.fromtimestamp(milliseconds / 1000, UTC)


def _facts(document: Mapping[str, Any]) -> tuple[Fact, ...]:
    facts = {str(key): str(value) for key, value in document["params"].items() if key != "machine"}
    facts["python"] = str(document.get("python", facts.get("python", "")))
    facts["environment"] = str(document.get("env_name") or "")
    for prefix, key in (("requirement", "requirements"), ("variable", "env_vars")):
        named = document.get(key)
        if isinstance(named, dict):
            facts |= {f"{prefix} {name}": str(value) for name, value in named.items()}
    return tuple(Fact(name, value) for name, value in sorted(facts.items()))


def _points(
    benchmark: str, values: Mapping[str, Any], commit: HistoryCommit, place: tuple[str, tuple[Fact, ...]], unit: str
) -> Iterator[HistoryPoint]:
    """Make a point for each combination of parameters; a result without any value counts for all of them."""
    parameters = values.get("params") or []
    combinations = list(itertools.product(*parameters))
    results = values.get("result")
    if results is None:
        results = [None] * len(combinations)
    if len(results) != len(combinations):
        raise ValueError(f"{len(results)} results for {len(combinations)} combinations of parameters")
    lows, highs = (values.get(key) or [None] * len(combinations) for key in ("stats_ci_99_a", "stats_ci_99_b"))
    started = values.get("started_at")
    machine, facts = place
    version = values.get("version")
    if version:
        code = Fact(BENCHMARK_CODE, str(version)[:_VERSION_DIGITS])
        facts = tuple(sorted((*facts, code), key=lambda fact: fact.name))
    for combination, result, low, high in zip(combinations, results, lows, highs, strict=True):
        value = _number(result)
        yield HistoryPoint(
            benchmark=BenchmarkId(benchmark, tuple(map(str, combination))),
            commit=commit.commit,
            environment=Environment(machine, facts),
            measured_at=commit.committed_at if started is None else _moment(started),
            source=Source.ASV,
            unit=unit,
            value=value,
            low=_number(low),
            high=_number(high),
            failure=_failure(result, value),
        )


def _number(value: Any) -> float:
    return math.nan if value is None else float(value)


def _failure(result: Any, value: float) -> str:
    """Tell the two ways in which asv has no value apart: the benchmark broke, or it said that it does not apply."""
    if result is None:
        return FAILED
    return SKIPPED if math.isnan(value) else ""
