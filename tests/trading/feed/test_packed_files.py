from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from trading.errors import MissingPackageError
from trading.feed.packed_files import PACKED_SUFFIXES, UNPACKING_ERRORS, create_packed, open_packed

if TYPE_CHECKING:
    from pathlib import Path

CONTENT = bytes(range(256)) * 500


def packed(path: Path, content: bytes = CONTENT) -> Path:
    if path.suffix == ".zst":
        pytest.importorskip("zstandard")
    with create_packed(path) as stream:
        stream.write(content)
    return path


@pytest.mark.parametrize("suffix", ["", *PACKED_SUFFIXES])
@pytest.mark.parametrize("content", [CONTENT, b""])
def test_what_was_written_is_read(tmp_path: Path, suffix: str, content: bytes) -> None:
    path = packed(tmp_path / f"file{suffix}", content)
    with open_packed(path) as stream:
        assert stream.read() == content
    assert [found.name for found in tmp_path.iterdir()] == [path.name]


@pytest.mark.parametrize("suffix", PACKED_SUFFIXES)
def test_packed_files_are_smaller_and_the_same_each_time(tmp_path: Path, suffix: str) -> None:
    first, second = packed(tmp_path / f"a{suffix}").read_bytes(), packed(tmp_path / f"b{suffix}").read_bytes()
    assert first == second
    assert len(first) < len(CONTENT) / 10


@pytest.mark.parametrize("suffix", PACKED_SUFFIXES)
def test_a_cut_at_any_place_is_noticed(tmp_path: Path, suffix: str) -> None:
    path = packed(tmp_path / f"file{suffix}")
    whole = path.read_bytes()
    for length in range(1, len(whole), max(1, len(whole) // 50)):
        path.write_bytes(whole[:length])
        with pytest.raises(UNPACKING_ERRORS), open_packed(path) as stream:
            stream.read()


@pytest.mark.parametrize("suffix", PACKED_SUFFIXES)
def test_other_bytes_are_refused(tmp_path: Path, suffix: str) -> None:
    path = packed(tmp_path / f"file{suffix}")
    path.write_bytes(b"not packed at all")
    with pytest.raises(UNPACKING_ERRORS), open_packed(path) as stream:
        stream.read()


@pytest.mark.parametrize("suffix", PACKED_SUFFIXES)
def test_packed_parts_one_after_the_other_are_one_file(tmp_path: Path, suffix: str) -> None:
    path = packed(tmp_path / f"file{suffix}")
    path.write_bytes(path.read_bytes() * 2)
    with open_packed(path) as stream:
        assert stream.read() == CONTENT * 2


@pytest.mark.parametrize("error", [KeyboardInterrupt, OSError])
@pytest.mark.parametrize("suffix", ["", *PACKED_SUFFIXES])
def test_nothing_half_written_is_left(tmp_path: Path, suffix: str, error: type[BaseException]) -> None:
    path = packed(tmp_path / f"file{suffix}", b"the file before")
    before = path.read_bytes()

    def write() -> None:
        with create_packed(path) as stream:
            stream.write(CONTENT)
            raise error

    with pytest.raises(error):
        write()
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_a_missing_package_is_named_with_the_command_that_adds_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "zstandard", None)
    with pytest.raises(MissingPackageError, match=r"zstandard; mend: pip install 'trading\[zstd\]'"):
        open_packed(tmp_path / "file.zst")
    with pytest.raises(MissingPackageError, match=r"zstandard"), create_packed(tmp_path / "file.zst"):
        pytest.fail("it was opened")
    assert list(tmp_path.iterdir()) == []
