from __future__ import annotations

from itertools import pairwise

import pytest

from tailgate.pipeline.history import spread
from tests.store.history_points import commit, name


@pytest.mark.parametrize("count", [1, 2, 3, 7, 40])
def test_every_commit_comes_once_and_the_ends_come_first(count: int) -> None:
    ordered = [item.commit for item in spread([commit(number) for number in range(count)])]
    assert sorted(ordered) == [name(number) for number in range(count)]
    assert ordered[:2] == [name(count - 1), name(0)][: len(ordered)]


def test_whoever_is_interrupted_has_some_of_every_time() -> None:
    ordered = [item.position for item in spread([commit(number) for number in range(33)])]
    first = sorted(ordered[:9])
    assert max(later - earlier for earlier, later in pairwise(first)) <= 5
