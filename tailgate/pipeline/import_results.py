"""asv's results into the store: read -> describe the commits -> store. In: a path. Out: what was taken over.

Adding the same results again changes nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tailgate.history_records import BrokenFile, ImportResult
from tailgate.store import read_asv_results

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from tailgate.measure import Repository
    from tailgate.records import BenchmarkId
    from tailgate.store import AsvFile, History

FILES_A_WRITE = 100


def import_results(path: Path, history: History, repository: Repository | None) -> ImportResult:
    """Take over every result; what is broken is named and left out.

    Parameters
    ----------
    repository
        Knows the subjects and authors of commits, where it has them; otherwise only their dates are known.

    Raises
    ------
    ConfigurationError
        There are no results at the path, or the archive is hostile.
    """
    broken: list[BrokenFile] = []
    waiting: list[AsvFile] = []
    commits: set[str] = set()
    machines: set[str] = set()
    benchmarks: set[BenchmarkId] = set()
    files = points = failures = 0
    for item in read_asv_results(path):
        if isinstance(item, BrokenFile):
            broken.append(item)
            continue
        files += 1
        broken += item.broken
        commits.add(item.commit.commit)
        machines |= {point.environment.machine for point in item.points}
        benchmarks |= {point.benchmark for point in item.points}
        failed = sum(bool(point.failure) for point in item.points)
        failures += failed
        points += len(item.points) - failed
        waiting.append(item)
        if len(waiting) == FILES_A_WRITE:
            _write(waiting, history, repository)
            waiting = []
    _write(waiting, history, repository)
    return ImportResult(
        machines=tuple(sorted(machines)),
        files=files,
        commits=len(commits),
        benchmarks=len(benchmarks),
        points=points,
        failures=failures,
        broken=tuple(broken),
    )


def _write(files: Sequence[AsvFile], history: History, repository: Repository | None) -> None:
    commits = {item.commit.commit: item.commit for item in files}
    if repository is not None:
        commits |= {commit.commit: commit for commit in repository.describe(commits)}
    history.add_commits(list(commits.values()))
    history.add_points([point for item in files for point in item.points])
