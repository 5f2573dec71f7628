from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from trading.platform import HotThreads, Notice

if TYPE_CHECKING:
    from collections.abc import Iterator


class Technique:
    """Writes down when it begins and ends."""

    def __init__(self, name: str, diary: list[str]) -> None:
        self.name = name
        self.diary = diary

    @contextmanager
    def hot_thread(self, name: str) -> Iterator[tuple[Notice, ...]]:
        self.diary.append(f"{self.name} begins for {name}")
        yield (Notice(self.name, is_active=True, text="done"),)
        self.diary.append(f"{self.name} ends")


def test_techniques_are_applied_in_order_and_taken_back_in_the_opposite_one() -> None:
    diary: list[str] = []
    placement = HotThreads(Technique("first", diary), Technique("second", diary))
    with placement.hot_thread("matching") as notices:
        assert [notice.message for notice in notices] == ["first: done", "second: done"]
    assert diary == ["first begins for matching", "second begins for matching", "second ends", "first ends"]


def test_without_techniques_nothing_happens() -> None:
    with HotThreads().hot_thread("matching") as notices:
        assert notices == ()
