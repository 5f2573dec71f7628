"""One benchmark's way to its verdict: look after look, and a second stage on fresh pairs before it is accused.

In: after each round, how many pairs there are and what the look says. Out: what to do next. Pure state, no data: the
caller compares the pairs that :attr:`Trial.first_pair` names.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from tailgate.decide.rule import Decision, Rule, judge

if TYPE_CHECKING:
    from tailgate.records import Comparison


class Step(StrEnum):
    """What a trial says after a look."""

    GO_ON = "go on"
    PASS = "pass"  # noqa: S105 - a step, not a password
    IMPROVED = "improved"
    REGRESSED = "regressed"
    EXHAUSTED = "exhausted"
    """Every look is spent without a decision."""


@dataclass(slots=True)
class Trial:
    """The state of one benchmark's sequential test.

    Attributes
    ----------
    rule
        Margins, errors and looks.
    first_pair
        Index of the first pair that counts in the present stage: 0, or where the second stage began.
    look
        Index of the next look of the present stage.
    is_accused
        The first stage said "worse"; the second, on pairs not used before, must say so too.
    """

    rule: Rule
    first_pair: int = 0
    look: int = 0
    is_accused: bool = False

    def is_due(self, pairs: int) -> bool:
        """Whether a look is due now that there are ``pairs`` pairs in all."""
        return pairs - self.first_pair >= self.rule.looks[self.look]

    def advance(self, comparison: Comparison, pairs: int) -> Step:
        """Take the look that is due.

        Parameters
        ----------
        comparison
            Of the pairs from :attr:`first_pair` on.
        pairs
            How many pairs there are in all.
        """
        decision = judge(comparison, self.rule, self.look)
        self.look += 1
        if decision is Decision.WORSE:
            if self.is_accused:
                return Step.REGRESSED
            self.is_accused, self.first_pair, self.look = True, pairs, 0
            return Step.GO_ON
        if decision is Decision.NOT_WORSE:
            return Step.PASS
        if decision is Decision.BETTER:
            # After an accusation "better" is a contradiction: it counts as not worse, no more.
            return Step.PASS if self.is_accused else Step.IMPROVED
        return Step.EXHAUSTED if self.look == len(self.rule.looks) else Step.GO_ON
