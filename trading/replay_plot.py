"""A replay as a picture: samples and latencies come in; a file with price, depth, profit and latency goes out.

Needs matplotlib, the extra ``trading[plot]``.
"""

from __future__ import annotations

from math import nan
from typing import TYPE_CHECKING, Any

from trading.errors import ConfigurationError, MissingPackageError

if TYPE_CHECKING:
    from pathlib import Path

    from trading.replay_series import Sample
    from trading.replay_summary import Latency, ReplaySummary

_INCHES = (11.0, 12.0)
_NANOSECONDS_A_SECOND = 1e9


def check_plot(path: Path) -> None:
    """Refuse a plot that could not be written, before anything is replayed for it.

    Raises
    ------
    MissingPackageError
        matplotlib is not installed.
    ConfigurationError
        The file's suffix is no format that matplotlib writes, or its folder is not there.
    """
    formats = _figure().canvas.get_supported_filetypes()
    if path.suffix.removeprefix(".").lower() not in formats:
        raise ConfigurationError(f"{path}: no format for plots; use one of {', '.join(f'.{name}' for name in formats)}")
    if not path.absolute().parent.is_dir():
        raise ConfigurationError(f"{path}: there is no folder {path.parent}")


def plot(samples: list[Sample], summary: ReplaySummary, path: Path) -> None:
    """Write the picture; the suffix decides on its format.

    Raises
    ------
    MissingPackageError
        matplotlib is not installed.
    OSError
        The file cannot be written.
    """
    figure = _figure()
    price, depth, profit, latency = figure.subplots(4, 1)
    seconds = [sample.time_ns / _NANOSECONDS_A_SECOND for sample in samples]
    figure.suptitle(f"{summary.symbol}: {summary.events:,} events, {summary.trades:,} trades, {summary.fills:,} fills")

    price.step(seconds, [sample.ask_price_ticks or nan for sample in samples], where="post", label="best ask")
    price.step(seconds, [sample.bid_price_ticks or nan for sample in samples], where="post", label="best bid")
    depth.step(seconds, [sample.bid_depth_lots for sample in samples], where="post", label="bids, 5 levels")
    depth.step(seconds, [-sample.ask_depth_lots for sample in samples], where="post", label="asks, 5 levels")
    profits = [nan if sample.profit_tick_lots is None else sample.profit_tick_lots for sample in samples]
    profit.step(seconds, profits, where="post", label="realised and unrealised")
    for axes, label in ((price, "price (ticks)"), (depth, "depth (lots)"), (profit, "profit (tick lots)")):
        axes.set_ylabel(label)
        axes.grid(visible=True, alpha=0.3)
        axes.legend(loc="upper left", fontsize="small")
    profit.set_xlabel("time of the feed (s)")
    _draw_latencies(latency, summary.latencies)
    figure.savefig(path)


def _draw_latencies(axes: Any, latencies: tuple[Latency, ...]) -> None:
    called = [latency for latency in latencies if latency.calls]
    if not called:
        axes.text(0.5, 0.5, "no latencies: the replay was not timed", ha="center", transform=axes.transAxes)
        axes.set_axis_off()
        return
    places = range(len(called))
    for label, field in (("p50", "p50_ns"), ("p99", "p99_ns"), ("p99.9", "p999_ns")):
        axes.plot([max(getattr(latency, field), 1) for latency in called], places, "o", label=label)
    axes.set_yticks(places, [latency.stage for latency in called])
    axes.invert_yaxis()
    axes.set_xscale("log")
    axes.set_xlabel("latency (ns)")
    axes.grid(visible=True, alpha=0.3)
    axes.legend(loc="upper right", fontsize="small")


def _figure() -> Any:
    try:
        from matplotlib.figure import Figure  # noqa: PLC0415 - an extra: only plots need it
    except ModuleNotFoundError as error:
        raise MissingPackageError("--plot needs the package matplotlib; mend: pip install 'trading[plot]'") from error
    return Figure(figsize=_INCHES, layout="constrained")
