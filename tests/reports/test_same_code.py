from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

from reports.roadmap.same_code import code_of

if TYPE_CHECKING:
    from pathlib import Path


def commit_with(root: Path, **files: str) -> str:
    for name, text in files.items():
        path = root / name.replace("__", "/")
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    for arguments in (("add", "."), ("-c", "user.name=a", "-c", "user.email=a@b", "commit", "-q", "-m", "one")):
        subprocess.run(["git", *arguments], cwd=root, check=True)
    found = subprocess.run(["git", "rev-parse", "HEAD"], cwd=root, check=True, capture_output=True, text=True)
    return found.stdout.strip()


def test_what_is_deployed_and_what_is_not_measured_makes_no_other_code(tmp_path: Path) -> None:
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    first = commit_with(tmp_path, **{"trading__flags.json": "{}", "trading__book.py": "1"})
    second = commit_with(tmp_path, **{"trading__flags.json": "{ }", "docs__a.md": "a"})
    third = commit_with(tmp_path, **{"trading__book.py": "2"})
    assert code_of(first, tmp_path) == code_of(second, tmp_path) != code_of(third, tmp_path)
    assert code_of("0" * 40, tmp_path) == "0" * 40
