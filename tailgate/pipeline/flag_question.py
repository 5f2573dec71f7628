"""What a run of ``tailgate flags`` is asked, and what that means in this repository.

In: the user's words, the policy. Out: :class:`FlagSubject`: the commit, its flags, the switches to be measured.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tailgate.errors import ConfigurationError
from tailgate.measure import Repository, read_flag_file
from tailgate.switches import choose_switches

if TYPE_CHECKING:
    import re

    from tailgate.config import Policy, Project
    from tailgate.flag_records import Switch
    from tailgate.measure import FlagFile
    from tailgate.records import Revision


@dataclass(frozen=True, slots=True)
class FlagQuestion:
    """What one run of ``tailgate flags`` is asked.

    Attributes
    ----------
    flags
        Their names; none means all that the policy knows.
    revision
        The commit, as the user named it; ``None`` for HEAD, or the work tree where the subject has changes.
    benchmarks
        Regular expression that selects benchmarks by label, of those that a flag touches.
    budget_s
        Time for measuring, the build not included.
    with_deployed
        Whether the deployed state is measured against all flags off, too.
    with_counts
        Whether instructions, allocations and memory are counted.
    """

    flags: tuple[str, ...]
    revision: str | None
    benchmarks: re.Pattern[str]
    budget_s: float
    with_deployed: bool
    with_counts: bool


@dataclass(frozen=True, slots=True)
class FlagSubject:
    """The commit, its flags, and what is asked of them."""

    revision: Revision
    file: FlagFile
    variable: str
    switches: tuple[Switch, ...]


def read_subject(question: FlagQuestion, project: Project, policy: Policy) -> FlagSubject:
    """Find the commit, read its flag file, and choose what is measured; nothing is built.

    Raises
    ------
    TailgateError
        The policy says nothing of flags, the commit is unknown, or a flag is.
    """
    if policy.flags.file is None or policy.flags.overlay_variable is None:
        raise ConfigurationError(
            "the policy file does not say where the flags are; mend: set flags.file (the flag file in flagd's format) "
            "and flags.overlay_variable (the environment variable that names an overlay of it)"
        )
    repository = Repository(project.root, project.subject, policy.gate.default_branch)
    revision = (
        repository.resolve(question.revision) if question.revision is not None else repository.default_candidate()
    )
    file = read_flag_file(repository.read(revision, policy.flags.file), policy.flags.file)
    switches = choose_switches(question.flags, policy.flags.touches, file, with_deployed=question.with_deployed)
    return FlagSubject(revision, file, policy.flags.overlay_variable, switches)
