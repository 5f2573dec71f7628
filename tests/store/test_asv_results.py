"""asv's results come over whole: written by asv itself, by hand in its old format, broken, and hostile."""

from __future__ import annotations

import io
import json
import math
import os
import tarfile
from pathlib import Path
from typing import Any

import pytest
from asv.results import Results

from tailgate.errors import ConfigurationError
from tailgate.history_records import BENCHMARK_CODE, BrokenFile, Source
from tailgate.records import BenchmarkId
from tailgate.store import AsvFile, read_asv_results

COMMIT = "a" * 40
DATE_MS = 1_700_000_000_123
BENCHMARKS = {
    "a.time_it": {"name": "a.time_it", "unit": "seconds", "type": "time"},
    "a.track_it": {"name": "a.track_it", "unit": "<b>apples</b>", "type": "track"},
    "version": 2,
}


def write(path: Path, document: object) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(document if isinstance(document, str) else json.dumps(document), encoding="utf-8")


def document(**changes: Any) -> dict[str, Any]:
    """Return a result file in asv's present format."""
    return {
        "commit_hash": COMMIT,
        "env_name": "virtualenv-py3.11-numpy",
        "date": DATE_MS,
        "params": {"machine": "tower", "cpu": "a CPU", "python": "3.11", "num_cpu": "2"},
        "python": "3.11",
        "requirements": {"numpy": "2.0"},
        "env_vars": {"DEPTH": "9"},
        "result_columns": ["result", "params", "version", "started_at", "duration", "stats_ci_99_a", "stats_ci_99_b"],
        "results": {
            "a.time_it": [
                [0.5, None, math.nan, 0.25],
                [["1", "'deep'"], ["x", "y"]],
                "0123456789abcdef",
                DATE_MS + 1000,
                1.5,
                [0.4, None, None, 0.2],
                [0.6, None, None, 0.3],
            ],
            "a.track_it": [[7], [], "fedcba"],
        },
        "version": 2,
    } | changes


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "results"
    write(folder / "benchmarks.json", BENCHMARKS)
    write(folder / "tower" / "machine.json", {"machine": "tower", "version": 1})
    write(folder / "tower" / "aaaaaaaa-virtualenv.json", document())
    return folder


def files(path: Path) -> list[AsvFile]:
    return [item for item in read_asv_results(path) if isinstance(item, AsvFile)]


def broken(path: Path) -> list[BrokenFile]:
    return [item for item in read_asv_results(path) if isinstance(item, BrokenFile)]


def test_values_units_parameters_machines_intervals_and_failures_survive(folder: Path) -> None:
    (file,) = files(folder)
    assert (file.commit.commit, file.commit.committed_at.timestamp()) == (COMMIT, DATE_MS / 1000)
    points = {point.benchmark: point for point in file.points}
    first = points[BenchmarkId("a.time_it", ("1", "x"))]
    assert (first.value, first.low, first.high, first.unit, first.source) == (0.5, 0.4, 0.6, "seconds", Source.ASV)
    assert first.measured_at.timestamp() == DATE_MS / 1000 + 1
    failed, skipped = (points[BenchmarkId("a.time_it", place)] for place in (("1", "y"), ("'deep'", "x")))
    assert [math.isnan(point.value) for point in (failed, skipped)] == [True, True]
    assert (failed.failure, skipped.failure) == ("failed", "skipped")
    assert points[BenchmarkId("a.time_it", ("'deep'", "y"))].high == 0.3
    track = points[BenchmarkId("a.track_it")]
    assert (track.value, track.unit, math.isnan(track.low)) == (7.0, "<b>apples</b>", True)
    assert track.measured_at == file.commit.committed_at
    assert first.environment.machine == "tower"
    assert {fact.name: fact.value for fact in first.environment.facts} == {
        BENCHMARK_CODE: "0123456789ab",
        "cpu": "a CPU",
        "environment": "virtualenv-py3.11-numpy",
        "num_cpu": "2",
        "python": "3.11",
        "requirement numpy": "2.0",
        "variable DEPTH": "9",
    }


