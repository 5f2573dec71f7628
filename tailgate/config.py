"""What the user configured: asv.conf.json and the policy file. Typed, frozen, unknown keys refused, all errors at once.

In: two files. Out: :class:`Project` and :class:`Policy`. Every default stands here and in docs/policy.md.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal
from urllib.parse import urlsplit

from asv.util import UserError, load_json
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from tailgate.decide import Margins, Rule
from tailgate.errors import ConfigurationError

if TYPE_CHECKING:
    from tailgate.records import BenchmarkId

ASV_CONFIG = "asv.conf.json"
POLICY_FILE = Path("ci") / "gate.toml"


@dataclass(frozen=True, slots=True)
class Project:
    """Where things are, from asv.conf.json.

    Attributes
    ----------
    root
        Folder of asv.conf.json, absolute.
    subject
        Folder of the subject inside the repository, empty for the whole of it.
    commit_url
        What a commit's name is appended to for a link to it; empty where asv.conf.json names no such place.
    """

    root: Path
    name: str
    subject: str
    benchmark_folder: Path
    commit_url: str = ""

    @property
    def asv_config(self) -> Path:
        """Path of asv.conf.json."""
        return self.root / ASV_CONFIG

    @property
    def state_folder(self) -> Path:
        """Where environments and the store live; not part of the repository."""
        return self.root / ".tailgate"


class _Section(BaseModel):
    # Strict, so that budget_s = "600" or budget_s = true is a mistake and no number.
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)


Share = Annotated[float, Field(gt=0, lt=1)]


class MarginsSection(_Section):
    """Margins of one leg, as shares: 0.05 is 5 %."""

    worse: Share
    tolerated: Share

    @model_validator(mode="after")
    def _are_in_order(self) -> MarginsSection:
        if self.tolerated <= self.worse:
            raise ValueError(f"tolerated ({self.tolerated}) must be larger than worse ({self.worse})")
        return self


class MarginsPolicy(_Section):
    """Margins of both legs."""

    intrinsic: MarginsSection = MarginsSection(worse=0.02, tolerated=0.05)
    raw: MarginsSection = MarginsSection(worse=0.05, tolerated=0.10)


def _is_regular_expression(value: str) -> str:
    try:
        re.compile(value)
    except re.error as error:
        raise ValueError(f"not a regular expression: {error}") from error
    return value


RegularExpression = Annotated[str, AfterValidator(_is_regular_expression)]


class OverridePolicy(_Section):
    """Margins for the benchmarks whose label matches; a leg that is left out keeps what it had, the last match wins."""

    benchmarks: RegularExpression
    intrinsic: MarginsSection | None = None
    raw: MarginsSection | None = None


class GatePolicy(_Section):
    """How a run behaves."""

    budget_s: Annotated[float, Field(gt=0)] = 600.0
    benchmark_timeout_s: Annotated[float, Field(gt=0)] = 60.0
    inconclusive: Literal["fail", "pass"] = "fail"
    new_benchmarks: Literal["fail", "allow"] = "fail"
    default_branch: str | None = None
    waivers: str = "ci/waivers.toml"


class FlagPolicy(_Section):
    """One flag: the benchmarks that it touches, and the flags without which it cannot be on."""

    benchmarks: RegularExpression
    requires: Annotated[tuple[str, ...], Field(strict=False)] = ()


class FlagsPolicy(_Section):
    """The seam to a subject with feature flags."""

    file: str | None = None
    overlay_variable: str | None = None
    build_variables: dict[str, str] = Field(default_factory=dict)
    """Environment variables of the build in which flags are measured: it may need more than the deployed state."""
    touches: dict[str, FlagPolicy] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _requires_what_there_is(self) -> FlagsPolicy:
        unknown = [
            f"touches.{name}.requires: {required} is not in touches"
            for name, flag in self.touches.items()
            for required in flag.requires
            if required not in self.touches
        ]
        if unknown:
            raise ValueError("; ".join(unknown))
        return self


class RegressionAction(StrEnum):
    """What policy wants done about a regression."""

    FAIL = "fail"
    FLAG = "flag"
    REVERT = "revert"


class ActPolicy(_Section):
    """What is done about a regression, and where it is written down."""

    default: Annotated[RegressionAction, Field(strict=False)] = RegressionAction.FAIL
    log_folder: str = "reports/log"


class ActOverridePolicy(_Section):
    """What is done about the benchmarks whose label matches; the last match wins."""

    benchmarks: RegularExpression
    action: Annotated[RegressionAction, Field(strict=False)]


class RolloutPolicy(_Section):
    """The stages of a rollout between off and 100 %."""

    canary_percent: Annotated[int, Field(gt=0, lt=10)] = 1


class HistoryPolicy(_Section):
    """How far a series may go from its pinned baseline."""

    margin: Share = 0.05


class ReportPolicy(_Section):
    """The site that ``tailgate report`` writes."""

    pages: Annotated[tuple[str, ...], Field(strict=False)] = ()


class Policy(_Section):
    """The policy file."""

    gate: GatePolicy = GatePolicy()
    margins: MarginsPolicy = MarginsPolicy()
    override: Annotated[tuple[OverridePolicy, ...], Field(strict=False)] = ()
    flags: FlagsPolicy = FlagsPolicy()
    act: ActPolicy = ActPolicy()
    act_override: Annotated[tuple[ActOverridePolicy, ...], Field(strict=False)] = ()
    rollout: RolloutPolicy = RolloutPolicy()
    history: HistoryPolicy = HistoryPolicy()
    report: ReportPolicy = ReportPolicy()

    def rule_for(self, benchmark: BenchmarkId, family: int) -> Rule:
        """Return the sequential rule of one benchmark among ``family`` that run together."""
        intrinsic, raw = self.margins.intrinsic, self.margins.raw
        for override in self.override:
            if re.search(override.benchmarks, benchmark.label):
                intrinsic, raw = override.intrinsic or intrinsic, override.raw or raw
        rule = Rule(
            intrinsic=Margins(intrinsic.worse, intrinsic.tolerated),
            raw=Margins(raw.worse, raw.tolerated),
        )
        return rule.for_family(family)

    def action_for(self, label: str) -> RegressionAction:
        """Return what is to be done when a benchmark regresses."""
        matching = [item.action for item in self.act_override if re.search(item.benchmarks, label)]
        return matching[-1] if matching else self.act.default


def load_project(start: Path) -> Project:
    """Find asv.conf.json in ``start`` or above it, and read what tailgate needs from it.

    Raises
    ------
    ConfigurationError
        There is none, or it cannot be used; every problem at once.
    """
    start = start.resolve()
    root = next((folder for folder in (start, *start.parents) if (folder / ASV_CONFIG).is_file()), None)
    if root is None:
        raise ConfigurationError(
            f"no {ASV_CONFIG} in {start} or above it; run tailgate inside an asv project, or --project"
        )
    try:
        loaded = load_json(str(root / ASV_CONFIG), js_comments=True)
    except (UserError, OSError, ValueError) as error:
        raise ConfigurationError(f"{root / ASV_CONFIG} cannot be read: {error}") from error
    problems = []
    if not isinstance(loaded, dict):
        raise ConfigurationError(f"{root / ASV_CONFIG}: expected an object")
    benchmark_folder = root / str(loaded.get("benchmark_dir") or "benchmarks")
    subject = str(loaded.get("repo_subdir") or "")
    if not benchmark_folder.is_dir():
        problems.append(f"benchmark_dir: there is no folder {benchmark_folder}")
    if not loaded.get("project"):
        problems.append("project: missing; it is the name of the distribution that asv builds")
    if str(loaded.get("repo", ".")) not in {".", "./", str(root)}:
        problems.append(f'repo: tailgate measures the repository it stands in; use "." instead of {loaded["repo"]!r}')
    if subject and not (root / subject).resolve().is_relative_to(root):
        problems.append(f"repo_subdir: {subject} leads out of the repository")
    if problems:
        raise ConfigurationError("\n".join([f"{root / ASV_CONFIG}:", *(f"  {problem}" for problem in problems)]))
    return Project(
        root=root,
        name=str(loaded["project"]),
        subject=subject,
        benchmark_folder=benchmark_folder,
        commit_url=_commit_url(str(loaded.get("show_commit_url") or ""), str(loaded.get("project_url") or "")),
    )


def _commit_url(show_commit_url: str, project_url: str) -> str:
    """Return asv's place of a commit, or what it is on the usual hosts; nothing where that would lead nowhere."""
    url = show_commit_url or (f"{project_url.rstrip('/')}/commit/" if project_url else "")
    parts = urlsplit(url)
    # .invalid, .example and localhost are what people write when there is no such place.
    is_made_up = (parts.hostname or "").rpartition(".")[2] in {"", "invalid", "example", "localhost", "test"}
    return url if parts.scheme in {"http", "https"} and not is_made_up else ""


def load_policy(path: Path, *, is_required: bool) -> Policy:
    """Read the policy file.

    Parameters
    ----------
    is_required
        Whether a missing file is an error (the user named it) or means the defaults.

    Raises
    ------
    ConfigurationError
        The file cannot be read, is no TOML, or breaks the schema; every problem at once, each with its key.
    """
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        if is_required:
            raise ConfigurationError(f"there is no policy file {path}") from None
        return Policy()
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigurationError(f"{path} cannot be read: {error}") from error
    try:
        return Policy.model_validate(document)
    except ValidationError as error:
        lines = [
            f"  {'.'.join(map(str, item['loc']))}: {_mend(item['type'], item['msg'])}"
            for item in error.errors(include_url=False)
        ]
        raise ConfigurationError("\n".join([f"{path}:", *lines])) from error


def _mend(kind: str, message: str) -> str:
    if kind == "extra_forbidden":
        return "unknown key; docs/policy.md lists those there are"
    return message
