"""Files and folders are written whole or not at all, and nothing of somebody else's is replaced."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tailgate.errors import ConfigurationError
from tailgate.report import write_folder, write_text

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FILES = (("a.hgrm", "one\n"), ("b.hgrm", "two\n"))


def content(folder: Path) -> dict[str, str]:
    return {entry.name: entry.read_text(encoding="utf-8") for entry in folder.iterdir()}


def test_a_text_replaces_an_older_one(tmp_path: Path) -> None:
    for text in ("old\n", "new é\r\n"):
        write_text(text, tmp_path / "file")
    assert (tmp_path / "file").read_bytes() == "new é\r\n".encode()
    assert list(tmp_path.iterdir()) == [tmp_path / "file"]


def test_a_folder_is_made_and_an_earlier_export_replaced(tmp_path: Path) -> None:
    write_folder([("old.hgrm", "x")], tmp_path / "out", ".hgrm")
    write_folder(FILES, tmp_path / "out", ".hgrm")
    assert content(tmp_path / "out") == dict(FILES)
    assert list(tmp_path.iterdir()) == [tmp_path / "out"]


@pytest.mark.parametrize("name", ["notes.txt", "sub"])
def test_a_folder_with_anything_else_in_it_is_left_alone(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    (folder / name).mkdir()
    with pytest.raises(ConfigurationError, match=r"is not a folder of \*.hgrm files only.*mend"):
        write_folder(FILES, folder, ".hgrm")
    assert [entry.name for entry in folder.iterdir()] == [name]
    (tmp_path / "file").write_text("")
    with pytest.raises(ConfigurationError, match="is not a folder"):
        write_folder(FILES, tmp_path / "file", ".hgrm")


def test_what_breaks_half_way_leaves_the_earlier_folder(tmp_path: Path) -> None:
    write_folder(FILES, tmp_path / "out", ".hgrm")

    def broken() -> Iterator[tuple[str, str]]:
        yield "c.hgrm", "three"
        raise ConfigurationError("no")

    with pytest.raises(ConfigurationError, match=r"^no$"):
        write_folder(broken(), tmp_path / "out", ".hgrm")
    assert content(tmp_path / "out") == dict(FILES)
    assert [entry.name for entry in tmp_path.iterdir()] == ["out"]


def test_a_folder_is_as_readable_as_any_other(tmp_path: Path) -> None:
    write_folder(FILES, tmp_path / "out", ".hgrm")
    (tmp_path / "other").mkdir()
    assert (tmp_path / "out").stat().st_mode == (tmp_path / "other").stat().st_mode


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"cannot be written .*mend"):
        write_text("x", tmp_path / "missing" / "out")
    with pytest.raises(ConfigurationError, match=r"cannot be written .*mend"):
        write_folder(FILES, tmp_path / "missing" / "out", ".hgrm")
    assert list(tmp_path.iterdir()) == []
