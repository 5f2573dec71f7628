"""The developer's menu: one session a job. Run one with ``nox -s NAME``, list them with ``nox -l``."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

import nox

nox.needs_version = ">=2024.10.9"
nox.options.default_venv_backend = "uv|virtualenv"
nox.options.sessions = ["tests", "lint", "types"]

PROJECT = nox.project.load_toml("pyproject.toml")
TRADING = nox.project.load_toml("trading/pyproject.toml")
NOT_SANITIZED = "every_variant or any_legal_set or every_flag_on or whole_feed or inline-hot-paths or pgo-build"
"""Tests that need more variants than the plain and the deployed one, which are all that is built with a sanitizer."""
SANITIZED_TESTS = (
    *("-m", "not end_to_end", "-k", f"(native or variant) and not ({NOT_SANITIZED})"),
    *("tests/properties", "tests/trading"),
)
"""Tests of the native kernels."""
BUFFER_TESTS = (
    *("-m", "not end_to_end", "-k", "native or binary or bytes"),
    *("tests/properties/test_serialization_properties.py", "tests/properties/test_native_signals.py"),
    *("tests/trading/serialization", "tests/trading/ipc", "tests/trading/messaging", "tests/trading/memory"),
)
"""Tests whose kernels work on buffers that Python owns."""
DEFAULT_PEERS_ARGUMENTS = ("--markdown", "reports/peers.md", "--json", "reports/peers.json")
"""What ``peers`` writes where nothing else is asked."""


@nox.session
def tests(session: nox.Session) -> None:
    """Run the tests; arguments go to pytest (``nox -s tests -- tests/store -k full``)."""
    require_compiler(session)
    session.install("-e", ".", *groups("tests", "native"))
    # Editable, because with a wheel the folder trading/ in the root would shadow the installed package; without
    # isolation, because an editable meson build is brought up to date at import, by the tools of this environment.
    every_variant = "-Csetup-args=-Dvariants=all"
    session.install("--no-build-isolation", every_variant, "-e", "./trading[plot,zstd]", "-e", "probe")
    # All cores, a file at a time, since a file's tests share what they have built. The gates under test have injected
    # regressions of twice the time: a neighbour does not decide their verdicts.
    everything = ("-n", "auto", "--dist", "loadfile", "--no-loadscope-reorder", "--durations=20")
    session.run("python", "-m", "pytest", *(session.posargs or everything))


@nox.session
@nox.parametrize("sanitizer", ["address", "thread"])
def sanitize(session: nox.Session, sanitizer: str) -> None:
    """Run the tests of the native kernels on sanitizer builds; arguments go to pytest.

    ``address`` has the UndefinedBehaviorSanitizer with it. These builds are many times slower, so
    that few streams are looked at; HYPOTHESIS_PROFILE=ci looks at as many as ``tests``, explore at many more.
    """
    require_compiler(session)
    session.install("-e", ".", *groups("tests", "native"))
    build = Path("build") / f"sanitize-{sanitizer}"
    options = (f"-Cbuild-dir={build}", f"-Csetup-args=-Dsanitize={sanitizer}", "-Csetup-args=-Dbuildtype=plain")
    session.install("--no-build-isolation", *options, "-e", "./trading[plot,zstd]", "-e", "probe")
    # The interpreter is an ordinary one: what the sanitizer replaces must be loaded before everything else.
    runtimes = [
        str(session.run("g++", f"-print-file-name={name}", external=True, silent=True)).strip()
        for name in (f"lib{'asan' if sanitizer == 'address' else 'tsan'}.so", "libstdc++.so")
    ]
    environment = {
        "LD_PRELOAD": " ".join(runtimes),
        # The interpreter keeps what it allocated until its end, on purpose.
        # An allocation that is too large fails as it always does; that it does is tested.
        "ASAN_OPTIONS": "detect_leaks=0:detect_stack_use_after_return=1:allocator_may_return_null=1",
        "UBSAN_OPTIONS": "print_stacktrace=1",
        "TSAN_OPTIONS": "halt_on_error=1:second_deadlock_stack=1:allocator_may_return_null=1",
        "HYPOTHESIS_PROFILE": os.environ.get("HYPOTHESIS_PROFILE", "brief"),
    }
    # In one process, nothing captured: what the sanitizer says of the end of the process is to be seen.
    run = ("python", "-m", "pytest", "-p", "no:xdist", "--capture=no")
    session.run(*run, *(session.posargs or SANITIZED_TESTS), env=environment)
    if sanitizer == "address" and not session.posargs:
        # Python's own allocator hides where its small buffers end. Without it everything takes three times as long: so
        # only where kernels read and write buffers of Python's.
        session.run(*run, *BUFFER_TESTS, env={**environment, "PYTHONMALLOC": "malloc"})


@nox.session
def lint(session: nox.Session) -> None:
    """Check style, formatting, arrows between packages, workflows; arguments go to ``ruff check`` (``-- --fix``)."""
    session.install(*groups("lint"))
    session.run("ruff", "check", *session.posargs, ".")
    session.run("ruff", "format", "--check", ".")
    # The imports are read, not executed: nothing of ours has to be installed.
    session.run("lint-imports", env={"PYTHONPATH": "probe"})
    # No network: what is asked of a workflow is asked of the files alone.
    workflows = sorted(str(path) for path in Path(".github/workflows").glob("*.yml"))
    session.run("actionlint", *workflows)
    session.run("zizmor", "--offline", "--no-progress", "--persona=pedantic", *workflows)
    session.run("check-jsonschema", "--builtin-schema", "vendor.github-workflows", *workflows)


@nox.session
def types(session: nox.Session) -> None:
    """Check all types strictly; arguments go to mypy."""
    session.install("-e", ".", *groups("types"), *TRADING["project"]["dependencies"])
    everything = (
        "tailgate",
        "trading",
        "benchmarks",
        "probe/asv_bench_tailgate",
        "ci",
        "reports",
        "tests",
        "noxfile.py",
    )
    session.run("mypy", *session.posargs, *everything)


@nox.session
def gate(session: nox.Session) -> None:
    """Gate the current commit; arguments and exit code are those of ``tailgate gate``. Runs as the last session."""
    session.install("-e", ".")
    become(session, "tailgate", "gate", *session.posargs)


@nox.session
def summary(session: nox.Session) -> None:
    """Tell GitHub what the gate found: ``nox -s summary -- gate.json``."""
    session.install("-e", ".")
    session.run("python", "-m", "ci.summary", *session.posargs)


@nox.session
def export(session: nox.Session) -> None:
    """Write a run for other programs; arguments are those of ``tailgate export``."""
    session.install("-e", ".")
    session.run("tailgate", "export", *session.posargs)


@nox.session
def remedy(session: nox.Session) -> None:
    """Find what made the p99 worse and undo it as policy says; arguments are those of ``tailgate explain``."""
    session.install("-e", ".")
    session.run("tailgate", "explain", *session.posargs)


@nox.session
def propose(session: nox.Session) -> None:
    """Push what ``remedy`` has prepared, and open pull requests; needs GitHub's client and a token."""
    session.install("-e", ".")
    session.run("python", "-m", "ci.propose", *session.posargs)


