"""What is injected goes into the book as it is today, and changes nothing but how long a cancel takes."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType
from typing import Final

import pytest

from ci.injection import BOOK, FLAGS, InjectionError, clone_plain, inject, output, rename, replace_once
from ci.selftest import SCENARIOS
from tailgate.act import flag_names, stage_of
from trading.records import Order, OrderType, Side

ROOT: Final = Path(__file__).parents[2]
SOURCE: Final = (ROOT / BOOK).read_text(encoding="utf-8")
EXTRA: Final = "        for _ in _EXTRA:\n            pass\n"


def cancelled_lots(source: str) -> list[int]:
    """Load a book from its source and cancel what rests in it."""
    module = ModuleType("injected_book")
    exec(compile(source, "injected_book.py", "exec"), module.__dict__)  # noqa: S102 - the source is ours
    book = module.PriceTimeBook()
    for number in range(1, 400):
        side = Side.BUY if number % 2 else Side.SELL
        book.submit(Order(number, side, OrderType.LIMIT, 10_000 - side * (number % 7 + 1), number, number))
    return [book.cancel(number) for number in range(1, 400)]


@pytest.mark.parametrize(
    "changed",
    [inject(SOURCE, EXTRA, 5), rename(SOURCE), *(scenario.edit(SOURCE, 5.0) for scenario in SCENARIOS)],
    ids=["extra", "renamed", *(scenario.letter for scenario in SCENARIOS)],
)
def test_the_changed_book_is_another_source_with_the_same_answers(changed: str) -> None:
    assert changed != SOURCE
    assert cancelled_lots(changed) == cancelled_lots(SOURCE) == list(range(1, 400))


def test_in_the_clone_every_flag_is_off_so_that_the_plain_book_runs(tmp_path: Path) -> None:
    root, clone = tmp_path / "root", tmp_path / "clone"
    (root / FLAGS).parent.mkdir(parents=True)
    (root / FLAGS).write_text((ROOT / FLAGS).read_text(encoding="utf-8"), encoding="utf-8")
    for arguments in (["init", "-q"], ["add", "--all"], ["commit", "-q", "-m", "first"]):
        identity = ["-c", "user.name=T", "-c", "user.email=t@example.invalid", "-c", "commit.gpgsign=false"]
        output(["git", *identity, *arguments], root)
    commit = clone_plain(root, clone)
    text = output(["git", "show", f"{commit}:{FLAGS}"], clone)
    assert flag_names(text)
    assert {stage_of(text, flag).percent for flag in flag_names(text)} == {0}
    assert output(["git", "rev-list", "--count", commit], clone) == "2"


def test_a_book_that_has_changed_is_said_so() -> None:
    for changed in ("", SOURCE + SOURCE):
        with pytest.raises(InjectionError, match=r"price_time_book\.py has changed"):
            replace_once(changed, "removed_lots = queue.pop(order_id)", "")
