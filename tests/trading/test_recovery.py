from __future__ import annotations

import os
import random
import signal
import sys
from dataclasses import replace
from itertools import islice, pairwise
from typing import TYPE_CHECKING

import pytest

from tests.trading.deep_state import deep_state
from tests.trading.legal_flags import resolved
from trading import assembly
from trading.errors import BookError, JournalError
from trading.feed import generate
from trading.journal import JournalReader, JournalWriter, SyncPolicy
from trading.records import (
    BookUpdate,
    EventType,
    FeedEvent,
    Fill,
    OperatorAction,
    OperatorCommand,
    Order,
    OrderType,
    Side,
    Signal,
)
from trading.recovery import JournaledPipeline, rebuild
from trading.serialization import JsonSerializer

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path
    from typing import NoReturn

    from trading.pipeline import Components
    from trading.serialization import Message

FLAGS = resolved(())
SYNC = SyncPolicy(every_records=16)
KILL = OperatorCommand(5, OperatorAction.ENGAGE_KILL_SWITCH, "operator", "a test")
serializer = JsonSerializer()


@pytest.fixture(autouse=True, params=[(), ("native-core",)], ids=["reference", "native"])
def flags(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.modules[__name__], "FLAGS", resolved(request.param))


class EagerStrategy:
    """Sends an order at every third tick, so that a short journal holds everything."""

    def __init__(self) -> None:
        self.ticks = 0

    def decide(self, signal: Signal, top: BookUpdate) -> Order | None:
        self.ticks += 1
        side = Side.BUY if self.ticks % 2 else Side.SELL
        price_ticks = top.ask_price_ticks if side is Side.BUY else top.bid_price_ticks
        if self.ticks % 3 or not price_ticks:
            return None
        return Order(self.ticks, side, OrderType.LIMIT, price_ticks, self.ticks % 7 + 1, signal.time_ns)


def components() -> Components:
    return replace(assembly.build_components(FLAGS), strategy=EagerStrategy())


def state(system: JournaledPipeline) -> object:
    parts = system.pipeline.components
    return deep_state([parts.book, parts.signals, parts.strategy, parts.risk, parts.positions]), deep_state(
        [system._orders._orders, system.pipeline.summary()]
    )


def messages_of(path: Path) -> list[Message]:
    with JournalReader(path) as reader:
        return list(map(serializer.decode, reader))


def refuse(message: Message) -> None:
    raise AssertionError(message)


def run(events: Iterable[FeedEvent]) -> tuple[JournaledPipeline, list[Message]]:
    kept: list[Message] = []
    system = JournaledPipeline(components(), kept.append)
    system.run(events)
    return system, kept


def open_system(path: Path) -> tuple[JournaledPipeline, JournalWriter, int]:
    writer = JournalWriter(path, lambda: 0, SYNC)
    system = JournaledPipeline(components(), lambda message: writer.append(serializer.encode(message)))
    return system, writer, system.restore(messages_of(path))


def test_events_orders_and_fills_are_kept_in_the_order_in_which_they_happen() -> None:
    _, kept = run(generate(400))
    assert {type(message) for message in kept} == {FeedEvent, Order, Fill}
    assert [message for message in kept if isinstance(message, FeedEvent)] == list(generate(400))
    for before, message in pairwise(kept):
        if isinstance(message, Fill):
            assert isinstance(before, Order)
            assert before.order_id == message.order_id


def test_the_whole_state_is_rebuilt() -> None:
    events = list(generate(2_500))
    system, kept = run(events[:2_000])
    system.on_command(KILL)
    system.run(events[2_000:])
    restored = JournaledPipeline(components(), refuse)
    assert restored.restore(kept) == 2_500
    assert state(restored) == state(system)
    assert restored.pipeline.summary().orders_refused["kill_switch"] > 0
    assert rebuild(kept, components()).summary() == system.pipeline.summary()


def test_an_event_that_the_book_refused_is_refused_again() -> None:
    add = FeedEvent(1, EventType.ADD, 1, Side.BUY, 100, 5)
    system, kept = run([add])
    with pytest.raises(BookError):
        system.on_event(add)
    system.on_event(FeedEvent(2, EventType.ADD, 2, Side.SELL, 101, 5))
    restored = JournaledPipeline(components(), refuse)
    assert restored.restore(kept) == 3
    assert state(restored) == state(system)


def test_a_restored_system_goes_on_as_if_it_had_never_stopped(tmp_path: Path) -> None:
    uninterrupted, kept = run(generate(600))
    for stop in (0, 1, 250, 600):
        path = tmp_path / f"{stop}"
        for events in (stop, 600):
            system, writer, done = open_system(path)
            system.run(islice(generate(600), done, events))
            writer.close()
        assert messages_of(path) == kept
        assert state(system) == state(uninterrupted)


def test_orders_and_fills_that_were_not_kept_in_time_are_made_up_for() -> None:
    _, kept = run(generate(300))
    for place, message in enumerate(kept):
        if isinstance(message, FeedEvent):
            continue
        torn = kept[:place]
        events = sum(isinstance(kept_message, FeedEvent) for kept_message in torn)
        restored = JournaledPipeline(components(), torn.append)
        assert restored.restore(tuple(torn)) == events
        assert torn == kept[: len(torn)]
        assert len(torn) == len(kept) or isinstance(kept[len(torn)], FeedEvent)
        assert state(restored) == state(run(islice(generate(300), events))[0])


