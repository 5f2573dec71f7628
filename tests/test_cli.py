"""The command line's own promises: help, misuse, and that nothing but a regression ends with exit code 1."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from typing import TYPE_CHECKING, Any

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
    """Return a function that runs the command in an empty folder, in this process."""
    monkeypatch.chdir(tmp_path)

    def invoke(*arguments: str) -> Outcome:
        with pytest.raises(SystemExit) as ending:
            cli.main(list(arguments))
        captured = capsys.readouterr()
        assert isinstance(ending.value.code, int)
        return ending.value.code, captured.out, captured.err

    return invoke


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Make an asv project in a git repository with one commit and nothing to build."""
    (tmp_path / "asv.conf.json").write_text(json.dumps({"version": 1, "project": "subject", "repo": "."}))
    (tmp_path / "benchmarks").mkdir()
    (tmp_path / "benchmarks" / "__init__.py").write_text("")
    for arguments in (["init", "-q", "-b", "main"], ["add", "-A"], ["commit", "-q", "-m", "first"]):
        identity = ["-c", "user.name=T", "-c", "user.email=t@example.invalid", "-c", "commit.gpgsign=false"]
        subprocess.run(["git", *identity, *arguments], cwd=tmp_path, check=True)
    return tmp_path


@pytest.fixture
def ends_with(monkeypatch: pytest.MonkeyPatch, project: Path) -> Callable[[BaseException], None]:
    """Return a function that makes the pipeline end with an exception."""

    def choose(error: BaseException) -> None:
        def end(*_: Any) -> None:
            raise error

        monkeypatch.setattr(cli, "gate", end)

    return choose


def test_help_names_every_exit_code_and_example(run: Callable[..., Outcome]) -> None:
    code, out, err = run("gate", "--help")
    assert (code, err) == (0, "")
    for exit_code in (0, 1, 2, 3, 4):
        assert f"\n    {exit_code}  " in out
    for option in ("--benchmarks", "--budget", "--json", "--project", "--policy", "--store", "--seed", "--quiet"):
        assert option in out
    assert "tailgate gate HEAD~1 --benchmarks 'book\\.' --budget 60" in out


@pytest.mark.parametrize(
    ("command", "codes"),
    [
        (("explain",), (0, 1, 2, 3, 4, 5)),
        (("bisect",), (0, 2, 3, 4)),
        (("rollback",), (0, 2, 5)),
        (("rollout", "advance"), (0, 1, 2, 3, 4, 5)),
    ],
)
def test_help_of_what_follows_a_verdict_names_its_exit_codes_and_the_common_options(
    run: Callable[..., Outcome], command: tuple[str, ...], codes: tuple[int, ...]
) -> None:
    code, out, err = run(*command, "--help")
    assert (code, err) == (0, "")
    assert [int(line.split()[0]) for line in out.partition("Exit codes:\n")[2].splitlines()] == list(codes)
    for option in ("--project", "--policy", "--store", "--seed", "--quiet"):
        assert option in out


def test_every_command_is_listed(run: Callable[..., Outcome]) -> None:
    out = run("--help")[1]
    for command in ("gate", "explain", "bisect", "rollback", "rollout", "export", "log"):
        assert f"\n  {command}  " in out
    for command in ("status", "advance", "hold", "back"):
        assert f"\n  {command}  " in run("rollout", "--help")[1]


def test_the_short_help_and_the_version(run: Callable[..., Outcome]) -> None:
    assert run("-h")[0] == 0
    code, out, _ = run("--version")
    assert code == 0
    assert "0.1.0" in out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((), "Commands:"),
        (("gates",), "No such command"),
        (("gate", "--unknown"), "No such option"),
        (("gate", "a", "b", "c"), "unexpected extra argument"),
        (("gate", "--budget", "0"), "not in the range"),
        (("gate", "--budget", "-3"), "not in the range"),
        (("gate", "--budget", "soon"), "not a valid float"),
        (("gate", "--budget", "inf"), "not in the range"),
        (("gate", "--budget", "nan"), "not a number"),
        (("gate", "--seed", "x"), "not a valid integer"),
        (("gate", "--benchmarks", "book["), "'book[' is not a regular expression"),
        (("gate", "--project", "missing"), "does not exist"),
        (("gate", "--json", "missing/gate.json"), "there is no folder missing"),
        (("gate", "--json", "."), "is a directory"),
        (("gate",), "no asv.conf.json"),
    ],
)
def test_misuse_ends_with_2_and_one_message(
    run: Callable[..., Outcome], arguments: tuple[str, ...], words: str
) -> None:
    code, out, err = run(*arguments)
    assert code == ExitCode.MISUSE
    assert words in err
    assert out == ""
    assert "Traceback" not in err


