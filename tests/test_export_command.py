"""What `tailgate export` promises: the run that was asked for or an error that names the mend, never another run."""

from __future__ import annotations

import dataclasses
import json
import signal
import xml.etree.ElementTree as ET
from typing import TYPE_CHECKING

import pytest

from tailgate import cli
from tailgate.records import RunPurpose, VerdictKind
from tailgate.report import EXPORT_FORMATS, write_json
from tests.stored_runs import keep, result

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

Outcome = tuple[int, str, str]


@pytest.fixture(autouse=True)
def _signals() -> Iterator[None]:
    before = signal.getsignal(signal.SIGTERM)
    yield
    signal.signal(signal.SIGTERM, before)


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "asv.conf.json").write_text(json.dumps({"version": 1, "project": "subject", "repo": "."}))
    (tmp_path / "benchmarks").mkdir()
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def run(capsysbinary: pytest.CaptureFixture[bytes], project: Path) -> Callable[..., Outcome]:
    """Return a function that runs the command in an asv project, in this process."""

    def invoke(*arguments: str) -> Outcome:
        with pytest.raises(SystemExit) as ending:
            cli.main(["export", *arguments])
        captured = capsysbinary.readouterr()
        assert isinstance(ending.value.code, int)
        return ending.value.code, captured.out.decode(), captured.err.decode()

    return invoke


def test_help_names_every_format_exit_code_option_and_example(run: Callable[..., Outcome]) -> None:
    code, out, err = run("--help")
    assert (code, err) == (0, "")
    for exit_code in (0, 2, 4):
        assert f"\n    {exit_code}  " in out
    for name in EXPORT_FORMATS:
        assert f"\n    {name} " in out
    for option in ("--format", "--run", "--from", "--output", "--list", "--project", "--store"):
        assert option in out
    assert "tailgate export --format junit --output gate.xml" in out


def test_the_latest_run_goes_to_stdout_and_the_named_one_to_a_file(run: Callable[..., Outcome], project: Path) -> None:
    keep(project, result("1111aaaa"), result("2222bbbb", VerdictKind.PASS, exit_code=0, minute=5))
    code, out, err = run("--format", "json")
    assert (code, err) == (0, "")
    assert json.loads(out)["run_id"] == "2222bbbb"
    for name in ("1111aaaa", "1111"):
        assert run("--format", "junit", "--run", name, "--output", "gate.xml") == (0, "", "")
        tree = ET.parse(project / "gate.xml")  # noqa: S314 - our own
        assert tree.getroot().get("failures") == "1"
        assert tree.find(".//property[@name='run_id']").get("value") == "1111aaaa"  # type: ignore[union-attr]


def test_the_latest_run_is_none_that_was_made_on_the_way_to_something_else(
    run: Callable[..., Outcome], project: Path
) -> None:
    keep(project, result("2222bbbb", minute=5), purpose=RunPurpose.EVIDENCE)
    code, _, err = run("--format", "json")
    assert code == 4
    assert "the store holds no run of the gate" in err
    keep(project, result("1111aaaa"))
    assert json.loads(run("--format", "json")[1])["run_id"] == "1111aaaa"
    assert json.loads(run("--format", "json", "--run", "2222")[1])["run_id"] == "2222bbbb"


@pytest.mark.parametrize("name", [name for name in EXPORT_FORMATS if name != "hgrm"])
def test_every_text_is_the_same_from_the_store_and_from_the_report(
    run: Callable[..., Outcome], project: Path, name: str
) -> None:
    item = result("1111aaaa")
    keep(project, item)
    write_json(item, project / "gate.json")
    from_store, from_report = run("--format", name), run("--format", name, "--from", "gate.json")
    assert from_store == from_report
    assert from_store[0] == 0
    assert from_store[1]


def test_percentiles_are_a_folder_of_what_the_store_keeps(run: Callable[..., Outcome], project: Path) -> None:
    keep(project, result("1111aaaa"))
    for _ in range(2):
        assert run("--format", "hgrm", "--output", "out") == (0, "", "")
    names = sorted(path.name for path in (project / "out").iterdir())
    assert len(names) == 4
    assert names[0].startswith("book.Cancel.latency_cancel_deep-")
    text = (project / "out" / names[1]).read_text(encoding="utf-8")
    assert "Total count    =          400]" in text