@pytest.mark.parametrize("kind", [Order, Fill])
def test_a_journal_that_the_replay_does_not_lead_to_is_refused(kind: type[Order | Fill]) -> None:
    _, kept = run(generate(300))
    place = next(number for number, message in enumerate(kept) if isinstance(message, kind))
    changed = kept[place]._replace(quantity_lots=99)  # type: ignore[call-arg]  # both kinds have lots
    for wrong in (
        [*kept[:place], changed, *kept[place + 1 :]],
        [*kept[:place], *kept[place + 1 :]],
        [*kept[: place + 1], *kept[place:]],
    ):
        with pytest.raises(JournalError, match=r"record \d+ of the journal is .*, where the replay leads to"):
            rebuild(wrong, components())


def test_a_cut_at_every_byte_of_the_last_record_loses_that_record_only(tmp_path: Path) -> None:
    path = tmp_path / "journal"
    system, writer, _ = open_system(path)
    system.run(generate(120))
    writer.close()
    kept = messages_of(path)
    for kind in (FeedEvent, Order, Fill):
        last = max(number for number, message in enumerate(kept) if isinstance(message, kind))
        cut = tmp_path / kind.__name__
        with JournalWriter(cut, lambda: 0, SYNC) as writer:
            for message in kept[:last]:
                writer.append(serializer.encode(message))
            whole_bytes = cut.stat().st_size
            writer.append(serializer.encode(kept[last]))
        data = cut.read_bytes()
        events = sum(isinstance(message, FeedEvent) for message in kept[:last])
        expected = state(run(islice(generate(120), events))[0])
        for size in range(whole_bytes, len(data)):
            cut.write_bytes(data[:size])
            restored, writer, done = open_system(cut)
            writer.close()
            assert done == events
            if size > whole_bytes:
                assert writer.tear is not None
                assert f"torn at byte offset {whole_bytes}" in writer.tear.message
            assert state(restored) == expected
            kept_now = messages_of(cut)
            assert kept_now == kept[: len(kept_now)]


def work_until_killed(system: JournaledPipeline, events: Iterable[FeedEvent], acknowledge: int) -> NoReturn:
    """Process events and acknowledge each; never comes back."""
    try:
        for event in events:
            system.on_event(event)
            os.write(acknowledge, b".")
        signal.pause()
    finally:
        os._exit(1)


@pytest.mark.filterwarnings("ignore:.*multi-threaded:DeprecationWarning")
def test_a_hundred_sudden_deaths_lose_nothing_and_double_nothing(tmp_path: Path) -> None:
    path, generator = tmp_path / "journal", random.Random(1)
    events = list(generate(20_000))
    kept: list[Message] = []
    reference = JournaledPipeline(components(), kept.append)
    referenced = at_least = 0
    for _ in range(100):
        # What is there is exactly what a system that never died would have kept up to some event ...
        system, writer, done = open_system(path)
        assert at_least <= done <= at_least + 1
        reference.run(events[referenced:done])
        referenced = done
        assert messages_of(path) == kept
        # ... and leads to exactly its state.
        assert state(system) == state(reference)

        acknowledged, acknowledge = os.pipe()
        process_id = os.fork()
        if process_id == 0:
            os.close(acknowledged)
            work_until_killed(system, events[done:], acknowledge)
        os.close(acknowledge)
        # The writer's lock belongs to whoever holds the descriptor: now the process alone.
        os.close(writer._descriptor)
        at_least = done
        for _ in range(generator.randrange(1, 9)):
            at_least += len(os.read(acknowledged, 1))
        os.kill(process_id, signal.SIGKILL)
        _, status = os.waitpid(process_id, 0)
        assert os.WTERMSIG(status) == signal.SIGKILL
        # What it had acknowledged until it died must be there.
        while chunk := os.read(acknowledged, 4_096):
            at_least += len(chunk)
        os.close(acknowledged)
    assert at_least > 100


def test_the_assembled_system_goes_on_where_its_journal_ends(tmp_path: Path) -> None:
    path = tmp_path / "journal"
    for events in (1_000, 2_000):
        journal = assembly.build_journal(path, lambda: 0, SYNC, FLAGS)
        system = assembly.build_journaled_pipeline(path, journal, FLAGS)
        system.run(islice(generate(2_000), system.pipeline.summary().events, events))
        journal.close()
    expected = assembly.build_pipeline(FLAGS)
    expected.run(generate(2_000))
    assert system.pipeline.summary() == assembly.rebuild_pipeline(path, FLAGS).summary() == expected.summary()


@pytest.mark.parametrize(("before", "after"), [([], ["binary-serialization"]), (["binary-serialization"], [])])
def test_a_journal_of_one_serialization_is_refused_by_a_system_with_another(
    tmp_path: Path, before: list[str], after: list[str]
) -> None:
    path = tmp_path / "journal"
    writing, reading = resolved(before), resolved(after)
    journal = assembly.build_journal(path, lambda: 0, SYNC, writing)
    assembly.build_journaled_pipeline(path, journal, writing).run(generate(50))
    journal.close()
    data = path.read_bytes()
    for refused in (
        lambda: assembly.build_journal(path, lambda: 0, SYNC, reading),
        lambda: assembly.rebuild_pipeline(path, reading),
    ):
        with pytest.raises(JournalError, match=r"use the journal with the serialization that wrote it \(flag binary-"):
            refused()
    assert path.read_bytes() == data
    assert assembly.rebuild_pipeline(path, writing).summary().events == 50


def test_native_json_goes_on_with_a_journal_of_the_reference(tmp_path: Path) -> None:
    path = tmp_path / "journal"
    for flags, events in ((resolved([]), 300), (resolved(["native-core"]), 600)):
        journal = assembly.build_journal(path, lambda: 0, SYNC, flags)
        system = assembly.build_journaled_pipeline(path, journal, flags)
        system.run(islice(generate(600), system.pipeline.summary().events, events))
        journal.close()
    assert system.pipeline.summary().events == 600
