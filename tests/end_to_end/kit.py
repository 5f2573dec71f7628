"""What every small project is made of, built once a session: the probe's wheel, and an empty environment.

asv makes an environment with seven runs of pip, about 13 s of processor time, and a project has up to six. All but the
first would be the same again: they are copies of it, in which asv then builds and installs each commit itself.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.end_to_end.small_project import SmallProject

PROBE = Path(__file__).resolve().parents[2] / "probe"
SLOTS = 6
"""Environments of a project that are there from the start: as many as tailgate keeps."""

LARGEST_SCRIPT = 65_536

OF_A_COMMIT = ("project", "asv-build-cache", "asv-install-status.json", ".lock")
"""What asv keeps in an environment about the commit that is installed."""


@dataclass(frozen=True)
class Kit:
    """What was built once.

    Attributes
    ----------
    probe_wheel
        Installed by every environment.
    environment
        Folder of an environment as asv has made it, without any commit.
    """

    probe_wheel: Path
    environment: Path

    def furnish(self, project: SmallProject) -> None:
        """Put copies of the environment where tailgate has asv look for them."""
        state = project.root / ".tailgate"
        state.mkdir()
        (state / ".gitignore").write_text("*\n")
        for number in range(SLOTS):
            copy = state / "environments" / f"slot-{number}" / self.environment.name
            # Linked files: whatever is installed into a copy replaces files and writes into none.
            shutil.copytree(self.environment, copy, symlinks=True, copy_function=os.link)
            for path in (copy / "bin").iterdir():
                # Scripts name their interpreter; links to it and programs do not.
                is_script = not path.is_symlink() and path.stat().st_size < LARGEST_SCRIPT
                text = path.read_bytes() if is_script else b""
                if bytes(self.environment) in text:
                    path.unlink()
                    path.write_bytes(text.replace(bytes(self.environment), bytes(copy)))
                    path.chmod(0o755)


def build_probe(folder: Path) -> Path:
    """Build the probe's wheel: each environment then installs it in a moment."""
    command = [sys.executable, "-m", "uv", "build", "--quiet", "--wheel", "--out-dir", str(folder), str(PROBE)]
    subprocess.run(command, check=True, capture_output=True)
    (wheel,) = folder.glob("*.whl")
    return wheel


def build_environment(project: SmallProject, folder: Path) -> Path:
    """Let asv make the environment of a project's commit, and take the commit out again."""
    folder.mkdir()
    commit = project.git("rev-parse", "HEAD")
    subprocess.run(
        [
            sys.executable,
            "-m",
            "tailgate.measure.asv_environment",
            f"--config={project.root / 'asv.conf.json'}",
            f"--folder={folder}",
            f"--commit={commit}",
        ],
        check=True,
        capture_output=True,
        cwd=project.root,
        env={name: value for name, value in os.environ.items() if name not in {"VIRTUAL_ENV", "PYTHONHOME"}},
    )
    (environment,) = (path.parent for path in folder.glob("*/asv-env-info.json"))
    for name in OF_A_COMMIT:
        path = environment / name
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
    return environment