def test_an_inconclusive_run_follows_the_policy_that_it_was_judged_by(
    run: Callable[..., Outcome], project: Path
) -> None:
    keep(
        project,
        result("1111", VerdictKind.INCONCLUSIVE, exit_code=3),
        result("2222", VerdictKind.INCONCLUSIVE, exit_code=0),
    )
    assert "<failure" in run("--format", "junit", "--run", "1111")[1]
    assert "<skipped" in run("--format", "junit", "--run", "2222")[1]


def test_the_list_shows_every_run_newest_first(run: Callable[..., Outcome], project: Path) -> None:
    assert run("--list") == (0, "the store holds no run\n", "")
    keep(project, result("1111aaaa"), result("2222bbbb", minute=5), unfinished="3333cccc")
    lines = run("--list")[1].splitlines()
    assert [line.split()[0] for line in lines] == ["3333cccc", "2222bbbb", "1111aaaa"]
    assert lines[0].endswith("not finished")
    assert lines[2].endswith("aaaaaaaaaa bbbbbbbbbb exit 1: summary of 1111aaaa")


def test_a_store_without_runs_is_nothing_to_export(run: Callable[..., Outcome]) -> None:
    code, out, err = run("--format", "json")
    assert (code, out) == (4, "")
    assert err.startswith("tailgate: the store holds no run")
    assert "mend: run `tailgate gate` first" in err


def test_a_latest_run_that_was_cut_off_is_not_replaced_by_an_older_one(
    run: Callable[..., Outcome], project: Path
) -> None:
    keep(project, result("1111aaaa", VerdictKind.PASS, exit_code=0), unfinished="3333cccc")
    for arguments in ((), ("--run", "3333cccc")):
        code, out, err = run("--format", "junit", "--output", "gate.xml", *arguments)
        assert (code, out) == (4, "")
        assert "the run 3333cccc was not finished" in err
        assert "name a finished run, as 1111aaaa" in err
    assert not (project / "gate.xml").exists()


@pytest.mark.parametrize("name", ["9999", "1", "", "' OR 1=1 --", "LATEST"])
def test_a_run_that_is_not_there_is_misuse_and_names_those_that_are(
    run: Callable[..., Outcome], project: Path, name: str
) -> None:
    keep(project, result("1111aaaa"))
    code, out, err = run("--format", "json", "--run", name)
    assert (code, out) == (2, "")
    assert f"the store has no run {name!r}; mend: name one of 1111aaaa" in err


def test_a_beginning_that_two_runs_share_is_refused(run: Callable[..., Outcome], project: Path) -> None:
    keep(project, result("1111aaaa"), result("1111bbbb"))
    code, _, err = run("--format", "json", "--run", "1111")
    assert code == 2
    assert "more than one run begins with '1111'" in err


def test_a_format_about_distributions_needs_measurements(run: Callable[..., Outcome], project: Path) -> None:
    write_json(result("1111aaaa"), project / "gate.json")
    code, _, err = run("--format", "hgrm", "--from", "gate.json", "--output", "out")
    assert code == 4
    assert "no measurement of the run 1111aaaa is kept" in err
    assert not (project / "out").exists()


def test_a_run_without_figures_is_no_empty_document(run: Callable[..., Outcome], project: Path) -> None:
    empty = dataclasses.replace(result("1111aaaa"), verdicts=(), exit_code=4, summary="nothing was measured")
    keep(project, empty)
    code, _, err = run("--format", "bencher", "--output", "bencher.json")
    assert code == 4
    assert "has figures (nothing was measured)" in err
    assert not (project / "bencher.json").exists()
    assert "<error" in run("--format", "junit")[1]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((), "name a format with --format: json, junit"),
        (("--format", "csv"), "is not one of 'json'"),
        (("--format", "hgrm"), "name the folder with --output"),
        (("--format", "json", "--output", "missing/gate.json"), "there is no folder missing"),
        (("--format", "json", "--from", "missing.json"), "does not exist"),
        (("--format", "json", "--from", "asv.conf.json"), "is no tailgate.gate/1 document"),
        (("--format", "json", "--output", "benchmarks"), "cannot be written"),
        (("--format", "hgrm", "--output", "asv.conf.json"), "is not a folder of *.hgrm files only"),
    ],
)
def test_misuse_ends_with_2_and_one_message(
    run: Callable[..., Outcome], project: Path, arguments: tuple[str, ...], words: str
) -> None:
    keep(project, result("1111aaaa"))
    code, out, err = run(*arguments)
    assert (code, out) == (2, "")
    assert words in err
    assert "Traceback" not in err
