"""Trains the profile-guided build: an instrumented module comes in, what it counted goes where the compiler looks.

Run by meson while the package is built: ``train_profile.py MODULE OBJECTS STAMP``. MODULE is the instrumented extension
module, OBJECTS the folder of the objects that will be compiled with the profile, STAMP a header that is written last.
"""

from __future__ import annotations

import importlib.util
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from trading.native.interface import Kernels

EVENTS = 50_000
SOURCES = Path(__file__).parents[1]


def main(module: Path, objects: Path, stamp: Path) -> None:
    """Run the training in a process of its own, since counts are written when a process ends."""
    counted = Path(f"{module}.p")
    for left_over in counted.glob("*.gcda"):
        left_over.unlink()
    subprocess.run([sys.executable, __file__, "--train", module], check=True)
    (profile,) = counted.glob("*.gcda")
    objects.mkdir(parents=True, exist_ok=True)
    shutil.copy(profile, objects)
    stamp.write_text("// The profile is where the compiler looks for it.\n", encoding="ascii")


def train(path: Path) -> None:
    """Let the kernels replay a market that the seeded generator makes: the same one in every build."""
    # An editable install in the same environment would begin to rebuild itself, in the middle of this build.
    sys.meta_path[:] = [finder for finder in sys.meta_path if type(finder).__name__ != "MesonpyMetaFinder"]
    _load("trading", SOURCES / "__init__.py", [str(SOURCES)])
    # The module's file has a name of its own, the module has that of the one that it trains for.
    kernels = _load(path.name.split(".")[0].removeprefix("training_"), path, None)
    from trading.native.training import replay  # noqa: PLC0415 - the package has been made importable just now

    replay(cast("Kernels", kernels), EVENTS)


def _load(name: str, path: Path, folders: list[str] | None) -> object:
    """Import a file under a name; while it is being built, the package has no place on the path."""
    spec = importlib.util.spec_from_file_location(name, path, submodule_search_locations=folders)
    if spec is None or spec.loader is None:
        raise ImportError(f"{path} is no module")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


if __name__ == "__main__":
    if sys.argv[1] == "--train":
        train(Path(sys.argv[2]))
    else:
        main(*map(Path, sys.argv[1:4]))
