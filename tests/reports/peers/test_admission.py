from __future__ import annotations

import platform
from importlib.metadata import version

from reports.peers.admission import Admitted, admit, admit_standard, is_installed
from reports.peers.records import Absent


def test_a_package_that_is_here_is_admitted_with_its_version() -> None:
    assert admit("numpy", lambda: "opened") == Admitted("numpy", version("numpy"), "opened")


def test_a_package_that_is_not_installed_is_absent() -> None:
    assert admit("no-such-package-anywhere", dict) == Absent(
        "no-such-package-anywhere", "is not installed in this environment"
    )


def test_a_package_that_cannot_be_imported_is_absent_with_the_error() -> None:
    def broken() -> None:
        raise OSError("lib_limit_order_book.so is missing")

    absent = admit("numpy", broken)
    assert isinstance(absent, Absent)
    assert absent.reason == f"{version('numpy')} cannot be used: OSError: lib_limit_order_book.so is missing"


def test_the_standard_library_has_the_version_of_python() -> None:
    assert admit_standard("json", dict) == Admitted("json", f"Python {platform.python_version()}", {})


def test_what_is_installed_is_known_by_its_distribution() -> None:
    assert is_installed("numpy")
    assert not is_installed("no-such-package-anywhere")
