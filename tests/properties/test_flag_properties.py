from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.trading.legal_flags import RUNNABLE, resolved
from trading import assembly
from trading.book import as_recorded
from trading.feed import generate
from trading.records import FeedEvent, Fill, Side

if TYPE_CHECKING:
    from trading.flags import ResolvedFlags
    from trading.replay_summary import ReplaySummary

EVENTS = 3_000
Levels = list[tuple[int, int]]


class Outcome(NamedTuple):
    """Everything that a replay leads to."""

    fills: list[Fill]
    summary: ReplaySummary
    levels: list[Levels]
    queues: list[Levels]


def replay(flags: ResolvedFlags, events: list[FeedEvent], *, is_recorded: bool = False) -> Outcome:
    pipeline = assembly.build_pipeline(flags, is_recorded=is_recorded)
    fills = [fill for event in events for fill in pipeline.on_event(event)]
    book = pipeline.components.book
    levels = [book.depth(side, 1_000) for side in Side]
    queues = [book.queue(side, price) for side, depth in zip(Side, levels, strict=True) for price, _ in depth]
    return Outcome(fills, pipeline.summary(), levels, queues)


@lru_cache(maxsize=8)
def feed(seed: int) -> list[FeedEvent]:
    return list(generate(EVENTS, seed))


@lru_cache(maxsize=8)
def reference(seed: int) -> Outcome:
    return replay(resolved(()), feed(seed))


@pytest.mark.parametrize("name", RUNNABLE)
def test_each_flag_alone_with_what_it_requires_changes_no_result_native(name: str) -> None:
    assert replay(resolved([name]), feed(3)) == reference(3)


@settings(max_examples=40, deadline=None)
@given(names=st.sets(st.sampled_from(RUNNABLE)) if RUNNABLE else st.just(set()), seed=st.integers(0, 5))
def test_any_legal_set_of_flags_changes_no_result_native(names: set[str], seed: int) -> None:
    assert replay(resolved(names), feed(seed)) == reference(seed)


def test_a_recorded_feed_comes_to_the_same_with_every_flag_on_native() -> None:
    events = list(as_recorded(feed(4), assembly.build_book(resolved(()))))
    assert replay(resolved(RUNNABLE), events, is_recorded=True) == replay(resolved(()), events, is_recorded=True)


def test_a_run_over_a_whole_feed_is_the_same_as_event_by_event_native() -> None:
    pipeline = assembly.build_pipeline(resolved(RUNNABLE))
    pipeline.run(feed(3))
    assert pipeline.summary() == reference(3).summary
