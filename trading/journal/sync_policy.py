"""When records are made durable, validated once."""

from __future__ import annotations

from dataclasses import dataclass, fields

from trading.errors import ConfigurationError


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncPolicy:
    """After how many records, or after how much time, an append waits until the storage holds everything.

    Whatever the policy, an appended record is in the operating system's hands: it survives the death of the process,
    SIGKILL included. The policy is about the loss of power. With both set, whichever comes first counts; with neither,
    only ``sync`` and ``close`` make records durable. Time is looked at when a record is appended, so a journal that
    falls silent is made durable by ``sync`` alone.

    Attributes
    ----------
    every_records
        1: no append returns before its record is durable. None: the number of records does not matter.
    every_ns
        Nanoseconds since the last time. None: time does not matter.

    Raises
    ------
    ConfigurationError
        A value is not a whole number above 0; all of them are named.
    """

    every_records: int | None = 1
    every_ns: int | None = None

    def __post_init__(self) -> None:
        problems = [
            f"{field.name} is {value!r}; give a whole number above 0, or None"
            for field in fields(self)
            if (value := getattr(self, field.name)) is not None and (type(value) is not int or value < 1)
        ]
        if problems:
            raise ConfigurationError("sync policy: " + "; ".join(problems))
