"""What the command line of `tailgate flags` promises before anything is measured."""

from __future__ import annotations

import json
import signal
from typing import TYPE_CHECKING

import pytest

from tailgate import cli
from tailgate.exit_codes import ExitCode

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
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[..., Outcome]:
    """Return a function that runs the command in an asv project without a policy, in this process."""
    (tmp_path / "asv.conf.json").write_text(json.dumps({"version": 1, "project": "subject", "repo": "."}))
    (tmp_path / "benchmarks").mkdir()
    monkeypatch.chdir(tmp_path)

    def invoke(*arguments: str) -> Outcome:
        with pytest.raises(SystemExit) as ending:
            cli.main(["flags", *arguments])
        captured = capsys.readouterr()
        assert isinstance(ending.value.code, int)
        return ending.value.code, captured.out, captured.err

    return invoke


def test_help_names_every_exit_code_option_and_example(run: Callable[..., Outcome]) -> None:
    code, out, err = run("--help")
    assert (code, err) == (0, "")
    for exit_code in (0, 2, 3, 4):
        assert f"\n    {exit_code}  " in out
    for option in ("--benchmarks", "--budget", "--commit", "--deployed", "--counts", "--list", "--json", "--policy"):
        assert option in out
    assert "tailgate flags fast-lock small-vectors --budget 120" in out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--budget", "nan"), "not a number"),
        (("--budget", "0"), "not in the range"),
        (("--benchmarks", "["), "is not a regular expression"),
        (("--json", "missing/flags.json"), "there is no folder missing"),
        ((), "mend: set flags.file"),
        (("--list",), "mend: set flags.file"),
    ],
)
def test_misuse_ends_with_2_and_one_message(
    run: Callable[..., Outcome], arguments: tuple[str, ...], words: str
) -> None:
    code, out, err = run(*arguments)
    assert (code, out) == (ExitCode.MISUSE, "")
    assert words in err
    assert "Traceback" not in err
