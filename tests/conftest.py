"""What every test shares: hypothesis profiles, interrupts, and golden files with their update option."""

from __future__ import annotations

import os
import signal
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest
from hypothesis import HealthCheck, settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_GOLDEN_FOLDER: Final = Path(__file__).parent / "golden"

# A deadline would be a timed assertion. The default repeats the same examples, so that a red run stays red;
# HYPOTHESIS_PROFILE=explore looks for new ones, and brief is for builds that are many times slower.
# So is the check that generating examples is fast: on a busy machine it is not.
NO_CLOCK: Final = (HealthCheck.too_slow,)
settings.register_profile("ci", derandomize=True, deadline=None, print_blob=True, suppress_health_check=NO_CLOCK)
settings.register_profile(
    "brief", max_examples=15, derandomize=True, deadline=None, print_blob=True, suppress_health_check=NO_CLOCK
)
settings.register_profile("explore", max_examples=2_000, deadline=None, print_blob=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))


@pytest.fixture(scope="session", autouse=True)
def heard_interrupts() -> Iterator[None]:
    """Let Ctrl-C be heard, here and in what is started: a background job of a shell ignores it, as do its children."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update-golden", action="store_true", help="write what the tests produce to tests/golden/; review the diff"
    )


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[str, str], None]:
    """Return a function that holds a text against the golden file of a name, or writes it when updating."""
    is_updating = bool(request.config.getoption("--update-golden"))

    def check(name: str, text: str) -> None:
        # Padding at the end of a line is nothing that a reader sees.
        shown = "\n".join(line.rstrip() for line in text.splitlines()) + "\n"
        path = _GOLDEN_FOLDER / name
        if is_updating:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(shown, encoding="utf-8")
        assert path.exists(), f"no golden file {name}: run pytest with --update-golden and review it"
        assert shown == path.read_text(encoding="utf-8")

    return check
