"""The command line of the trading system: arguments come in, the commands' output and exit codes go out."""

from __future__ import annotations

import click

from trading import __version__
from trading.arrivals_command import compare_arrivals
from trading.flags_command import flags
from trading.generate_command import generate_feed
from trading.inspect_command import inspect_book
from trading.replay_command import replay


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="trading")
def main() -> None:
    """Run the reference trading system, whose every optimization sits behind a feature flag."""


main.add_command(replay)
main.add_command(generate_feed)
main.add_command(inspect_book)
main.add_command(compare_arrivals)
main.add_command(flags)

if __name__ == "__main__":
    main(prog_name="python -m trading")
