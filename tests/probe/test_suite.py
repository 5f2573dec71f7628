from __future__ import annotations

import itertools
import sys
from typing import TYPE_CHECKING

import pytest
from asv_bench_tailgate.suite import Suite

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

NUMBER = itertools.count()

SOUND = """
class Cancel:
    params = [["shallow", "deep"], [1, 2]]
    param_names = ["depth", "size"]
    timeout = 7.5
    cores = 2

    def setup(self, depth, size):
        self.seen = [depth, size]

    def latency_cancel(self, depth, size):
        return self.seen.append, list(range(1200))

    def time_cancel(self, depth, size):
        pass


def latency_free():
    return abs, list(range(1200))
"""


@pytest.fixture
def make_suite(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Suite]]:
    """Return a function that writes modules into a package with a name of its own, and opens it."""
    monkeypatch.setattr(sys, "meta_path", sys.meta_path[:])
    before = set(sys.modules)

    def make(**modules: str) -> Suite:
        folder = tmp_path / f"suite_{next(NUMBER)}"
        folder.mkdir()
        for name, text in {"__init__": "", **modules}.items():
            path = folder / f"{name.replace('__dot__', '/')}.py"
            path.parent.mkdir(exist_ok=True)
            path.write_text(text)
        return Suite(folder)

    yield make
    for name in set(sys.modules) - before:
        if name.startswith("suite_"):
            del sys.modules[name]


def test_each_parameter_set_is_described_in_asvs_order(make_suite: Callable[..., Suite]) -> None:
    entries = make_suite(book=SOUND).describe()
    assert [(entry["name"], entry["parameters"], entry["index"]) for entry in entries] == [
        ("book.Cancel.latency_cancel", ["'shallow'", "1"], 0),
        ("book.Cancel.latency_cancel", ["'shallow'", "2"], 1),
        ("book.Cancel.latency_cancel", ["'deep'", "1"], 2),
        ("book.Cancel.latency_cancel", ["'deep'", "2"], 3),
        ("book.latency_free", [], 0),
    ]
    assert {(entry["timeout_s"], entry["cores"]) for entry in entries[:4]} == {(7.5, 2)}
    assert len({entry["version"] for entry in entries}) == 2


def test_a_chosen_parameter_set_reaches_the_benchmark(make_suite: Callable[..., Suite]) -> None:
    benchmark = make_suite(book=SOUND).select("book.Cancel.latency_cancel", 2)
    benchmark.do_setup()
    assert benchmark.replayer().replay()


def test_an_unknown_benchmark_is_a_key_error(make_suite: Callable[..., Suite]) -> None:
    with pytest.raises(KeyError):
        make_suite(book=SOUND).select("book.latency_missing", 0)


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("import a_module_that_does_not_exist", "ModuleNotFoundError: No module named 'a_module_that_does_not_exist'"),
        ("def broken(:", "SyntaxError: "),
        ("1 / 0", "ZeroDivisionError: division by zero"),
        ("import sys; sys.exit('bye')", "SystemExit: bye"),
    ],
)
def test_a_broken_module_is_reported_and_hides_no_other(
    make_suite: Callable[..., Suite], text: str, error: str
) -> None:
    suite = make_suite(a_broken=text, book=SOUND)
    (broken,) = suite.broken
    assert broken.module.endswith(".a_broken")
    assert broken.error.startswith(error)
    assert "Traceback" in broken.traceback
    assert len(suite.describe()) == 5


def test_modules_in_folders_below_are_found_and_reported(make_suite: Callable[..., Suite]) -> None:
    suite = make_suite(nested__dot____init__="", nested__dot__book=SOUND, nested__dot__broken="raise OSError('disk')")
    assert [broken.module.partition(".")[2] for broken in suite.broken] == ["nested.broken"]
    assert {entry["name"] for entry in suite.describe()} == {
        "nested.book.Cancel.latency_cancel",
        "nested.book.latency_free",
    }


def test_a_suite_that_does_not_import_at_all_has_nothing_but_its_error(make_suite: Callable[..., Suite]) -> None:
    suite = make_suite(__init__="raise RuntimeError('no suite')", book=SOUND)
    assert [broken.error for broken in suite.broken] == ["RuntimeError: no suite"]
    assert suite.describe() == []


def test_other_benchmark_types_are_asvs_business(make_suite: Callable[..., Suite]) -> None:
    assert make_suite(other="def time_nothing():\n    pass\n").describe() == []
