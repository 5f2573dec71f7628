"""Where a command works and through which ports: passed in whole, so that nothing below reaches for a global."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tailgate.measure import Repository

if TYPE_CHECKING:
    import random

    from tailgate.config import Policy, Project
    from tailgate.report import Progress
    from tailgate.store import Store


@dataclass(frozen=True, slots=True)
class Workplace:
    """What every command is handed.

    Attributes
    ----------
    project, policy
        What the user configured.
    store
        Keeps what is measured and done.
    progress
        Is told what goes on.
    generator
        Source of every random choice.
    """

    project: Project
    policy: Policy
    store: Store
    progress: Progress
    generator: random.Random

    def repository(self) -> Repository:
        """Open the project's repository.

        Raises
        ------
        RevisionError
            The project is in no repository, or git is missing.
        """
        return Repository(self.project.root, self.project.subject, self.policy.gate.default_branch)
