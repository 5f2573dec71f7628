"""Damage, missing rights, full disks, sudden death and company: one clear message, and nothing kept before is lost."""

from __future__ import annotations

import os
import signal
import sqlite3
import stat
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest

from tailgate.errors import StoreError
from tailgate.store import open_store
from tailgate.store.schema import SCHEMA_VERSION

if TYPE_CHECKING:
    from collections.abc import Callable

    from tailgate.records import Measurement

ROOT: Final = Path(__file__).parents[2]

# Adds one run and then measurements until told to stop; prints a line after each that is kept.
WRITER: Final = """
import sys
from datetime import UTC, datetime
import numpy as np
from tailgate.records import BenchmarkId, Conditions, Fingerprint, Measurement, Revision, Side
from tailgate.store import open_store

path, run_id, count, operations = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
now = datetime.now(UTC)
fingerprint = Fingerprint("host", "a CPU", 2, "6.1", "3.11.2", "gcc 12", "0.1.0", "native", run_id)
generator = np.random.default_rng(1)
with open_store(path) as store:
    store.add_run(run_id, now, Revision("a" * 40, "main", ""), Revision("b" * 40, "HEAD", ""))
    for number in range(1, count + 1):
        latency_ns = generator.gamma(5, 4000, (4, operations))
        measurement = Measurement(
            BenchmarkId("a.b"), Side.BASELINE, "a" * 40, number, now, fingerprint,
            Conditions(0, 1.0, 0.0), latency_ns, 18.0, 10.0,
        )
        store.add_measurement(run_id, measurement, latency_ns.min(axis=0))
        print(number, flush=True)
"""


def start_writer(path: Path, run_id: str, count: int, operations: int = 100) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", WRITER, str(path), run_id, str(count), str(operations)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def fill(path: Path, count: int, operations: int = 100) -> None:
    with start_writer(path, "r1", count, operations) as writer:
        _, errors = writer.communicate()
    assert (writer.returncode, errors) == (0, "")


def test_a_file_that_is_no_database_is_named_with_the_mend_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    path.write_bytes(b"this is no database at all\n" * 100)
    with pytest.raises(StoreError, match=r"store\.db is damaged .*mend: move it aside .*lost are") as caught:
        open_store(path)
    assert str(path) in str(caught.value)
    assert path.read_bytes() == b"this is no database at all\n" * 100


