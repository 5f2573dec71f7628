"""Builds one commit in one environment with asv's own machinery; runs as a process of its own.

In: asv.conf.json, a folder, a commit. Out: ``environment.json`` in that folder, written last and whole, naming the
interpreter. A process of its own because asv talks to stdout, changes with the working directory, and because two
commits are built at once. Whatever asv prints is the build log.
"""

from __future__ import annotations

import argparse
import ctypes
import json
import os
import signal
import sys
from pathlib import Path
from typing import Any

from asv.util import ProcessError
from filelock import FileLock

RESULT = "environment.json"

PR_SET_PDEATHSIG = 1


def main() -> int:
    """Build; return 0, or 1 after asv has said what failed."""
    parser = argparse.ArgumentParser(description="Builds one commit for tailgate; started by it.")
    parser.add_argument("--config", type=Path, required=True, help="asv.conf.json")
    parser.add_argument("--folder", type=Path, required=True, help="where the environment lives")
    parser.add_argument("--commit", required=True, help="full object name")
    arguments = parser.parse_args()
    folder: Path = arguments.folder
    end_cleanly_with_parent()
    # A build that outlived a killed gate may still be writing here: wait for it.
    with FileLock(folder / "build.lock"):
        (folder / RESULT).unlink(missing_ok=True)
        try:
            environment = build(arguments.config, folder, arguments.commit)
        except ProcessError:
            return 1  # asv has shown the command and all that it said: nothing after it may push that out of sight
        partial = folder / f"{RESULT}.partial"
        partial.write_text(json.dumps(environment), encoding="utf-8")
        partial.replace(folder / RESULT)
    return 0


def end_cleanly_with_parent() -> None:
    """End by an exception when told to end, or when the gate is gone: asv then ends the commands it has started.

    They have process groups of their own, so nobody else could.
    """
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def build(config_path: Path, folder: Path, commit: str) -> dict[str, str]:
    """Create the environment, build the commit's wheel (or take it from the cache) and install it.

    Returns
    -------
    dict
        ``python`` (path of the interpreter) and ``name`` (asv's name of the environment).
    """
    # asv reads relative paths against the working directory and imports slowly: both belong to this process only.
    os.chdir(config_path.resolve().parent)
    from asv.config import Config  # noqa: PLC0415
    from asv.console import log  # noqa: PLC0415
    from asv.environment import get_environments  # noqa: PLC0415
    from asv.plugin_manager import plugin_manager  # noqa: PLC0415
    from asv.repo import get_repo  # noqa: PLC0415

    log.enable(verbose=True)
    configuration = Config.load(config_path.name)
    for plugin in getattr(configuration, "plugins", None) or []:
        plugin_manager.import_plugin(plugin)
    configuration.env_dir = str(folder)
    environments = list(get_environments(configuration, []))
    if not environments:
        sys.stderr.write(
            "asv found no environment to build in: see `pythons` and `environment_type` in asv.conf.json\n"
        )
        raise SystemExit(1)
    chosen = _choose(environments)
    chosen.create()
    chosen.install_project(configuration, get_repo(configuration), commit)
    return {"python": str(chosen.find_executable("python")), "name": str(chosen.name)}


def _choose(environments: list[Any]) -> Any:
    """Take the environment of the Python that runs tailgate, or else the first in asv's order."""
    current = f"{sys.version_info.major}.{sys.version_info.minor}"
    chosen = next((item for item in environments if item.python == current), environments[0])
    if len(environments) > 1:
        sys.stderr.write(f"asv.conf.json describes {len(environments)} environments; tailgate measures {chosen.name}\n")
    return chosen


if __name__ == "__main__":
    sys.exit(main())
