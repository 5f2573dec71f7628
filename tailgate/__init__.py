"""A gate on tail latency: measures each commit's p99 against a baseline and gives verdicts that can be trusted."""

from importlib.metadata import version

__version__ = version("tailgate")
