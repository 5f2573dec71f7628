"""The plan's rows, read and checked. In: ``rows.toml``. Out: :class:`Plan`; unknown keys are refused."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from tailgate.flag_records import Metric  # noqa: TC001 - pydantic reads the annotations

ROWS = Path(__file__).with_name("rows.toml")


class _Entry(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


def _compiles(text: str) -> str:
    re.compile(text)
    return text


RegularExpression = Annotated[str, AfterValidator(_compiles)]


class Shown(_Entry):
    """Which measurement stands for a row.

    Attributes
    ----------
    combine
        ``each``: benchmark by benchmark; ``mean``: the geometric mean over them.
    """

    metric: Metric
    benchmarks: RegularExpression
    combine: Literal["each", "mean"] = "each"


class Claim(Shown):
    """What the plan says will get better, and how many times.

    Attributes
    ----------
    factor
        1.2 for "+20 %" and "20 % more"; the lower end of a range.
    reduction
        0.3 for "-30 %"; one of the two.
    """

    factor: Annotated[float, Field(gt=1)] | None = None
    reduction: Annotated[float, Field(gt=0, lt=1)] | None = None

    @model_validator(mode="after")
    def _has_one(self) -> Claim:
        if (self.factor is None) == (self.reduction is None):
            raise ValueError("either factor or reduction, and not both")
        return self

    @property
    def improvement(self) -> float:
        """How many times better: 1.43 for a reduction of 30 %."""
        return self.factor if self.factor is not None else 1 / (1 - (self.reduction or 0.0))


class Row(_Entry):
    """One optimization of the plan.

    Attributes
    ----------
    shown
        What stands for a row that claims nothing.
    needs_nodes
        Memory nodes that a machine must have for the claim to mean anything.
    """

    phase: str
    flag: str
    baseline: str
    target: str
    claim: str
    claims: tuple[Claim, ...] = ()
    shown: tuple[Shown, ...] = ()
    needs_nodes: int = 1


class Target(_Entry):
    """One line of the plan's final table; values in the metric's own unit, shares of all off where ``is_relative``."""

    title: str
    benchmarks: RegularExpression
    metric: Metric
    baseline: float | None = None
    goal: float | None = None
    claimed: float | None = None
    goal_text: str = ""
    is_relative: bool = Field(default=False, alias="relative")
    needs_cores: int = 1


class Backlog(_Entry):
    """What the plan put off, and why it is not here."""

    title: str
    reason: str


class Plan(_Entry):
    """Everything that the roadmap page has a row for."""

    row: tuple[Row, ...]
    target: tuple[Target, ...]
    backlog: tuple[Backlog, ...]


def read_plan(path: Path = ROWS) -> Plan:
    """Read the rows; a broken file is pydantic's error with every problem."""
    return Plan.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