def test_a_policy_that_is_named_and_missing_is_misuse(run: Callable[..., Outcome], project: Path) -> None:
    code, _, err = run("gate", "--policy", "missing.toml")
    assert (code, err) == (2, "tailgate: there is no policy file missing.toml\n")


def test_a_broken_policy_is_misuse_with_every_error(run: Callable[..., Outcome], project: Path) -> None:
    (project / "ci").mkdir()
    (project / "ci" / "gate.toml").write_text("[gate]\nbudget_s = 0\nunknown = 1\n")
    code, _, err = run("gate")
    assert code == 2
    assert "gate.budget_s" in err
    assert "gate.unknown" in err


@pytest.mark.parametrize("revision", ["missing", "--", "-1"])
def test_an_unknown_revision_is_misuse(run: Callable[..., Outcome], project: Path, revision: str) -> None:
    code, out, err = run("gate", "--quiet", "--", revision)
    assert (code, out) == (2, "")
    assert err.startswith(f"tailgate: unknown revision {revision!r}")


def test_a_first_commit_has_no_baseline_and_that_is_misuse(run: Callable[..., Outcome], project: Path) -> None:
    code, _, err = run("gate", "--quiet")
    assert code == 2
    assert "name the baseline" in err


def test_an_error_of_ours_ends_with_4_and_never_with_1(
    run: Callable[..., Outcome], ends_with: Callable[[BaseException], None]
) -> None:
    for error in (
        RuntimeError("oops"),
        AssertionError(),
        SystemError(),
        RecursionError(),
        MemoryError(),
        KeyError("x"),
    ):
        ends_with(error)
        code, out, err = run("gate", "--quiet")
        assert (code, out) == (4, "")
        assert "Traceback" in err
        assert err.endswith("tailgate: this is a bug in tailgate, not a verdict; please report it\n")


@pytest.mark.parametrize("number", [28, 30, 13])
def test_what_the_machine_refuses_is_one_message(
    run: Callable[..., Outcome], ends_with: Callable[[BaseException], None], number: int
) -> None:
    ends_with(OSError(number, os.strerror(number), "/some/where"))
    code, _, err = run("gate", "--quiet")
    assert code == 4
    assert err == f"tailgate: [Errno {number}] {os.strerror(number)}: '/some/where'\n"


def test_ctrl_c_ends_with_130_and_one_message(
    run: Callable[..., Outcome], ends_with: Callable[[BaseException], None]
) -> None:
    ends_with(KeyboardInterrupt())
    code, _, err = run("gate", "--quiet")
    assert code == 130
    assert err.strip() == "tailgate: interrupted; everything measured so far is in the store"


def test_a_store_that_cannot_be_used_ends_with_4(run: Callable[..., Outcome], project: Path) -> None:
    (project / "broken.sqlite").write_bytes(b"this is no database" * 100)
    code, _, err = run("gate", "--quiet", "--store", "broken.sqlite")
    assert code == 4
    assert err.startswith("tailgate: the store broken.sqlite is damaged")
    assert "Traceback" not in err


def test_what_the_gate_keeps_is_hidden_from_git(run: Callable[..., Outcome], project: Path) -> None:
    run("gate", "--quiet")
    assert (project / ".tailgate" / "store.sqlite").exists()
    status = subprocess.run(["git", "status", "--porcelain"], cwd=project, check=True, capture_output=True, text=True)
    assert status.stdout == ""


def test_it_runs_as_a_module_too(tmp_path: Path) -> None:
    finished = subprocess.run(
        [sys.executable, "-m", "tailgate", "gate"], cwd=tmp_path, check=False, capture_output=True, text=True
    )
    assert finished.returncode == 2
    assert finished.stderr.startswith("tailgate: no asv.conf.json in ")