def test_a_benchmark_that_failed_for_all_parameters_has_each_of_them(folder: Path) -> None:
    write(folder / "tower" / "b.json", document(commit_hash="b" * 40, results={"a.time_it": [None, [["1", "2"]]]}))
    (file,) = [item for item in files(folder) if item.commit.commit == "b" * 40]
    assert [(point.benchmark.parameters, point.failure) for point in file.points] == [
        (("1",), "failed"),
        (("2",), "failed"),
    ]


def test_what_asv_itself_writes_is_read(tmp_path: Path) -> None:
    results = Results(
        {"machine": "tower", "os": "linux"}, {"numpy": ""}, COMMIT, DATE_MS, "3.11", "virtualenv-py3.11", {}
    )
    results._results = {"a.time_it": [0.5]}
    results._benchmark_params = {"a.time_it": []}
    results._stats = {"a.time_it": [{"ci_99_a": 0.4, "ci_99_b": 0.6, "number": 3, "repeat": 5}]}
    results.save(str(tmp_path))
    (file,) = files(tmp_path)
    (point,) = file.points
    assert (point.value, point.low, point.high, point.unit) == (0.5, 0.4, 0.6, "unknown")


def test_the_old_format_is_read(folder: Path) -> None:
    old = {
        "commit_hash": "b" * 40,
        "env_name": "virtualenv-py3.11-numpy",
        "date": DATE_MS,
        "params": {"machine": "tower"},
        "python": "2.7",
        "requirements": {},
        "results": {
            "a.track_it": 12,
            "a.time_it": {
                "params": [["1", "2"]],
                "result": [0.5, None],
                "stats": [{"ci_99": [0.4, 0.6], "q_25": 0.45, "q_75": 0.55, "number": 1, "repeat": 2}, None],
            },
        },
        "version": 1,
    }
    write(folder / "tower" / "old.json", old)
    (file,) = [item for item in files(folder) if item.commit.commit == "b" * 40]
    assert [(point.benchmark.label, point.value, point.low, point.failure) for point in file.points][:1] == [
        ("a.time_it(1)", 0.5, 0.4, "")
    ]
    assert [(point.benchmark.label, point.failure) for point in file.points] == [
        ("a.time_it(1)", ""),
        ("a.time_it(2)", "failed"),
        ("a.track_it", ""),
    ]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("{", "no JSON"),
        ("[" * 100_000, "no JSON"),
        ("[1]", "no JSON object"),
        (document(params=None), "it names no machine"),
        (document(commit_hash="../../etc/passwd"), "its commit_hash is"),
        (document(date=None), "its date is None"),
        (document(date=1e300), "its date is"),
        (document(results=None), "it has no results"),
        ({"params": {"machine": "tower"}, "version": 1}, "not of format 1"),
    ],
)
def test_a_broken_file_is_named_and_the_others_are_read(folder: Path, content: object, words: str) -> None:
    write(folder / "tower" / "bad.json", content)
    (named,) = broken(folder)
    assert named.name == "tower/bad.json"
    assert words in named.reason
    assert [file.commit.commit for file in files(folder)] == [COMMIT]


@pytest.mark.parametrize("row", [7, [[1, 2], []], [["no number"], []], [[1], 3], [[1], [], "v", "yesterday"]])
def test_a_broken_benchmark_is_named_and_the_others_of_its_file_are_read(folder: Path, row: object) -> None:
    results = document()["results"] | {"a.broken": row}
    write(folder / "tower" / "aaaaaaaa-virtualenv.json", document(results=results))
    (file,) = files(folder)
    (named,) = file.broken
    assert named.reason.startswith("a.broken: ")
    assert len(file.points) == 5


def test_environments_of_one_machine_do_not_run_into_each_other(folder: Path) -> None:
    write(folder / "tower" / "other.json", document(env_name="virtualenv-py3.12"))
    assert sorted({point.environment.machine for file in files(folder) for point in file.points}) == [
        "tower (virtualenv-py3.11-numpy)",
        "tower (virtualenv-py3.12)",
    ]


