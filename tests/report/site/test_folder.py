"""The output folder: only what changed is written, only what is ours is removed, nothing outside is touched."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tailgate.errors import ReportError
from tailgate.report.site import SiteFolder
from tailgate.report.site.folder import MANIFEST

if TYPE_CHECKING:
    from pathlib import Path


def test_the_same_content_is_written_once(tmp_path: Path) -> None:
    folder = SiteFolder(tmp_path / "site")
    folder.write("a/b.html", "x")
    folder.write("a/b.html", "x")
    assert folder.written == 1
    folder.write("a/b.html", "y")
    assert (tmp_path / "site" / "a" / "b.html").read_text("utf-8") == "y"


@pytest.mark.parametrize("name", ["../x", "a/../../x", "/etc/x", "", "."])
def test_a_name_that_leads_out_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(ReportError, match="leads out"):
        SiteFolder(tmp_path / "site").write(name, "x")
    assert list(tmp_path.rglob("x")) == []


def test_what_an_earlier_build_wrote_is_removed_and_nothing_else(tmp_path: Path) -> None:
    first = SiteFolder(tmp_path)
    first.write("old.html", "x")
    first.write("kept.html", "x")
    first.finish()
    (tmp_path / "theirs.html").write_text("x", encoding="utf-8")
    second = SiteFolder(tmp_path)
    second.keep("kept.html")
    second.finish()
    assert sorted(path.name for path in tmp_path.iterdir()) == [MANIFEST, "kept.html", "theirs.html"]


def test_a_manifest_that_somebody_bent_removes_nothing_outside(tmp_path: Path) -> None:
    (tmp_path / "precious").write_text("x", encoding="utf-8")
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / MANIFEST).write_text(json.dumps(["../precious", "/etc/hostname", 7]), encoding="utf-8")
    SiteFolder(tmp_path / "site").finish()
    assert (tmp_path / "precious").exists()


@pytest.mark.parametrize("text", ["{", "{}", "\udce9"])
def test_a_damaged_manifest_lists_nothing(tmp_path: Path, text: str) -> None:
    (tmp_path / MANIFEST).write_bytes(text.encode("utf-8", "surrogateescape"))
    (tmp_path / "page.html").write_text("x", encoding="utf-8")
    SiteFolder(tmp_path).finish()
    assert (tmp_path / "page.html").exists()


def test_a_file_where_the_folder_should_be_is_named(tmp_path: Path) -> None:
    (tmp_path / "site").write_text("x", encoding="utf-8")
    with pytest.raises(ReportError, match="no folder to write a site to"):
        SiteFolder(tmp_path / "site")
