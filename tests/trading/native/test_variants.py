from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from trading.native import variants
from trading.native.variants import VARIANTS, deployed_variants

if TYPE_CHECKING:
    from pathlib import Path

ROLLOUT = {"fractional": [["on", 10], ["off", 90]]}


def flag_file(on: tuple[str, ...] = (), rolled_out: tuple[str, ...] = ()) -> str:
    flags: dict[str, dict[str, object]] = {name: {"defaultVariant": "on"} for name in on}
    flags |= {name: {"defaultVariant": "off", "targeting": ROLLOUT} for name in rolled_out}
    return json.dumps({"flags": {"binary-serialization": {"defaultVariant": "off"}} | flags})


@pytest.mark.parametrize(
    ("on", "rolled_out", "built"),
    [
        ((), (), []),
        (("native-core",), (), ["plain"]),
        (("native-core", "optimized-build"), (), ["optimized"]),
        ((), ("native-core",), ["plain"]),
        (("native-core",), ("optimized-build",), ["optimized", "plain"]),
        (
            ("native-core", "optimized-build"),
            ("pgo-build", "inline-hot-paths"),
            ["optimized", "optimized_inlined", "profiled", "profiled_inlined"],
        ),
    ],
)
def test_what_the_flags_can_ask_for_is_built(
    on: tuple[str, ...], rolled_out: tuple[str, ...], built: list[str]
) -> None:
    assert deployed_variants(flag_file(on, rolled_out)) == built


@pytest.mark.parametrize("text", ["", "[]", '{"flags": []}', '{"flags": {"native-core": "on"}}'])
def test_a_broken_flag_file_is_no_flag_file(text: str) -> None:
    with pytest.raises(ValueError, match=r"Expecting value|no object"):
        deployed_variants(text)


def printed(choice: str, file: Path) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {variants.CHOICE_VARIABLE: choice}
    command = [sys.executable, str(variants.__file__), str(file)]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=60)


def test_the_build_is_told_by_the_environment_or_else_by_the_flags(tmp_path: Path) -> None:
    file = tmp_path / "flags.json"
    file.write_text(flag_file(("native-core",)), encoding="utf-8")
    assert printed("", file).stdout.split() == ["plain"]
    assert printed("all", file).stdout.split() == list(VARIANTS)
    assert printed("inlined,profiled", file).stdout.split() == ["inlined", "profiled"]


def test_a_variant_that_there_is_not_and_a_broken_file_end_the_build_with_one_message(tmp_path: Path) -> None:
    file = tmp_path / "flags.json"
    file.write_text("no JSON", encoding="utf-8")
    unknown, broken = printed("plain,fastest", file), printed("", file)
    assert (unknown.returncode, broken.returncode) == (1, 1)
    assert unknown.stderr.startswith("TRADING_VARIANTS names fastest; give all, or some of plain")
    assert broken.stderr.startswith(f"{file} is no flag file: ")
    assert "Traceback" not in unknown.stderr + broken.stderr