@pytest.mark.parametrize("kind", ["gz", "xz", "bz2", ""])
def test_an_archive_gives_what_its_folder_gives(folder: Path, kind: str) -> None:
    archive = folder.with_suffix(f".tar.{kind}")
    with tarfile.open(archive, f"w:{kind}") as file:  # type: ignore[call-overload]
        file.add(folder, "results")
    assert [item.points for item in files(archive)] == [item.points for item in files(folder)] or repr(
        [item.points for item in files(archive)]
    ) == repr([item.points for item in files(folder)])


@pytest.mark.parametrize("name", ["../outside.json", "/etc/outside.json", "results/../../outside.json"])
def test_an_archive_that_names_files_outside_itself_is_refused_whole(folder: Path, name: str) -> None:
    archive = folder.parent / "hostile.tar"
    with tarfile.open(archive, "w") as file:
        file.add(folder, "results")
        member = tarfile.TarInfo(name)
        member.size = 2
        file.addfile(member, io.BytesIO(b"{}"))
    with pytest.raises(ConfigurationError, match="names a file outside itself"):
        list(read_asv_results(archive))
    assert not (folder.parent / "outside.json").exists()


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE])
def test_links_and_devices_in_an_archive_are_refused(folder: Path, kind: bytes) -> None:
    archive = folder.parent / "hostile.tar"
    with tarfile.open(archive, "w") as file:
        member = tarfile.TarInfo("results/x.json")
        member.type, member.linkname = kind, "/etc/passwd"
        file.addfile(member)
    with pytest.raises(ConfigurationError, match="is a link or a device"):
        list(read_asv_results(archive))


@pytest.mark.parametrize("content", [b"", b"nothing like an archive", b"\x1f\x8b\x08\x00damaged"])
def test_what_is_no_archive_is_misuse(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "results.tar.gz"
    path.write_bytes(content)
    with pytest.raises(ConfigurationError, match="cannot be read"):
        list(read_asv_results(path))


def test_a_folder_without_results_is_misuse(tmp_path: Path) -> None:
    write(tmp_path / "benchmarks.json", BENCHMARKS)
    with pytest.raises(ConfigurationError, match="holds no asv results"):
        list(read_asv_results(tmp_path))


@pytest.mark.real_data
@pytest.mark.skipif("TAILGATE_REAL_DATA" not in os.environ, reason="TAILGATE_REAL_DATA names no folder")
def test_every_number_of_another_project_is_the_one_that_its_file_holds() -> None:
    archive = Path(os.environ["TAILGATE_REAL_DATA"]) / "asv_results" / "sunpy_results.tar.xz"
    read = {
        (file.commit.commit, point.benchmark.label): (point.value, point.low, point.high, point.unit)
        for file in files(archive)
        for point in file.points
    }
    expected = {}
    with tarfile.open(archive) as opened:
        units = {}
        for member in opened.getmembers():
            if member.name.endswith("benchmarks.json"):
                units = json.load(opened.extractfile(member) or io.BytesIO())
        for member in opened.getmembers():
            if not member.name.endswith(".json") or Path(member.name).name in {"benchmarks.json", "machine.json"}:
                continue
            one = json.load(opened.extractfile(member) or io.BytesIO())
            for name, row in one["results"].items():
                stats = [column[0] if column else math.inf for column in (*row[5:7], None, None)][:2]
                expected[one["commit_hash"], name] = (row[0][0], *stats, units[name]["unit"])
    assert len(read) == 13_960
    assert read.keys() == expected.keys()
    for key, (value, low, high, unit) in read.items():
        lower, upper = (math.nan if bound == math.inf else bound for bound in expected[key][1:3])
        assert (value, unit) == (expected[key][0], expected[key][3])
        assert (low, high) == (lower, upper) or (math.isnan(low) and math.isnan(lower))