def test_damaged_pages_are_named_when_they_are_read(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    fill(path, count=5, operations=3_000)
    size = path.stat().st_size
    with path.open("r+b") as file:
        file.seek(4096 * 3)
        file.write(b"\xa5" * (size - 4096 * 3))
    with pytest.raises(StoreError, match="is damaged"), open_store(path) as store:
        list(store.measurements("r1"))


def test_damaged_values_are_named_when_they_are_read(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    fill(path, count=1)
    connection = sqlite3.connect(path)
    connection.execute("UPDATE measurements SET distribution = x'0102030405060708090a0b0c'")
    connection.commit()
    connection.close()
    with open_store(path) as store, pytest.raises(StoreError, match="is damaged"):
        list(store.measurements("r1"))


def test_a_newer_store_is_refused_with_both_versions(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    open_store(path).close()
    connection = sqlite3.connect(path)
    connection.execute("UPDATE tailgate_schema SET version = ?", (SCHEMA_VERSION + 41,))
    connection.commit()
    connection.close()
    with pytest.raises(StoreError, match=rf"version {SCHEMA_VERSION + 41}, .* understands {SCHEMA_VERSION}; mend"):
        open_store(path)


def test_the_database_of_another_program_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE cookies (name TEXT)")
    connection.close()
    with pytest.raises(StoreError, match=r"another program .*cookies"):
        open_store(path)
    connection = sqlite3.connect(path)
    names = connection.execute("SELECT name FROM sqlite_master").fetchall()
    connection.close()
    assert names == [("cookies",)]


def test_a_folder_where_the_file_should_be_is_named(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"cannot be opened or written .*mend"):
        open_store(tmp_path)


def test_a_file_where_the_folder_should_be_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match=r"folder of the store .* cannot be made"):
        open_store(tmp_path / "file" / "store.db")


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may write to a read-only folder; see the test below")
def test_a_read_only_folder_is_named(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    folder.chmod(stat.S_IRUSR | stat.S_IXUSR)
    try:
        with pytest.raises(StoreError, match=r"cannot be opened or written .*mend"):
            open_store(folder / "store.db")
    finally:
        folder.chmod(stat.S_IRWXU)


def test_a_store_opened_for_reading_only_keeps_what_it_has_and_names_the_mend(
    tmp_path: Path, make_measurement: Callable[..., Measurement]
) -> None:
    # Works for the superuser too: SQLite itself is asked to refuse, with the same error as a read-only file system.
    path = tmp_path / "store.db"
    fill(path, count=2)
    measurement = make_measurement()
    with open_store(f"sqlite:///file:{path}?mode=ro&uri=true") as store:
        with pytest.raises(StoreError, match=r"cannot be opened or written .*mend"):
            store.add_measurement("r1", measurement, measurement.latency_ns.min(axis=0))
        assert len(list(store.measurements("r1"))) == 2
    assert [entry.name for entry in tmp_path.iterdir() if entry.is_dir()] == []


def test_a_full_disk_loses_only_what_did_not_fit(tmp_path: Path) -> None:
    # The limit on a file's size makes writes fail as a full disk does, for every user and without a mount.
    path = tmp_path / "store.db"
    limited = (
        "import resource, signal\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, 400_000))\n" + WRITER
    )
    command = [sys.executable, "-c", limited, str(path), "r1", "1000", "4000"]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    kept = len(ended.stdout.split())
    assert ended.returncode != 0
    assert "StoreError" in ended.stderr
    assert "could not be written" in ended.stderr
    assert "make room on the disk" in ended.stderr
    assert kept > 0
    with open_store(path) as store:
        assert [stored.measurement.round_number for stored in store.measurements("r1")] == list(range(1, kept + 1))


def test_kill_minus_nine_loses_nothing_that_was_added(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    with start_writer(path, "r1", count=1_000_000) as writer:
        assert writer.stdout is not None
        for _ in range(20):
            last = int(writer.stdout.readline())
        writer.send_signal(signal.SIGKILL)
        rest, _ = writer.communicate()
    last = max([last, *(int(line) for line in rest.splitlines() if line)])
    with open_store(path) as store:
        numbers = [stored.measurement.round_number for stored in store.measurements("r1")]
        (run,) = store.recent_runs()
    # One more may be kept whose line was not printed any more.
    assert numbers in (list(range(1, last + 1)), list(range(1, last + 2)))
    assert not run.is_finished


def test_several_processes_may_begin_and_fill_one_store_at_once(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    writers = [start_writer(path, f"r{number}", count=25) for number in range(4)]
    # All have ended before the first one is judged.
    errors = [writer.communicate()[1] for writer in writers]
    assert [(writer.returncode, text) for writer, text in zip(writers, errors, strict=True)] == [(0, "")] * 4
    with open_store(path) as store:
        assert sorted((run.run_id, run.measurements) for run in store.recent_runs()) == [
            (f"r{number}", 25) for number in range(4)
        ]


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("nonsense://somewhere/x", "cannot be used"),
        ("://", "cannot be read"),
    ],
)
def test_a_url_of_no_known_database_is_refused(url: str, message: str) -> None:
    with pytest.raises(StoreError, match=message):
        open_store(url)


def test_a_password_is_never_shown() -> None:
    with pytest.raises(StoreError) as caught:
        open_store("nonsense://user:secret@somewhere/x")
    assert "secret" not in str(caught.value)