@nox.session
def nightly(session: nox.Session) -> None:
    """Gate what has landed since the last night; arguments are those of ``python -m ci.nightly``."""
    session.install("-e", ".[pictures,profilers]")
    become(session, "python", "-m", "ci.nightly", *session.posargs)


@nox.session
def history(session: nox.Session) -> None:
    """Measure the p99 over commits; arguments are those of ``tailgate history`` (``-- --count 40``)."""
    session.install("-e", ".")
    session.run("tailgate", "history", *session.posargs)


@nox.session
def selftest(session: nox.Session) -> None:
    """Prove the gate on injected regressions in a scratch clone; arguments go to ``python -m ci.selftest``."""
    session.install("-e", ".")
    session.run("python", "-m", "ci.selftest", *session.posargs)


@nox.session
def peers(session: nox.Session) -> None:
    """Measure ours beside the peers on PyPI, into ``reports/peers.md``; arguments go to ``python -m reports.peers``."""
    require_compiler(session)
    session.install("-e", ".", *groups("native"))
    # Editable, since the comparison runs in the tree, where the folder trading/ would shadow a wheel.
    session.install("--no-build-isolation", "-Csetup-args=-Dvariants=all", "-e", "./trading", "-e", "probe")
    for requirement in Path("reports/peers/requirements.txt").read_text(encoding="utf-8").splitlines():
        if requirement and not requirement.startswith("#"):
            # By itself: one that cannot be installed here becomes a line of the tables, and keeps nobody else away.
            session.install(requirement, success_codes=range(256))
    session.run("python", "-m", "reports.peers", *(session.posargs or DEFAULT_PEERS_ARGUMENTS))


@nox.session
def flags(session: nox.Session) -> None:
    """Measure flags on against off in one build; arguments are those of ``tailgate flags``."""
    session.install("-e", ".[profilers]")
    session.run("tailgate", "flags", *session.posargs)


@nox.session
def report(session: nox.Session) -> None:
    """Write the site of this repository's history; arguments go to ``tailgate report`` (``-- --output FOLDER``)."""
    session.install("-e", ".")
    session.run("tailgate", "report", *session.posargs)


@nox.session
def roadmap(session: nox.Session) -> None:
    """Write the roadmap page, claimed beside measured; arguments go to ``python -m reports.roadmap``."""
    session.install("-e", ".[profilers]")
    session.run("python", "-m", "reports.roadmap", *session.posargs)


def become(session: nox.Session, name: str, *arguments: str) -> None:
    """Replace nox by a program of the session: nox would turn each exit code into 1 and a Ctrl-C into a kill."""
    program = shutil.which(name, path=session.bin)
    if program is None:
        session.error(f"the command {name} was not installed")
    environment = {key: value for key, value in {**os.environ, **session.env}.items() if value is not None}
    sys.stdout.flush()
    sys.stderr.flush()
    os.execve(program, [program, *arguments], environment)  # noqa: S606 - no shell wanted


def groups(*names: str) -> tuple[str, ...]:
    """Return the requirements of dependency groups; read here, since installers of different ages know no groups."""
    return nox.project.dependency_groups(PROJECT, *names)


def require_compiler(session: nox.Session) -> None:
    """Fail with a message that names the mend where no C++ compiler is found."""
    if not any(
        shutil.which(name) for name in (os.environ.get("CXX", "").split(" ")[0], "g++", "c++", "clang++") if name
    ):
        session.error("no C++ compiler found; mend: install g++ (Debian: apt-get install g++), or name one with CXX")
