"""Every format renders the golden run as before and any run at all; the page on exports names them all."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest

from tailgate.report import EXPORT_FORMATS, ExportedRun, FolderFormat, TextFormat

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT: Final = Path(__file__).parents[3]
TEXTS: Final = {name: each for name, each in EXPORT_FORMATS.items() if isinstance(each, TextFormat)}
SUFFIXES: Final = {
    "junit": "xml",
    "markdown": "md",
    "github-summary": "md",
    "github-annotations": "txt",
    "openmetrics": "txt",
}


@pytest.mark.parametrize("name", sorted(TEXTS))
def test_a_text_is_the_golden_one(run: ExportedRun, golden: Callable[[str, str], None], name: str) -> None:
    golden(f"exports/{name}.{SUFFIXES.get(name, 'json')}", TEXTS[name].render(run))


def test_the_folder_of_percentiles_is_the_golden_one(run: ExportedRun, golden: Callable[[str, str], None]) -> None:
    chosen = EXPORT_FORMATS["hgrm"]
    assert isinstance(chosen, FolderFormat)
    files = dict(chosen.render(run))
    golden("exports/hgrm_files.txt", "\n".join(files))
    golden("exports/candidate.raw.hgrm", files["book.Limit.latency_limit.candidate.raw.hgrm"])


@pytest.mark.parametrize("name", sorted(TEXTS))
def test_a_text_is_the_same_for_the_same_run_and_is_unicode(hostile: ExportedRun, name: str) -> None:
    text = TEXTS[name].render(hostile)
    assert TEXTS[name].render(hostile) == text
    assert text.encode().decode() == text
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f\u202e\u2066\u200b]", text)


def test_the_page_on_exports_names_every_format_once_and_no_other() -> None:
    page = (ROOT / "docs" / "exports.md").read_text(encoding="utf-8")
    assert re.findall(r"^\| `([a-z-]+)` \|", page, re.MULTILINE) == list(EXPORT_FORMATS)


def test_every_format_has_a_module_and_a_test_of_its_own() -> None:
    for each in EXPORT_FORMATS.values():
        module = each.render.__module__.rpartition(".")[2]
        assert (ROOT / "tests" / "report" / "exports" / f"test_{module}.py").exists()
        assert each.purpose
